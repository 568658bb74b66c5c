// StarCoder 2: a decoder with rotary positions, key heads that query heads share, layer norms, biases everywhere and an
// ungated feed-forward block.
//
// Paper: Lozhkov et al., "StarCoder 2 and The Stack v2: The Next Generation", 2024, arXiv:2402.19173.
// Reference: transformers/models/starcoder2/modeling_starcoder2.py; the types carry its names.

import Attention

// MARK: Configuration

struct Starcoder2Configuration {
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
  let hasBias: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `Starcoder2Config`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(headCount: headCount, default: 2)
    intermediateSize = try configuration.size("intermediate_size")
    activation = try configuration.activation("hidden_act", default: "gelu_pytorch_tanh")
    normEpsilon = try configuration.epsilon("norm_epsilon", default: 1e-5)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    rotary = try configuration.rotaryEmbedding(headSize: hiddenSize / headCount)
    positionCount = try configuration.rotaryPositionCount(rotary.scaling)
    mask = try configuration.mask(.sliding, window: configuration.optionalSize("sliding_window"))
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    hasBias = try configuration.flag("use_bias", default: true)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `Starcoder2DecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: Starcoder2Configuration
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let hasBias = configuration.hasBias
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    let scope = reader["self_attn"]
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          try QueryKeyValue(
            scope, hiddenSize: size, headCount: headCount,
            keyHeadCount: configuration.keyHeadCount, headSize: size / headCount,
            hasBias: hasBias),
          output: try Linear(
            scope["o_proj"], inputSize: size, outputSize: size, hasBias: hasBias),
          mask: configuration.mask, rotary: configuration.rotary),
        normOfInput: try norm("input_layernorm")),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.c_fc"], reader["mlp.c_proj"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation,
          hasBias: hasBias),
        normOfInput: try norm("post_attention_layernorm")))
  }
}

// MARK: Model

extension Starcoder2Configuration: DecoderConfiguration {
  var family: String { "StarCoder 2" }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}
