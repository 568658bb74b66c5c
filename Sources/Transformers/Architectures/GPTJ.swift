// GPT-J: a decoder that rotates neighbouring features of each head, and whose two blocks share one norm and are added
// together. CodeGen has its projections in one matrix.
//
// Code and model: Wang and Komatsuzaki, "GPT-J-6B", 2021, https://github.com/kingoflolz/mesh-transformer-jax.
// Paper: Nijkamp et al., "CodeGen", 2022, arXiv:2203.13474.
// Reference: transformers/models/{gptj,codegen}/modeling_*.py; the types carry GPT-J's names.

import Attention

// MARK: Configuration

struct GPTJConfiguration {
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
  let isCodeGen: Bool

  /// So many groups of heads lie behind one another in CodeGen's projections.
  static let groupCount = 4

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
    // null is all that there is, as if of one head.
    let turning = try configuration.optionalSize("rotary_dim", default: 64) ?? hiddenSize
    rotary = RotaryEmbedding(
      size: try configuration.rotarySize(Double(turning), headSize: hiddenSize / headCount),
      pairing: .neighbours, base: 10_000)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: false)
    isCodeGen = configuration.modelType == "codegen"
    guard !isCodeGen || headCount.isMultiple(of: Self.groupCount) else {
      throw configuration.unsupported(
        "n_head", value: "\(headCount)", because: "CodeGen's heads lie in four groups")
    }
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `GPTJBlock`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: GPTJConfiguration
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let norm = try LayerNorm(reader["ln_1"], size: size, epsilon: configuration.normEpsilon)
    let projections =
      configuration.isCodeGen
      ? QueryKeyValue(
        fused: try Linear(
          reader["attn.qkv_proj"], inputSize: size, outputSize: 3 * size, hasBias: false),
        layout: .inGroups(GPTJConfiguration.groupCount), headCount: headCount,
        keyHeadCount: headCount, headSize: size / headCount)
      : try QueryKeyValue(
        reader["attn"], hiddenSize: size, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount, hasBias: false)
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          projections,
          output: try Linear(
            reader["attn.out_proj"], inputSize: size, outputSize: size, hasBias: false),
          mask: configuration.mask, rotary: configuration.rotary),
        normOfInput: norm),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.fc_in"], reader["mlp.fc_out"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation)),
      order: .parallelSharingNorm)
  }
}

// MARK: Model

extension GPTJConfiguration: DecoderConfiguration {
  var family: String { isCodeGen ? "CodeGen" : "GPT-J" }
  var hasHeadBias: Bool { true }
  var names: DecoderNames {
    DecoderNames(body: "transformer", embeddings: "wte", layers: "h", finalNorm: "ln_f")
  }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}
