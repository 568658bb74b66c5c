import Attention
import Files
import Foundation
import TestSupport
import Testing
import Transformers

/// Every family against its reference implementation, by the same rules.
@Suite struct FamilyTests {
  /// Small checkpoints, under the families' names in a title.
  static let families = [
    ("BERT", ["bert_base", "bert_mlm_cased", "bert_gamma_beta", "bert_fp16", "bert_old_pickle"]),
    ("RoBERTa", ["roberta"]),
    ("DistilBERT", ["distilbert"]),
    ("ELECTRA", ["electra", "electra_generator"]),
    ("ALBERT", ["albert", "albert_groups"]),
    ("MPNet", ["mpnet", "mpnet_masked"]),
    ("ERNIE", ["ernie_tasks"]),
    ("Splinter", ["splinter"]),
    ("data2vec", ["data2vec_text"]),
    ("Megatron-BERT", ["megatron_bert"]),
    ("RemBERT", ["rembert"]),
    ("RoFormer", ["roformer"]),
    ("RoBERTa-PreLayerNorm", ["roberta_norms_first"]),
    ("XLM-RoBERTa-XL", ["xlm_roberta_xl"]),
    ("DeBERTa v1", ["deberta_first"]),
    ("DeBERTa", ["deberta_v3", "deberta_v2_linear", "deberta_v2_head", "deberta_v2_convolution"]),
    ("ModernBERT", ["modernbert", "modernbert_biased"]),
    ("Nomic BERT", ["nomic_bert"]),
    ("Jina BERT", ["jina_bert_geglu", "jina_bert_reglu"]),
    ("GTE", ["gte_packed", "gte_apart"]),
    ("EuroBERT", ["eurobert"]),
    ("ESM", ["esm_rotary", "esm_absolute"]),
    ("GPT", ["gpt_first"]),
    ("GPT-2", ["gpt2_layer_scales"]),
    ("GPT-BigCode", ["gpt_bigcode", "gpt_bigcode_all_keys"]),
    ("GPT-Neo", ["gpt_neo_local"]),
    ("GPT-NeoX", ["gpt_neox_parallel", "gpt_neox_sequential"]),
    ("GPT-J", ["gptj_neighbours"]),
    ("CodeGen", ["codegen"]),
    ("OPT", ["opt_norms_before", "opt_norms_behind", "opt_norms_without_weights"]),
    ("XGLM", ["xglm"]),
    ("BioGPT", ["biogpt"]),
    ("BLOOM", ["bloom_six_heads"]),
    ("MPT", ["mpt_six_heads"]),
    (
      "Llama",
      ["llama_linear", "llama_dynamic", "llama_yarn", "llama_by_wavelength", "llama_biased"]
    ),
    ("Llama 3.2 with pictures", ["mllama_text"]),
    ("Apertus", ["apertus"]),
    ("Arcee", ["arcee"]),
    ("Mistral", ["mistral_window"]),
    ("Ministral", ["ministral_windows"]),
    ("Ministral 3", ["ministral3_grown"]),
    ("Mixtral", ["mixtral_window"]),
    ("Qwen2", ["qwen2_upper_window", "qwen2_both_ways"]),
    ("Qwen2 MoE", ["qwen2_moe_shared"]),
    ("Qwen3", ["qwen3_typed_layers"]),
    ("Qwen3 MoE", ["qwen3_moe_sparse"]),
    ("Seed-OSS", ["seed_oss"]),
    ("SmolLM3", ["smollm3_windows"]),
    ("Granite", ["granite_multipliers"]),
    ("Granite MoE", ["granitemoe", "granitemoe_shared"]),
    ("Granite 4", ["granite4_dense", "granite4_unturned"]),
    ("Gemma", ["gemma_legacy_gelu", "paligemma_prefix"]),
    ("Gemma 2", ["gemma2_caps", "paligemma2_prefix"]),
    ("VaultGemma", ["vaultgemma"]),
    ("Gemma 3", ["gemma3_nested", "gemma3_pattern", "gemma3_both_ways"]),
    ("Gemma 3n", ["gemma3n_streams"]),
    ("Gemma 4", ["gemma4_keys_as_values", "gemma4_shared", "gemma4_experts"]),
    ("Phi", ["phi_head_norms"]),
    ("Phi-3", ["phi3_longrope"]),
    ("Phi-3.5 MoE", ["phimoe"]),
    ("OLMo", ["olmo_clipped"]),
    ("OLMo 2", ["olmo2_joint_norms"]),
    ("OLMo 3", ["olmo3_windows"]),
    ("OLMoE", ["olmoe_clipped"]),
    ("Cohere", ["cohere_head_norms"]),
    ("Cohere 2", ["cohere2_windows"]),
    ("ERNIE 4.5", ["ernie4_5_biased"]),
    ("EXAONE 4", ["exaone4_windows", "exaone4_full"]),
    ("GLM", ["glm"]),
    ("GLM-4", ["glm4_plain"]),
    ("gpt-oss", ["gpt_oss"]),
    ("Hunyuan", ["hunyuan_alpha"]),
    ("nanochat", ["nanochat"]),
    ("Nemotron", ["nemotron"]),
    ("StableLM", ["stablelm_parallel", "stablelm_sequential", "stablelm_norms_by_head"]),
    ("StarCoder 2", ["starcoder2_window"]),
    ("Falcon", ["falcon_groups", "falcon_multi_query", "falcon_biases"]),
    ("T5", ["t5_small"]),
    ("UMT5", ["umt5"]),
    ("BART", ["bart_small"]),
    ("mBART", ["mbart"]),
    ("Marian", ["marian_split"]),
    ("M2M-100", ["m2m_small"]),
    ("PEGASUS", ["pegasus_small"]),
    ("Blenderbot", ["blenderbot"]),
    ("Blenderbot Small", ["blenderbot_small"]),
    ("MVP", ["mvp"]),
    ("PLBART", ["plbart"]),
  ]

  static func cases() throws -> [GoldenCase] {
    try families.flatMap(\.1).flatMap { model in
      let cases = try GoldenCase.all(of: model)
      try #require(!cases.isEmpty, "\(model)")
      return cases
    }
  }

  private func load(_ name: String) throws -> any TransformerModel {
    try ModelRegistry.loadModel(from: ModelFiles(folder: Fixtures.path("models/\(name)")))
  }

  @Test(arguments: families)
  func summarizes(family: String, models: [String]) throws {
    for model in models {
      let summary = try load(model).summary
      #expect(summary.family == family)
      let golden = try #require(GoldenCase.all(of: model).first)
      #expect(summary.predictsTokens == (golden.logits != nil), "\(model)")
    }
  }

  @Test(arguments: try cases())
  func equalsTheReference(_ golden: GoldenCase) throws {
    try expect(try load(golden.model).forward(golden.input), matches: golden)
  }

  @Test(arguments: try cases().filter { $0.logits != nil })
  func predictsLikeTheReference(_ golden: GoldenCase) throws {
    let logits = try #require(golden.logits)
    let predictions = try load(golden.model).forward(golden.input).predictions
    #expect(predictions.map(\.id) == logits.ids)
    #expect(predictions.allSatisfy { $0.position == logits.position })
    // The softmax takes a constant from all logits: their differences remain.
    for (prediction, logit) in zip(predictions, logits.values) {
      let difference = log(prediction.probability / predictions[0].probability)
      #expect(abs(Double(difference) - (logit - logits.values[0])) < 2e-4)
    }
    let sum = predictions.reduce(0) { $0 + $1.probability }
    #expect(sum > 0 && sum < 1.000_001)
  }
}
