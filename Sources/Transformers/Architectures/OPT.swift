// OPT: a decoder with learned absolute positions, norms before its blocks or, in one size, behind them, and in the
// same size embeddings smaller than what the layers work on. XGLM and BioGPT are built like it and scale their
// embeddings; XGLM's positions are computed.
//
// Papers: Zhang et al., "OPT: Open Pre-trained Transformer Language Models", 2022, arXiv:2205.01068; Lin et al.,
// "Few-shot Learning with Multilingual Language Models", 2021, arXiv:2112.10668; Luo et al., "BioGPT", 2022,
// arXiv:2210.10341.
// Reference: transformers/models/{opt,xglm,biogpt}/modeling_*.py; the types carry OPT's names.

import Attention

// MARK: Configuration

struct OPTConfiguration {
  let variant: Variant
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
  let embeddingScale: Float

  enum Variant { case opt, xglm, bioGPT }

  /// Sizes are required; the rest takes the defaults of transformers' configuration classes.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    variant =
      switch configuration.modelType {
      case "xglm": .xglm
      case "biogpt": .bioGPT
      default: .opt
      }
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size(anyOf: "hidden_size", "d_model")
    embeddingSize = try configuration.size("word_embed_proj_dim", default: hiddenSize)
    layerCount = try configuration.size(anyOf: "num_hidden_layers", "num_layers")
    headCount = try configuration.size(anyOf: "num_attention_heads", "attention_heads")
    intermediateSize = try configuration.size(anyOf: "ffn_dim", "intermediate_size")
    positionCount = try configuration.size("max_position_embeddings")
    activation = try configuration.activation(
      variant == .bioGPT ? "hidden_act" : "activation_function",
      default: variant == .opt ? "relu" : "gelu")
    let isScaled = try configuration.flag("scale_embedding", default: variant != .opt)
    embeddingScale = variant != .opt && isScaled ? Float(hiddenSize).squareRoot() : 1
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

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `OPTDecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: OPTConfiguration
  ) throws(TransformerError) {
    let (size, hasBias) = (configuration.hiddenSize, configuration.hasBias)
    let headCount = configuration.headCount
    func sublayer<Body>(_ body: Body, norm: LayerNorm) -> Sublayer<Body> {
      configuration.normsBefore
        ? Sublayer(body, normOfInput: norm) : Sublayer(body, normOfSum: norm)
    }
    let scope = reader["self_attn"]
    let attention = MultiHeadAttention(
      try QueryKeyValue(
        scope, hiddenSize: size, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount, hasBias: hasBias),
      output: try Linear(
        scope["out_proj"], inputSize: size, outputSize: size, hasBias: hasBias),
      mask: configuration.mask)
    let feedForward = try FeedForward(
      reader["fc1"], reader["fc2"], size: size, innerSize: configuration.intermediateSize,
      activation: configuration.activation, hasBias: hasBias)
    self.init(
      attention: sublayer(attention, norm: try configuration.norm(reader["self_attn_layer_norm"])),
      feedForward: sublayer(feedForward, norm: try configuration.norm(reader["final_layer_norm"])))
  }
}

// MARK: Model

extension OPTConfiguration: DecoderConfiguration {
  var family: String {
    switch variant {
    case .opt: "OPT"
    case .xglm: "XGLM"
    case .bioGPT: "BioGPT"
    }
  }
  var names: DecoderNames {
    switch variant {
    case .opt:
      DecoderNames(
        embeddings: "decoder.embed_tokens", layers: "decoder.layers",
        finalNorm: "decoder.final_layer_norm")
    case .xglm:
      DecoderNames(finalNorm: "layer_norm")
    case .bioGPT:
      DecoderNames(body: "biogpt", finalNorm: "layer_norm", heads: ["output_projection"])
    }
  }

  /// The first rows of the table of positions, which are for what has none.
  private static let unusedPositionCount = 2

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    hasFinalNorm ? try norm(reader) : nil
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    let unused = Self.unusedPositionCount
    guard variant != .xglm else {
      stack.embeddings.positions = PositionEmbedding(
        .sinusoidal(SinusoidalPositions(size: hiddenSize, reachesLast: true)),
        .counting(from: unused))
      return
    }
    let body = variant == .opt ? body["decoder"] : body
    stack.embeddings.positions = PositionEmbedding(
      .learned(
        try Embedding(
          body["embed_positions"], rowCount: positionCount + unused, size: hiddenSize)),
      .counting(from: unused))
    guard hiddenSize != embeddingSize else { return }
    stack.embeddings.wordProjection = try Linear(
      body["project_in"], inputSize: embeddingSize, outputSize: hiddenSize, hasBias: false)
    stack.projection = try Linear(
      body["project_out"], inputSize: hiddenSize, outputSize: embeddingSize, hasBias: false)
  }
}
