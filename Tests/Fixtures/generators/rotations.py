"""Queries and keys before rotary positions turn them, as transformers gives them to its own rotation.

    python rotations.py <Tests/Fixtures>

Reads models/<name> and one case of goldens/<name> for every family that rotates; writes rotations.safetensors, with
`query.<name>.<layer>` and `key.<name>.<layer>`: [heads, tokens, features that turn]. Made with torch 2.15 and
transformers 5.23.
"""

import json
import os
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModel

FAMILIES = {
    "falcon", "gemma", "gemma2", "gemma3_text", "gpt_neox", "gptj", "granite", "llama", "mistral", "modernbert",
    "olmo2", "olmo3", "phi", "phi3", "qwen2", "qwen3", "stablelm", "starcoder2"}
# Longer inputs turn at other speeds than short ones.
LENGTH_COUNTS = {"llama_dynamic", "phi3_longrope"}


def is_rotary(path):
    if not os.path.exists(path):
        return False
    with open(path) as file:
        return json.load(file).get("model_type") in FAMILIES


@torch.no_grad()
def vectors(folder, ids):
    model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    modeling = sys.modules[type(model).__module__]
    found = []
    rotate = modeling.apply_rotary_pos_emb

    def recorded(first, second, *others, **named):
        if first.dim() == second.dim() == 4:
            found.append((first[0], second[0]))
        else:
            # GPT-J turns keys and queries one after the other, with the tokens in front of the heads.
            found.append(first[0].transpose(0, 1))
        return rotate(first, second, *others, **named)

    modeling.apply_rotary_pos_emb = recorded
    model(input_ids=torch.tensor([ids]))
    modeling.apply_rotary_pos_emb = rotate
    if found and torch.is_tensor(found[0]):
        found = [(query, key) for key, query in zip(found[::2], found[1::2])]
    return found


def main(root):
    tensors = {}
    for name in sorted(os.listdir(f"{root}/models")):
        if not is_rotary(f"{root}/models/{name}/config.json"):
            continue
        with open(f"{root}/goldens/{name}/cases.json") as file:
            case = json.load(file)["cases"][name in LENGTH_COUNTS]
        for layer, (query, key) in enumerate(vectors(f"{root}/models/{name}", case["input_ids"])):
            tensors[f"query.{name}.{layer}"] = query.contiguous().clone()
            tensors[f"key.{name}.{layer}"] = key.contiguous().clone()
    save_file(tensors, f"{root}/rotations.safetensors")
    for name, tensor in tensors.items():
        print(name, list(tensor.shape))


main(sys.argv[1])
