"""Makes the small encoders whose reference is code of the models' own, not transformers', and what it computes.

    python3 own_code.py Tests/Fixtures [name ...]

Needs torch. The reference is written out here after jinaai/jina-bert-implementation and Alibaba-NLP/new-impl. Written:
models/<name>/ (config.json, model.safetensors) and goldens/<name>/ (cases.json, one safetensors file for each case); in
rotations.safetensors, queries and keys before positions turn them.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import gelu, layer_norm, linear, relu

SIZES = dict(
    vocab_size=60, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
    max_position_embeddings=48, hidden_act="gelu", layer_norm_eps=1e-12)
JINA = SIZES | dict(
    model_type="bert", position_embedding_type="alibi", type_vocab_size=2, emb_pooler="mean",
    auto_map={"AutoModel": "jinaai/jina-bert-implementation--modeling_bert.JinaBertModel"})
GTE = SIZES | dict(
    model_type="new", position_embedding_type="rope", rope_theta=500.0, layer_norm_type="layer_norm",
    logn_attention_scale=False, auto_map={"AutoModel": "Alibaba-NLP/new-impl--modeling.NewModel"})
MODELS = {
    "jina_bert_geglu": JINA | dict(feed_forward_type="geglu"),
    "jina_bert_reglu": JINA | dict(feed_forward_type="reglu", num_attention_heads=6),
    # One matrix for queries, keys and values; no types; slowed down as the English ones are.
    "gte_packed": GTE | dict(
        pack_qkv=True, type_vocab_size=0, rope_scaling={"type": "ntk", "factor": 2.0}),
    # Three matrices, which the reference calls unpacked.
    "gte_apart": GTE | dict(
        model_type="gte", pack_qkv=False, type_vocab_size=1,
        rope_scaling={"type": "ntk", "factor": 8.0, "mixed_b": 0.7}),
}


class Weights(dict):
    """Random ones, made when first asked for."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def tensor(self, name, shape):
        if name not in self:
            value = torch.randn(shape, generator=self.generator) * (0.3 if len(shape) > 1 else 0.2)
            self[name] = value + 1 if name.lower().endswith(("norm.weight", "_ln.weight")) else value
        return self[name]

    def linear(self, x, name, size, bias=True):
        weight = self.tensor(name + ".weight", (size, x.shape[-1]))
        return linear(x, weight, self.tensor(name + ".bias", (size,)) if bias else None)

    def norm(self, x, name):
        size = x.shape[-1:]
        return layer_norm(
            x, size, self.tensor(name + ".weight", size), self.tensor(name + ".bias", size), 1e-12)


def slopes(count):
    whole = 2 ** (count.bit_length() - 1)
    first = [2 ** (-8 * (i + 1) / whole) for i in range(whole)]
    return first if whole == count else first + slopes(2 * whole)[0::2][: count - whole]


