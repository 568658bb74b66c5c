// OLMo 2 and 3: Llama with norms behind its blocks instead of before them, and norms of queries and keys over all heads
// together. OLMo 3 looks back on a window in three of four layers.
//
// Papers: Team OLMo, "2 OLMo 2 Furious", 2024, arXiv:2501.00656; "Olmo 3", 2025, arXiv:2512.13961.
// Reference: transformers/models/{olmo2,olmo3}/modeling_*.py; the types carry OLMo 2's names.

import Attention

// MARK: Configuration

struct Olmo2Configuration {
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
  /// One per layer.
  let positions: [(mask: AttentionMask, rotary: RotaryEmbedding)]
  let isTied: Bool
  let hasAttentionBias: Bool

  /// Sizes are required; what hub files leave out takes the defaults of transformers' configuration classes.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    let isThird = configuration.modelType == "olmo3"
    family = isThird ? "OLMo 3" : "OLMo 2"
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(headCount: headCount)
    headSize = try configuration.headSize(hiddenSize: hiddenSize, headCount: headCount)
    intermediateSize = try configuration.size("intermediate_size")
    activation = try configuration.activation("hidden_act", default: "silu")
    normEpsilon = try configuration.epsilon("rms_norm_eps", default: 1e-5)
    isTied = try configuration.flag("tie_word_embeddings", default: false)
    hasAttentionBias = try configuration.flag("attention_bias", default: false)

    let layerCount = try configuration.layerCount()
    let base: Double = isThird ? 500_000 : 10_000
    let full = try configuration.rotaryEmbedding(headSize: headSize, base: base)
    positionCount = try configuration.rotaryPositionCount(full.scaling)
    guard isThird else {
      let mask = try configuration.mask()
      positions = (0..<layerCount).map { _ in (mask, full) }
      return
    }
    let window = try configuration.optionalSize("sliding_window", default: 4096)
    let sliding = try configuration.slidingRotaryEmbedding(headSize: headSize, base: base)
    let types = try configuration.layerTypes(count: layerCount) {
      ($0 + 1).isMultiple(of: 4) ? .full : .sliding
    }
    positions = try types.map { type throws(TransformerError) in
      (try configuration.mask(type, window: window), type == .full ? full : sliding)
    }
  }
}

// MARK: Attention

extension MultiHeadAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: Olmo2Configuration, layer: Int
  ) throws(TransformerError) {
    let (size, headSize) = (configuration.hiddenSize, configuration.headSize)
    let (headCount, keyHeadCount) = (configuration.headCount, configuration.keyHeadCount)
    let (mask, rotary) = configuration.positions[layer]
    self.init(
      try QueryKeyValue(
        reader, hiddenSize: size, headCount: headCount, keyHeadCount: keyHeadCount,
        headSize: headSize, hasBias: configuration.hasAttentionBias),
      output: try Linear(
        reader["o_proj"], inputSize: headCount * headSize, outputSize: size,
        hasBias: configuration.hasAttentionBias),
      mask: mask, rotary: rotary)
    let epsilon = configuration.normEpsilon
    queryNorm = JointHeadNorm(
      base: try RMSNorm(reader["q_norm"], size: headCount * headSize, epsilon: epsilon))
    keyNorm = JointHeadNorm(
      base: try RMSNorm(reader["k_norm"], size: keyHeadCount * headSize, epsilon: epsilon))
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `Olmo2DecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: Olmo2Configuration, layer: Int
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    func norm(_ name: String) throws(TransformerError) -> RMSNorm {
      try RMSNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    self.init(
      attention: Sublayer(
        try MultiHeadAttention(reader["self_attn"], configuration, layer: layer),
        normOfOutput: try norm("post_attention_layernorm")),
      feedForward: Sublayer(
        try GatedFeedForward(
          reader["mlp"], size: size, innerSize: configuration.intermediateSize,
          activation: configuration.activation),
        normOfOutput: try norm("post_feedforward_layernorm")))
  }
}

// MARK: Model

extension Olmo2Configuration: DecoderConfiguration {
  var layerCount: Int { positions.count }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self, layer: index)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try RMSNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}
