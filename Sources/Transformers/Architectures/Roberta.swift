// RoBERTa, XLM-RoBERTa and CamemBERT: BERT trained longer and on more, in one language or a hundred.
// What is computed differs from BERT in the numbering of positions and in the head.
//
// Papers: Liu et al., "RoBERTa: A Robustly Optimized BERT Pretraining Approach", 2019, arXiv:1907.11692;
// Conneau et al., "Unsupervised Cross-lingual Representation Learning at Scale", 2019, arXiv:1911.02116;
// Martin et al., "CamemBERT: a Tasty French Language Model", 2019, arXiv:1911.03894.
// Reference: transformers/models/roberta/modeling_roberta.py, which the other two repeat word for word.

// MARK: Configuration

extension BertConfiguration {
  /// As for BERT; `pad_token_id` is 1 in transformers' `RobertaConfig`, where files leave it out.
  init(roberta configuration: ModelConfiguration) throws(TransformerError) {
    try self.init(configuration)
    positions = .behindPadding(
      id: try configuration.integer("pad_token_id", default: 1, in: 0...max(0, positionCount - 2)))
  }
}

// MARK: Model

extension BertModel {
  static func roberta(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BertConfiguration(roberta: file)
    let (reader, body) = try reader.locate(body: "roberta", layer: "encoder.layer.0")
    let embeddings = try BertEmbeddings(
      body["embeddings"], configuration, output: reader["lm_head"]["decoder"])
    let layers = try body["encoder"]["layer"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try BertLayer(reader, configuration, layer: layer)
    }
    let head = try MaskedTokenHead(
      roberta: reader["lm_head"], configuration, embeddings: embeddings.wordEmbeddings)
    let family =
      switch file.modelType {
      case "xlm-roberta": "XLM-RoBERTa"
      case "camembert": "CamemBERT"
      default: "RoBERTa"
      }
    return BertModel(
      embeddings: embeddings, projection: nil, layers: layers, head: head,
      summary: configuration.summary(
        family: family, predictsTokens: head != nil, unusedTensors: reader.unusedNames))
  }
}

extension MaskedTokenHead {
  /// Reads what the reference calls `RobertaLMHead`, whose activation is GELU whatever that of the layers is.
  ///
  /// - Parameter reader: The scope `lm_head`.
  /// - Returns: nil if the checkpoint has no such head.
  init?(
    roberta reader: WeightReader, _ configuration: BertConfiguration, embeddings: Embedding
  ) throws(TransformerError) {
    guard reader.contains("dense.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(reader["dense"], inputSize: size, outputSize: size)
    activation = .gelu
    norm = try LayerNorm(reader["layer_norm"], size: size, epsilon: configuration.normEpsilon)
    decoder = try Linear(
      reader["decoder"], tiedTo: embeddings,
      bias: reader.vector("bias", orOlder: "decoder.bias", count: configuration.vocabularySize))
  }
}
