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

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `GPT2Block`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: GPT2Configuration, layer: Int
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    let projections = QueryKeyValue(
      fused: try Linear(
        reader["attn.c_attn"], inputSize: size, outputSize: 3 * size, layout: .columns),
      layout: .sideBySide, headCount: headCount, keyHeadCount: headCount,
      headSize: configuration.headSize)
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          projections,
          output: try Linear(
            reader["attn.c_proj"], inputSize: size, outputSize: size, layout: .columns),
          mask: configuration.mask, scale: configuration.scale(layer: layer)),
        normOfInput: try norm("ln_1")),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.c_fc"], reader["mlp.c_proj"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation,
          layout: .columns),
        normOfInput: try norm("ln_2")))
  }
}

// MARK: Model

enum GPT2Model {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try GPT2Configuration(file)
    let (reader, body) = try reader.locate(body: "transformer", layer: "h.0")
    let size = configuration.hiddenSize
    var embeddings = InputEmbeddings(
      try Embedding(
        body["wte"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
        rowCount: configuration.vocabularySize, size: size))
    embeddings.positions = PositionEmbedding(
      .learned(try Embedding(body["wpe"], rowCount: configuration.positionCount, size: size)))
    let layers = try body["h"].map(configuration.layerCount) {
      reader, layer throws(TransformerError) in
      try TransformerLayer(reader, configuration, layer: layer)
    }
    let norm = try LayerNorm(body["ln_f"], size: size, epsilon: configuration.normEpsilon)
    let head = try LanguageModelHead(
      reader["lm_head"], embeddings: embeddings.words, isTied: configuration.isTied)
    return SingleStackModel(
      family: "GPT-2",
      TransformerStack(embeddings: embeddings, layers: layers, finalNorm: norm), head: head,
      positionCount: configuration.positionCount, reader)
  }
}
