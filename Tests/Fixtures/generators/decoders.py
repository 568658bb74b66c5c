"""Small random decoders, one per variant, with what PyTorch and transformers compute of them.

    python decoders.py <Tests/Fixtures> [name ...]

Writes models/<name> and goldens/<name>. Made with torch 2.15 and transformers 5.23. Weights are stored in float16
and computed with in float32.
"""

import json
import math
import os
import shutil
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AttentionInterface, AutoConfig, AutoModelForCausalLM
from transformers.masking_utils import AttentionMaskInterface, eager_mask

LLAMA = dict(
    vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, hidden_act="silu", max_position_embeddings=64, rms_norm_eps=1e-5)
GEMMA = dict(
    LLAMA, head_dim=10, hidden_activation="gelu_pytorch_tanh", query_pre_attn_scalar=12, rms_norm_eps=1e-6,
    sliding_window=6, num_hidden_layers=3)
del GEMMA["hidden_act"]
GPT2 = dict(vocab_size=48, n_embd=32, n_layer=2, n_head=4, n_positions=32)
OPT = dict(
    model_type="opt", vocab_size=48, hidden_size=32, ffn_dim=40, num_hidden_layers=2, num_attention_heads=4,
    max_position_embeddings=32)
NEOX = dict(
    model_type="gpt_neox", vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=2,
    num_attention_heads=4, max_position_embeddings=64, rotary_pct=0.5, rotary_emb_base=1000)
FALCON = dict(model_type="falcon", vocab_size=48, hidden_size=32, num_hidden_layers=2, num_attention_heads=4)

