// StarCoder 2: a decoder with rotary positions, key heads that query heads share, layer norms, biases everywhere and an
// ungated feed-forward block.
//
// Paper: Lozhkov et al., "StarCoder 2 and The Stack v2: The Next Generation", 2024, arXiv:2402.19173.
// Reference: transformers/models/starcoder2/modeling_starcoder2.py; the types carry its names.

import Attention

// MARK: Configuration

struct Starcoder2Configuration: Sendable {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let keyHeadCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let rotary: RotaryEmbedding
  let mask: AttentionMask
  let isTied: Bool
  let hasBias: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `Starcoder2Config`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(headCount: headCount, default: 2)
    intermediateSize = try configuration.size("intermediate_size")
    activation = try configuration.activation("hidden_act", default: "gelu_pytorch_tanh")
    normEpsilon = try configuration.epsilon("norm_epsilon", default: 1e-5)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    rotary = try configuration.rotaryEmbedding(headSize: hiddenSize / headCount)
    positionCount = try configuration.rotaryPositionCount(rotary.scaling)
    mask = try configuration.mask(.sliding, window: configuration.optionalSize("sliding_window"))
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    hasBias = try configuration.flag("use_bias", default: true)
  }
}

// MARK: Layer

struct Starcoder2DecoderLayer: SelfAttentionStackLayer {
  let inputLayerNorm: LayerNorm
  let selfAttention: SelfAttention
  let postAttentionLayerNorm: LayerNorm
  let mlp: FeedForward

  init(
    _ reader: WeightReader, _ configuration: Starcoder2Configuration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    let hasBias = configuration.hasBias
    inputLayerNorm = try LayerNorm(reader["input_layernorm"], size: size, epsilon: epsilon)
    let scope = reader["self_attn"]
    selfAttention = SelfAttention(
      try QueryKeyValue(
        scope, hiddenSize: size, headCount: configuration.headCount,
        keyHeadCount: configuration.keyHeadCount, headSize: size / configuration.headCount,
        hasBias: hasBias),
      output: try Linear(scope["o_proj"], inputSize: size, outputSize: size, hasBias: hasBias),
      layer: layer, mask: configuration.mask, rotary: configuration.rotary)
    postAttentionLayerNorm = try LayerNorm(
      reader["post_attention_layernorm"], size: size, epsilon: epsilon)
    mlp = try FeedForward(
      reader["mlp"]["c_fc"], reader["mlp"]["c_proj"], size: size,
      innerSize: configuration.intermediateSize, activation: configuration.activation,
      hasBias: hasBias)
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

struct Starcoder2Model: DecoderModel {
  let embedTokens: Embedding
  let layers: [Starcoder2DecoderLayer]
  let norm: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try Starcoder2Model(reader, Starcoder2Configuration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: Starcoder2Configuration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "model", layer: "layers.0")
    let size = configuration.hiddenSize
    embedTokens = try Embedding(
      body["embed_tokens"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    layers = try body["layers"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try Starcoder2DecoderLayer(reader, configuration, layer: layer)
    }
    norm = try LayerNorm(body["norm"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: embedTokens, isTied: configuration.isTied)
    summary = ModelSummary(
      family: "StarCoder 2", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates { try embedTokens(ids) }

  func finish(_ x: HiddenStates) -> HiddenStates { norm(x) }
}
