// BERT: a bidirectional encoder with learned absolute positions and norms behind each block.
//
// Paper: Devlin, Chang, Lee and Toutanova, "BERT: Pre-training of Deep Bidirectional Transformers for
// Language Understanding", 2018, arXiv:1810.04805.
// Reference: transformers/models/bert/modeling_bert.py; the types carry its names.
//
// Shape letters: T tokens, C hidden size, H heads.

import Attention

// MARK: Configuration

struct BertConfiguration: Sendable {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let tokenTypeCount: Int
  let activation: Activation
  let normEpsilon: Float
  let mask: AttentionMask

  /// Sizes are required; the rest takes the defaults of transformers' `BertConfig`, which files leave out.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("intermediate_size")
    positionCount = try configuration.size("max_position_embeddings")
    tokenTypeCount = try configuration.size("type_vocab_size", default: 2)
    activation = try configuration.activation("hidden_act", default: "gelu")
    normEpsilon = try configuration.epsilon("layer_norm_eps", default: 1e-12)
    mask = try configuration.flag("is_decoder", default: false) ? .causal : .bidirectional
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    try configuration.require(
      "add_cross_attention", is: false, because: "BERT as a decoder has no encoder to look at here")
    try configuration.require(
      "position_embedding_type", is: "absolute",
      because: "relative positions change the attention scores in a way that is not implemented")
  }
}

// MARK: Embeddings

struct BertEmbeddings: Sendable {
  let wordEmbeddings: Embedding
  let positionEmbeddings: Embedding
  let tokenTypeEmbeddings: Embedding
  let layerNorm: LayerNorm

