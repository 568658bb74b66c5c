// Llama and the decoders that are built like it: RMS norms before each block, rotary positions, key heads that
// query heads share, and a gated feed-forward block. Mistral looks back on a window only; Qwen2 adds a bias to
// queries, keys and values; Qwen3 norms the queries and keys of each head.
//
// Papers: Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023, arXiv:2302.13971, and
// "Llama 2", 2023, arXiv:2307.09288; Jiang et al., "Mistral 7B", 2023, arXiv:2310.06825; Yang et al., "Qwen2
// Technical Report", 2024, arXiv:2407.10671, and "Qwen3 Technical Report", 2025, arXiv:2505.09388.
// Reference: transformers/models/{llama,mistral,qwen2,qwen3}/modeling_*.py; the types carry Llama's names.

import Attention

// MARK: Configuration

struct LlamaConfiguration: Sendable {
  let family: String
  let vocabularySize: Int
  let hiddenSize: Int
  let headCount: Int
  let keyHeadCount: Int
  let headSize: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let rotary: RotaryEmbedding
  /// One per layer.
  let masks: [AttentionMask]
  let isTied: Bool
  let hasQueryKeyValueBias: Bool
  let hasOutputBias: Bool
  let hasFeedForwardBias: Bool
  let hasHeadNorms: Bool

  /// In what the relatives differ: the defaults of their configuration classes, and what these have keys for.
  private struct Variant {
    var family: String
    var headSize: Int?
    var hasHeadNorms = false
    /// nil: by `attention_bias`, which then also speaks of the output.
    var hasQueryKeyValueBias: Bool?
    var window = Window.none

    enum Window {
      case none
      /// All layers, by `sliding_window`.
      case everywhere(default: Int)
      /// Where `layer_types` says so, or else from `max_window_layers` on, if `use_sliding_window`.
      case upperLayers
    }
  }

  private static let variants: [String: Variant] = [
    "llama": Variant(family: "Llama"),
    "mistral": Variant(
      family: "Mistral", hasQueryKeyValueBias: false, window: .everywhere(default: 4096)),
    "qwen2": Variant(family: "Qwen2", hasQueryKeyValueBias: true, window: .upperLayers),
    "qwen3": Variant(
      family: "Qwen3", headSize: 128, hasHeadNorms: true, window: .upperLayers),
  ]

  /// Sizes are required; what hub files leave out takes the defaults of transformers' configuration classes.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    let variant = Self.variants[configuration.modelType] ?? Variant(family: "Llama")
    family = variant.family
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(headCount: headCount)
    headSize =
      if let size = variant.headSize {
        try configuration.size("head_dim", default: size)
      } else {
        try configuration.headSize(hiddenSize: hiddenSize, headCount: headCount)
      }
    intermediateSize = try configuration.size("intermediate_size")
    activation = try configuration.activation("hidden_act", default: "silu")
    normEpsilon = try configuration.epsilon("rms_norm_eps", default: 1e-6)
    rotary = try configuration.rotaryEmbedding(headSize: headSize)
    positionCount = try configuration.rotaryPositionCount(rotary.scaling)
    masks = try Self.masks(configuration, variant.window)
    isTied = try configuration.flag("tie_word_embeddings", default: false)
    hasOutputBias =
      variant.hasQueryKeyValueBias == nil
      ? try configuration.flag("attention_bias", default: false) : false
    hasQueryKeyValueBias = variant.hasQueryKeyValueBias ?? hasOutputBias
    hasFeedForwardBias = try configuration.flag("mlp_bias", default: false)
    hasHeadNorms = variant.hasHeadNorms
  }

  private static func masks(
    _ configuration: ModelConfiguration, _ window: Variant.Window
  ) throws(TransformerError) -> [AttentionMask] {
    let layerCount = try configuration.size("num_hidden_layers")
    switch window {
    case .none:
      return [AttentionMask](repeating: .causal, count: layerCount)
    case .everywhere(let width):
      let width = try configuration.optionalSize("sliding_window", default: width)
      return [AttentionMask](
        repeating: AttentionMask(.sliding, window: width), count: layerCount)
    case .upperLayers:
      let width =
        try configuration.flag("use_sliding_window", default: false)
        ? try configuration.optionalSize("sliding_window", default: 4096) : nil
      let first = try configuration.optionalSize("max_window_layers", default: 28) ?? 28
      let types = try configuration.layerTypes(count: layerCount) { layer in
        width != nil && layer >= first ? .sliding : .full
      }
      return types.map { AttentionMask($0, window: width) }
    }
  }
}

