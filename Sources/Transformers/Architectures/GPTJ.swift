// GPT-J: a decoder that turns neighbouring features of each head, and whose two blocks share one norm and are added
// together.
//
// Code and model: Wang and Komatsuzaki, "GPT-J-6B", 2021, https://github.com/kingoflolz/mesh-transformer-jax.
// Reference: transformers/models/gptj/modeling_gptj.py; the types carry its names.

import Attention

// MARK: Configuration

struct GPTJConfiguration: Sendable {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let rotary: RotaryEmbedding
  let mask: AttentionMask
  let isTied: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `GPTJConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("n_embd")
    layerCount = try configuration.size("n_layer")
    headCount = try configuration.size("n_head")
    intermediateSize = try configuration.size("n_inner", default: 4 * hiddenSize)
    positionCount = try configuration.size("n_positions")
    activation = try configuration.activation("activation_function", default: "gelu_new")
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-5)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    rotary = RotaryEmbedding(
      size: try configuration.rotarySize(
        Double(configuration.size("rotary_dim", default: 64)), headSize: hiddenSize / headCount),
      pairing: .neighbours, base: 10_000)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: false)
  }
}

// MARK: Layer

struct GPTJBlock: SelfAttentionStackLayer {
  let ln1: LayerNorm
  let attn: SelfAttention
  let mlp: FeedForward

  init(
    _ reader: WeightReader, _ configuration: GPTJConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    ln1 = try LayerNorm(reader["ln_1"], size: size, epsilon: configuration.normEpsilon)
    attn = SelfAttention(
      try QueryKeyValue(
        reader["attn"], hiddenSize: size, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount, hasBias: false),
      output: try Linear(
        reader["attn"]["out_proj"], inputSize: size, outputSize: size, hasBias: false),
      layer: layer, mask: configuration.mask, rotary: configuration.rotary)
    mlp = try FeedForward(
      reader["mlp"]["fc_in"], reader["mlp"]["fc_out"], size: size,
      innerSize: configuration.intermediateSize, activation: configuration.activation)
  }

  var mask: AttentionMask { attn.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let normed = ln1(x)
    var (y, attended) = try attn(normed, patterns: patterns)
    y += mlp(normed)
    y += x
    return (y, attended)
  }
}

// MARK: Model

struct GPTJModel: DecoderModel {
  let wte: Embedding
  let layers: [GPTJBlock]
  let lnF: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try GPTJModel(reader, GPTJConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: GPTJConfiguration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "transformer", layer: "h.0")
    let size = configuration.hiddenSize
    wte = try Embedding(
      body["wte"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    layers = try body["h"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try GPTJBlock(reader, configuration, layer: layer)
    }
    lnF = try LayerNorm(body["ln_f"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: wte, isTied: configuration.isTied, hasBias: true)
    summary = ModelSummary(
      family: "GPT-J", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates { try wte(ids) }

  func finish(_ x: HiddenStates) -> HiddenStates { lnF(x) }
}
