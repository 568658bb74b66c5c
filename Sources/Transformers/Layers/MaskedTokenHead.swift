/// The head that predicts masked tokens: a linear layer, an activation and a norm, then the vocabulary.
struct MaskedTokenHead: PredictionHead {
  let dense: Linear
  let activation: Activation
  let norm: LayerNorm
  let decoder: Linear

  func logits(_ x: HiddenStates) -> HiddenStates { decoder(norm(activation(dense(x)))) }

  var scoreCount: Int { decoder.weight.rowCount }
}

extension Linear {
  /// The layer onto the vocabulary, whose weight is the word embeddings unless the checkpoint has another.
  init(
    _ reader: WeightReader, tiedTo embeddings: Embedding, bias: [Float]?
  ) throws(TransformerError) {
    let table = embeddings.weight
    self.init(
      weight: reader.contains("weight")
        ? try reader.matrix("weight", rowCount: table.rowCount, columnCount: table.columnCount)
        : try reader.adapted(embeddings.tied, as: "weight"),
      bias: bias)
  }
}
