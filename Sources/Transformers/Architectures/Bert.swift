// BERT: a bidirectional encoder with learned absolute positions and norms behind each block.
//
// Paper: Devlin, Chang, Lee and Toutanova, "BERT: Pre-training of Deep Bidirectional Transformers for
// Language Understanding", 2018, arXiv:1810.04805.
// Reference: transformers/models/bert/modeling_bert.py; the types carry its names.
//
// Its successors kept most of it and use these types for that, under tensor names of their own; those that differ in
// little more stand in `BertKin`.
//
// Shape letters: T tokens, C hidden size, H heads.

import Attention

// MARK: Configuration

struct BertConfiguration: Sendable {
  var vocabularySize: Int
  /// The size of the embeddings in place of `hiddenSize`; BERT's are as large.
  var embeddingSize: Int
  var hiddenSize: Int
  var layerCount: Int
  var headCount: Int
  var intermediateSize: Int
  /// The rows of the table of positions.
  var positionCount: Int
  /// nil for models without that table, whose scores know of positions (DeBERTa).
  var positions: PositionNumbering? = .counting(from: 0)
  /// 0 for models that tell no sentence from another.
  var tokenTypeCount: Int
  var activation: Activation
  var normEpsilon: Float
  var mask = AttentionMask.bidirectional
  /// nil for models that know of positions from their embeddings.
  var rotary: RotaryEmbedding?
  /// Whether norms stand before each block, not behind it.
  var normsFirst = false
  var normsEmbeddings = true
  /// Whether the words' embeddings are the weight of the layer onto the vocabulary as well.
  var isTied = true

  /// The longest input.
  var longestInput: Int { positionCount - (positions?.firstRow ?? 0) }
}

extension BertConfiguration {
  /// Sizes are required; the rest takes the defaults of transformers' `BertConfig`, which files leave out.
  ///
  /// - Parameters:
  ///   - epsilon: The default of the family's own class.
  ///   - positionType: The value that alone is known of the key for it.
  init(
    _ configuration: ModelConfiguration, epsilon: Double = 1e-12,
    positionType: String = "absolute"
  ) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    embeddingSize = hiddenSize
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("intermediate_size")
    positionCount = try configuration.size("max_position_embeddings")
    tokenTypeCount = try configuration.integer(
      "type_vocab_size",
      default: ["gte", "new", "xlm-roberta-xl"].contains(configuration.modelType) ? 1 : 2,
      in: 0...ModelConfiguration.sizeLimit)
    activation = try configuration.activation("hidden_act", default: "gelu")
    normEpsilon = try configuration.epsilon("layer_norm_eps", default: epsilon)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    mask = try configuration.flag("is_decoder", default: false) ? .causal : .bidirectional
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    try configuration.require(
      "add_cross_attention", is: false, because: "a decoder by itself has no encoder to look at")
    try configuration.require(
      "position_embedding_type", is: positionType,
      because: "other positions change the attention scores in a way that is not implemented")
  }
}

// MARK: Embeddings

extension InputEmbeddings {
  /// Reads what the reference calls `BertEmbeddings`.
  ///
  /// - Parameter output: The scope of the layer onto the vocabulary.
  init(
    bert reader: WeightReader, _ configuration: BertConfiguration, output: WeightReader
  ) throws(TransformerError) {
    func table(_ name: String, _ rowCount: Int) throws(TransformerError) -> Embedding {
      try Embedding(reader[name], rowCount: rowCount, size: configuration.embeddingSize)
    }
    self.init(
      try Embedding(
        reader["word_embeddings"], orTiedTo: configuration.isTied ? output : nil,
        rowCount: configuration.vocabularySize, size: configuration.embeddingSize))
    if let numbering = configuration.positions {
      positions = PositionEmbedding(
        .learned(try table("position_embeddings", configuration.positionCount)), numbering)
    }
    if configuration.tokenTypeCount > 0 {
      tokenTypes = try table("token_type_embeddings", configuration.tokenTypeCount)
    }
    if configuration.normsEmbeddings {
      norm = try LayerNorm(
        reader["LayerNorm"], size: configuration.embeddingSize,
        epsilon: configuration.normEpsilon)
    }
  }
}

// MARK: Layer

extension TransformerLayer {
  /// The names of a layer's tensors.
  struct BertNames: Sendable {
    var query = "attention.self.query"
    var key = "attention.self.key"
    var value = "attention.self.value"
    var attentionOutput = "attention.output.dense"
    var attentionNorm = "attention.output.LayerNorm"
    var intermediate = "intermediate.dense"
    var output = "output.dense"
    var outputNorm = "output.LayerNorm"
  }

  /// Reads what the reference calls `BertLayer`, or one of its successors under other names.
  init(
    bert reader: WeightReader, _ configuration: BertConfiguration, _ names: BertNames = BertNames()
  ) throws(TransformerError) {
    let size = configuration.hiddenSize
    func square(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: size, outputSize: size)
    }
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    let projections = QueryKeyValue(
      query: try square(names.query), key: try square(names.key), value: try square(names.value),
      headSize: size / configuration.headCount)
    func sublayer<Body>(_ body: Body, _ name: String) throws(TransformerError) -> Sublayer<Body> {
      let norm = try norm(name)
      return configuration.normsFirst
        ? Sublayer(body, normOfInput: norm) : Sublayer(body, normOfSum: norm)
    }
    self.init(
      attention: try sublayer(
        MultiHeadAttention(
          projections, output: try square(names.attentionOutput), mask: configuration.mask,
          rotary: configuration.rotary),
        names.attentionNorm),
      feedForward: try sublayer(
        FeedForward(
          reader[names.intermediate], reader[names.output], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation),
        names.outputNorm))
  }
}

// MARK: Head

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
    let size = configuration.embeddingSize
    dense = try Linear(
      transform["dense"], inputSize: configuration.hiddenSize, outputSize: size)
    activation = configuration.activation
    norm = try LayerNorm(transform["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
    decoder = try Linear(
      reader["decoder"], tiedTo: embeddings,
      bias: reader.vector("bias", orOlder: "decoder.bias", count: configuration.vocabularySize))
  }
}
