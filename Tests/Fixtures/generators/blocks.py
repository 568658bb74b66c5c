"""A row of quantised weights of each type that GGUF knows, and its values.

    python blocks.py <Tests/Fixtures>

Writes blocks.safetensors: `blocks.<type>`, bytes, and `values.<type>`, floats. Made with gguf 0.19.
"""

import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize
from safetensors.numpy import save_file

TYPES = (
    "Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 IQ4_NL MXFP4 Q2_K Q3_K Q4_K Q5_K Q6_K IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S IQ3_XXS IQ3_S "
    "IQ4_XS TQ1_0 TQ2_0").split()

tensors = {}
random = np.random.default_rng(1)
for name in TYPES:
    kind = GGMLQuantizationType[name]
    size, width = GGML_QUANT_SIZES[kind]
    # Of random bytes, some scales are no numbers or far too large.
    while True:
        blocks = random.integers(0, 256, (64 // size or 1) * width, dtype=np.uint8)
        values = dequantize(blocks, kind).astype(np.float32)
        if np.isfinite(values).all() and 1e-3 < np.abs(values).max() < 1e3:
            break
    tensors[f"blocks.{name}"] = blocks
    tensors[f"values.{name}"] = values
save_file(tensors, f"{sys.argv[1]}/blocks.safetensors")
