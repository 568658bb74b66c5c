// BERT and the encoders that differ from it in names, in where their norms stand, in the numbering of positions and in
// the head: a line for each family.
//
// Papers: Devlin et al., arXiv:1810.04805 (BERT); Sun et al., arXiv:1904.09223 (ERNIE); Ram et al., arXiv:2101.00438
// (Splinter); Shoeybi et al., arXiv:1909.08053 (Megatron-BERT); Chung et al., arXiv:2010.12821 (RemBERT); Su et al.,
// arXiv:2104.09864 (RoFormer); Conneau et al., arXiv:1911.02116 (XLM-RoBERTa); Goyal et al., arXiv:2105.00572
// (XLM-RoBERTa-XL); Martin et al., arXiv:1911.03894 (CamemBERT); Baevski et al., arXiv:2202.03555 (data2vec); Ott et al.,
// arXiv:1806.00187 (RoBERTa with norms first).
// Reference: transformers/models/{bert,ernie,…}/modeling_*.py.

import Attention

/// The properties of a family that its code states, and no key of its files.
struct BertKin: Sendable {
  let family: String
  /// The prefix of the names of all parts where a head is beside them.
  let body: String
  var epsilon = 1e-12
  var head = Head.bert
  var numbering = Numbering.fromFirst
  var names = TransformerLayer.BertNames()
  /// The norm behind the last layer; with one, norms stand before each block.
  var finalNorm: String?
  var normsEmbeddings = true
  /// The key of the size of the embeddings, and where what makes the hidden size of them lies.
  var embedding: (key: String, otherwise: Int?, projection: String)?

  enum Head: Sendable { case none, bert, roberta, rembert }

  enum Numbering: Sendable {
    case fromFirst
    case behindPadding
    /// Queries and keys turn.
    case rotary
  }

  static let named: [String: BertKin] = [
    "bert": BertKin(family: "BERT", body: "bert"),
    "camembert": BertKin(
      family: "CamemBERT", body: "roberta", head: .roberta, numbering: .behindPadding),
    "data2vec-text": BertKin(
      family: "data2vec", body: "data2vec_text", head: .roberta, numbering: .behindPadding),
    "ernie": BertKin(family: "ERNIE", body: "ernie"),
    "megatron-bert": BertKin(
      family: "Megatron-BERT", body: "bert",
      names: TransformerLayer.BertNames(attentionNorm: "attention.ln", outputNorm: "ln"),
      finalNorm: "encoder.ln", normsEmbeddings: false),
    "rembert": BertKin(
      family: "RemBERT", body: "rembert", head: .rembert,
      embedding: ("input_embedding_size", 256, "encoder.embedding_hidden_mapping_in")),
    "roberta": BertKin(
      family: "RoBERTa", body: "roberta", head: .roberta, numbering: .behindPadding),
    "roberta-prelayernorm": BertKin(
      family: "RoBERTa-PreLayerNorm", body: "roberta_prelayernorm", head: .roberta,
      numbering: .behindPadding,
      names: TransformerLayer.BertNames(
        attentionNorm: "attention.LayerNorm", outputNorm: "intermediate.LayerNorm"),
      finalNorm: "LayerNorm"),
    "roformer": BertKin(
      family: "RoFormer", body: "roformer", numbering: .rotary,
      embedding: ("embedding_size", nil, "embeddings_project")),
    "splinter": BertKin(family: "Splinter", body: "splinter", head: .none),
    "xlm-roberta": BertKin(
      family: "XLM-RoBERTa", body: "roberta", head: .roberta, numbering: .behindPadding),
    "xlm-roberta-xl": BertKin(
      family: "XLM-RoBERTa-XL", body: "roberta", epsilon: 1e-5, head: .roberta,
      numbering: .behindPadding,
      names: TransformerLayer.BertNames(
        attentionNorm: "attention.self_attn_layer_norm", outputNorm: "LayerNorm"),
      finalNorm: "encoder.LayerNorm", normsEmbeddings: false),
  ]
}

// MARK: Configuration

