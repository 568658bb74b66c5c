// BLOOM: a decoder without position embeddings; a key scores the lower the further back it is.
//
// Paper: BigScience Workshop, "BLOOM: A 176B-Parameter Open-Access Multilingual Language Model", 2022,
// arXiv:2211.05100.
// Reference: transformers/models/bloom/modeling_bloom.py; the types carry its names.

import Attention

// MARK: Configuration

struct BloomConfiguration {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let positionCount: Int
  let normEpsilon: Float
  let mask: AttentionMask
  let isTied: Bool
  /// Whether a block's normed input rather than the input itself is added to its output.
  let addsNormed: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `BloomConfig`. It knows no longest input: where
  /// a file does not say what was trained on either, that is taken to be 2048.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size(anyOf: "n_embed", "hidden_size")
    layerCount = try configuration.size(anyOf: "n_layer", "num_hidden_layers")
    headCount = try configuration.size(anyOf: "n_head", "num_attention_heads")
    positionCount = try configuration.size("seq_length", default: 2048)
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-5)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    addsNormed = try configuration.flag(
      "apply_residual_connection_post_layernorm", default: false)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `BloomBlock`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: BloomConfiguration
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    let scope = reader["self_attention"]
    let fused = try Linear(scope["query_key_value"], inputSize: size, outputSize: 3 * size)
    var attention = MultiHeadAttention(
      QueryKeyValue(
        fused: fused, layout: .byKeyHead, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount),
      output: try Linear(scope["dense"], inputSize: size, outputSize: size),
      mask: configuration.mask)
    attention.bias = Alibi(headCount: headCount)
    self.init(
      attention: Sublayer(
        attention, normOfInput: try norm("input_layernorm"),
        addsNormed: configuration.addsNormed),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.dense_h_to_4h"], reader["mlp.dense_4h_to_h"], size: size,
          innerSize: 4 * size, activation: .geluTanh),
        normOfInput: try norm("post_attention_layernorm"), addsNormed: configuration.addsNormed))
  }
}

// MARK: Model

extension BloomConfiguration: DecoderConfiguration {
  var family: String { "BLOOM" }
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

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    stack.embeddings.norm = try LayerNorm(
      body["word_embeddings_layernorm"], size: hiddenSize, epsilon: normEpsilon)
  }
}
