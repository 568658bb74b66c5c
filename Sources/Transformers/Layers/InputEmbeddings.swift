/// The input of the first layer: the vectors of the tokens, with whatever a family adds to them.
///
/// `project(norm(norm(project(words · scale)) + types + constant + positions))`, each part where the family has it.
struct InputEmbeddings: Sendable {
  let words: Embedding
  var scale: Float = 1
  /// From the size of the words' vectors to the layers' (OPT).
  var wordProjection: Linear?
  /// The scaling that makes up for masked tokens, which are taken out (ESM).
  var maskScaling: MaskScaling?
  /// Of the words alone (Blenderbot's small decoder).
  var wordNorm: (any Norm)?
  /// Of sentence A and B (BERT).
  var tokenTypes: Embedding?
  /// The same for all tokens (ERNIE's task).
  var constant: [Float]?
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
    maskScaling?.apply(to: &x, ids)
    if let wordProjection { x = wordProjection(x) }
    if let wordNorm { x = wordNorm(x) }
    if let tokenTypes {
      // Tokenizers number the sentences of a pair also for models that have one type for all (RoBERTa).
      let types = tokenTypes.weight.rowCount > 1 ? tokenTypeIDs : nil
      x += try tokenTypes(types ?? [Int](repeating: 0, count: ids.count))
    }
    if let constant {
      x += HiddenStates(
        tokenCount: x.tokenCount, size: x.size, values: ids.flatMap { _ in constant })
    }
    if let positions { x += try positions(ids, from: start) }
    if let norm { x = norm(x) }
    return projection?(x) ?? x
  }
}

/// Masked tokens have no vector, and all others grow with the share of these, as if as many were masked as in training
/// (ESM's "token dropout").
struct MaskScaling: Sendable {
  let maskID: Int
  /// The share of masked tokens in training.
  static let trainedShare: Float = 0.15 * 0.8

  func apply(to x: inout HiddenStates, _ ids: [Int]) {
    let masked = ids.indices.filter { ids[$0] == maskID }
    for token in masked {
      x.replaceRow(token, with: [Float](repeating: 0, count: x.size))
    }
    let share = Float(masked.count) / Float(ids.count)
    // Nothing is left of a text of masks alone.
    guard share < 1 else { return }
    x *= (1 - Self.trainedShare) / (1 - share)
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
