// Phi-1, 1.5 and 2: a decoder that rotates a part of each head's features, and whose two blocks share one norm and are
// added together.
//
// Papers: Gunasekar et al., "Textbooks Are All You Need", 2023, arXiv:2306.11644; Li et al., "Textbooks Are All You
// Need II: phi-1.5 technical report", 2023, arXiv:2309.05463.
// Reference: transformers/models/phi/modeling_phi.py; the types carry its names.

import Attention

// MARK: Configuration

struct PhiConfiguration {
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

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `PhiDecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: PhiConfiguration
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let (headSize, epsilon) = (size / headCount, configuration.normEpsilon)
    let norm = try LayerNorm(reader["input_layernorm"], size: size, epsilon: epsilon)
    let scope = reader["self_attn"]
    var attention = MultiHeadAttention(
      try QueryKeyValue(
        scope, hiddenSize: size, headCount: headCount, keyHeadCount: configuration.keyHeadCount,
        headSize: headSize, hasBias: true),
      output: try Linear(scope["dense"], inputSize: size, outputSize: size),
      mask: configuration.mask,
      rotary: configuration.rotary)
    if configuration.hasHeadNorms {
      attention.queryNorm = try LayerNorm(scope["q_layernorm"], size: headSize, epsilon: epsilon)
      attention.keyNorm = try LayerNorm(scope["k_layernorm"], size: headSize, epsilon: epsilon)
    }
    self.init(
      attention: Sublayer(attention, normOfInput: norm),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.fc1"], reader["mlp.fc2"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation)),
      order: .parallelSharingNorm)
  }
}

// MARK: Model

extension PhiConfiguration: DecoderConfiguration {
  var family: String { "Phi" }
  var names: DecoderNames { DecoderNames(finalNorm: "final_layernorm") }
  var hasHeadBias: Bool { true }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}
