// MPT: a decoder without position embeddings or biases; a key scores the lower the further back it is.
//
// Reference: transformers/models/mpt/modeling_mpt.py; the types carry its names. Model: MosaicML, "Introducing MPT-7B",
// 2023.

import Attention

// MARK: Configuration

struct MptConfiguration {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let positionCount: Int
  let normEpsilon: Float
  let mask: AttentionMask
  let isTied: Bool
  let scale: Float?
  let clip: Float?

  /// Sizes are required; the rest takes the defaults of transformers' `MptConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("d_model")
    layerCount = try configuration.size("n_layers")
    headCount = try configuration.size("n_heads")
    positionCount = try configuration.size("max_seq_len", default: 2048)
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-5)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    try configuration.require("no_bias", is: true, because: "biases are not known in this family")
    let attention = try configuration.object("attn_config")
    scale = try attention?.positive("softmax_scale").map { Float($0) }
    clip = try attention?.positive("clip_qkv").map { Float($0) }
    guard let attention else { return }
    try attention.require("alibi", is: true, because: "positions are known by ALiBi alone here")
    try attention.require("qk_ln", is: false, because: "norms of queries and keys are not known")
    try attention.require("prefix_lm", is: false, because: "no text has a prefix here")
    try attention.require(
      "attn_type", is: "multihead_attention", because: "only that kind is known")
    guard try attention.size("alibi_bias_max", default: 8) == 8 else {
      throw attention.unsupported(
        "alibi_bias_max", value: "\(try attention.size("alibi_bias_max"))",
        because: "the reference's code has 8, whatever this says")
    }
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `MptBlock`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: MptConfiguration
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let fused = try Linear(
      reader["attn.Wqkv"], inputSize: size, outputSize: 3 * size, hasBias: false)
    var attention = MultiHeadAttention(
      QueryKeyValue(
        fused: fused, layout: .sideBySide, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount),
      output: try Linear(
        reader["attn.out_proj"], inputSize: size, outputSize: size, hasBias: false),
      mask: configuration.mask, scale: configuration.scale)
    var alibi = Alibi(headCount: headCount)
    alibi.countsFromLast = true
    attention.bias = alibi
    attention.clip = configuration.clip
    self.init(
      attention: Sublayer(attention, normOfInput: try configuration.finalNorm(reader["norm_1"])),
      feedForward: Sublayer(
        try FeedForward(
          reader["ffn.up_proj"], reader["ffn.down_proj"], size: size, innerSize: 4 * size,
          activation: .gelu, hasBias: false),
        normOfInput: try configuration.finalNorm(reader["norm_2"])))
  }
}

// MARK: Model

extension MptConfiguration: DecoderConfiguration {
  var family: String { "MPT" }
  var names: DecoderNames {
    DecoderNames(body: "transformer", embeddings: "wte", layers: "blocks", finalNorm: "norm_f")
  }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon, hasBias: false)
  }
}
