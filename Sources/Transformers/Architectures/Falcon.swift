// Falcon: a decoder whose query heads share keys (all of them in the first 7B model, groups of them in the "new
// architecture" of 40B), with blocks that are added together; Falcon-RW has as many keys and biases by distance.
//
// Paper: Almazrouei et al., "The Falcon Series of Open Language Models", 2023, arXiv:2311.16867.
// Reference: transformers/models/falcon/modeling_falcon.py; the types carry its names. Its eager attention adds the
// biases twice, once with the mask; here they are added once, as by its default attention and in the paper.

import Attention

// MARK: Configuration

struct FalconConfiguration: Sendable {
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

  /// What the feed-forward block reads.
  enum Blocks: Sendable {
    /// What the attention put out, normed (Falcon-RW).
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

extension SelfAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: FalconConfiguration, layer: Int
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
      layer: layer, mask: configuration.mask, rotary: configuration.rotary)
    if configuration.rotary == nil {
      var alibi = Alibi(headCount: headCount)
      // Scaled together with the products.
      alibi.scale = scale
      alibi.roundsToBFloat16 = true
      self.alibi = alibi
    }
  }
}

// MARK: Layer

struct FalconDecoderLayer: SelfAttentionStackLayer {
  let attentionNorm: LayerNorm
  let selfAttention: SelfAttention
  /// nil if both blocks read the same.
  let feedForwardNorm: LayerNorm?
  let mlp: FeedForward
  let blocks: FalconConfiguration.Blocks

  init(
    _ reader: WeightReader, _ configuration: FalconConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: epsilon)
    }
    blocks = configuration.blocks
    switch blocks {
    case .sequential:
      attentionNorm = try norm("input_layernorm")
      feedForwardNorm = try norm("post_attention_layernorm")
    case .parallel:
      attentionNorm = try norm("input_layernorm")
      feedForwardNorm = nil
    case .parallelWithTwoNorms:
      attentionNorm = try norm("ln_attn")
      feedForwardNorm = try norm("ln_mlp")
    }
    selfAttention = try SelfAttention(reader["self_attention"], configuration, layer: layer)
    mlp = try FeedForward(
      reader["mlp"]["dense_h_to_4h"], reader["mlp"]["dense_4h_to_h"], size: size,
      innerSize: configuration.intermediateSize, activation: configuration.activation,
      hasBias: configuration.hasBias)
  }

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let normed = attentionNorm(x)
    var (y, attended) = try selfAttention(normed, patterns: patterns)
    y += x
    let input = feedForwardNorm.map { $0(blocks == .sequential ? y : x) } ?? normed
    var z = mlp(input)
    z += y
    return (z, attended)
  }
}

// MARK: Model

struct FalconModel: DecoderModel {
  let wordEmbeddings: Embedding
  let layers: [FalconDecoderLayer]
  let lnF: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try FalconModel(reader, FalconConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: FalconConfiguration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "transformer", layer: "h.0")
    let size = configuration.hiddenSize
    wordEmbeddings = try Embedding(
      body["word_embeddings"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    layers = try body["h"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try FalconDecoderLayer(reader, configuration, layer: layer)
    }
    lnF = try LayerNorm(body["ln_f"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: wordEmbeddings, isTied: configuration.isTied)
    summary = ModelSummary(
      family: "Falcon", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates { try wordEmbeddings(ids) }

  func finish(_ x: HiddenStates) -> HiddenStates { lnF(x) }
}