def frequencies(config, size):
    scaling, half = config["rope_scaling"], torch.arange(0, size, 2).float() / size
    factor = scaling["factor"]
    if "mixed_b" not in scaling:
        return 1 / (config["rope_theta"] * factor) ** half / factor ** (2 / size)
    power = scaling["mixed_b"]
    a = torch.tensor(factor).log() / (size / 2) ** power
    steps = torch.arange(1, size // 2 + 1).float()
    return 1 / config["rope_theta"] ** half / (a * steps**power).exp()


def turned(x, speeds):
    angles = torch.outer(torch.arange(x.shape[1]).float(), speeds)
    angles = torch.cat((angles, angles), -1)
    first, second = x.chunk(2, -1)
    return x * angles.cos() + torch.cat((-second, first), -1) * angles.sin()


def forward(config, weights, ids, types):
    size, count = config["hidden_size"], config["num_attention_heads"]
    inner, length = config["intermediate_size"], len(ids)
    is_jina = config["model_type"] == "bert"
    found, straight = {}, {}
    words = weights.tensor("embeddings.word_embeddings.weight", (config["vocab_size"], size))
    x = words[ids]
    if config["type_vocab_size"]:
        x = x + weights.tensor(
            "embeddings.token_type_embeddings.weight", (config["type_vocab_size"], size))[types]
    x = weights.norm(x, "embeddings.LayerNorm")
    found["hidden_states.self.0"] = x
    places = torch.arange(length)
    bias = torch.tensor(slopes(count))[:, None, None] * -(places[:, None] - places).abs()
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}."
        if is_jina:
            parts = [
                weights.linear(x, f"{name}attention.self.{part}", size)
                for part in ("query", "key", "value")]
        elif config["pack_qkv"]:
            parts = weights.linear(x, name + "attention.qkv_proj", 3 * size).chunk(3, -1)
        else:
            parts = [weights.linear(x, f"{name}attention.{part}_proj", size) for part in "qkv"]
        q, k, v = [part.unflatten(-1, (count, -1)).transpose(0, 1) for part in parts]
        if not is_jina:
            straight |= {f"query.{layer}": q, f"key.{layer}": k}
            speeds = frequencies(config, size // count)
            q, k = turned(q, speeds), turned(k, speeds)
        scores = q @ k.transpose(-1, -2) / (size // count) ** 0.5
        if is_jina:
            scores = scores + bias
            found[f"bias.self.{layer}"] = bias
        attention = scores.softmax(-1)
        found |= {
            f"query.self.{layer}": q, f"key.self.{layer}": k, f"attention.self.{layer}": attention}
        y = (attention @ v).transpose(0, 1).flatten(1)
        if is_jina:
            y = weights.linear(y, name + "attention.output.dense", size)
            x = weights.norm(x + y, name + "attention.output.LayerNorm")
            gate, up = weights.linear(x, name + "mlp.gated_layers", 2 * inner, False).chunk(2, -1)
            gate = (gelu if config["feed_forward_type"] == "geglu" else relu)(gate)
            y = weights.linear(gate * up, name + "mlp.wo", size)
            x = weights.norm(x + y, name + "mlp.layernorm")
        else:
            y = weights.linear(y, name + "attention.o_proj", size)
            x = weights.norm(x + y, name + "attn_ln")
            up, gate = weights.linear(x, name + "mlp.up_gate_proj", 2 * inner, False).chunk(2, -1)
            y = weights.linear(gelu(gate) * up, name + "mlp.down_proj", size)
            x = weights.norm(x + y, name + "mlp_ln")
        found[f"hidden_states.self.{layer + 1}"] = x
    return found, straight, predictions(config, weights, x, words)


def predictions(config, weights, x, words):
    if config["model_type"] == "bert":
        dense, norm, bias = (
            "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm",
            "cls.predictions.bias")
    else:
        dense, norm, bias = "lm_head.dense", "lm_head.norm", "lm_head.decoder.bias"
    x = weights.norm(gelu(weights.linear(x, dense, config["hidden_size"])), norm)
    return linear(x, words, weights.tensor(bias, (config["vocab_size"],)))


def main(root, names):
    for name in names or MODELS:
        config = MODELS[name]
        weights = Weights(list(MODELS).index(name))
        generator = torch.Generator().manual_seed(7)
        entries = []
        folder = root / "goldens" / name
        folder.mkdir(parents=True, exist_ok=True)
        for id, length in [("short", 7), ("long", 19)]:
            ids = torch.randint(3, 60, (length,), generator=generator)
            types = (torch.arange(length) >= length // 2).long() * (config["type_vocab_size"] > 1)
            tensors, straight, logits = forward(config, weights, ids, types)
            position = length // 3
            values, best = logits[position].topk(10)
            entry = {
                "id": id, "input_ids": ids.tolist(), "tokens": [f"t{i}" for i in ids.tolist()],
                "golden": f"{id}.safetensors",
                "logits_top10": {
                    "position": position, "ids": best.tolist(), "values": values.tolist()}}
            if config["type_vocab_size"] > 1:
                entry["token_type_ids"] = types.tolist()
            entries.append(entry)
            save_file(
                {key: value.contiguous().clone() for key, value in tensors.items()},
                folder / f"{id}.safetensors")
            if id == "short" and straight:
                rotations = load_file(root / "rotations.safetensors")
                for key, value in straight.items():
                    part, layer = key.split(".")
                    rotations[f"{part}.{name}.{layer}"] = value.contiguous().clone()
                save_file(rotations, root / "rotations.safetensors")
        (folder / "cases.json").write_text(json.dumps({"cases": entries}) + "\n")
        body = {"bert": "bert.", "new": "new.", "gte": "gte."}[config["model_type"]]
        models = root / "models" / name
        models.mkdir(parents=True, exist_ok=True)
        (models / "config.json").write_text(json.dumps(config, indent=1) + "\n")
        save_file(
            {(key if key.startswith(("cls", "lm_head")) else body + key): value
             for key, value in weights.items()},
            models / "model.safetensors")


main(Path(sys.argv[1]), sys.argv[2:])
