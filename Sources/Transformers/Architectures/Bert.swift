// BERT: a bidirectional encoder with learned absolute positions and norms behind each block.
//
// Paper: Devlin, Chang, Lee and Toutanova, "BERT: Pre-training of Deep Bidirectional Transformers for
// Language Understanding", 2018, arXiv:1810.04805.
// Reference: transformers/models/bert/modeling_bert.py; the types carry its names.
//
// Its successors kept most of it and use these types for that: RoBERTa, DistilBERT, ELECTRA, ALBERT, MPNet
// and DeBERTa, under tensor names of their own.
//
// Shape letters: T tokens, C hidden size, H heads.

import Attention

// MARK: Configuration

struct BertConfiguration: Sendable {
  var vocabularySize: Int
  /// What the embeddings have in place of `hiddenSize`; BERT's are as large.
  var embeddingSize: Int
  var hiddenSize: Int
  var layerCount: Int
  var headCount: Int
  var intermediateSize: Int
  /// The rows of the table of positions.
  var positionCount: Int
  /// nil for models without that table, whose scores know of positions (DeBERTa).
  var positions: PositionNumbering? = .fromZero
  /// 0 for models that tell no sentence from another.
  var tokenTypeCount: Int
  var activation: Activation
  var normEpsilon: Float
  var mask = AttentionMask.bidirectional
  /// Whether the words' embeddings are the weight of the layer onto the vocabulary as well.
  var isTied = true

  /// The longest input.
  var longestInput: Int { positionCount - (positions?.firstRow ?? 0) }
}

extension BertConfiguration {
  /// Sizes are required; the rest takes the defaults of transformers' `BertConfig`, which files leave out.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    embeddingSize = hiddenSize
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("intermediate_size")
    positionCount = try configuration.size("max_position_embeddings")
    tokenTypeCount = try configuration.integer(
      "type_vocab_size", default: 2, in: 0...ModelConfiguration.sizeLimit)
    activation = try configuration.activation("hidden_act", default: "gelu")
    normEpsilon = try configuration.epsilon("layer_norm_eps", default: 1e-12)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    mask = try configuration.flag("is_decoder", default: false) ? .causal : .bidirectional
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    try configuration.require(
      "add_cross_attention", is: false, because: "a decoder by itself has no encoder to look at")
    try configuration.require(
      "position_embedding_type", is: "absolute",
      because: "relative positions change the attention scores in a way that is not implemented")
  }

  func summary(family: String, predictsTokens: Bool, unusedTensors: [String]) -> ModelSummary {
    ModelSummary(
      family: family, layerCount: layerCount, headCount: headCount, hiddenSize: hiddenSize,
      positionCount: longestInput, vocabularySize: vocabularySize, predictsTokens: predictsTokens,
      readsTokenTypes: tokenTypeCount > 1, unusedTensors: unusedTensors)
  }
}

// MARK: Embeddings

struct BertEmbeddings: Sendable {
  let wordEmbeddings: Embedding
  let positionEmbeddings: Embedding?
  let positions: PositionNumbering?
  let tokenTypeEmbeddings: Embedding?
  let layerNorm: LayerNorm

  /// - Parameter output: The scope of the layer onto the vocabulary.
  init(
    _ reader: WeightReader, _ configuration: BertConfiguration, output: WeightReader
  ) throws(TransformerError) {
    func table(_ name: String, _ rowCount: Int) throws(TransformerError) -> Embedding {
      try Embedding(reader[name], rowCount: rowCount, size: configuration.embeddingSize)
    }
    wordEmbeddings = try Embedding(
      reader["word_embeddings"], orTiedTo: configuration.isTied ? output : nil,
      rowCount: configuration.vocabularySize, size: configuration.embeddingSize)
    positions = configuration.positions
    positionEmbeddings =
      positions == nil ? nil : try table("position_embeddings", configuration.positionCount)
    tokenTypeEmbeddings =
      configuration.tokenTypeCount == 0
      ? nil : try table("token_type_embeddings", configuration.tokenTypeCount)
    layerNorm = try LayerNorm(
      reader["LayerNorm"], size: configuration.embeddingSize, epsilon: configuration.normEpsilon)
  }

