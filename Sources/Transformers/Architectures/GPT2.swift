// GPT-2: a decoder with learned absolute positions and norms before each block, whose matrices lie [in, out].
//
// Paper: Radford, Wu, Child, Luan, Amodei and Sutskever, "Language Models are Unsupervised Multitask Learners", 2019.
// Reference: transformers/models/gpt2/modeling_gpt2.py; the types carry its names.

import Attention

// MARK: Configuration

struct GPT2Configuration {
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

extension GPT2Configuration: DecoderConfiguration {
  var family: String { "GPT-2" }
  var names: DecoderNames {
    DecoderNames(body: "transformer", embeddings: "wte", layers: "h", finalNorm: "ln_f")
  }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self, layer: index)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    stack.embeddings.positions = PositionEmbedding(
      .learned(try Embedding(body["wpe"], rowCount: positionCount, size: hiddenSize)))
  }
}
