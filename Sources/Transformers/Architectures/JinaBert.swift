// Jina BERT, version 2: BERT with gated feed-forward blocks and no positions but in the scores; a key scores the lower
// the further away it is, on both sides.
//
// Paper: Günther et al., "Jina Embeddings 2: 8192-Token General-Purpose Text Embeddings for Long Documents", 2023,
// arXiv:2310.19923.
// Reference: modeling_bert.py of the hub's jinaai/jina-bert-implementation. Files say that they are of type "bert".

import Attention

// MARK: Configuration

extension ModelConfiguration {
  /// Whether a file of type "bert" is one of these.
  var isJinaBert: Bool {
    get throws(TransformerError) {
      guard modelType == "bert" else { return false }
      return try string("position_embedding_type", default: "absolute") == "alibi"
    }
  }
}

extension BertConfiguration {
  fileprivate init(jina file: ModelConfiguration) throws(TransformerError) {
    try self.init(file, positionType: "alibi")
    positions = nil
    switch try file.string("feed_forward_type", default: "original") {
    case "geglu": activation = .gelu
    case "reglu": activation = .relu
    case let name:
      throw file.unsupported(
        "feed_forward_type", value: "\"\(name)\"", because: "only gated blocks are known here")
    }
  }
}

// MARK: Layer

/// Attention with linear biases in both directions: minus slope · distance.
private struct DistanceBias: ScoreBias {
  /// One per head.
  let slopes: [Float]

  func callAsFunction(
    queries: HeadVectors, keys: HeadVectors, firstQuery: Int
  ) -> AttentionBias? {
    let (queryCount, keyCount) = (queries.rowCount, keys.rowCount)
    let distances = (1 - queryCount - firstQuery)..<(keyCount - firstQuery)
    return AttentionBias(
      byDistance: slopes.flatMap { slope in distances.map { -slope * Float(abs($0)) } },
      headCount: slopes.count, queryCount: queryCount, keyCount: keyCount)
  }
}

extension TransformerLayer {
  fileprivate init(
    jina reader: WeightReader, _ configuration: BertConfiguration
  ) throws(TransformerError) {
    let (size, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    func square(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader["attention"][name], inputSize: size, outputSize: size)
    }
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    var attention = MultiHeadAttention(
      QueryKeyValue(
        query: try square("self.query"), key: try square("self.key"),
        value: try square("self.value"), headSize: size / configuration.headCount),
      output: try square("output.dense"), mask: configuration.mask)
    attention.bias = DistanceBias(slopes: Alibi(headCount: configuration.headCount).slopes)
    let mlp = reader["mlp"]
    self.init(
      attention: Sublayer(attention, normOfSum: try norm("attention.output.LayerNorm")),
      feedForward: Sublayer(
        GatedFeedForward(
          gateUp: try Linear(
            mlp["gated_layers"], inputSize: size, outputSize: 2 * inner, hasBias: false),
          down: try Linear(mlp["wo"], inputSize: inner, outputSize: size),
          activation: configuration.activation),
        normOfSum: try norm("mlp.layernorm")))
  }
}

// MARK: Model

enum JinaBertModel {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BertConfiguration(jina: file)
    let (reader, body) = try reader.locate(body: "bert", layer: "encoder.layer.0")
    guard !body.contains("encoder.layer.0.attention.self.layer_norm_q.weight") else {
      throw .refusedModelType(
        file.modelType,
        reason:
          "norms queries and keys and adds each input twice (Jina's for code), which is not known here",
        path: file.path)
    }
    let head = reader["cls.predictions"]
    let embeddings = try InputEmbeddings(
      bert: body["embeddings"], configuration, output: head["decoder"])
    let layers = try body["encoder.layer"].map(configuration.layerCount) {
      reader, _ throws(TransformerError) in
      try TransformerLayer(jina: reader, configuration)
    }
    var plain = configuration
    plain.activation = try file.activation("hidden_act", default: "gelu")
    return SingleStackModel(
      family: "Jina BERT", TransformerStack(embeddings: embeddings, layers: layers),
      head: try MaskedTokenHead(bert: head, plain, embeddings: embeddings.words),
      positionCount: configuration.positionCount, reader)
  }
}
