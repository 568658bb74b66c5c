// Falcon: a decoder whose query heads share keys (all of them in the first 7B model, groups of them in the "new
// architecture" of 40B), with blocks that are added together; Falcon-RW has as many keys and biases by distance.
//
// Paper: Almazrouei et al., "The Falcon Series of Open Language Models", 2023, arXiv:2311.16867.
// Reference: transformers/models/falcon/modeling_falcon.py; the types carry its names. Its eager attention adds the
// biases twice, once with the mask; here they are added once, as by its default attention and in the paper.

import Attention

// MARK: Configuration

struct FalconConfiguration {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let keyHeadCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  /// nil: biases by distance.
  let rotary: RotaryEmbedding?
  let mask: AttentionMask
  let isTied: Bool
  let hasBias: Bool
  let blocks: Blocks

  /// The input of the feed-forward block.
  enum Blocks: Sendable {
    /// The attention's output, normed (Falcon-RW).
    case sequential
    /// The same normed input as the attention (7B).
    case parallel
    /// The same input with a norm of its own (40B).
    case parallelWithTwoNorms
  }

  /// Sizes are required; the rest takes the defaults of transformers' `FalconConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size(anyOf: "hidden_size", "n_embed")
    layerCount = try configuration.size(anyOf: "num_hidden_layers", "n_layer")
    headCount = try configuration.size(anyOf: "num_attention_heads", "n_head")
    intermediateSize = try configuration.size("ffn_hidden_size", default: 4 * hiddenSize)
    activation = try configuration.activation("activation", default: "gelu")
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-5)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    hasBias = try configuration.flag("bias", default: false)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    positionCount = try configuration.size("max_position_embeddings", default: 2048)
    rotary =
      try configuration.flag("alibi", default: false)
      ? nil : try configuration.rotaryEmbedding(headSize: hiddenSize / headCount)

    let isNew = try configuration.flag("new_decoder_architecture", default: false)
    let isMultiQuery = try configuration.flag("multi_query", default: true)
    if isNew {
      keyHeadCount = try configuration.keyHeadCount("num_kv_heads", headCount: headCount)
    } else {
      keyHeadCount = isMultiQuery ? 1 : headCount
    }
    let isParallel = try configuration.flag("parallel_attn", default: true)
    let normCount = try configuration.optionalSize("num_ln_in_parallel_attn") ?? (isNew ? 2 : 1)
    switch (isNew, isParallel) {
    case (true, true): blocks = normCount == 2 ? .parallelWithTwoNorms : .parallel
    case (false, true): blocks = .parallel
    case (false, false): blocks = .sequential
    case (true, false):
      throw configuration.unsupported(
        "parallel_attn", value: "false",
        because: "the new architecture has parallel blocks only")
    }
  }
}

// MARK: Attention

extension MultiHeadAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: FalconConfiguration
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let (keyHeadCount, headSize) = (configuration.keyHeadCount, size / headCount)
    let fused = try Linear(
      reader["query_key_value"], inputSize: size,
      outputSize: (headCount + 2 * keyHeadCount) * headSize, hasBias: configuration.hasBias)
    self.init(
      QueryKeyValue(
        fused: fused, layout: .byKeyHead, headCount: headCount, keyHeadCount: keyHeadCount,
        headSize: headSize),
      output: try Linear(
        reader["dense"], inputSize: size, outputSize: size, hasBias: configuration.hasBias),
      mask: configuration.mask, rotary: configuration.rotary)
    if configuration.rotary == nil {
      var alibi = Alibi(headCount: headCount)
      // Scaled together with the products.
      alibi.scale = scale
      alibi.roundsToBFloat16 = true
      bias = alibi
    }
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `FalconDecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: FalconConfiguration
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    let (names, order): ((attention: String, feedForward: String?), Order) =
      switch configuration.blocks {
      case .sequential: (("input_layernorm", "post_attention_layernorm"), .sequential)
      case .parallel: (("input_layernorm", nil), .parallelSharingNorm)
      case .parallelWithTwoNorms: (("ln_attn", "ln_mlp"), .parallel)
      }
    self.init(
      attention: Sublayer(
        try MultiHeadAttention(reader["self_attention"], configuration),
        normOfInput: try norm(names.attention)),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.dense_h_to_4h"], reader["mlp.dense_4h_to_h"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation,
          hasBias: configuration.hasBias),
        normOfInput: try names.feedForward.map(norm)),
      order: order)
  }
}

// MARK: Model

extension FalconConfiguration: DecoderConfiguration {
  var family: String { "Falcon" }
  var names: DecoderNames {
    DecoderNames(
      body: "transformer", embeddings: "word_embeddings", layers: "h", finalNorm: "ln_f")
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
