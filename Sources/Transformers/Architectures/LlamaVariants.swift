// In what the relatives of Llama differ from it: a line for each family.
//
// Papers: Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023, arXiv:2302.13971, and
// "Llama 2", 2023, arXiv:2307.09288; Jiang et al., "Mistral 7B", 2023, arXiv:2310.06825, and "Mixtral of Experts",
// 2024, arXiv:2401.04088; Yang et al., "Qwen2 Technical Report", 2024, arXiv:2407.10671, and "Qwen3 Technical Report",
// 2025, arXiv:2505.09388; Abdin et al., "Phi-3 Technical Report", 2024, arXiv:2404.14219; Groeneveld et al., "OLMo",
// 2024, arXiv:2402.00838; Team OLMo, "2 OLMo 2 Furious", 2024, arXiv:2501.00656, and "Olmo 3", 2025,
// arXiv:2512.13961; Muennighoff et al., "OLMoE", 2024, arXiv:2409.02060; Bellagente et al., "Stable LM 2 1.6B
// Technical Report", 2024, arXiv:2402.17834; Parmar et al., "Nemotron-4 15B Technical Report", 2024,
// arXiv:2402.16819; Team GLM, "ChatGLM", 2024, arXiv:2406.12793; Bae et al., "EXAONE 4.0", 2025, arXiv:2507.11407;
// Team Cohere, "Command A", 2025, arXiv:2504.00698; Boizard et al., "EuroBERT", 2025, arXiv:2503.05500; Agarwal et
// al., "gpt-oss-120b & gpt-oss-20b Model Card", 2025, arXiv:2508.10925; Project Apertus, "Apertus", 2025,
// arXiv:2509.14233; Grattafiori et al., "The Llama 3 Herd of Models", 2024, arXiv:2407.21783 (with pictures: mllama).

import Attention

/// The properties of a family that its configuration class and code state, and no key of its files.
struct LlamaVariant: Sendable {
  var family: String
  /// The size of a head where files leave it out; nil: the hidden size, divided among the heads.
  var headSize: Int?
  /// Whether files may name the size of a head.
  var namesHeadSize = true
  /// The number of key heads where files leave it out; nil: that of query heads.
  var keyHeadCount: Int?
  var activation = "silu"
  var isTied = false
  var norm = Norm.rms
  var epsilon = (key: "rms_norm_eps", otherwise: 1e-6)
  var norms = Norms.before
  /// The names of the norms before the blocks.
  var normNames = (attention: "input_layernorm", feedForward: "post_attention_layernorm")
  var queryKeyValueBias = Setting("attention_bias")
  var outputBias = Setting("attention_bias")
  var feedForwardBias = Setting("mlp_bias")
  var headBias = Setting.never
  /// Whether the norm behind the layers is in front of them, too.
  var normsEmbeddings = false
  var headNorms = HeadNorms.none
  var hasClip = false
  var hasSinks = false
  var pairing = Rotation.Pairing.halves
  /// Whether queries and keys turn the other way round.
  var turnsBack = false
  var base = 10_000.0
  var share = 1.0
  var turning = Turning.everywhere
  var window = Window.none
  /// Whether queries, keys and values come from one matrix.
  var isFused = false
  var feedForward = FeedForward.gated
  var experts: ExpertsVariant?
  /// The limit of the logits where files leave it out; nil where the family has none.
  var logitCap: Double?
  /// The quantities that are multiplied with constants.
  var multipliers = Multipliers.none
  var looksBothWays = false
  /// Whether queries grow far from the beginning, by `llama_4_scaling_beta`.
  var growsQueries = false
  /// The number of ids that have embeddings and are no part of the vocabulary, such as a picture's.
  var furtherIDCount = 0

  /// A flag of the configuration, or what all models of a family have.
  struct Setting: Sendable {
    var key: String?
    var otherwise: Bool

    init(_ key: String?, otherwise: Bool = false) {
      self.key = key
      self.otherwise = otherwise
    }

