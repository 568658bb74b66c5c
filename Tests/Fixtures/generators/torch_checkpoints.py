"""Makes Tests/Fixtures/torch: the same tensors in both formats of torch.save and as safetensors.

    python3 torch_checkpoints.py ../torch       (torch >= 2.3, safetensors)
"""

import sys
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file

folder = Path(sys.argv[1])
torch.manual_seed(1)


def tensors():
    qkv = torch.randn(12, 4)
    base = torch.randn(6, 5)
    stack = torch.arange(24, dtype=torch.int32).reshape(2, 3, 4)
    return OrderedDict(
        {
            "float32": torch.randn(3, 4),
            "float16": torch.randn(5).half(),
            "bfloat16": torch.randn(2, 3).bfloat16(),
            "float64": torch.randn(2, dtype=torch.float64),
            "int64": torch.tensor([[1, -2, 1 << 40]]),
            "int16": torch.tensor([-3, 300], dtype=torch.int16),
            "int8": torch.tensor([-128, 127], dtype=torch.int8),
            "uint8": torch.tensor([0, 255], dtype=torch.uint8),
            "uint16": torch.tensor([1, 65535], dtype=torch.uint16),
            "float8": torch.tensor([0.5, -2, 3]).to(torch.float8_e4m3fn),
            "bool": torch.tensor([True, False, True]),
            "parameter": torch.nn.Parameter(torch.randn(2, 2)),
            "scalar": torch.tensor(0.25),
            "empty": torch.zeros(0, 7),
            # Views with offsets into one storage.
            "query": qkv[:4],
            "key": qkv[4:8],
            "value": qkv[8:],
            # Not dense in their storages.
            "transposed": base.t(),
            "column": base[:, 2],
            "every_second": base[1::2, ::2],
            "permuted": stack.permute(2, 0, 1),
            "expanded": torch.tensor([7.0, 8.0]).half().reshape(2, 1).expand(2, 3),
            # A stride that is never taken.
            "one_row": torch.arange(4.0).as_strided((1, 4), (99, 1)),
        }
    )


def save(value, name, **options):
    torch.save(value, folder / name, **options)


plain = tensors()
tied = plain["query"]
plain["tied"] = tied
save_file({k: v.detach().contiguous().clone() for k, v in plain.items()}, folder / "expected.safetensors")
save(plain, "archive.bin")
save(plain, "stack.bin", _use_new_zipfile_serialization=False)

# As training scripts save: a module's own dictionary, with versions attached, among other things.
module = torch.nn.LayerNorm(3)
extras = {
    "epoch": 3, "loss": 0.5, "name": "toy", "none": None, "big": 1 << 80, "bytes": b"\x00\x01",
    "size": torch.Size([2, 3]), "type": torch.float16, "device": torch.device("cpu"),
    "tags": {"a", "b"}, "list": [1, [2, (3,)]], "optimizer": {"state": {0: {"step": torch.tensor(1.0)}}},
}
for protocol in (1, 2, 4, 5):
    save(dict(extras, state_dict=module.state_dict()), f"nested-protocol{protocol}.bin", pickle_protocol=protocol)
