/// A table of vectors, one row per id.
struct Embedding: Sendable {
  let weight: WeightMatrix
  /// The same as a layer onto the vocabulary shares it: an adapter of the embeddings does not change that.
  let tied: WeightMatrix

  /// Reads `weight`.
  ///
  /// - Parameter output: The scope of the layer onto the vocabulary, if that has the same weight: a checkpoint may
  ///   have it under this name alone.
  init(
    _ reader: WeightReader, orTiedTo output: WeightReader? = nil, rowCount: Int, size: Int
  ) throws(TransformerError) {
    var reader = reader
    if let output, !reader.contains("weight"), output.contains("weight") { reader = output }
    weight = try reader.matrix("weight", rowCount: rowCount, columnCount: size)
    tied = reader.original(of: weight, "weight")
  }

  private init(weight: WeightMatrix, tied: WeightMatrix) {
    (self.weight, self.tied) = (weight, tied)
  }

  /// The table as one of the modules that share it has it: PEFT adapts a module, and the others stay as they are.
  func shared(with module: WeightReader) throws(TransformerError) -> Embedding {
    Embedding(weight: try module.adapted(weight.withoutUpdate, as: "weight"), tied: tied)
  }

  /// The vectors of `ids`, in order.
  func callAsFunction(_ ids: some Collection<Int>) throws(TransformerError) -> HiddenStates {
    for id in ids where !(0..<weight.rowCount).contains(id) {
      throw .idOutsideTable(id: id, table: weight.name, rowCount: weight.rowCount)
    }
    let size = weight.columnCount
    return HiddenStates(tokenCount: ids.count, size: size) { vectors in
      for (token, id) in ids.enumerated() { weight.copyRow(id, to: vectors + token * size) }
    }
  }
}
