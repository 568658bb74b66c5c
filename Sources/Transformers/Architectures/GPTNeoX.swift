// GPT-NeoX and Pythia: a decoder that turns a part of each head's features, and whose two blocks read the same input
// and are added to it together.
//
// Papers: Black et al., "GPT-NeoX-20B: An Open-Source Autoregressive Language Model", 2022, arXiv:2204.06745;
// Biderman et al., "Pythia", 2023, arXiv:2304.01373.
// Reference: transformers/models/gpt_neox/modeling_gpt_neox.py; the types carry its names.

import Attention

// MARK: Configuration

struct GPTNeoXConfiguration: Sendable {
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

struct GPTNeoXLayer: SelfAttentionStackLayer {
  let inputLayerNorm: LayerNorm
  let attention: SelfAttention
  let postAttentionLayerNorm: LayerNorm
  let mlp: FeedForward
  let isParallel: Bool

  init(
    _ reader: WeightReader, _ configuration: GPTNeoXConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    let (headCount, hasBias) = (configuration.headCount, configuration.hasAttentionBias)
    inputLayerNorm = try LayerNorm(reader["input_layernorm"], size: size, epsilon: epsilon)
    let scope = reader["attention"]
    attention = SelfAttention(
      QueryKeyValue(
        fused: try Linear(
          scope["query_key_value"], inputSize: size, outputSize: 3 * size, hasBias: hasBias),
        layout: .byKeyHead, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount),
      output: try Linear(
        scope["dense"], inputSize: size, outputSize: size, hasBias: hasBias),
      layer: layer, mask: configuration.mask, rotary: configuration.rotary)
    postAttentionLayerNorm = try LayerNorm(
      reader["post_attention_layernorm"], size: size, epsilon: epsilon)
    mlp = try FeedForward(
      reader["mlp"]["dense_h_to_4h"], reader["mlp"]["dense_4h_to_h"], size: size,
      innerSize: configuration.intermediateSize, activation: configuration.activation)
    isParallel = configuration.isParallel
  }

  var mask: AttentionMask { attention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    var (y, attended) = try attention(inputLayerNorm(x), patterns: patterns)
    y += x
    var z = mlp(postAttentionLayerNorm(isParallel ? x : y))
    z += y
    return (z, attended)
  }
}

// MARK: Model

struct GPTNeoXModel: DecoderModel {
  let embedIn: Embedding
  let layers: [GPTNeoXLayer]
  let finalLayerNorm: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try GPTNeoXModel(reader, GPTNeoXConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: GPTNeoXConfiguration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "gpt_neox", layer: "layers.0")
    // transformers 5 calls it as everywhere.
    let output = reader.contains("embed_out.weight") ? reader["embed_out"] : reader["lm_head"]
    let size = configuration.hiddenSize
    embedIn = try Embedding(
      body["embed_in"], orTiedTo: configuration.isTied ? output : nil,
      rowCount: configuration.vocabularySize, size: size)
    layers = try body["layers"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try GPTNeoXLayer(reader, configuration, layer: layer)
    }
    finalLayerNorm = try LayerNorm(
      body["final_layer_norm"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(output, embeddings: embedIn, isTied: configuration.isTied)
    summary = ModelSummary(
      family: "GPT-NeoX", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates { try embedIn(ids) }

  func finish(_ x: HiddenStates) -> HiddenStates { finalLayerNorm(x) }
}
