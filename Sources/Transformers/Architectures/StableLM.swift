// StableLM: Llama with layer norms instead of RMS norms, which turns a part of each head's features; in some sizes the
// two blocks share one norm and are added together, and each head's queries and keys have a norm of their own.
//
// Paper: Bellagente et al., "Stable LM 2 1.6B Technical Report", 2024, arXiv:2402.17834.
// Reference: transformers/models/stablelm/modeling_stablelm.py; the types carry its names.

import Attention

// MARK: Configuration

struct StableLMConfiguration {
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
  let hasQueryKeyValueBias: Bool
  let isParallel: Bool
  let hasHeadNorms: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `StableLmConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(headCount: headCount, default: 32)
    intermediateSize = try configuration.size("intermediate_size")
    activation = try configuration.activation("hidden_act", default: "silu")
    normEpsilon = try configuration.epsilon("layer_norm_eps", default: 1e-5)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    rotary = try configuration.rotaryEmbedding(headSize: hiddenSize / headCount, share: 0.25)
    positionCount = try configuration.rotaryPositionCount(rotary.scaling)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: false)
    hasQueryKeyValueBias = try configuration.flag("use_qkv_bias", default: false)
    isParallel = try configuration.flag("use_parallel_residual", default: false)
    hasHeadNorms = try configuration.flag("qk_layernorm", default: false)
  }
}

// MARK: Attention

extension MultiHeadAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: StableLMConfiguration
  ) throws(TransformerError) {
    let (headCount, keyHeadCount) = (configuration.headCount, configuration.keyHeadCount)
    let (size, headSize) = (configuration.hiddenSize, configuration.hiddenSize / headCount)
    self.init(
      try QueryKeyValue(
        reader, hiddenSize: size, headCount: headCount, keyHeadCount: keyHeadCount,
        headSize: headSize, hasBias: configuration.hasQueryKeyValueBias),
      output: try Linear(reader["o_proj"], inputSize: size, outputSize: size, hasBias: false),
      mask: configuration.mask, rotary: configuration.rotary)
    guard configuration.hasHeadNorms else { return }
    func norms(_ name: String, _ count: Int) throws(TransformerError) -> any HeadNorm {
      SeparateHeadNorms(
        norms: try reader[name]["norms"].map(count) { reader, _ throws(TransformerError) in
          try LayerNorm(
            reader, size: headSize, epsilon: configuration.normEpsilon, hasBias: false)
        })
    }
    queryNorm = try norms("q_layernorm", headCount)
    keyNorm = try norms("k_layernorm", keyHeadCount)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `StableLmDecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: StableLMConfiguration
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    let isParallel = configuration.isParallel
    self.init(
      attention: Sublayer(
        try MultiHeadAttention(reader["self_attn"], configuration),
        normOfInput: try norm("input_layernorm")),
      feedForward: Sublayer(
        try GatedFeedForward(
          reader["mlp"], size: size, innerSize: configuration.intermediateSize,
          activation: configuration.activation),
        normOfInput: isParallel ? nil : try norm("post_attention_layernorm")),
      order: isParallel ? .parallelSharingNorm : .sequential)
  }
}

// MARK: Model

extension StableLMConfiguration: DecoderConfiguration {
  var family: String { "StableLM" }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}
