// Llama and the decoders that are built like it: RMS norms before each block, rotary positions, key heads that
// query heads share, and a gated feed-forward block. Mistral looks back on a window only; Qwen2 adds a bias to
// queries, keys and values; Qwen3 norms the queries and keys of each head; Phi-3 has its projections in one matrix;
// Granite multiplies what it adds with constants.
//
// Papers: Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023, arXiv:2302.13971, and
// "Llama 2", 2023, arXiv:2307.09288; Jiang et al., "Mistral 7B", 2023, arXiv:2310.06825; Yang et al., "Qwen2
// Technical Report", 2024, arXiv:2407.10671, and "Qwen3 Technical Report", 2025, arXiv:2505.09388; Abdin et al.,
// "Phi-3 Technical Report", 2024, arXiv:2404.14219.
// Reference: transformers/models/{llama,mistral,qwen2,qwen3,phi3,granite}/modeling_*.py; the types carry Llama's
// names.

import Attention

// MARK: Configuration

struct LlamaConfiguration {
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
  /// Whether queries, keys and values come from one matrix, and the two halves of the feed-forward block as well.
  let isFused: Bool
  /// nil: by the head's size.
  let attentionScale: Float?
  let embeddingScale: Float
  /// What a block's output is multiplied with before it is added.
  let residualScale: Float
  let logitScale: Float

  /// In what the relatives differ: the defaults of their configuration classes, and what these have keys for.
  private struct Variant {
    var family: String
    var headSize: Int?
    var keyHeadCount: Int?
    var normEpsilon = 1e-6
    var hasHeadNorms = false
    var isFused = false
    var hasMultipliers = false
    /// nil: by `attention_bias`, which then also speaks of the output.
    var hasQueryKeyValueBias: Bool?
    var window = Window.none

    enum Window {
      case none
      /// All layers, by `sliding_window`.
      case everywhere(default: Int?)
      /// Where `layer_types` says so, or else from `max_window_layers` on, if `use_sliding_window`.
      case upperLayers
    }
  }

  private static let variants: [String: Variant] = [
    "llama": Variant(family: "Llama"),
    "mistral": Variant(
      family: "Mistral", keyHeadCount: 8, hasQueryKeyValueBias: false,
      window: .everywhere(default: 4096)),
    "qwen2": Variant(
      family: "Qwen2", keyHeadCount: 32, hasQueryKeyValueBias: true, window: .upperLayers),
    "qwen3": Variant(
      family: "Qwen3", headSize: 128, keyHeadCount: 32, hasHeadNorms: true, window: .upperLayers),
    "phi3": Variant(
      family: "Phi-3", normEpsilon: 1e-5, isFused: true, hasQueryKeyValueBias: false,
      window: .everywhere(default: nil)),
    "granite": Variant(family: "Granite", hasMultipliers: true),
  ]

  /// Sizes are required; what hub files leave out takes the defaults of transformers' configuration classes.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    let variant = Self.variants[configuration.modelType] ?? Variant(family: "Llama")
    family = variant.family
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(
      headCount: headCount, default: variant.keyHeadCount)
    headSize =
      if let size = variant.headSize {
        try configuration.size("head_dim", default: size)
      } else {
        try configuration.headSize(hiddenSize: hiddenSize, headCount: headCount)
      }
    intermediateSize = try configuration.size("intermediate_size")
    activation = try configuration.activation("hidden_act", default: "silu")
    normEpsilon = try configuration.epsilon("rms_norm_eps", default: variant.normEpsilon)
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
    isFused = variant.isFused
    func multiplier(_ key: String) throws(TransformerError) -> Double {
      variant.hasMultipliers ? try configuration.positive(key, default: 1) : 1
    }
    attentionScale = variant.hasMultipliers ? Float(try multiplier("attention_multiplier")) : nil
    embeddingScale = Float(try multiplier("embedding_multiplier"))
    residualScale = Float(try multiplier("residual_multiplier"))
    logitScale = Float(1 / (try multiplier("logits_scaling")))
  }

  private static func masks(
    _ configuration: ModelConfiguration, _ window: Variant.Window
  ) throws(TransformerError) -> [AttentionMask] {
    let layerCount = try configuration.layerCount()
    switch window {
    case .none:
      return [AttentionMask](repeating: try configuration.mask(), count: layerCount)
    case .everywhere(let width):
      let width = try configuration.optionalSize("sliding_window", default: width)
      return [AttentionMask](
        repeating: try configuration.mask(.sliding, window: width), count: layerCount)
    case .upperLayers:
      let width =
        try configuration.flag("use_sliding_window", default: false)
        ? try configuration.optionalSize("sliding_window", default: 4096) : nil
      let first = try configuration.integer(
        "max_window_layers", default: 28, in: 0...ModelConfiguration.sizeLimit)
      let types = try configuration.layerTypes(count: layerCount) { layer in
        width != nil && layer >= first ? .sliding : .full
      }
      return try types.map { type throws(TransformerError) in
        try configuration.mask(type, window: width)
      }
    }
  }
}