// MARK: Attention

extension SelfAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: LlamaConfiguration, layer: Int
  ) throws(TransformerError) {
    let (hiddenSize, headSize) = (configuration.hiddenSize, configuration.headSize)
    func projection(_ name: String, headCount: Int) throws(TransformerError) -> Linear {
      try Linear(
        reader[name], inputSize: hiddenSize, outputSize: headCount * headSize,
        hasBias: configuration.hasQueryKeyValueBias)
    }
    self.init(
      QueryKeyValue(
        query: try projection("q_proj", headCount: configuration.headCount),
        key: try projection("k_proj", headCount: configuration.keyHeadCount),
        value: try projection("v_proj", headCount: configuration.keyHeadCount),
        headSize: headSize),
      output: try Linear(
        reader["o_proj"], inputSize: configuration.headCount * headSize, outputSize: hiddenSize,
        hasBias: configuration.hasOutputBias),
      layer: layer, mask: configuration.masks[layer], rotary: configuration.rotary)
    if configuration.hasHeadNorms {
      let epsilon = configuration.normEpsilon
      queryNorm = try RMSNorm(reader["q_norm"], size: headSize, epsilon: epsilon)
      keyNorm = try RMSNorm(reader["k_norm"], size: headSize, epsilon: epsilon)
    }
  }
}

// MARK: Feed-forward

extension GatedFeedForward {
  fileprivate init(
    _ reader: WeightReader, _ configuration: LlamaConfiguration
  ) throws(TransformerError) {
    let (outer, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    let hasBias = configuration.hasFeedForwardBias
    self.init(
      gate: try Linear(
        reader["gate_proj"], inputSize: outer, outputSize: inner, hasBias: hasBias),
      up: try Linear(reader["up_proj"], inputSize: outer, outputSize: inner, hasBias: hasBias),
      down: try Linear(reader["down_proj"], inputSize: inner, outputSize: outer, hasBias: hasBias),
      activation: configuration.activation)
  }
}

// MARK: Layer

struct LlamaDecoderLayer: SelfAttentionStackLayer {
  let inputLayerNorm: RMSNorm
  let selfAttention: SelfAttention
  let postAttentionLayerNorm: RMSNorm
  let mlp: GatedFeedForward

  init(
    _ reader: WeightReader, _ configuration: LlamaConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    inputLayerNorm = try RMSNorm(reader["input_layernorm"], size: size, epsilon: epsilon)
    selfAttention = try SelfAttention(reader["self_attn"], configuration, layer: layer)
    postAttentionLayerNorm = try RMSNorm(
      reader["post_attention_layernorm"], size: size, epsilon: epsilon)
    mlp = try GatedFeedForward(reader["mlp"], configuration)
  }

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    var (y, attended) = try selfAttention(inputLayerNorm(x), patterns: patterns)
    y += x
    var z = mlp(postAttentionLayerNorm(y))
    z += y
    return (z, attended)
  }
}

// MARK: Model

struct LlamaModel: DecoderModel {
  let embedTokens: Embedding
  let layers: [LlamaDecoderLayer]
  let norm: RMSNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try LlamaModel(reader, LlamaConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: LlamaConfiguration) throws(TransformerError) {
    let body = reader.skipping(prefix: "model", probe: "embed_tokens.weight")
    let size = configuration.hiddenSize
    embedTokens = try Embedding(
      body["embed_tokens"], rowCount: configuration.vocabularySize, size: size)
    layers = try body["layers"].map(configuration.masks.count) {
      (reader, layer) throws(TransformerError) in
      try LlamaDecoderLayer(reader, configuration, layer: layer)
    }
    norm = try RMSNorm(body["norm"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: embedTokens, isTied: configuration.isTied)
    summary = ModelSummary(
      family: configuration.family, layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates { try embedTokens(ids) }

  func finish(_ x: HiddenStates) -> HiddenStates { norm(x) }
}
