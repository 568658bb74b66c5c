// ModernBERT: an encoder with what decoders brought since BERT: rotary positions, norms before each block,
// gated feed-forward, no biases, and layers most of which look at their neighbourhood only.
//
// Paper: Warner et al., "Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder for Fast, Memory
// Efficient, and Long Context Finetuning and Inference", 2024, arXiv:2412.13663.
// Reference: transformers/models/modernbert/modeling_modernbert.py; the types carry its names.

import Attention

// MARK: Configuration

struct ModernBertConfiguration: Sendable {
  let vocabularySize: Int
  let hiddenSize: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  /// One for each layer.
  let layers: [LayerPositions]
  let activation: Activation
  let normEpsilon: Float
  let hasNormBias: Bool
  let hasAttentionBias: Bool
  let hasFeedForwardBias: Bool
  let isTied: Bool
  let head: Head

  /// How far the tokens of a layer look, and how it tells positions.
  struct LayerPositions: Sendable {
    let mask: AttentionMask
    let rotary: RotaryEmbedding
  }

  struct Head: Sendable {
    let activation: Activation
    let hasDenseBias: Bool
    let hasDecoderBias: Bool
  }

  /// Sizes are required; the rest takes the defaults of transformers' `ModernBertConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("intermediate_size")
    positionCount = try configuration.size("max_position_embeddings")
    activation = try configuration.activation("hidden_activation", default: "gelu")
    normEpsilon = try configuration.epsilon("norm_eps", default: 1e-5)
    hasNormBias = try configuration.flag("norm_bias", default: false)
    hasAttentionBias = try configuration.flag("attention_bias", default: false)
    hasFeedForwardBias = try configuration.flag("mlp_bias", default: false)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    head = Head(
      activation: try configuration.activation("classifier_activation", default: "gelu"),
      hasDenseBias: try configuration.flag("classifier_bias", default: false),
      hasDecoderBias: try configuration.flag("decoder_bias", default: true))
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)

    let headSize = hiddenSize / headCount
    let full = LayerPositions(
      mask: .bidirectional,
      rotary: try configuration.rotaryEmbedding(
        headSize: headSize, layerType: .full,
        base: configuration.positive("global_rope_theta", default: 160_000)))
    // The file has the width of the whole window.
    let window = try configuration.size("local_attention", default: 128)
    let sliding = LayerPositions(
      mask: .band(distance: window / 2),
      rotary: try configuration.rotaryEmbedding(
        headSize: headSize, layerType: .sliding,
        base: configuration.positive("local_rope_theta", default: 10_000)))
    let period = try configuration.size("global_attn_every_n_layers", default: 3)
    let types = try configuration.layerTypes(count: configuration.size("num_hidden_layers")) {
      $0.isMultiple(of: period) ? .full : .sliding
    }
    layers = types.map { $0 == .full ? full : sliding }
  }

  func norm(_ reader: WeightReader) throws(TransformerError) -> LayerNorm {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon, hasBias: hasNormBias)
  }
}

// MARK: Embeddings

struct ModernBertEmbeddings: Sendable {
  let tokEmbeddings: Embedding
  let norm: LayerNorm

  /// - Parameter output: The scope of the layer onto the vocabulary.
  init(
    _ reader: WeightReader, _ configuration: ModernBertConfiguration, output: WeightReader
  ) throws(TransformerError) {
    tokEmbeddings = try Embedding(
      reader["tok_embeddings"], orTiedTo: configuration.isTied ? output : nil,
      rowCount: configuration.vocabularySize, size: configuration.hiddenSize)
    norm = try configuration.norm(reader["norm"])
  }

  func callAsFunction(_ ids: [Int]) throws(TransformerError) -> HiddenStates {
    norm(try tokEmbeddings(ids))
  }
}

// MARK: Attention

extension SelfAttention {
  /// Reads what the reference calls `ModernBertAttention`.
  init(
    modernBert reader: WeightReader, _ configuration: ModernBertConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let hasBias = configuration.hasAttentionBias
    let positions = configuration.layers[layer]
    let fused = try Linear(
      reader["Wqkv"], inputSize: size, outputSize: 3 * size, hasBias: hasBias)
    self.init(
      QueryKeyValue(
        fused: fused, layout: .sideBySide, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount),
      output: try Linear(reader["Wo"], inputSize: size, outputSize: size, hasBias: hasBias),
      layer: layer, mask: positions.mask, rotary: positions.rotary)
  }
}

