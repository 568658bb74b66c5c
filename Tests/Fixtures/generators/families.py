"""Small random models of families that differ in little, and what PyTorch and transformers compute of them.

    python families.py <Tests/Fixtures> [name ...]

Writes models/<name> and goldens/<name>: attention, and the hidden states of the short case. Made with torch 2.15 and
transformers 5.24. Weights are stored in float16 and computed with in float32.
"""

import json
import math
import os
import shutil
import sys

import torch
import transformers as tf
from safetensors.torch import load_file, save_file

TINY = dict(
    vocab_size=32, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
    max_position_embeddings=64, pad_token_id=0, bos_token_id=1, eos_token_id=2)
LLAMA = dict(TINY, num_key_value_heads=2)
EXPERTS = dict(LLAMA, num_experts_per_tok=2)
GPT = dict(vocab_size=32, n_embd=16, n_layer=2, n_head=4, n_positions=32)
BART = dict(
    vocab_size=32, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
    decoder_attention_heads=2, encoder_ffn_dim=24, decoder_ffn_dim=24, max_position_embeddings=32)
CAUSAL, MASKED, BASE, BOTH, PICTURES = (
    tf.AutoModelForCausalLM, tf.AutoModelForMaskedLM, tf.AutoModel, tf.AutoModelForSeq2SeqLM,
    tf.AutoModelForImageTextToText)
TINY_PICTURES = dict(
    model_type="siglip_vision_model", hidden_size=4, intermediate_size=4, num_hidden_layers=1, num_attention_heads=1,
    image_size=2, patch_size=2)

