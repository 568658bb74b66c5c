// ELECTRA: BERT with small embeddings, trained to find the words that another, smaller ELECTRA put in the
// place of others. That one, the generator, predicts masked tokens.
//
// Paper: Clark, Luong, Le and Manning, "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than
// Generators", 2020, arXiv:2003.10555.
// Reference: transformers/models/electra/modeling_electra.py.

// MARK: Configuration

extension BertConfiguration {
  /// As for BERT, whose defaults transformers' `ElectraConfig` has.
  init(electra configuration: ModelConfiguration) throws(TransformerError) {
    try self.init(configuration)
    embeddingSize = try configuration.size("embedding_size")
  }
}

// MARK: Model

extension BertModel {
  static func electra(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BertConfiguration(electra: file)
    let (reader, body) = try reader.locate(body: "electra", layer: "encoder.layer.0")
    let embeddings = try BertEmbeddings(
      body["embeddings"], configuration, output: reader["generator_lm_head"])
    let projection =
      configuration.embeddingSize == configuration.hiddenSize
      ? nil
      : try Linear(
        body["embeddings_project"], inputSize: configuration.embeddingSize,
        outputSize: configuration.hiddenSize)
    let layers = try body["encoder"]["layer"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try BertLayer(reader, configuration, layer: layer)
    }
    let head = try MaskedTokenHead(
      electra: reader, configuration, embeddings: embeddings.wordEmbeddings)
    return BertModel(
      embeddings: embeddings, projection: projection, layers: layers, head: head,
      summary: configuration.summary(
        family: "ELECTRA", predictsTokens: head != nil, unusedTensors: reader.unusedNames))
  }
}

extension MaskedTokenHead {
  /// Reads `ElectraGeneratorPredictions`, whose activation is GELU whatever that of the layers is, and the
  /// layer onto the vocabulary.
  ///
  /// - Parameter reader: The scope of the whole checkpoint.
  /// - Returns: nil if the checkpoint has no such head: it is a discriminator.
  init?(
    electra reader: WeightReader, _ configuration: BertConfiguration, embeddings: Embedding
  ) throws(TransformerError) {
    let predictions = reader["generator_predictions"]
    guard predictions.contains("dense.weight") else { return nil }
    let size = configuration.embeddingSize
    dense = try Linear(
      predictions["dense"], inputSize: configuration.hiddenSize, outputSize: size)
    activation = .gelu
    norm = try LayerNorm(predictions["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
    decoder = try Linear(
      reader["generator_lm_head"], tiedTo: embeddings,
      bias: reader["generator_lm_head"].vector("bias", count: configuration.vocabularySize))
  }
}
