// GPT-2: a decoder with learned absolute positions and norms before each block, whose matrices lie [in, out]. The first
// GPT has its norms behind the blocks; SantaCoder and StarCoder (GPT-BigCode) have one key head, and matrices [out, in].
//
// Papers: Radford, Narasimhan, Salimans and Sutskever, "Improving Language Understanding by Generative Pre-Training",
// 2018; Radford, Wu, Child, Luan, Amodei and Sutskever, "Language Models are Unsupervised Multitask Learners", 2019;
// Li et al., "StarCoder: may the source be with you!", 2023, arXiv:2305.06161.
// Reference: transformers/models/{gpt2,openai,gpt_bigcode}/modeling_*.py; the types carry GPT-2's names.

import Attention

// MARK: Configuration

struct GPT2Configuration {
  let generation: Generation
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
  let keyHeadCount: Int

  enum Generation { case first, second, bigCode }

  /// Sizes are required; the rest takes the defaults of transformers' `GPT2Config`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    generation =
      switch configuration.modelType {
      case "openai-gpt": .first
      case "gpt_bigcode": .bigCode
      default: .second
      }
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("n_embd")
    layerCount = try configuration.size("n_layer")
    headCount = try configuration.size("n_head")
    intermediateSize = try configuration.size("n_inner", default: 4 * hiddenSize)
    positionCount = try configuration.size("n_positions")
    if generation == .first {
      // What the first GPT calls GELU is its approximation.
      let stated = try configuration.activation("afn", default: "gelu")
      activation = stated == .gelu ? .geluTanh : stated
    } else {
      activation = try configuration.activation(
        "activation_function",
        default: generation == .bigCode ? "gelu_pytorch_tanh" : "gelu_new")
    }
    let isMultiQuery =
      generation == .bigCode ? try configuration.flag("multi_query", default: true) : false
    keyHeadCount = isMultiQuery ? 1 : headCount
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
    let isBigCode = configuration.generation == .bigCode
    let (keyHeadCount, headSize) = (configuration.keyHeadCount, configuration.headSize)
    let layout: WeightMatrix.Layout = isBigCode ? .rows : .columns
    func sublayer<Body>(_ body: Body, _ name: String) throws(TransformerError) -> Sublayer<Body> {
      let norm = try norm(name)
      return configuration.generation == .first
        ? Sublayer(body, normOfSum: norm) : Sublayer(body, normOfInput: norm)
    }
    let projections = QueryKeyValue(
      fused: try Linear(
        reader["attn.c_attn"], inputSize: size,
        outputSize: (headCount + 2 * keyHeadCount) * headSize, layout: layout),
      layout: isBigCode && keyHeadCount > 1 ? .byKeyHead : .sideBySide, headCount: headCount,
      keyHeadCount: keyHeadCount, headSize: headSize)
    self.init(
      attention: try sublayer(
        MultiHeadAttention(
          projections,
          output: try Linear(
            reader["attn.c_proj"], inputSize: size, outputSize: size, layout: layout),
          mask: configuration.mask, scale: configuration.scale(layer: layer)),
        "ln_1"),
      feedForward: try sublayer(
        FeedForward(
          reader["mlp.c_fc"], reader["mlp.c_proj"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation,
          layout: layout),
        "ln_2"))
  }
}

// MARK: Model

extension GPT2Configuration: DecoderConfiguration {
  var family: String {
    switch generation {
    case .first: "GPT"
    case .second: "GPT-2"
    case .bigCode: "GPT-BigCode"
    }
  }
  var names: DecoderNames {
    DecoderNames(
      body: "transformer", embeddings: generation == .first ? "tokens_embed" : "wte",
      layers: "h", finalNorm: "ln_f")
  }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self, layer: index)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    generation == .first
      ? nil : try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    stack.embeddings.positions = PositionEmbedding(
      .learned(
        try Embedding(
          body[generation == .first ? "positions_embed" : "wpe"], rowCount: positionCount,
          size: hiddenSize)))
  }
}
