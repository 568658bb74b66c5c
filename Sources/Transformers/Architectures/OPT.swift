// OPT: a decoder with learned absolute positions, norms before its blocks or, in one size, behind them, and in the
// same size embeddings smaller than what the layers work on.
//
// Paper: Zhang et al., "OPT: Open Pre-trained Transformer Language Models", 2022, arXiv:2205.01068.
// Reference: transformers/models/opt/modeling_opt.py; the types carry its names.

import Attention

// MARK: Configuration

struct OPTConfiguration: Sendable {
  let vocabularySize: Int
  let embeddingSize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let mask: AttentionMask
  let isTied: Bool
  let hasBias: Bool
  let normsBefore: Bool
  let hasFinalNorm: Bool
  let normsHaveWeights: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `OPTConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    embeddingSize = try configuration.size("word_embed_proj_dim", default: hiddenSize)
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("ffn_dim")
    positionCount = try configuration.size("max_position_embeddings")
    activation = try configuration.activation("activation_function", default: "relu")
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    hasBias = try configuration.flag("enable_bias", default: true)
    normsBefore = try configuration.flag("do_layer_norm_before", default: true)
    let lacksFinalNorm = try configuration.flag("_remove_final_layer_norm", default: false)
    hasFinalNorm = normsBefore && !lacksFinalNorm
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    normsHaveWeights = try configuration.flag("layer_norm_elementwise_affine", default: true)
  }

  /// With torch's default epsilon; the configuration has no key for it.
  func norm(_ reader: WeightReader) throws(TransformerError) -> LayerNorm {
    normsHaveWeights
      ? try LayerNorm(reader, size: hiddenSize, epsilon: 1e-5)
      : LayerNorm(withoutWeights: hiddenSize, epsilon: 1e-5)
  }
}

// MARK: Embeddings

/// Learned positions, of which the first two rows are for what has none.
struct OPTLearnedPositionalEmbedding: Sendable {
  static let offset = 2
  let embedding: Embedding

  init(_ reader: WeightReader, _ configuration: OPTConfiguration) throws(TransformerError) {
    embedding = try Embedding(
      reader, rowCount: configuration.positionCount + Self.offset, size: configuration.hiddenSize)
  }

  func callAsFunction(_ positions: Range<Int>) throws(TransformerError) -> HiddenStates {
    try embedding(positions.lowerBound + Self.offset..<positions.upperBound + Self.offset)
  }
}

// MARK: Layer

struct OPTDecoderLayer: SelfAttentionStackLayer {
  let selfAttention: SelfAttention
  let selfAttentionLayerNorm: LayerNorm
  let feedForward: FeedForward
  let finalLayerNorm: LayerNorm
  let normsBefore: Bool

  init(
    _ reader: WeightReader, _ configuration: OPTConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, hasBias) = (configuration.hiddenSize, configuration.hasBias)
    let headCount = configuration.headCount
    let scope = reader["self_attn"]
    selfAttention = SelfAttention(
      try QueryKeyValue(
        scope, hiddenSize: size, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount, hasBias: hasBias),
      output: try Linear(
        scope["out_proj"], inputSize: size, outputSize: size, hasBias: hasBias),
      layer: layer, mask: configuration.mask)
    selfAttentionLayerNorm = try configuration.norm(reader["self_attn_layer_norm"])
    feedForward = try FeedForward(
      reader["fc1"], reader["fc2"], size: size, innerSize: configuration.intermediateSize,
      activation: configuration.activation, hasBias: hasBias)
    finalLayerNorm = try configuration.norm(reader["final_layer_norm"])
    normsBefore = configuration.normsBefore
  }

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    var (y, attended) = try selfAttention(
      normsBefore ? selfAttentionLayerNorm(x) : x, patterns: patterns)
    y += x
    if !normsBefore { y = selfAttentionLayerNorm(y) }
    var z = feedForward(normsBefore ? finalLayerNorm(y) : y)
    z += y
    return (normsBefore ? z : finalLayerNorm(z), attended)
  }
}

// MARK: Model

struct OPTModel: DecoderModel {
  let embedTokens: Embedding
  let embedPositions: OPTLearnedPositionalEmbedding
  /// From the embeddings' size to the layers', and back; nil where they are the same.
  let projectIn: Linear?
  let projectOut: Linear?
  let layers: [OPTDecoderLayer]
  let finalLayerNorm: LayerNorm?
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try OPTModel(reader, OPTConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: OPTConfiguration) throws(TransformerError) {
    let (reader, model) = try reader.locate(body: "model", layer: "decoder.layers.0")
    let body = model["decoder"]
    let (inner, outer) = (configuration.hiddenSize, configuration.embeddingSize)
    embedTokens = try Embedding(
      body["embed_tokens"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: outer)
    embedPositions = try OPTLearnedPositionalEmbedding(body["embed_positions"], configuration)
    projectIn =
      inner == outer
      ? nil
      : try Linear(body["project_in"], inputSize: outer, outputSize: inner, hasBias: false)
    projectOut =
      inner == outer
      ? nil
      : try Linear(body["project_out"], inputSize: inner, outputSize: outer, hasBias: false)
    layers = try body["layers"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try OPTDecoderLayer(reader, configuration, layer: layer)
    }
    finalLayerNorm =
      configuration.hasFinalNorm ? try configuration.norm(body["final_layer_norm"]) : nil
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: embedTokens, isTied: configuration.isTied)
    summary = ModelSummary(
      family: "OPT", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: inner, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates {
    var x = try embedTokens(ids)
    if let projectIn { x = projectIn(x) }
    x += try embedPositions(ids.indices)
    return x
  }

  func finish(_ x: HiddenStates) -> HiddenStates {
    let normed = finalLayerNorm?(x) ?? x
    return projectOut?(normed) ?? normed
  }
}