# As in files on the hub: keys of transformers 4 but where a name says otherwise.
CONFIGURATIONS = {
    "llama_linear": dict(
        LLAMA, model_type="llama", rope_scaling=dict(type="linear", factor=2.5), rope_theta=500.0),
    "llama_dynamic": dict(
        LLAMA, model_type="llama", max_position_embeddings=16, rope_scaling=dict(type="dynamic", factor=2.0)),
    "llama_yarn": dict(
        LLAMA, model_type="llama", num_key_value_heads=4, rope_theta=500.0,
        rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=2)),
    "llama_by_wavelength": dict(
        LLAMA, model_type="llama", rope_theta=500.0,
        rope_scaling=dict(
            rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=64)),
    "llama_biased": dict(
        LLAMA, model_type="llama", attention_bias=True, mlp_bias=True, tie_word_embeddings=True, head_dim=6,
        rope_parameters=dict(rope_type="default", rope_theta=200.0)),
    "mistral_window": dict(LLAMA, model_type="mistral", sliding_window=5, num_key_value_heads=1),
    "qwen2_upper_window": dict(
        LLAMA, model_type="qwen2", use_sliding_window=True, sliding_window=5, max_window_layers=1),
    "qwen2_both_ways": dict(
        LLAMA, model_type="qwen2", use_sliding_window=True, sliding_window=5, max_window_layers=1,
        is_causal=False),
    "qwen3_typed_layers": dict(
        LLAMA, model_type="qwen3", head_dim=10, tie_word_embeddings=True, sliding_window=5,
        use_sliding_window=True, layer_types=["sliding_attention", "full_attention"],
        rope_parameters=dict(rope_type="default", rope_theta=1000.0)),
    "granite_multipliers": dict(
        LLAMA, model_type="granite", embedding_multiplier=3.0, attention_multiplier=0.2, residual_multiplier=0.6,
        logits_scaling=4.0),
    "phi3_longrope": dict(
        LLAMA, model_type="phi3", original_max_position_embeddings=16, partial_rotary_factor=0.75,
        pad_token_id=0, sliding_window=20,
        rope_scaling=dict(type="longrope", short_factor=[1.0, 1.2, 1.5], long_factor=[1.1, 2.0, 3.5])),
    "gemma_legacy_gelu": dict(LLAMA, model_type="gemma", head_dim=10, hidden_act="gelu", num_key_value_heads=1),
    "gemma2_caps": dict(
        GEMMA, model_type="gemma2", attn_logit_softcapping=3.0, final_logit_softcapping=5.0),
    "gemma3_nested": dict(
        GEMMA, model_type="gemma3_text",
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        rope_parameters=dict(
            full_attention=dict(rope_type="linear", factor=2.0, rope_theta=5000.0),
            sliding_attention=dict(rope_type="default", rope_theta=50.0))),
    "gemma3_pattern": dict(
        GEMMA, model_type="gemma3_text", sliding_window_pattern=2, rope_theta=5000.0, rope_local_base_freq=50.0,
        rope_scaling=dict(rope_type="linear", factor=2.0)),
    "gemma3_both_ways": dict(
        GEMMA, model_type="gemma3_text", sliding_window_pattern=3, use_bidirectional_attention=True),
    "gpt2_layer_scales": dict(GPT2, model_type="gpt2", n_inner=40, scale_attn_by_inverse_layer_idx=True),
    "gpt_neo_local": dict(
        model_type="gpt_neo", vocab_size=48, hidden_size=32, num_layers=3, num_heads=4,
        max_position_embeddings=32, window_size=5, intermediate_size=40,
        attention_types=[[["global", "local"], 1], [["local"], 1]]),
    "gpt_neox_parallel": NEOX,
    "gpt_neox_sequential": dict(NEOX, use_parallel_residual=False, attention_bias=False, hidden_act="gelu_fast"),
    "gptj_neighbours": dict(GPT2, model_type="gptj", rotary_dim=4, n_inner=40, n_positions=64),
    "opt_norms_before": OPT,
    "opt_norms_behind": dict(OPT, do_layer_norm_before=False, word_embed_proj_dim=20),
    "opt_norms_without_weights": dict(OPT, layer_norm_elementwise_affine=False, enable_bias=False),
    "bloom_six_heads": dict(model_type="bloom", vocab_size=48, n_embed=36, n_layer=2, num_attention_heads=6),
    "phi_head_norms": dict(
        LLAMA, model_type="phi", hidden_act="gelu_new", partial_rotary_factor=0.5, qk_layernorm=True),
    "olmo2_joint_norms": dict(LLAMA, model_type="olmo2", rope_theta=500.0, pad_token_id=0),
    "olmo3_windows": dict(
        LLAMA, model_type="olmo3", sliding_window=5, rope_theta=800.0, pad_token_id=0,
        layer_types=["sliding_attention", "full_attention"],
        rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=2)),
    "stablelm_parallel": dict(
        LLAMA, model_type="stablelm", use_parallel_residual=True, use_qkv_bias=True, rope_theta=500.0),
    "stablelm_sequential": dict(LLAMA, model_type="stablelm", partial_rotary_factor=0.5, num_key_value_heads=4),
    "stablelm_norms_by_head": dict(
        LLAMA, model_type="stablelm", use_parallel_residual=True, qk_layernorm=True),
    "starcoder2_window": dict(
        LLAMA, model_type="starcoder2", hidden_act="gelu_pytorch_tanh", sliding_window=5, norm_epsilon=1e-4),
    "falcon_groups": dict(FALCON, new_decoder_architecture=True, num_kv_heads=2),
    "falcon_multi_query": dict(FALCON, multi_query=True, parallel_attn=True, num_kv_heads=4, max_position_embeddings=64),
    "falcon_biases": dict(FALCON, multi_query=False, parallel_attn=False, bias=True, alibi=True),
}

captured = []


def capture(module, query, key, value, attention_mask, scaling, softcap=None, **_):
    """Attention as it is defined, which remembers what it is given."""
    groups = query.shape[1] // key.shape[1]
    scores = query @ key.repeat_interleave(groups, 1).transpose(2, 3) * scaling
    if softcap is not None:
        scores = softcap * torch.tanh(scores / softcap)
    # None: all keys are seen.
    weights = torch.softmax(scores if attention_mask is None else scores + attention_mask, -1)
    captured.append((query, key, weights))
    return (weights @ value.repeat_interleave(groups, 1)).transpose(1, 2).contiguous(), weights


AttentionInterface.register("capture", capture)
AttentionMaskInterface.register("capture", eager_mask)


def mask_without_biases(module, args, kwargs):
    """Falcon's eager attention would add its biases a second time, with the mask."""
    size = kwargs["attention_mask"].shape[-1]
    kwargs["attention_mask"] = torch.full((size, size), torch.finfo(torch.float32).min).triu(1)[None, None]
    return args, kwargs


