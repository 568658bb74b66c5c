// GPT-NeoX and Pythia: a decoder that rotates a part of each head's features, and whose two blocks read the same input
// and are added to it together.
//
// Papers: Black et al., "GPT-NeoX-20B: An Open-Source Autoregressive Language Model", 2022, arXiv:2204.06745;
// Biderman et al., "Pythia", 2023, arXiv:2304.01373.
// Reference: transformers/models/gpt_neox/modeling_gpt_neox.py; the types carry its names.

import Attention

// MARK: Configuration

struct GPTNeoXConfiguration {
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
  let hasAttentionBias: Bool
  let isParallel: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `GPTNeoXConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("intermediate_size")
    activation = try configuration.activation("hidden_act", default: "gelu")
    normEpsilon = try configuration.epsilon("layer_norm_eps", default: 1e-5)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    rotary = try configuration.rotaryEmbedding(
      headSize: hiddenSize / headCount, share: configuration.positive("rotary_pct", default: 0.25),
      base: configuration.positive("rotary_emb_base", default: 10_000))
    positionCount = try configuration.rotaryPositionCount(rotary.scaling)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: false)
    hasAttentionBias = try configuration.flag("attention_bias", default: true)
    isParallel = try configuration.flag("use_parallel_residual", default: true)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `GPTNeoXLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: GPTNeoXConfiguration
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let hasBias = configuration.hasAttentionBias
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    let scope = reader["attention"]
    let fused = try Linear(
      scope["query_key_value"], inputSize: size, outputSize: 3 * size, hasBias: hasBias)
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          QueryKeyValue(
            fused: fused, layout: .byKeyHead, headCount: headCount, keyHeadCount: headCount,
            headSize: size / headCount),
          output: try Linear(
            scope["dense"], inputSize: size, outputSize: size, hasBias: hasBias),
          mask: configuration.mask, rotary: configuration.rotary),
        normOfInput: try norm("input_layernorm")),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.dense_h_to_4h"], reader["mlp.dense_4h_to_h"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation),
        normOfInput: try norm("post_attention_layernorm")),
      order: configuration.isParallel ? .parallel : .sequential)
  }
}

// MARK: Model

extension GPTNeoXConfiguration: DecoderConfiguration {
  var family: String { "GPT-NeoX" }
  var names: DecoderNames {
    // transformers 5 calls the head as everywhere.
    DecoderNames(
      body: "gpt_neox", embeddings: "embed_in", finalNorm: "final_layer_norm",
      heads: ["embed_out", "lm_head"])
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