  init(_ reader: WeightReader, _ configuration: BertConfiguration) throws(TransformerError) {
    let size = configuration.hiddenSize
    wordEmbeddings = try Embedding(
      reader["word_embeddings"], rowCount: configuration.vocabularySize, size: size)
    positionEmbeddings = try Embedding(
      reader["position_embeddings"], rowCount: configuration.positionCount, size: size)
    tokenTypeEmbeddings = try Embedding(
      reader["token_type_embeddings"], rowCount: configuration.tokenTypeCount, size: size)
    layerNorm = try LayerNorm(
      reader["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
  }

  func callAsFunction(_ input: ModelInput) throws(TransformerError) -> HiddenStates {
    let types = input.tokenTypeIds ?? [Int](repeating: 0, count: input.ids.count)
    var x = try wordEmbeddings(input.ids)
    x += try tokenTypeEmbeddings(types)
    x += try positionEmbeddings(input.ids.indices)
    return layerNorm(x)
  }
}

// MARK: Attention

struct BertSelfAttention: Sendable {
  let query: Linear
  let key: Linear
  let value: Linear
  let headCount: Int
  let attention: AttentionLayer

  init(
    _ reader: WeightReader, _ configuration: BertConfiguration, layer: Int
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    query = try Linear(reader["query"], inputSize: size, outputSize: size)
    key = try Linear(reader["key"], inputSize: size, outputSize: size)
    value = try Linear(reader["value"], inputSize: size, outputSize: size)
    headCount = configuration.headCount
    attention = AttentionLayer(index: layer, kind: .own, mask: configuration.mask)
  }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> AttentionLayer.Output {
    let headSize = x.size / headCount
    let score = LayerAttention.Score(
      queries: query.heads(x, count: headCount), keys: key.heads(x, count: headCount),
      scale: 1 / Float(headSize).squareRoot())
    return try attention(score, values: value.heads(x, count: headCount), patterns: patterns)
  }
}

/// What ends both blocks of a layer: a linear layer, the block's input added, and a norm.
struct BertOutput: Sendable {
  let dense: Linear
  let layerNorm: LayerNorm

  init(
    _ reader: WeightReader, _ configuration: BertConfiguration, inputSize: Int
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    dense = try Linear(reader["dense"], inputSize: inputSize, outputSize: size)
    layerNorm = try LayerNorm(
      reader["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
  }

  func callAsFunction(_ x: HiddenStates, input: HiddenStates) -> HiddenStates {
    var y = dense(x)
    y += input
    return layerNorm(y)
  }
}

// MARK: Feed-forward

struct BertIntermediate: Sendable {
  let dense: Linear
  let activation: Activation

  init(_ reader: WeightReader, _ configuration: BertConfiguration) throws(TransformerError) {
    dense = try Linear(
      reader["dense"], inputSize: configuration.hiddenSize,
      outputSize: configuration.intermediateSize)
    activation = configuration.activation
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates { activation(dense(x)) }
}

// MARK: Layer

struct BertLayer: Sendable {
  let selfAttention: BertSelfAttention
  let attentionOutput: BertOutput
  let intermediate: BertIntermediate
  let output: BertOutput

  init(
    _ reader: WeightReader, _ configuration: BertConfiguration, layer: Int
  ) throws(TransformerError) {
    selfAttention = try BertSelfAttention(
      reader["attention"]["self"], configuration, layer: layer)
    attentionOutput = try BertOutput(
      reader["attention"]["output"], configuration, inputSize: configuration.hiddenSize)
    intermediate = try BertIntermediate(reader["intermediate"], configuration)
    output = try BertOutput(
      reader["output"], configuration, inputSize: configuration.intermediateSize)
  }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let attended = try selfAttention(x, patterns: patterns)
    let y = attentionOutput(attended.context, input: x)
    return (output(intermediate(y), input: y), attended)
  }
}

// MARK: Model

/// The head that predicts masked tokens; its last layer is the word embeddings, unless it has its own.
struct BertLMPredictionHead: Sendable {
  let dense: Linear
  let activation: Activation
  let layerNorm: LayerNorm
  let decoder: Linear

  /// - Parameter reader: The scope `cls.predictions`.
  /// - Returns: nil if the checkpoint has no such head.
  init?(
    _ reader: WeightReader, _ configuration: BertConfiguration, embeddings: BertEmbeddings
  ) throws(TransformerError) {
    let transform = reader["transform"]
    guard transform.contains("dense.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(transform["dense"], inputSize: size, outputSize: size)
    activation = configuration.activation
    layerNorm = try LayerNorm(
      transform["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
    let ownWeight =
      reader.contains("decoder.weight")
      ? try reader.matrix(
        "decoder.weight", rowCount: configuration.vocabularySize, columnCount: size) : nil
    decoder = Linear(
      weight: ownWeight ?? embeddings.wordEmbeddings.weight,
      bias: try reader.vector("bias", orOlder: "decoder.bias", count: configuration.vocabularySize))
  }

  func callAsFunction(
    _ x: HiddenStates, at positions: [Int]
  ) throws(TransformerError) -> [TokenProbability] {
    try decoder.likelyTokens(layerNorm(activation(dense(x.rows(positions)))), at: positions)
  }
}

struct BertModel: TransformerModel {
  let embeddings: BertEmbeddings
  let layers: [BertLayer]
  let mask: AttentionMask
  let predictionHead: BertLMPredictionHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try BertModel(reader, BertConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: BertConfiguration) throws(TransformerError) {
    let body = reader.skipping(prefix: "bert", probe: "embeddings.word_embeddings.weight")
    embeddings = try BertEmbeddings(body["embeddings"], configuration)
    var layers: [BertLayer] = []
    for layer in 0..<configuration.layerCount {
      layers.append(
        try BertLayer(body["encoder"]["layer"][layer], configuration, layer: layer))
    }
    self.layers = layers
    mask = configuration.mask
    predictionHead = try BertLMPredictionHead(
      reader["cls"]["predictions"], configuration, embeddings: embeddings)
    summary = ModelSummary(
      family: "BERT", layerCount: configuration.layerCount, headCount: configuration.headCount,
      hiddenSize: configuration.hiddenSize, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: predictionHead != nil,
      unusedTensors: reader.unusedNames)
  }

  func forward(
    _ input: ModelInput, progress: (_ finished: Int, _ total: Int) throws -> Void
  ) throws -> ModelOutput {
    try input.checkLength(limit: summary.positionCount)
    let patterns = PatternContext(
      mask: mask, queries: input.tokens, keys: input.tokens, kind: .own)
    var x = try embeddings(input)
    var states = [x]
    var attentions: [LayerAttention] = []
    var summaries: [[HeadSummary]] = []
    for layer in layers {
      let (y, attended) = try layer(x, patterns: patterns)
      x = y
      if input.keepsHiddenStates { states.append(x) }
      attentions.append(attended.attention)
      summaries.append(attended.summaries)
      try progress(attentions.count, layers.count)
    }
    return ModelOutput(
      stacks: [
        AttentionStack(
          kind: .own, queries: input.tokens, keys: input.tokens, layers: attentions,
          summaries: summaries)
      ],
      predictions: try predictionHead?(x, at: input.predictionPositions) ?? [],
      hiddenStates: input.keepsHiddenStates ? [.own: states] : [:])
  }
}
