"""Small random encoder-decoders, and what PyTorch and transformers make of some ids.

Writes models/<name> and goldens/<name> beside this script's folder:

    t5_small       plain feed-forward, tied
    umt5           a bias in every layer, gated feed-forward, an output layer of its own
    bart_small     without the prefix of the keys, an encoder deeper than the decoder
    mbart          norms first, nothing tied, a forced first id, padding within the input
    marian_split   two vocabularies, positions not in the file, forbidden ids
    m2m_small      fairseq's sinusoids, padding within the input
    pegasus_small  positions in the file

Usage: python encoder_decoders.py        (torch, transformers 5, safetensors)
"""

import json
import pathlib

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BartConfig, BartForConditionalGeneration, M2M100Config, M2M100ForConditionalGeneration,
    MarianConfig, MarianMTModel, MBartConfig, MBartForConditionalGeneration, PegasusConfig,
    PegasusForConditionalGeneration, T5Config, T5ForConditionalGeneration, UMT5Config,
    UMT5ForConditionalGeneration)

FIXTURES = pathlib.Path(__file__).parent.parent

T5_SIZES = dict(
    vocab_size=70, d_model=24, d_kv=6, d_ff=32, num_layers=2, num_heads=3,
    relative_attention_num_buckets=12, relative_attention_max_distance=20)
BART_SIZES = dict(
    d_model=24, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
    decoder_attention_heads=3, encoder_ffn_dim=32, decoder_ffn_dim=40, max_position_embeddings=40)

MODELS = {
    "t5_small": (T5ForConditionalGeneration, T5Config(decoder_start_token_id=0, **T5_SIZES)),
    "umt5": (UMT5ForConditionalGeneration, UMT5Config(num_decoder_layers=3, **T5_SIZES)),
    "bart_small": (BartForConditionalGeneration, BartConfig(
        vocab_size=70, **{**BART_SIZES, "encoder_layers": 3})),
    "mbart": (MBartForConditionalGeneration, MBartConfig(
        vocab_size=70, scale_embedding=True, activation_function="gelu_new",
        decoder_start_token_id=2, tie_word_embeddings=False, **BART_SIZES)),
    "marian_split": (MarianMTModel, MarianConfig(
        vocab_size=70, decoder_vocab_size=61, share_encoder_decoder_embeddings=False,
        tie_word_embeddings=True, scale_embedding=True, activation_function="swish",
        pad_token_id=60, decoder_start_token_id=60, eos_token_id=0, **BART_SIZES)),
    "m2m_small": (M2M100ForConditionalGeneration, M2M100Config(vocab_size=70, **BART_SIZES)),
    "pegasus_small": (PegasusForConditionalGeneration, PegasusConfig(
        vocab_size=70, scale_embedding=True, activation_function="relu", **BART_SIZES)),
}
GENERATION = {
    "t5_small": dict(max_length=10),
    "umt5": dict(max_length=20),
    "bart_small": dict(max_length=10),
    "mbart": dict(max_length=16, forced_bos_token_id=33, eos_token_id=[2, 5]),
    "marian_split": dict(max_length=12, bad_words_ids=[[60], [27]]),
    "m2m_small": dict(max_length=10, forced_bos_token_id=40),
    "pegasus_small": dict(max_length=10),
}
# All others' is the embeddings.
OWN_HEAD = ["umt5", "mbart"]
OWN_EMBEDDINGS = ["mbart", "marian_split"]
PADDED = ["mbart", "m2m_small"]
SLOTS = [("c00_single", "single", 9, 7), ("c01_long", "long", 31, 38)]


def randomize(model):
    generator = torch.Generator().manual_seed(11)
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue  # Sinusoids.
        spread = 0.3 if parameter.dim() == 1 else 1.6 / parameter.shape[-1] ** 0.5
        if "relative_attention_bias" in name or "t5" in model.config.model_type and "shared" in name:
            spread = 1.0
        mean = 1.0 if "norm" in name and name.endswith("weight") else 0.0
        with torch.no_grad():
            parameter.copy_(mean + spread * torch.randn(parameter.shape, generator=generator))
    if hasattr(model, "final_logits_bias"):
        model.final_logits_bias.copy_(torch.randn(model.final_logits_bias.shape, generator=generator))


def attention_modules(model):
    """(kind, layer, module, head count) of every attention."""
    config = model.config
    for kind in ["encoder", "decoder", "cross"]:
        side = model.get_encoder() if kind == "encoder" else model.get_decoder()
        for index, layer in enumerate(side.block if hasattr(side, "block") else side.layers):
            if hasattr(layer, "layer"):
                part = layer.layer[1].EncDecAttention if kind == "cross" else layer.layer[0].SelfAttention
                yield kind, index, part, config.num_heads
            else:
                heads = config.encoder_attention_heads if kind == "encoder" else config.decoder_attention_heads
                yield kind, index, layer.encoder_attn if kind == "cross" else layer.self_attn, heads