MODELS = {
    "apertus": (CAUSAL, dict(
        LLAMA, model_type="apertus", rope_theta=500.0, rope_scaling=dict(
            rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=16))),
    "arcee": (CAUSAL, dict(LLAMA, model_type="arcee", attention_bias=True)),
    "cohere_head_norms": (CAUSAL, dict(
        LLAMA, model_type="cohere", use_qk_norm=True, logit_scale=0.5, rope_theta=500.0)),
    "cohere2_windows": (CAUSAL, dict(
        LLAMA, model_type="cohere2", num_hidden_layers=3, sliding_window=4, sliding_window_pattern=3)),
    "ernie4_5_biased": (CAUSAL, dict(LLAMA, model_type="ernie4_5", head_dim=6, use_bias=True)),
    "eurobert": (MASKED, dict(LLAMA, model_type="eurobert", mask_token_id=3)),
    "exaone4_windows": (CAUSAL, dict(
        LLAMA, model_type="exaone4", num_hidden_layers=3, sliding_window=4, sliding_window_pattern=3)),
    "exaone4_full": (CAUSAL, dict(
        LLAMA, model_type="exaone4", sliding_window=None, layer_types=["full_attention"] * 2)),
    "gemma3n_streams": (CAUSAL, dict(
        LLAMA, model_type="gemma3n_text", num_hidden_layers=4, head_dim=4, sliding_window=4, altup_num_inputs=3,
        layer_types=["sliding_attention", "full_attention"] * 2, num_kv_shared_layers=2, laurel_rank=4,
        hidden_size_per_layer_input=6, vocab_size_per_layer_input=32, activation_sparsity_pattern=[0.8, 0.0, 0.0, 0.3],
        rope_theta=5000.0, rope_local_base_freq=50.0)),
    "gemma4_keys_as_values": (CAUSAL, dict(
        LLAMA, model_type="gemma4_text", num_hidden_layers=3, head_dim=4, global_head_dim=8, sliding_window=4,
        layer_types=["sliding_attention", "full_attention", "full_attention"], attention_k_eq_v=True,
        num_global_key_value_heads=1, hidden_size_per_layer_input=0, final_logit_softcapping=5.0)),
    "gemma4_shared": (CAUSAL, dict(
        LLAMA, model_type="gemma4_text", num_hidden_layers=4, head_dim=4, global_head_dim=8, sliding_window=4,
        layer_types=["sliding_attention", "full_attention"] * 2, num_kv_shared_layers=2,
        use_double_wide_mlp=True, hidden_size_per_layer_input=6, vocab_size_per_layer_input=32)),
    "gemma4_experts": (CAUSAL, dict(
        LLAMA, model_type="gemma4_text", head_dim=4, global_head_dim=8, sliding_window=4,
        layer_types=["sliding_attention", "full_attention"], hidden_size_per_layer_input=0, enable_moe_block=True,
        num_experts=4, top_k_experts=2, moe_intermediate_size=8)),
    "glm": (CAUSAL, dict(LLAMA, model_type="glm", head_dim=8)),
    "glm4_plain": (CAUSAL, dict(LLAMA, model_type="glm4", head_dim=8, attention_bias=False)),
    "gpt_oss": (CAUSAL, dict(
        EXPERTS, model_type="gpt_oss", hidden_size=32, intermediate_size=32, head_dim=8, num_local_experts=3,
        sliding_window=4, rope_theta=500.0, rope_scaling=dict(
            rope_type="yarn", factor=4.0, beta_fast=32.0, beta_slow=1.0, truncate=False,
            original_max_position_embeddings=16))),
    "granitemoe": (CAUSAL, dict(
        EXPERTS, model_type="granitemoe", num_local_experts=3, attention_multiplier=0.3,
        embedding_multiplier=2.0, residual_multiplier=0.5, logits_scaling=2.0)),
    "granitemoe_shared": (CAUSAL, dict(
        EXPERTS, model_type="granitemoeshared", num_local_experts=3, shared_intermediate_size=12,
        attention_multiplier=0.3, embedding_multiplier=2.0, residual_multiplier=0.5, logits_scaling=2.0)),
    "granite4_dense": (CAUSAL, dict(
        LLAMA, model_type="granitemoehybrid", num_local_experts=0, num_experts_per_tok=0, shared_intermediate_size=24,
        layer_types=["attention"] * 2, position_embedding_type="rope", attention_multiplier=0.3,
        embedding_multiplier=2.0, residual_multiplier=0.5, logits_scaling=2.0, mamba_n_heads=4, mamba_d_head=8)),
    "granite4_unturned": (CAUSAL, dict(
        EXPERTS, model_type="granitemoehybrid", num_local_experts=3, shared_intermediate_size=12,
        layers_block_type=["attention"] * 2, position_embedding_type="nope", attention_multiplier=0.3,
        mamba_n_heads=4, mamba_d_head=8)),
    "hunyuan_alpha": (CAUSAL, dict(
        LLAMA, model_type="hunyuan_v1_dense", head_dim=8,
        rope_scaling=dict(type="dynamic", alpha=50.0, factor=1.0, rope_theta=100.0))),
    "ministral_windows": (CAUSAL, dict(
        LLAMA, model_type="ministral", head_dim=6, sliding_window=4,
        layer_types=["full_attention", "sliding_attention"])),
    "ministral3_grown": (CAUSAL, dict(
        LLAMA, model_type="ministral3", head_dim=6, rope_parameters=dict(
            rope_type="yarn", rope_theta=500.0, factor=16.0, original_max_position_embeddings=4, beta_fast=32.0,
            beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.5))),
    "mllama_text": (tf.MllamaForCausalLM, dict(
        LLAMA, model_type="mllama_text_model", num_hidden_layers=4, cross_attention_layers=[1, 3], pad_token_id=31,
        rope_theta=500.0)),
    "mixtral_window": (CAUSAL, dict(EXPERTS, model_type="mixtral", num_local_experts=3, sliding_window=4)),
    "nanochat": (CAUSAL, dict(LLAMA, model_type="nanochat", final_logit_softcapping=3.0, rope_theta=50.0)),
    "nemotron": (CAUSAL, dict(LLAMA, model_type="nemotron", head_dim=8)),
    "olmo_clipped": (CAUSAL, dict(LLAMA, model_type="olmo", clip_qkv=0.7)),
    "olmoe_clipped": (CAUSAL, dict(
        EXPERTS, model_type="olmoe", num_experts=4, clip_qkv=0.9, norm_topk_prob=True)),
    "phimoe": (CAUSAL, dict(
        EXPERTS, model_type="phimoe", num_local_experts=4, router_jitter_noise=0.1, attention_bias=True,
        lm_head_bias=True)),
    "qwen2_moe_shared": (CAUSAL, dict(
        EXPERTS, model_type="qwen2_moe", num_hidden_layers=3, num_experts=4, moe_intermediate_size=8,
        shared_expert_intermediate_size=12, mlp_only_layers=[0], use_sliding_window=True, sliding_window=4,
        max_window_layers=1)),
    "qwen3_moe_sparse": (CAUSAL, dict(
        EXPERTS, model_type="qwen3_moe", head_dim=6, num_experts=4, moe_intermediate_size=8,
        decoder_sparse_step=2, norm_topk_prob=True)),
    "seed_oss": (CAUSAL, dict(LLAMA, model_type="seed_oss", head_dim=6, attention_out_bias=True)),
    "smollm3_windows": (CAUSAL, dict(
        LLAMA, model_type="smollm3", no_rope_layer_interval=2, use_sliding_window=True, sliding_window=4)),
    "paligemma_prefix": (PICTURES, dict(
        model_type="paligemma", text_config=dict(LLAMA, model_type="gemma", head_dim=4), vision_config=TINY_PICTURES,
        projection_dim=16, image_token_index=31, pad_token_id=0)),
    "paligemma2_prefix": (PICTURES, dict(
        model_type="paligemma", text_config=dict(
            LLAMA, model_type="gemma2", head_dim=4, sliding_window=4, query_pre_attn_scalar=4),
        vision_config=TINY_PICTURES, projection_dim=16, image_token_index=31, pad_token_id=0)),
    "vaultgemma": (CAUSAL, dict(
        LLAMA, model_type="vaultgemma", head_dim=4, sliding_window=4, query_pre_attn_scalar=4,
        attn_logit_softcapping=3.0, final_logit_softcapping=5.0)),
    "codegen": (CAUSAL, dict(GPT, model_type="codegen", rotary_dim=4, n_inner=24)),
    "gpt_first": (CAUSAL, dict(GPT, model_type="openai-gpt")),
    "gpt_bigcode": (CAUSAL, dict(GPT, model_type="gpt_bigcode", n_inner=24)),
    "gpt_bigcode_all_keys": (CAUSAL, dict(GPT, model_type="gpt_bigcode", n_inner=24, multi_query=False)),
    "mpt_six_heads": (CAUSAL, dict(
        model_type="mpt", vocab_size=32, d_model=24, n_heads=6, n_layers=2, max_seq_len=32,
        attn_config=dict(alibi=True, clip_qkv=0.8, softmax_scale=0.4))),
    "xglm": (CAUSAL, dict(
        model_type="xglm", vocab_size=32, d_model=16, ffn_dim=24, num_layers=2, attention_heads=4,
        max_position_embeddings=32)),
    "biogpt": (CAUSAL, dict(TINY, model_type="biogpt")),
    "ernie_tasks": (MASKED, dict(TINY, model_type="ernie", use_task_id=True)),
    "splinter": (BASE, dict(TINY, model_type="splinter")),
    "data2vec_text": (MASKED, dict(TINY, model_type="data2vec-text", pad_token_id=1)),
    "megatron_bert": (MASKED, dict(TINY, model_type="megatron-bert")),
    "rembert": (MASKED, dict(TINY, model_type="rembert", input_embedding_size=8, output_embedding_size=12)),
    "roberta_norms_first": (MASKED, dict(TINY, model_type="roberta-prelayernorm", pad_token_id=1)),
    "roformer": (MASKED, dict(TINY, model_type="roformer", embedding_size=8)),
    "xlm_roberta_xl": (MASKED, dict(TINY, model_type="xlm-roberta-xl", pad_token_id=1)),
    "deberta_first": (MASKED, dict(
        TINY, model_type="deberta", relative_attention=True, pos_att_type="c2p|p2c", max_relative_positions=8,
        position_biased_input=False, type_vocab_size=0)),
    "esm_rotary": (MASKED, dict(
        TINY, model_type="esm", position_embedding_type="rotary", token_dropout=True, mask_token_id=5,
        pad_token_id=1)),
    "esm_absolute": (MASKED, dict(
        TINY, model_type="esm", emb_layer_norm_before=True, token_dropout=False, mask_token_id=5, pad_token_id=1)),
    "nomic_bert": (MASKED, dict(TINY, model_type="nomic_bert", rope_parameters=dict(
        rope_type="default", rope_theta=100.0))),
    "blenderbot": (BOTH, dict(BART, model_type="blenderbot", scale_embedding=True)),
    "blenderbot_small": (BOTH, dict(BART, model_type="blenderbot-small", scale_embedding=True)),
    "mvp": (BOTH, dict(BART, model_type="mvp", pad_token_id=1, bos_token_id=0, eos_token_id=2)),
    "plbart": (BOTH, dict(BART, model_type="plbart", pad_token_id=1, bos_token_id=0, eos_token_id=2)),
}
# Its inputs have masks.
MASK = {"esm_rotary": 5}
# What stands before an answer.
PREFIX = {"paligemma_prefix", "paligemma2_prefix"}