    static let never = Setting(nil)
    static let always = Setting(nil, otherwise: true)
  }

  enum Norm: Sendable {
    case rms, rmsWithoutWeights, layer, layerWithoutBias, layerGainLessOne
    /// Whose epsilon is torch's.
    case withoutWeights
  }

  /// The place of the norms in a layer.
  enum Norms: Sendable {
    case before, behind
    case both
    /// One for both blocks, which are added together.
    case shared
    /// That, where the flag says so, and `before` otherwise.
    case sharedIf(String)
  }

  enum HeadNorms: Sendable {
    case none
    /// One for all heads, `q_norm` and `k_norm`.
    case each
    /// The same behind the turning of positions, `query_layernorm` and `key_layernorm`.
    case eachTurned
    /// That, without weights.
    case eachTurnedWithoutWeights
    /// Of all heads together.
    case joint
    /// One for each head, where the flag says so.
    case separate(flag: String)
  }

  /// The layers that rotate queries and keys.
  enum Turning: Sendable {
    case everywhere
    /// Those with a window; all where there is none.
    case sliding
    /// Those with a window only.
    case slidingOnly
    /// All, those with a window without what is scaled for long inputs.
    case slidingPlainly
    /// By `no_rope_layers`, which has a 1 for layers that turn, or all but every `no_rope_layer_interval`-th.
    case listed
    /// All, if `position_embedding_type` says so, or else none.
    case named
  }

  enum Window: Sendable {
    case none
    /// All layers, by `sliding_window`.
    case everywhere(default: Int?)
    /// All layers, if `use_sliding_window`.
    case everywhereIfUsed
    /// Layers by `layer_types`, or else from `max_window_layers` on, if `use_sliding_window`.
    case upperLayers
    /// Layers by `layer_types`, or else every other one below `max_window_layers`, if `use_sliding_window`.
    case lowerLayers
    /// Layers by `layer_types`, or else all but every n-th; nil: all.
    case typed(default: Int?, fullEvery: Int?)
    /// Layers by `layer_types`, or else those that do not rotate, if `use_sliding_window`.
    case unturned
  }

  enum FeedForward: Sendable {
    case gated
    /// Gate and up in one matrix.
    case fused
    /// Where there are no experts, what is otherwise beside them (Granite 4).
    case shared
    /// Two matrices under these names.
    case plain(String, String)
  }

  enum Multipliers: Sendable {
    case none
    /// The logits by `logit_scale`.
    case logits
    /// Embeddings, scores, what blocks add, and the logits' divisor.
    case granite
  }

