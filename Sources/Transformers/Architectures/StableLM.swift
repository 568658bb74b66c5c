// StableLM: Llama with layer norms instead of RMS norms, which turns a part of each head's features; in some sizes the
// two blocks share one norm and are added together, and each head's queries and keys have a norm of their own.
//
// Paper: Bellagente et al., "Stable LM 2 1.6B Technical Report", 2024, arXiv:2402.17834.
// Reference: transformers/models/stablelm/modeling_stablelm.py; the types carry its names.

import Attention

// MARK: Configuration

struct StableLMConfiguration: Sendable {
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

// MARK: Layer

struct StableLMDecoderLayer: SelfAttentionStackLayer {
  let inputLayerNorm: LayerNorm
  let selfAttention: SelfAttention
  /// nil if both blocks read the same.
  let postAttentionLayerNorm: LayerNorm?
  let mlp: GatedFeedForward

  init(
    _ reader: WeightReader, _ configuration: StableLMConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    inputLayerNorm = try LayerNorm(reader["input_layernorm"], size: size, epsilon: epsilon)
    let scope = reader["self_attn"]
    let (headCount, keyHeadCount) = (configuration.headCount, configuration.keyHeadCount)
    var attention = SelfAttention(
      try QueryKeyValue(
        scope, hiddenSize: size, headCount: headCount, keyHeadCount: keyHeadCount,
        headSize: size / headCount, hasBias: configuration.hasQueryKeyValueBias),
      output: try Linear(scope["o_proj"], inputSize: size, outputSize: size, hasBias: false),
      layer: layer, mask: configuration.mask, rotary: configuration.rotary)
    if configuration.hasHeadNorms {
      func norms(_ name: String, _ count: Int) throws(TransformerError) -> any HeadNorm {
        SeparateHeadNorms(
          norms: try scope[name]["norms"].map(count) { (reader, _) throws(TransformerError) in
            try LayerNorm(reader, size: size / headCount, epsilon: epsilon, hasBias: false)
          })
      }
      attention.queryNorm = try norms("q_layernorm", headCount)
      attention.keyNorm = try norms("k_layernorm", keyHeadCount)
    }
    selfAttention = attention
    postAttentionLayerNorm =
      configuration.isParallel
      ? nil
      : try LayerNorm(reader["post_attention_layernorm"], size: size, epsilon: epsilon)
    mlp = try GatedFeedForward(
      reader["mlp"], size: size, innerSize: configuration.intermediateSize,
      activation: configuration.activation)
  }

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let normed = inputLayerNorm(x)
    var (y, attended) = try selfAttention(normed, patterns: patterns)
    y += x
    var z = mlp(postAttentionLayerNorm?(y) ?? normed)
    z += y
    return (z, attended)
  }
}

// MARK: Model

struct StableLMModel: DecoderModel {
  let embedTokens: Embedding
  let layers: [StableLMDecoderLayer]
  let norm: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try StableLMModel(reader, StableLMConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: StableLMConfiguration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "model", layer: "layers.0")
    let size = configuration.hiddenSize
    embedTokens = try Embedding(
      body["embed_tokens"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    layers = try body["layers"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try StableLMDecoderLayer(reader, configuration, layer: layer)
    }
    norm = try LayerNorm(body["norm"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: embedTokens, isTied: configuration.isTied)
    summary = ModelSummary(
      family: "StableLM", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates { try embedTokens(ids) }

  func finish(_ x: HiddenStates) -> HiddenStates { norm(x) }
}