// MARK: Attention

extension MultiHeadAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: LlamaConfiguration, layer: Int
  ) throws(TransformerError) {
    let headSize = configuration.headSize
    self.init(
      try Self.projections(reader, configuration),
      output: try Linear(
        reader["o_proj"], inputSize: configuration.headCount * headSize,
        outputSize: configuration.hiddenSize, hasBias: configuration.hasOutputBias),
      mask: configuration.masks[layer], scale: configuration.attentionScale,
      rotary: configuration.rotary)
    if configuration.hasHeadNorms {
      let epsilon = configuration.normEpsilon
      queryNorm = try RMSNorm(reader["q_norm"], size: headSize, epsilon: epsilon)
      keyNorm = try RMSNorm(reader["k_norm"], size: headSize, epsilon: epsilon)
    }
  }

  private static func projections(
    _ reader: WeightReader, _ configuration: LlamaConfiguration
  ) throws(TransformerError) -> QueryKeyValue {
    let (headCount, keyHeadCount) = (configuration.headCount, configuration.keyHeadCount)
    let headSize = configuration.headSize
    guard configuration.isFused else {
      return try QueryKeyValue(
        reader, hiddenSize: configuration.hiddenSize, headCount: headCount,
        keyHeadCount: keyHeadCount, headSize: headSize,
        hasBias: configuration.hasQueryKeyValueBias)
    }
    let fused = try Linear(
      reader["qkv_proj"], inputSize: configuration.hiddenSize,
      outputSize: (headCount + 2 * keyHeadCount) * headSize,
      hasBias: configuration.hasQueryKeyValueBias)
    return QueryKeyValue(
      fused: fused, layout: .sideBySide, headCount: headCount, keyHeadCount: keyHeadCount,
      headSize: headSize)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `LlamaDecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: LlamaConfiguration, layer: Int
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    func norm(_ name: String) throws(TransformerError) -> RMSNorm {
      try RMSNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    self.init(
      attention: Sublayer(
        try MultiHeadAttention(reader["self_attn"], configuration, layer: layer),
        normOfInput: try norm("input_layernorm"), scale: configuration.residualScale),
      feedForward: Sublayer(
        try GatedFeedForward(
          reader["mlp"], size: size, innerSize: configuration.intermediateSize,
          activation: configuration.activation, hasBias: configuration.hasFeedForwardBias,
          isFused: configuration.isFused),
        normOfInput: try norm("post_attention_layernorm"), scale: configuration.residualScale))
  }
}

// MARK: Model

extension LlamaConfiguration: DecoderConfiguration {
  var layerCount: Int { masks.count }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self, layer: index)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try RMSNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    stack.embeddings.scale = embeddingScale
  }

  func head(
    _ reader: WeightReader, embeddings: Embedding
  ) throws(TransformerError) -> LanguageModelHead? {
    var head = try LanguageModelHead(reader, embeddings: embeddings, isTied: isTied)
    head?.scale = logitScale
    return head
  }
}
