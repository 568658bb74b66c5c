// BLOOM: a decoder without position embeddings; a key scores the lower the further back it is.
//
// Paper: BigScience Workshop, "BLOOM: A 176B-Parameter Open-Access Multilingual Language Model", 2022,
// arXiv:2211.05100.
// Reference: transformers/models/bloom/modeling_bloom.py; the types carry its names.

import Attention

// MARK: Configuration

struct BloomConfiguration: Sendable {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let positionCount: Int
  let normEpsilon: Float
  let mask: AttentionMask
  let isTied: Bool
  /// Whether a block's normed input rather than the input itself is added to its output.
  let addsNormed: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `BloomConfig`. It knows no longest input: where
  /// a file does not say what was trained on either, that is taken to be 2048.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size(anyOf: "n_embed", "hidden_size")
    layerCount = try configuration.size(anyOf: "n_layer", "num_hidden_layers")
    headCount = try configuration.size(anyOf: "n_head", "num_attention_heads")
    positionCount = try configuration.size("seq_length", default: 2048)
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-5)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    addsNormed = try configuration.flag(
      "apply_residual_connection_post_layernorm", default: false)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
  }
}

// MARK: Layer

struct BloomBlock: SelfAttentionStackLayer {
  let inputLayerNorm: LayerNorm
  let selfAttention: SelfAttention
  let postAttentionLayerNorm: LayerNorm
  let mlp: FeedForward
  let addsNormed: Bool

  init(
    _ reader: WeightReader, _ configuration: BloomConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    let headCount = configuration.headCount
    inputLayerNorm = try LayerNorm(reader["input_layernorm"], size: size, epsilon: epsilon)
    let scope = reader["self_attention"]
    var attention = SelfAttention(
      QueryKeyValue(
        fused: try Linear(scope["query_key_value"], inputSize: size, outputSize: 3 * size),
        layout: .byKeyHead, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount),
      output: try Linear(scope["dense"], inputSize: size, outputSize: size),
      layer: layer, mask: configuration.mask)
    attention.alibi = Alibi(headCount: headCount)
    selfAttention = attention
    postAttentionLayerNorm = try LayerNorm(
      reader["post_attention_layernorm"], size: size, epsilon: epsilon)
    mlp = try FeedForward(
      reader["mlp"]["dense_h_to_4h"], reader["mlp"]["dense_4h_to_h"], size: size,
      innerSize: 4 * size, activation: .geluTanh)
    addsNormed = configuration.addsNormed
  }

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let normed = inputLayerNorm(x)
    var (y, attended) = try selfAttention(normed, patterns: patterns)
    y += addsNormed ? normed : x
    let normedAgain = postAttentionLayerNorm(y)
    var z = mlp(normedAgain)
    z += addsNormed ? normedAgain : y
    return (z, attended)
  }
}

// MARK: Model

struct BloomModel: DecoderModel {
  let wordEmbeddings: Embedding
  let wordEmbeddingsLayerNorm: LayerNorm
  let layers: [BloomBlock]
  let lnF: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try BloomModel(reader, BloomConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: BloomConfiguration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "transformer", layer: "h.0")
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    wordEmbeddings = try Embedding(
      body["word_embeddings"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    wordEmbeddingsLayerNorm = try LayerNorm(
      body["word_embeddings_layernorm"], size: size, epsilon: epsilon)
    layers = try body["h"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try BloomBlock(reader, configuration, layer: layer)
    }
    lnF = try LayerNorm(body["ln_f"], size: size, epsilon: epsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: wordEmbeddings, isTied: configuration.isTied)
    summary = ModelSummary(
      family: "BLOOM", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates {
    wordEmbeddingsLayerNorm(try wordEmbeddings(ids))
  }

  func finish(_ x: HiddenStates) -> HiddenStates { lnF(x) }
}
