"""Makes the small encoders whose kind no other fixture has, and what the reference computes for them.

    python3 encoders.py Tests/Fixtures [name ...]

Needs torch and transformers 5. Written: models/<name>/ (config.json, model.safetensors) and goldens/<name>/
(cases.json, one safetensors file for each case), with the names and shapes of the other goldens.
"""

import json
import sys
from pathlib import Path

import torch
import transformers as tf
from safetensors.torch import save_file
from transformers.models.modernbert import modeling_modernbert

SIZES = dict(
    vocab_size=60, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
    max_position_embeddings=48, attn_implementation="eager")


def deberta(**settings):
    return tf.DebertaV2ForMaskedLM(tf.DebertaV2Config(
        **SIZES, relative_attention=True, pos_att_type=["c2p", "p2c"], **settings))


MODELS = {
    # A generator, with the head onto the vocabulary.
    "electra_generator": lambda: tf.ElectraForMaskedLM(
        tf.ElectraConfig(**SIZES, embedding_size=16, hidden_act="gelu_new")),
    # Two groups of two layers, applied in turn.
    "albert_groups": lambda: tf.AlbertForMaskedLM(tf.AlbertConfig(
        **SIZES | dict(num_hidden_layers=3), embedding_size=16, num_hidden_groups=2,
        inner_group_num=2)),
    "mpnet_masked": lambda: tf.MPNetForMaskedLM(tf.MPNetConfig(**SIZES)),
    # Distances without buckets, clamped; matrices of their own; positions and types in the embeddings.
    "deberta_v2_linear": lambda: deberta(
        max_relative_positions=6, position_biased_input=True, type_vocab_size=2),
    # The newer head, buckets for far distances, shared matrices.
    "deberta_v2_head": lambda: deberta(
        position_buckets=8, share_att_key=True, norm_rel_ebd="layer_norm",
        position_biased_input=False, legacy=False),
    # A convolution in two groups beside the first layer.
    "deberta_v2_convolution": lambda: deberta(
        position_buckets=8, share_att_key=True, position_biased_input=False,
        conv_kernel_size=3, conv_groups=2),
    # config.json of transformers 5, another order of layers, biases everywhere.
    "modernbert_biased": lambda: tf.ModernBertForMaskedLM(tf.ModernBertConfig(
        **SIZES, layer_types=["sliding_attention", "full_attention"], local_attention=6,
        rope_parameters={
            "full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 500.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 100.0}},
        norm_bias=True, attention_bias=True, mlp_bias=True, classifier_bias=True,
        pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2)),
}
HAS_TYPES = {"electra_generator", "albert_groups", "deberta_v2_linear"}


def spread(model):
    """Weights so large that no two computations agree by accident."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.lower().endswith("norm.weight"):
                parameter.uniform_(0.5, 1.5)
            else:
                parameter.normal_(0, 0.3 if parameter.dim() > 1 else 0.2)


def heads(x, count):
    """[1, T, H · D] or [H, T, D] as [H, T, D]."""
    return x[0].unflatten(-1, (count, -1)).transpose(0, 1) if x.shape[0] == 1 else x


class Recorder:
    """Collects, layer by layer, what the score is made of."""

    def __init__(self, model):
        self.found = {"query": [], "key": [], "bias": []}
        self.count = model.config.num_attention_heads
        names = {
            "query": "query", "key": "key", "q": "query", "k": "key",
            "query_proj": "query", "key_proj": "key"}
        for name, module in model.named_modules():
            kind = names.get(name.split(".")[-1])
            if kind and isinstance(module, torch.nn.Linear):
                module.register_forward_hook(
                    lambda _, x, y, kind=kind: self.found[kind].append(heads(y, self.count)))
            for function in ("disentangled_attention_bias", "compute_position_bias"):
                if hasattr(module, function):
                    self.wrap(module, function)
        self.rotate = modeling_modernbert.apply_rotary_pos_emb
        modeling_modernbert.apply_rotary_pos_emb = self.rotated

    def wrap(self, module, function):
        inner = getattr(module, function)

        def outer(*values, **named):
            y = inner(*values, **named)
            self.found["bias"].append(y[0] if y.dim() == 4 else y)
            return y

        setattr(module, function, outer)

    def rotated(self, *values, **named):
        q, k = self.rotate(*values, **named)
        self.found["query"].append(q[0])
        self.found["key"].append(k[0])
        return q, k

    def tensors(self, length, layer_count):
        for kind, values in self.found.items():
            # Relative embeddings go through the same matrices where they are shared: another length.
            values = [v for v in values if v.shape[1] == length]
            if kind != "bias":
                assert len(values) == layer_count, (kind, len(values))
            for layer, value in enumerate(values):
                yield f"{kind}.self.{layer}", value.contiguous()


def case(model, name, id, length, generator):
    ids = torch.randint(3, 60, (1, length), generator=generator)
    inputs = {"input_ids": ids}
    if name in HAS_TYPES:
        inputs["token_type_ids"] = (torch.arange(length) >= length // 2).long()[None]
    recorder = Recorder(model)
    with torch.no_grad():
        output = model(**inputs, output_attentions=True, output_hidden_states=True)
    modeling_modernbert.apply_rotary_pos_emb = recorder.rotate
    tensors = dict(recorder.tensors(length, len(output.attentions)))
    for layer, attention in enumerate(output.attentions):
        tensors[f"attention.self.{layer}"] = attention[0].contiguous()
    for index, states in enumerate(output.hidden_states):
        tensors[f"hidden_states.self.{index}"] = states[0].contiguous()
    position = length // 3
    values, best = output.logits[0, position].topk(10)
    entry = {
        "id": id, "input_ids": ids[0].tolist(), "tokens": [f"t{i}" for i in ids[0].tolist()],
        "golden": f"{id}.safetensors",
        "logits_top10": {
            "position": position, "ids": best.tolist(), "values": values.tolist()}}
    if "token_type_ids" in inputs:
        entry["token_type_ids"] = inputs["token_type_ids"][0].tolist()
    return entry, tensors


def main(root, names):
    for name in names or MODELS:
        torch.manual_seed(list(MODELS).index(name))
        model = MODELS[name]().eval()
        spread(model)
        model.save_pretrained(root / "models" / name)
        (root / "models" / name / "generation_config.json").unlink(missing_ok=True)
        folder = root / "goldens" / name
        folder.mkdir(parents=True, exist_ok=True)
        generator = torch.Generator().manual_seed(7)
        entries = []
        for id, length in [("short", 9), ("long", 26)]:
            # Hooks stay on a model: a fresh one for each case.
            fresh = MODELS[name]().eval()
            fresh.load_state_dict(model.state_dict())
            fresh.config._attn_implementation = "eager"
            entry, tensors = case(fresh, name, id, length, generator)
            entries.append(entry)
            save_file(tensors, folder / f"{id}.safetensors")
        (folder / "cases.json").write_text(json.dumps({"cases": entries}) + "\n")


main(Path(sys.argv[1]), sys.argv[2:])