def run(model, ids, decoder_ids):
    tensors, hooks = {}, []
    for kind, index, module, heads in attention_modules(model):
        for what, name in (("query", "q"), ("key", "k")):
            projection = getattr(module, name) if hasattr(module, name) else getattr(module, name + "_proj")

            def keep(_, __, output, key=f"{what}.{kind}.{index}", heads=heads):
                tensors[key] = output[0].unflatten(-1, (heads, -1)).transpose(0, 1).contiguous()

            hooks.append(projection.register_forward_hook(keep))
        if getattr(module, "has_relative_attention_bias", False):
            length = len(ids) if kind == "encoder" else len(decoder_ids)
            tensors[f"bias.{kind}.{index}"] = module.compute_bias(length, length)[0].contiguous()
    output = model(
        input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([decoder_ids]),
        output_attentions=True, output_hidden_states=True, use_cache=False)
    for hook in hooks:
        hook.remove()
    for kind, attentions in (
            ("encoder", output.encoder_attentions), ("decoder", output.decoder_attentions),
            ("cross", output.cross_attentions)):
        for index, attention in enumerate(attentions):
            tensors[f"attention.{kind}.{index}"] = attention[0].contiguous()
    for kind, states in (
            ("encoder", output.encoder_hidden_states), ("decoder", output.decoder_hidden_states)):
        for index, state in enumerate(states):
            tensors[f"hidden_states.{kind}.{index}"] = state[0].contiguous()
    return tensors, output.logits[0, -1]


def main():
    torch.set_grad_enabled(False)
    for name, (model_class, config) in MODELS.items():
        config._attn_implementation = "eager"
        model = model_class(config).eval()
        randomize(model)
        if name in OWN_HEAD:
            # T5's configuration class insists on tying; the published models do not.
            model.lm_head.weight = torch.nn.Parameter(torch.randn(70, 24, generator=torch.Generator().manual_seed(5)))
        folder = FIXTURES / "models" / name
        folder.mkdir(parents=True, exist_ok=True)
        weights = {key: tensor.contiguous().clone() for key, tensor in model.state_dict().items()}
        for key in list(weights):
            is_copy = "lm_head" in key and name not in OWN_HEAD
            is_copy = is_copy or "embed_tokens" in key and name not in OWN_EMBEDDINGS
            if is_copy or name == "marian_split" and "embed_positions" in key:
                del weights[key]
        if name == "bart_small":
            weights = {key.removeprefix("model."): tensor for key, tensor in weights.items()}
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        settings = config.to_dict()
        for key in ("_name_or_path", "transformers_version", "architectures"):
            settings.pop(key, None)
        settings = {key: value for key, value in settings.items() if value is not None}
        (folder / "config.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
        (folder / "generation_config.json").write_text(json.dumps(GENERATION[name], indent=1) + "\n")

        golden = FIXTURES / "goldens" / name
        golden.mkdir(parents=True, exist_ok=True)
        generator = torch.Generator().manual_seed(3)
        cases = []
        for case, slot, source, target in SLOTS:
            ids = torch.randint(3, 60, (source,), generator=generator).tolist()
            decoder_ids = torch.randint(3, 60, (target,), generator=generator).tolist()
            if name in PADDED and slot == "single":
                ids[4] = config.pad_token_id
            tensors, logits = run(model, ids, decoder_ids)
            save_file(
                {key: tensor.clone() for key, tensor in tensors.items()
                 if slot == "single" or not key.startswith("hidden_states")},
                golden / f"{case}.safetensors")
            best = logits.topk(10)
            ends = torch.tensor(GENERATION[name].get("eos_token_id", config.eos_token_id)).flatten().tolist()
            written = model.generate(
                torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                num_beams=1, do_sample=False, use_cache=False, **GENERATION[name])[0].tolist()
            cases.append({
                "id": case, "slot": slot, "input_ids": ids, "tokens": [f"t{id}" for id in ids],
                "decoder_input_ids": decoder_ids, "decoder_tokens": [f"t{id}" for id in decoder_ids],
                "logits_top10": {
                    "position": target - 1, "ids": best.indices.tolist(), "values": best.values.tolist()},
                "generated_ids": [id for at, id in enumerate(written) if at == 0 or id not in ends], "golden": f"{case}.safetensors"})
            print(name, case, written)
        (golden / "cases.json").write_text(
            json.dumps({"name": name, "family": config.model_type, "cases": cases}) + "\n")


main()
