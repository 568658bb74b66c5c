/// What the first layer reads: the vectors of the tokens, with whatever a family adds to them.
///
/// `project(norm(project(words · scale) + types + positions))`, each part where the family has it.
struct InputEmbeddings: Sendable {
  let words: Embedding
  var scale: Float = 1
  /// From the size of the words' vectors to the layers' (OPT).
  var wordProjection: Linear?
  /// Of sentence A and B (BERT).
  var tokenTypes: Embedding?
  var positions: PositionEmbedding?
  var norm: (any Norm)?
  /// From the size of the embeddings to the layers' (ELECTRA, ALBERT).
  var projection: Linear?

  init(_ words: Embedding) { self.words = words }

  /// - Parameters:
  ///   - tokenTypeIDs: One for each id, or nil for all 0.
  ///   - start: The position of the first id.
  /// - Throws: `idOutsideTable`.
  func callAsFunction(
    _ ids: [Int], tokenTypeIDs: [Int]?, from start: Int
  ) throws(TransformerError) -> HiddenStates {
    var x = try words(ids)
    x *= scale
    if let wordProjection { x = wordProjection(x) }
    if let tokenTypes {
      // Tokenizers number the sentences of a pair also for models that have one type for all (RoBERTa).
      let types = tokenTypes.weight.rowCount > 1 ? tokenTypeIDs : nil
      x += try tokenTypes(types ?? [Int](repeating: 0, count: ids.count))
    }
    if let positions { x += try positions(ids, from: start) }
    if let norm { x = norm(x) }
    return projection?(x) ?? x
  }
}

/// A vector for each position, learned or computed.
struct PositionEmbedding: Sendable {
  enum Table: Sendable {
    case learned(Embedding)
    case sinusoidal(SinusoidalPositions)
  }

  let table: Table
  let numbering: PositionNumbering

  init(_ table: Table, _ numbering: PositionNumbering = .counting(from: 0)) {
    self.table = table
    self.numbering = numbering
  }

  /// - Parameter start: The position of the first id.
  func callAsFunction(_ ids: [Int], from start: Int) throws(TransformerError) -> HiddenStates {
    switch table {
    case .learned(let table):
      return try table(numbering.rows(of: ids, from: start))
    case .sinusoidal(let positions):
      return positions(numbering.positions(of: ids, from: start))
    }
  }
}
