// OLMo 2 and 3: Llama with norms behind its blocks instead of before them, and norms of queries and keys over all heads
// together. OLMo 3 looks back on a window in three of four layers.
//
// Papers: Team OLMo, "2 OLMo 2 Furious", 2024, arXiv:2501.00656; "Olmo 3", 2025, arXiv:2512.13961.
// Reference: transformers/models/{olmo2,olmo3}/modeling_*.py; the types carry OLMo 2's names.

import Attention

// MARK: Configuration

struct Olmo2Configuration: Sendable {
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

extension SelfAttention {
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
      layer: layer, mask: mask, rotary: rotary)
    let epsilon = configuration.normEpsilon
    queryNorm = JointHeadNorm(
      base: try RMSNorm(reader["q_norm"], size: headCount * headSize, epsilon: epsilon))
    keyNorm = JointHeadNorm(
      base: try RMSNorm(reader["k_norm"], size: keyHeadCount * headSize, epsilon: epsilon))
  }
}

// MARK: Layer

struct Olmo2DecoderLayer: SelfAttentionStackLayer {
  let selfAttention: SelfAttention
  let postAttentionLayerNorm: RMSNorm
  let mlp: GatedFeedForward
  let postFeedforwardLayerNorm: RMSNorm

  init(
    _ reader: WeightReader, _ configuration: Olmo2Configuration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    selfAttention = try SelfAttention(reader["self_attn"], configuration, layer: layer)
    postAttentionLayerNorm = try RMSNorm(
      reader["post_attention_layernorm"], size: size, epsilon: epsilon)
    mlp = try GatedFeedForward(
      reader["mlp"], size: size, innerSize: configuration.intermediateSize,
      activation: configuration.activation)
    postFeedforwardLayerNorm = try RMSNorm(
      reader["post_feedforward_layernorm"], size: size, epsilon: epsilon)
  }

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let (attentionOutput, attended) = try selfAttention(x, patterns: patterns)
    var y = postAttentionLayerNorm(attentionOutput)
    y += x
    var z = postFeedforwardLayerNorm(mlp(y))
    z += y
    return (z, attended)
  }
}

// MARK: Model

struct Olmo2Model: DecoderModel {
  let embedTokens: Embedding
  let layers: [Olmo2DecoderLayer]
  let norm: RMSNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try Olmo2Model(reader, Olmo2Configuration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: Olmo2Configuration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "model", layer: "layers.0")
    let size = configuration.hiddenSize
    embedTokens = try Embedding(
      body["embed_tokens"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    layers = try body["layers"].map(configuration.positions.count) {
      (reader, layer) throws(TransformerError) in
      try Olmo2DecoderLayer(reader, configuration, layer: layer)
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