  static let named: [String: LlamaVariant] = [
    "llama": LlamaVariant(family: "Llama"),
    "apertus": LlamaVariant(
      family: "Apertus", activation: "xielu", epsilon: ("rms_norm_eps", 1e-5),
      normNames: ("attention_layernorm", "feedforward_layernorm"), feedForwardBias: .never,
      headNorms: .each, base: 12_000_000, feedForward: .plain("up_proj", "down_proj")),
    "arcee": LlamaVariant(
      family: "Arcee", activation: "relu2", epsilon: ("rms_norm_eps", 1e-5),
      feedForward: .plain("up_proj", "down_proj")),
    "cohere": LlamaVariant(
      family: "Cohere", isTied: true, norm: .layerWithoutBias, epsilon: ("layer_norm_eps", 1e-5),
      norms: .shared, headNorms: .separate(flag: "use_qk_norm"), pairing: .neighbours,
      base: 500_000, multipliers: .logits),
    "cohere2": LlamaVariant(
      family: "Cohere 2", namesHeadSize: false, isTied: true, norm: .layerWithoutBias,
      epsilon: ("layer_norm_eps", 1e-5), norms: .shared, pairing: .neighbours,
      turning: .slidingOnly, window: .typed(default: 4096, fullEvery: 4), multipliers: .logits),
    "ernie4_5": LlamaVariant(
      family: "ERNIE 4.5", headSize: 128, keyHeadCount: 2, isTied: true,
      epsilon: ("rms_norm_eps", 1e-5), queryKeyValueBias: Setting("use_bias"),
      outputBias: Setting("use_bias"), feedForwardBias: Setting("use_bias"),
      pairing: .neighbours, base: 500_000),
    "eurobert": LlamaVariant(
      family: "EuroBERT", epsilon: ("rms_norm_eps", 1e-5), headBias: Setting("mlp_bias"),
      looksBothWays: true),
    "exaone4": LlamaVariant(
      family: "EXAONE 4", keyHeadCount: 32, epsilon: ("rms_norm_eps", 1e-5), norms: .behind,
      queryKeyValueBias: .never, outputBias: .never, headNorms: .each, turning: .sliding,
      window: .typed(default: 4096, fullEvery: 4)),
    "glm": LlamaVariant(
      family: "GLM", headSize: 128, keyHeadCount: 2, epsilon: ("rms_norm_eps", 0.00000015625),
      queryKeyValueBias: Setting("attention_bias", otherwise: true), outputBias: .never,
      pairing: .neighbours, share: 0.5, feedForward: .fused),
    "glm4": LlamaVariant(
      family: "GLM-4", headSize: 128, keyHeadCount: 2, epsilon: ("rms_norm_eps", 0.00000015625),
      norms: .both, queryKeyValueBias: Setting("attention_bias", otherwise: true),
      outputBias: .never, pairing: .neighbours, share: 0.5, feedForward: .fused),
    "gpt_oss": LlamaVariant(
      family: "gpt-oss", headSize: 64, keyHeadCount: 8, epsilon: ("rms_norm_eps", 1e-5),
      queryKeyValueBias: Setting("attention_bias", otherwise: true),
      outputBias: Setting("attention_bias", otherwise: true), hasSinks: true, base: 150_000,
      window: .typed(default: 128, fullEvery: 2), experts: .gptOss),
    "granite": LlamaVariant(family: "Granite", multipliers: .granite),
    "granitemoe": LlamaVariant(family: "Granite MoE", experts: .granite, multipliers: .granite),
    "granitemoehybrid": LlamaVariant(
      family: "Granite 4", turning: .named, feedForward: .shared, experts: .graniteHybrid,
      multipliers: .granite),
    "granitemoeshared": LlamaVariant(
      family: "Granite MoE", experts: .graniteShared, multipliers: .granite),
    "hunyuan_v1_dense": LlamaVariant(
      family: "Hunyuan", epsilon: ("rms_norm_eps", 1e-5), headNorms: .eachTurned),
    "ministral": LlamaVariant(
      family: "Ministral", keyHeadCount: 8, queryKeyValueBias: .never, outputBias: .never,
      window: .typed(default: 4096, fullEvery: nil)),
    "ministral3": LlamaVariant(
      family: "Ministral 3", headSize: 128, keyHeadCount: 8, epsilon: ("rms_norm_eps", 1e-5),
      queryKeyValueBias: .never, outputBias: .never, base: 1_000_000,
      window: .everywhere(default: nil), growsQueries: true),
    "mistral": LlamaVariant(
      family: "Mistral", keyHeadCount: 8, queryKeyValueBias: .never, outputBias: .never,
      window: .everywhere(default: 4096)),
    "mixtral": LlamaVariant(
      family: "Mixtral", keyHeadCount: 8, epsilon: ("rms_norm_eps", 1e-5),
      queryKeyValueBias: .never, outputBias: .never, base: 1_000_000,
      window: .everywhere(default: nil), experts: .mixtral),
    "mllama_text_model": LlamaVariant(
      family: "Llama 3.2 with pictures", namesHeadSize: false, keyHeadCount: 8,
      epsilon: ("rms_norm_eps", 1e-5), queryKeyValueBias: .never, outputBias: .never,
      feedForwardBias: .never, base: 500_000, furtherIDCount: 8),
    "nanochat": LlamaVariant(
      family: "nanochat", activation: "relu2", norm: .rmsWithoutWeights, normsEmbeddings: true,
      headNorms: .eachTurnedWithoutWeights, turnsBack: true, feedForward: .plain("fc1", "fc2"),
      logitCap: 15),
    "nemotron": LlamaVariant(
      family: "Nemotron", activation: "relu2", norm: .layerGainLessOne,
      epsilon: ("norm_eps", 1e-5), share: 0.5, feedForward: .plain("up_proj", "down_proj")),
    "olmo": LlamaVariant(family: "OLMo", norm: .withoutWeights, hasClip: true),
    "olmo2": LlamaVariant(
      family: "OLMo 2", epsilon: ("rms_norm_eps", 1e-5), norms: .behind, headNorms: .joint),
    "olmo3": LlamaVariant(
      family: "OLMo 3", epsilon: ("rms_norm_eps", 1e-5), norms: .behind, headNorms: .joint,
      base: 500_000, turning: .slidingPlainly, window: .typed(default: 4096, fullEvery: 4)),
    "olmoe": LlamaVariant(
      family: "OLMoE", epsilon: ("rms_norm_eps", 1e-5), headNorms: .joint, hasClip: true,
      experts: .olmoe),
    "phi3": LlamaVariant(
      family: "Phi-3", epsilon: ("rms_norm_eps", 1e-5), queryKeyValueBias: .never,
      outputBias: .never, window: .everywhere(default: nil), isFused: true, feedForward: .fused),
    "phimoe": LlamaVariant(
      family: "Phi-3.5 MoE", keyHeadCount: 8, norm: .layer, epsilon: ("rms_norm_eps", 1e-5),
      headBias: Setting("lm_head_bias"), base: 1_000_000, window: .everywhere(default: nil),
      experts: .phimoe),
    "qwen2": LlamaVariant(
      family: "Qwen2", keyHeadCount: 32, queryKeyValueBias: .always, outputBias: .never,
      window: .upperLayers),
    "qwen2_moe": LlamaVariant(
      family: "Qwen2 MoE", keyHeadCount: 16,
      queryKeyValueBias: Setting("qkv_bias", otherwise: true), outputBias: .never,
      window: .lowerLayers, experts: .qwen2),
    "qwen3": LlamaVariant(
      family: "Qwen3", headSize: 128, keyHeadCount: 32, headNorms: .each, window: .upperLayers),
    "qwen3_moe": LlamaVariant(
      family: "Qwen3 MoE", keyHeadCount: 4, headNorms: .each, window: .everywhereIfUsed,
      experts: .qwen3),
    "seed_oss": LlamaVariant(
      family: "Seed-OSS", headSize: 128, keyHeadCount: 8,
      queryKeyValueBias: Setting("attention_bias", otherwise: true),
      outputBias: Setting("attention_out_bias")),
    "smollm3": LlamaVariant(
      family: "SmolLM3", keyHeadCount: 4, isTied: true, base: 2_000_000, turning: .listed,
      window: .unturned),
    "stablelm": LlamaVariant(
      family: "StableLM", namesHeadSize: false, keyHeadCount: 32, norm: .layer,
      epsilon: ("layer_norm_eps", 1e-5), norms: .sharedIf("use_parallel_residual"),
      queryKeyValueBias: Setting("use_qkv_bias"), outputBias: .never, feedForwardBias: .never,
      headNorms: .separate(flag: "qk_layernorm"), share: 0.25),
    "starcoder2": LlamaVariant(
      family: "StarCoder 2", keyHeadCount: 2, activation: "gelu_pytorch_tanh", isTied: true,
      norm: .layer, epsilon: ("norm_epsilon", 1e-5),
      queryKeyValueBias: Setting("use_bias", otherwise: true),
      outputBias: Setting("use_bias", otherwise: true),
      feedForwardBias: Setting("use_bias", otherwise: true), window: .everywhere(default: nil),
      feedForward: .plain("c_fc", "c_proj")),
  ]
}
