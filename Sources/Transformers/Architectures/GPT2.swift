// GPT-2: a decoder with learned absolute positions and norms before each block, whose matrices lie [in, out].
//
// Paper: Radford, Wu, Child, Luan, Amodei and Sutskever, "Language Models are Unsupervised Multitask Learners", 2019.
// Reference: transformers/models/gpt2/modeling_gpt2.py; the types carry its names.

import Attention

// MARK: Configuration

struct GPT2Configuration: Sendable {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let mask: AttentionMask
  let isTied: Bool
  let scalesByHeadSize: Bool
  let scalesByLayer: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `GPT2Config`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("n_embd")
    layerCount = try configuration.size("n_layer")
    headCount = try configuration.size("n_head")
    intermediateSize = try configuration.size("n_inner", default: 4 * hiddenSize)
    positionCount = try configuration.size("n_positions")
    activation = try configuration.activation("activation_function", default: "gelu_new")
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-5)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    scalesByHeadSize = try configuration.flag("scale_attn_weights", default: true)
    scalesByLayer = try configuration.flag("scale_attn_by_inverse_layer_idx", default: false)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    try configuration.require(
      "add_cross_attention", is: false, because: "there is no encoder to look at here")
  }

  var headSize: Int { hiddenSize / headCount }

  func scale(layer: Int) -> Float {
    (scalesByHeadSize ? 1 / Float(headSize).squareRoot() : 1)
      / (scalesByLayer ? Float(layer + 1) : 1)
  }
}

// MARK: Attention

extension SelfAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: GPT2Configuration, layer: Int
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    self.init(
      QueryKeyValue(
        fused: try Linear(
          reader["c_attn"], inputSize: size, outputSize: 3 * size, layout: .columns),
        layout: .sideBySide, headCount: headCount, keyHeadCount: headCount,
        headSize: configuration.headSize),
      output: try Linear(reader["c_proj"], inputSize: size, outputSize: size, layout: .columns),
      layer: layer, mask: configuration.mask, scale: configuration.scale(layer: layer))
  }
}

// MARK: Layer

struct GPT2Block: SelfAttentionStackLayer {
  let ln1: LayerNorm
  let attn: SelfAttention
  let ln2: LayerNorm
  let mlp: FeedForward

  init(
    _ reader: WeightReader, _ configuration: GPT2Configuration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    ln1 = try LayerNorm(reader["ln_1"], size: size, epsilon: epsilon)
    attn = try SelfAttention(reader["attn"], configuration, layer: layer)
    ln2 = try LayerNorm(reader["ln_2"], size: size, epsilon: epsilon)
    mlp = try FeedForward(
      reader["mlp"]["c_fc"], reader["mlp"]["c_proj"], size: size,
      innerSize: configuration.intermediateSize, activation: configuration.activation,
      layout: .columns)
  }

  var mask: AttentionMask { attn.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    var (y, attended) = try attn(ln1(x), patterns: patterns)
    y += x
    var z = mlp(ln2(y))
    z += y
    return (z, attended)
  }
}

// MARK: Model

struct GPT2Model: DecoderModel {
  let wte: Embedding
  let wpe: Embedding
  let layers: [GPT2Block]
  let lnF: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try GPT2Model(reader, GPT2Configuration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: GPT2Configuration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "transformer", layer: "h.0")
    let size = configuration.hiddenSize
    wte = try Embedding(
      body["wte"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    wpe = try Embedding(body["wpe"], rowCount: configuration.positionCount, size: size)
    layers = try body["h"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try GPT2Block(reader, configuration, layer: layer)
    }
    lnF = try LayerNorm(body["ln_f"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: wte, isTied: configuration.isTied)
    summary = ModelSummary(
      family: "GPT-2", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates {
    var x = try wte(ids)
    x += try wpe(ids.indices)
    return x
  }

  func finish(_ x: HiddenStates) -> HiddenStates { lnF(x) }
}