def load(folder, name, implementation):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation=implementation)
    if name == "falcon_biases" and implementation == "eager":
        for block in model.transformer.h:
            block.self_attention.register_forward_pre_hook(mask_without_biases, with_kwargs=True)
    return model.eval()


def randomize(model, generator):
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 1:
            # A norm's gain is around 1, or around 0 where 1 is added to it.
            is_gain = "norm" in name or ".ln_" in name
            noise = 0.3 * noise + (1 if is_gain and name.endswith("weight") and "gemma" not in model.config.model_type else 0)
        elif "embed" not in name and "wte" not in name and "wpe" not in name:
            noise = 1.6 * noise / math.sqrt(min(parameter.shape))
        parameter.data = noise.half().float()


def make_model(folder, configuration):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(f"{folder}/config.json", "w") as file:
        json.dump(configuration, file, indent=1)
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder))
    randomize(model, torch.Generator().manual_seed(len(json.dumps(configuration))))
    model.half().save_pretrained(folder)
    for name in os.listdir(folder):
        if name != "model.safetensors":
            os.remove(f"{folder}/{name}")
    with open(f"{folder}/config.json", "w") as file:
        json.dump(configuration, file, indent=1)
    # Without the metadata: the same bytes from every version.
    save_file(load_file(f"{folder}/model.safetensors"), f"{folder}/model.safetensors")


@torch.no_grad()
def make_case(folder, golden, name, case, ids):
    others = name.startswith(("gptj", "gpt_neo_", "bloom", "falcon"))
    # A fresh model: some rotary embeddings remember the longest input.
    model = load(folder, name, "eager" if others else "capture")
    captured.clear()
    output = model(torch.tensor([ids]), output_attentions=others, output_hidden_states=True, use_cache=False)
    default = load(folder, name, "sdpa" if not name.startswith(("gptj", "gpt_neo_", "bloom", "gemma2")) else "eager")
    difference = (default(torch.tensor([ids]), use_cache=False).logits - output.logits).abs().max()
    assert difference < 2e-4, (name, case, difference)
    tensors = {}
    for layer in range(model.config.num_hidden_layers):
        if others:
            tensors[f"attention.self.{layer}"] = output.attentions[layer][0]
        else:
            query, key, weights = captured[layer]
            tensors[f"query.self.{layer}"] = query[0] / (model.model.decoder.layers[0].self_attn.scaling if "opt" in name else 1)
            tensors[f"key.self.{layer}"] = key[0]
            tensors[f"attention.self.{layer}"] = weights[0]
    states = output.hidden_states
    tensors["hidden.self"] = states[-1][0]
    if case == "short":
        for index, state in enumerate(states):
            tensors[f"hidden_states.self.{index}"] = state[0]
    save_file({key: value.contiguous().clone() for key, value in tensors.items()}, f"{golden}/{case}.safetensors")
    best = output.logits[0, -1].topk(10)
    result = dict(id=case, input_ids=ids, tokens=[str(id) for id in ids], golden=f"{case}.safetensors")
    if not model.config.to_dict().get("use_bidirectional_attention"):
        result["logits_top10"] = dict(
            position=len(ids) - 1, ids=best.indices.tolist(), values=[round(value, 6) for value in best.values.tolist()])
    return result


def main():
    root, names = sys.argv[1], sys.argv[2:] or CONFIGURATIONS
    for name in names:
        folder, golden = f"{root}/models/{name}", f"{root}/goldens/{name}"
        make_model(folder, CONFIGURATIONS[name])
        shutil.rmtree(golden, ignore_errors=True)
        os.makedirs(golden)
        generator = torch.Generator().manual_seed(7)
        cases = [
            make_case(folder, golden, name, case, torch.randint(48, (count,), generator=generator).tolist())
            for case, count in [("short", 6), ("long", 24)]
        ]
        with open(f"{golden}/cases.json", "w") as file:
            json.dump(dict(name=name, cases=cases), file, indent=1)
        print(name, os.path.getsize(f"{folder}/model.safetensors"))


main()
