// Phi-1, 1.5 and 2: a decoder that turns a part of each head's features, and whose two blocks share one norm and are
// added together.
//
// Papers: Gunasekar et al., "Textbooks Are All You Need", 2023, arXiv:2306.11644; Li et al., "Textbooks Are All You
// Need II: phi-1.5 technical report", 2023, arXiv:2309.05463.
// Reference: transformers/models/phi/modeling_phi.py; the types carry its names.

import Attention

// MARK: Configuration

struct PhiConfiguration: Sendable {
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
  let hasHeadNorms: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `PhiConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(headCount: headCount)
    intermediateSize = try configuration.size("intermediate_size")
    activation = try configuration.activation("hidden_act", default: "gelu_new")
    normEpsilon = try configuration.epsilon("layer_norm_eps", default: 1e-5)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    rotary = try configuration.rotaryEmbedding(headSize: hiddenSize / headCount, share: 0.5)
    positionCount = try configuration.rotaryPositionCount(rotary.scaling)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: false)
    hasHeadNorms = try configuration.flag("qk_layernorm", default: false)
  }
}

// MARK: Attention

extension SelfAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: PhiConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let headSize = size / headCount
    self.init(
      try QueryKeyValue(
        reader, hiddenSize: size, headCount: headCount, keyHeadCount: configuration.keyHeadCount,
        headSize: headSize, hasBias: true),
      output: try Linear(reader["dense"], inputSize: size, outputSize: size),
      layer: layer, mask: configuration.mask, rotary: configuration.rotary)
    if configuration.hasHeadNorms {
      let epsilon = configuration.normEpsilon
      queryNorm = try LayerNorm(reader["q_layernorm"], size: headSize, epsilon: epsilon)
      keyNorm = try LayerNorm(reader["k_layernorm"], size: headSize, epsilon: epsilon)
    }
  }
}

// MARK: Layer

struct PhiDecoderLayer: SelfAttentionStackLayer {
  let inputLayerNorm: LayerNorm
  let selfAttention: SelfAttention
  let mlp: FeedForward

  init(
    _ reader: WeightReader, _ configuration: PhiConfiguration, layer: Int
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    inputLayerNorm = try LayerNorm(
      reader["input_layernorm"], size: size, epsilon: configuration.normEpsilon)
    selfAttention = try SelfAttention(reader["self_attn"], configuration, layer: layer)
    mlp = try FeedForward(
      reader["mlp"]["fc1"], reader["mlp"]["fc2"], size: size,
      innerSize: configuration.intermediateSize, activation: configuration.activation)
  }

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let normed = inputLayerNorm(x)
    var (y, attended) = try selfAttention(normed, patterns: patterns)
    y += mlp(normed)
    y += x
    return (y, attended)
  }
}

// MARK: Model

struct PhiModel: DecoderModel {
  let embedTokens: Embedding
  let layers: [PhiDecoderLayer]
  let finalLayerNorm: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try PhiModel(reader, PhiConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: PhiConfiguration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "model", layer: "layers.0")
    let size = configuration.hiddenSize
    embedTokens = try Embedding(
      body["embed_tokens"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    layers = try body["layers"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try PhiDecoderLayer(reader, configuration, layer: layer)
    }
    finalLayerNorm = try LayerNorm(
      body["final_layernorm"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: embedTokens, isTied: configuration.isTied, hasBias: true)
    summary = ModelSummary(
      family: "Phi", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates { try embedTokens(ids) }

  func finish(_ x: HiddenStates) -> HiddenStates { finalLayerNorm(x) }
}
