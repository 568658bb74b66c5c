"""Saves the attention of a model of transformers on a text, for bertviz-tui to show.

    pip install torch transformers safetensors
    python attention.py bert-base-uncased "The cat sat on the mat" cat.safetensors
    bertviz-tui open cat.safetensors
"""

import json
import sys

from safetensors.torch import save_file
from transformers import AutoModel, AutoTokenizer


def save_attention(name: str, text: str, path: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(name)
    # Fused kernels have no weights to return.
    model = AutoModel.from_pretrained(name, attn_implementation="eager")
    inputs = tokenizer(text, return_tensors="pt")
    layers = model(**inputs, output_attentions=True).attentions
    tensors = {f"attention.self.{i}": layer[0].contiguous() for i, layer in enumerate(layers)}
    tokens = tokenizer.convert_ids_to_tokens(inputs.input_ids[0])
    save_file(tensors, path, {"model": name, "tokens": json.dumps(tokens)})


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    save_attention(*sys.argv[1:])