  func callAsFunction(_ input: ModelInput) throws(TransformerError) -> HiddenStates {
    var x = try wordEmbeddings(input.ids)
    if let tokenTypeEmbeddings {
      // Tokenizers number the sentences of a pair also for models that have one type for all (RoBERTa).
      let types = tokenTypeEmbeddings.weight.rowCount > 1 ? input.tokenTypeIds : nil
      x += try tokenTypeEmbeddings(types ?? [Int](repeating: 0, count: input.ids.count))
    }
    if let positionEmbeddings, let positions {
      x += try positionEmbeddings(positions.rows(of: input.ids))
    }
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
  /// What is added to the scaled scores (MPNet).
  var relativeBias: RelativePositionBias?

  init(
    query: WeightReader, key: WeightReader, value: WeightReader,
    _ configuration: BertConfiguration, layer: Int
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    self.query = try Linear(query, inputSize: size, outputSize: size)
    self.key = try Linear(key, inputSize: size, outputSize: size)
    self.value = try Linear(value, inputSize: size, outputSize: size)
    headCount = configuration.headCount
    attention = AttentionLayer(index: layer, kind: .own, mask: configuration.mask)
  }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> AttentionLayer.Output {
    let headSize = x.size / headCount
    let score = LayerAttention.Score(
      queries: query.heads(x, count: headCount), keys: key.heads(x, count: headCount),
      scale: 1 / Float(headSize).squareRoot(),
      bias: relativeBias?(queries: 0..<x.tokenCount, keyCount: x.tokenCount))
    return try attention(score, values: value.heads(x, count: headCount), patterns: patterns)
  }
}

/// What ends both blocks of a layer: a linear layer, the block's input added, and a norm.
struct BertOutput: Sendable {
  let dense: Linear
  let layerNorm: LayerNorm

  init(
    dense: WeightReader, layerNorm: WeightReader, inputSize: Int,
    _ configuration: BertConfiguration
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    self.dense = try Linear(dense, inputSize: inputSize, outputSize: size)
    self.layerNorm = try LayerNorm(layerNorm, size: size, epsilon: configuration.normEpsilon)
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

  init(dense: WeightReader, _ configuration: BertConfiguration) throws(TransformerError) {
    self.dense = try Linear(
      dense, inputSize: configuration.hiddenSize, outputSize: configuration.intermediateSize)
    activation = configuration.activation
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates { activation(dense(x)) }
}

// MARK: Layer

struct BertLayer: SelfAttentionStackLayer {
  var selfAttention: BertSelfAttention
  let attentionOutput: BertOutput
  let intermediate: BertIntermediate
  let output: BertOutput

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let attended = try selfAttention(x, patterns: patterns)
    let y = attentionOutput(attended.context, input: x)
    return (output(intermediate(y), input: y), attended)
  }
}

extension BertLayer {
  /// Reads the tensors under BERT's names.
  init(
    _ reader: WeightReader, _ configuration: BertConfiguration, layer: Int
  ) throws(TransformerError) {
    let attention = reader["attention"]
    selfAttention = try BertSelfAttention(
      query: attention["self"]["query"], key: attention["self"]["key"],
      value: attention["self"]["value"], configuration, layer: layer)
    attentionOutput = try BertOutput(
      dense: attention["output"]["dense"], layerNorm: attention["output"]["LayerNorm"],
      inputSize: configuration.hiddenSize, configuration)
    intermediate = try BertIntermediate(dense: reader["intermediate"]["dense"], configuration)
    output = try BertOutput(
      dense: reader["output"]["dense"], layerNorm: reader["output"]["LayerNorm"],
      inputSize: configuration.intermediateSize, configuration)
  }
}

// MARK: Model

struct BertModel: SelfAttentionModel {
  let embeddings: BertEmbeddings
  /// From the embeddings to the layers, where they are of different sizes (ELECTRA, ALBERT).
  let projection: Linear?
  let layers: [BertLayer]
  let head: MaskedTokenHead?
  let summary: ModelSummary

  static func bert(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BertConfiguration(file)
    let (reader, body) = try reader.locate(body: "bert", layer: "encoder.layer.0")
    let embeddings = try BertEmbeddings(
      body["embeddings"], configuration, output: reader["cls"]["predictions"]["decoder"])
    let layers = try body["encoder"]["layer"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try BertLayer(reader, configuration, layer: layer)
    }
    let head = try MaskedTokenHead(
      bert: reader["cls"]["predictions"], configuration, embeddings: embeddings.wordEmbeddings)
    return BertModel(
      embeddings: embeddings, projection: nil, layers: layers, head: head,
      summary: configuration.summary(
        family: "BERT", predictsTokens: head != nil, unusedTensors: reader.unusedNames))
  }

  func embed(_ input: ModelInput) throws(TransformerError) -> HiddenStates {
    let x = try embeddings(input)
    return projection?(x) ?? x
  }
}

extension MaskedTokenHead {
  /// Reads what the reference calls `BertLMPredictionHead`.
  ///
  /// - Parameter reader: The scope `cls.predictions`.
  /// - Returns: nil if the checkpoint has no such head.
  init?(
    bert reader: WeightReader, _ configuration: BertConfiguration, embeddings: Embedding
  ) throws(TransformerError) {
    let transform = reader["transform"]
    guard transform.contains("dense.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(transform["dense"], inputSize: size, outputSize: size)
    activation = configuration.activation
    norm = try LayerNorm(transform["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
    decoder = try Linear(
      reader["decoder"], tiedTo: embeddings,
      bias: reader.vector("bias", orOlder: "decoder.bias", count: configuration.vocabularySize))
  }
}