extension BertConfiguration {
  fileprivate init(_ kin: BertKin, _ file: ModelConfiguration) throws(TransformerError) {
    switch kin.numbering {
    case .behindPadding:
      try self.init(roberta: file, epsilon: kin.epsilon)
    case .fromFirst:
      try self.init(file, epsilon: kin.epsilon)
    case .rotary:
      try self.init(file, epsilon: kin.epsilon)
      positions = nil
      let headSize = hiddenSize / headCount
      rotary = RotaryEmbedding(
        size: try file.rotarySize(Double(headSize), headSize: headSize), pairing: .neighbours,
        base: 10_000)
      try file.require(
        "rotary_value", is: false, because: "values that turn would be another attention")
    }
    normsFirst = kin.finalNorm != nil
    normsEmbeddings = kin.normsEmbeddings
    if let (key, size, _) = kin.embedding {
      embeddingSize = try file.optionalSize(key, default: size) ?? hiddenSize
    }
  }
}

// MARK: Model

enum BertModel {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    guard let kin = BertKin.named[file.modelType] else {
      throw .unknownModelType(file.modelType, path: file.path)
    }
    guard try !file.isJinaBert else { return try JinaBertModel.load(file, reader) }
    var configuration = try BertConfiguration(kin, file)
    let (reader, body) = try reader.locate(body: kin.body, layer: "encoder.layer.0")
    let turns = body["encoder.embed_positions"]
    if let rotary = configuration.rotary, turns.contains("weight") {
      configuration.rotary?.table = try turns.tensor(
        "weight", shape: [configuration.positionCount, rotary.size]
      ).floats
    }
    let isRoberta = if case .roberta = kin.head { true } else { false }
    var embeddings = try InputEmbeddings(
      bert: body["embeddings"], configuration,
      output: reader[isRoberta ? "lm_head.decoder" : "cls.predictions.decoder"])
    if let (_, _, projection) = kin.embedding,
      configuration.embeddingSize != configuration.hiddenSize
    {
      embeddings.projection = try Linear(
        body[projection], inputSize: configuration.embeddingSize,
        outputSize: configuration.hiddenSize)
    }
    if try file.flag("use_task_id", default: false) {
      let count = try file.size("task_type_vocab_size", default: 3)
      let tasks = try Embedding(
        body["embeddings.task_type_embeddings"], rowCount: count, size: configuration.hiddenSize)
      embeddings.constant = try tasks([0]).values
    }
    let layers = try body["encoder.layer"].map(configuration.layerCount) {
      [configuration] reader, _ throws(TransformerError) in
      try TransformerLayer(bert: reader, configuration, kin.names)
    }
    let finalNorm = try kin.finalNorm.map { name throws(TransformerError) in
      try LayerNorm(
        body[name], size: configuration.hiddenSize, epsilon: configuration.normEpsilon)
    }
    let head: MaskedTokenHead? =
      switch kin.head {
      case .none: nil
      case .bert:
        try MaskedTokenHead(
          bert: reader["cls.predictions"], configuration, embeddings: embeddings.words)
      case .roberta:
        try MaskedTokenHead(
          roberta: reader["lm_head"], configuration, embeddings: embeddings.words)
      case .rembert:
        try MaskedTokenHead(
          rembert: reader["cls.predictions"], configuration,
          size: file.size("output_embedding_size", default: 1664))
      }
    return SingleStackModel(
      family: kin.family,
      TransformerStack(embeddings: embeddings, layers: layers, finalNorm: finalNorm), head: head,
      positionCount: configuration.longestInput, reader)
  }
}

extension MaskedTokenHead {
  /// Reads what the reference calls `RemBertLMPredictionHead`, whose layer onto the vocabulary is its own.
  ///
  /// - Parameters:
  ///   - reader: The scope `cls.predictions`.
  ///   - size: Of what that layer reads.
  /// - Returns: nil if the checkpoint has no such head.
  fileprivate init?(
    rembert reader: WeightReader, _ configuration: BertConfiguration, size: Int
  ) throws(TransformerError) {
    guard reader.contains("dense.weight") else { return nil }
    dense = try Linear(reader["dense"], inputSize: configuration.hiddenSize, outputSize: size)
    activation = configuration.activation
    norm = try LayerNorm(reader["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
    decoder = try Linear(
      reader["decoder"], inputSize: size, outputSize: configuration.vocabularySize)
  }
}