def randomize(model, generator):
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 1 or "norm" in name:
            # A norm's gain is around 1, or around 0 where 1 is added to it.
            last = name.split(".")[-2:]
            is_gain = last[-1] == "weight" and ("norm" in last[0].lower() or last[0].startswith("ln"))
            noise = 0.3 * noise + (1 if is_gain and model.config.model_type != "nemotron" else 0)
        elif "embed" not in name and "wte" not in name and "wpe" not in name:
            noise = 1.6 * noise / math.sqrt(min(parameter.shape[-2:]))
        parameter.data = noise.half().float()


def make_model(folder, auto, configuration):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(f"{folder}/config.json", "w") as file:
        json.dump(configuration, file, indent=1)
    model = (
        auto(auto.config_class(**configuration)) if auto is tf.MllamaForCausalLM
        else auto.from_config(tf.AutoConfig.from_pretrained(folder)))
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
def make_case(folder, golden, name, auto, case, ids):
    model = auto.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    inputs = dict(input_ids=torch.tensor([ids]))
    entry = dict(id=case, input_ids=ids, tokens=[str(id) for id in ids], golden=f"{case}.safetensors")
    if auto is BOTH:
        target = [2] + ids[2:6]
        inputs["decoder_input_ids"] = torch.tensor([target])
        entry |= dict(decoder_input_ids=target, decoder_tokens=[str(id) for id in target])
    if name in PREFIX:
        inputs["token_type_ids"] = torch.zeros_like(inputs["input_ids"])
    output = model(**inputs, output_attentions=True, output_hidden_states=True, use_cache=False)
    kinds = (
        [("encoder", "encoder_attentions", "encoder_hidden_states"),
         ("decoder", "decoder_attentions", "decoder_hidden_states"), ("cross", "cross_attentions", None)]
        if auto is BOTH else [("self", "attentions", "hidden_states")])
    tensors = {}
    for kind, attentions, states in kinds:
        for layer, attention in enumerate(output[attentions]):
            tensors[f"attention.{kind}.{layer}"] = attention[0]
        if states and case == "short":
            for index, state in enumerate(output[states]):
                if state.dim() == 3:  # Not several streams.
                    tensors[f"hidden_states.{kind}.{index}"] = state[0]
    save_file(
        {key: value.contiguous().clone() for key, value in tensors.items()}, f"{golden}/{case}.safetensors")
    if auto is not BASE:
        best = output.logits[0, -1].topk(10)
        last = len(inputs.get("decoder_input_ids", inputs["input_ids"])[0]) - 1
        entry["logits_top10"] = dict(
            position=last, ids=best.indices.tolist(), values=[round(value, 6) for value in best.values.tolist()])
    return entry


def main():
    root, names = sys.argv[1], sys.argv[2:] or MODELS
    for name in names:
        auto, configuration = MODELS[name]
        folder, golden = f"{root}/models/{name}", f"{root}/goldens/{name}"
        make_model(folder, auto, configuration)
        shutil.rmtree(golden, ignore_errors=True)
        os.makedirs(golden)
        generator = torch.Generator().manual_seed(7)
        cases = []
        for case, count in [("short", 6), ("long", 13)]:
            ids = torch.randint(6, 32, (count,), generator=generator).tolist()
            if name in MASK:
                ids[2] = MASK[name]
            cases.append(make_case(folder, golden, name, auto, case, ids))
        with open(f"{golden}/cases.json", "w") as file:
            json.dump(dict(name=name, cases=cases), file)
        print(name, os.path.getsize(f"{folder}/model.safetensors"))


main()