// MARK: Feed-forward

extension GatedFeedForward {
  /// Reads what the reference calls `ModernBertMLP`.
  init(
    modernBert reader: WeightReader, _ configuration: ModernBertConfiguration
  ) throws(TransformerError) {
    let (outer, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    let hasBias = configuration.hasFeedForwardBias
    let both = try Linear(reader["Wi"], inputSize: outer, outputSize: 2 * inner, hasBias: hasBias)
    self.init(
      gate: both[0..<inner], up: both[inner..<2 * inner],
      down: try Linear(reader["Wo"], inputSize: inner, outputSize: outer, hasBias: hasBias),
      activation: configuration.activation)
  }
}

// MARK: Layer

struct ModernBertEncoderLayer: SelfAttentionStackLayer {
  /// The first layer has none: its input comes from the embeddings' norm.
  let attentionNorm: LayerNorm?
  let attention: SelfAttention
  let feedForwardNorm: LayerNorm
  let feedForward: GatedFeedForward

  init(
    _ reader: WeightReader, _ configuration: ModernBertConfiguration, layer: Int
  ) throws(TransformerError) {
    attentionNorm = layer == 0 ? nil : try configuration.norm(reader["attn_norm"])
    attention = try SelfAttention(modernBert: reader["attn"], configuration, layer: layer)
    feedForwardNorm = try configuration.norm(reader["mlp_norm"])
    feedForward = try GatedFeedForward(modernBert: reader["mlp"], configuration)
  }

  var mask: AttentionMask { attention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    var (y, attended) = try attention(attentionNorm?(x) ?? x, patterns: patterns)
    y += x
    var z = feedForward(feedForwardNorm(y))
    z += y
    return (z, attended)
  }
}

// MARK: Model

struct ModernBertModel: SelfAttentionModel {
  let embeddings: ModernBertEmbeddings
  let layers: [ModernBertEncoderLayer]
  let finalNorm: LayerNorm
  let head: MaskedTokenHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try ModernBertModel(reader, ModernBertConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: ModernBertConfiguration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "model", layer: "layers.0")
    embeddings = try ModernBertEmbeddings(
      body["embeddings"], configuration, output: reader["decoder"])
    layers = try body["layers"].map(configuration.layers.count) {
      (reader, layer) throws(TransformerError) in
      try ModernBertEncoderLayer(reader, configuration, layer: layer)
    }
    finalNorm = try configuration.norm(body["final_norm"])
    head = try MaskedTokenHead(
      modernBert: reader, configuration, embeddings: embeddings.tokEmbeddings)
    summary = ModelSummary(
      family: "ModernBERT", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: configuration.hiddenSize, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ input: ModelInput) throws(TransformerError) -> HiddenStates {
    try embeddings(input.ids)
  }

  func finish(_ x: HiddenStates) -> HiddenStates { finalNorm(x) }
}

extension MaskedTokenHead {
  /// Reads what the reference calls `ModernBertPredictionHead`, and the layer onto the vocabulary.
  ///
  /// - Parameter reader: The scope of the whole checkpoint.
  /// - Returns: nil if the checkpoint has no such head: classifiers have its first half only.
  fileprivate init?(
    modernBert reader: WeightReader, _ configuration: ModernBertConfiguration,
    embeddings: Embedding
  ) throws(TransformerError) {
    let head = configuration.head
    let isComplete = reader["decoder"].contains(head.hasDecoderBias ? "bias" : "weight")
    guard isComplete, reader["head"].contains("dense.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(
      reader["head"]["dense"], inputSize: size, outputSize: size, hasBias: head.hasDenseBias)
    activation = head.activation
    norm = try configuration.norm(reader["head"]["norm"])
    decoder = try Linear(
      reader["decoder"], tiedTo: embeddings,
      bias: head.hasDecoderBias
        ? reader["decoder"].vector("bias", count: configuration.vocabularySize) : nil)
  }
}
