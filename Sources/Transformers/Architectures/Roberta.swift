// RoBERTa: BERT trained longer and on more. What is computed differs from BERT in the numbering of positions and in the
// head; other models have taken over one or both.
//
// Paper: Liu et al., "RoBERTa: A Robustly Optimized BERT Pretraining Approach", 2019, arXiv:1907.11692.
// Reference: transformers/models/roberta/modeling_roberta.py.

// MARK: Configuration

extension BertConfiguration {
  /// As for BERT; `pad_token_id` is 1 in transformers' `RobertaConfig`, where files leave it out.
  init(
    roberta configuration: ModelConfiguration, epsilon: Double = 1e-12
  ) throws(TransformerError) {
    try self.init(configuration, epsilon: epsilon)
    positions = .behindPadding(
      id: try configuration.integer("pad_token_id", default: 1, in: 0...max(0, positionCount - 2)))
  }
}

// MARK: Head

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
