"""Queries and keys before rotary positions turn them, as transformers gives them to its own rotation.

    python rotations.py <Tests/Fixtures>

Reads models/<name> and one case of goldens/<name> for every model that rotates; writes rotations.safetensors, with
`query.<name>.<layer>` and `key.<name>.<layer>`: [heads, tokens, features that turn]. Made with torch 2.15 and
transformers 5.24. own_code.py adds the models whose code is their own.
"""

import json
import os
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel, MllamaForCausalLM

# Longer inputs turn at other speeds than short ones.
LENGTH_COUNTS = {"llama_dynamic", "phi3_longrope"}


# What turns is changed before it is multiplied: normed, or grown.
LEFT_OUT = {"hunyuan_alpha", "ministral3_grown", "nanochat"}
# What transformers has no code for: own_code.py keeps theirs.
OWN_CODE = {"gte_apart", "gte_packed", "jina_bert_geglu", "jina_bert_reglu"}


@torch.no_grad()
def vectors(folder, ids):
    """What layers give to their rotation: `{layer: {"query": …, "key": …}}`."""
    load = MllamaForCausalLM if "mllama" in folder else AutoModel
    model = load.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    text = getattr(model, "language_model", model)
    modeling = sys.modules[type(text).__module__]
    if not ("roformer" in modeling.__name__ or hasattr(modeling, "apply_rotary_pos_emb")):
        return {}
    named = [module for module in text.modules() if type(module).__name__.endswith("Attention")]
    own = [module for module in named if type(module).__name__.endswith("SelfAttention")] or named
    found, layer = {}, []
    for index, module in enumerate(own):
        module.register_forward_pre_hook(lambda *_, index=index: layer.append(index))

    def keep(name, vectors):
        if "esm" in modeling.__name__ and name == "query":
            # Scaled beforehand.
            vectors = vectors * vectors.shape[-1] ** 0.5
        found.setdefault(layer[-1], {})[name] = vectors

    if "roformer" in modeling.__name__:
        rotate = own[0].apply_rotary_position_embeddings

        def turn(sines, query, key, *others):
            keep("query", query[0])
            keep("key", key[0])
            return rotate(sines, query, key, *others)

        type(own[0]).apply_rotary_position_embeddings = staticmethod(turn)
    else:
        rotate = modeling.apply_rotary_pos_emb

        def turn(first, second, *others, **named):
            if first.dim() == second.dim() == 4:
                keep("query", first[0])
                keep("key", second[0])
            else:
                # One after the other, with the tokens in front of the heads: GPT-J's keys come first, Gemma's last.
                is_first = "key" not in found.get(layer[-1], {}) and "query" not in found.get(layer[-1], {})
                keep("query" if is_first == ("gemma" in modeling.__name__) else "key", first[0].transpose(0, 1))
            return rotate(first, second, *others, **named)

        modeling.apply_rotary_pos_emb = turn
    inputs = dict(input_ids=torch.tensor([ids]))
    if "paligemma" in folder:
        # What stands before an answer.
        inputs["token_type_ids"] = torch.zeros_like(inputs["input_ids"])
    model(**inputs)
    if hasattr(modeling, "apply_rotary_pos_emb"):
        modeling.apply_rotary_pos_emb = rotate
    return found


def main(root):
    own_code = load_file(f"{root}/rotations.safetensors")
    tensors = {key: value for key, value in own_code.items() if key.split(".")[1] in OWN_CODE}
    for name in sorted(os.listdir(f"{root}/models")):
        if not os.path.exists(f"{root}/models/{name}/config.json") or name in LEFT_OUT | OWN_CODE:
            continue
        with open(f"{root}/goldens/{name}/cases.json") as file:
            case = json.load(file)["cases"][name in LENGTH_COUNTS]
        for layer, parts in vectors(f"{root}/models/{name}", case["input_ids"]).items():
            for part, tensor in parts.items():
                tensors[f"{part}.{name}.{layer}"] = tensor.contiguous().clone()
    save_file(tensors, f"{root}/rotations.safetensors")
    for name, tensor in tensors.items():
        print(name, list(tensor.shape))


main(sys.argv[1])
