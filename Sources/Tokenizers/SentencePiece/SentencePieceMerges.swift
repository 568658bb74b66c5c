extension MergeTable {
  /// The merges of a sentencepiece model for byte-pair encoding, which has none but the scores of its pieces: any two
  /// entries that together are a piece merge, those with the best score first.
  ///
  /// The order of equal scores is that of `transformers`: longer first parts, then longer second parts first.
  static func joining(
    _ pieces: [ScoredPiece], vocabulary: Vocabulary, file: String
  ) throws(TokenizerError) -> MergeTable {
    try withUTF8(of: pieces.map(\.text)) { texts throws(TokenizerError) in
      var parts: [PieceParts] = []
      for (piece, text) in zip(pieces, texts) where vocabulary.id(of: text) != nil {
        parts += Self.parts(of: text, score: piece.score, vocabulary: vocabulary)
      }
      // A stable sort: what is equal in all keeps its order.
      parts.sort {
        ($0.score, $0.leftCount, $0.rightCount) > ($1.score, $1.leftCount, $1.rightCount)
      }
      guard parts.count <= Self.maximumCount else {
        throw .vocabularyTooLarge(file: file, maximum: Vocabulary.maximumCount)
      }
      return try MergeTable(count: parts.count, vocabulary: vocabulary, file: file) { index in
        (parts[index].left, parts[index].right)
      }
    }
  }

  /// The ways to put a piece together from two entries, in the order of these.
  private static func parts(of text: Bytes, score: Double, vocabulary: Vocabulary) -> [PieceParts] {
    let starts = text.indices.filter { text[$0] & 0xC0 != 0x80 }
    var parts: [(ids: (Int32, Int32), parts: PieceParts)] = []
    for (count, middle) in starts.enumerated().dropFirst() {
      let left = Bytes(rebasing: text[..<middle])
      let right = Bytes(rebasing: text[middle...])
      guard let leftID = vocabulary.id(of: left), let rightID = vocabulary.id(of: right) else {
        continue
      }
      parts.append(
        (
          (leftID, rightID),
          PieceParts(
            left: left, right: right, score: score, leftCount: count,
            rightCount: starts.count - count)
        ))
    }
    return parts.sorted { $0.ids < $1.ids }.map(\.parts)
  }
}

/// A piece as the union of two entries.
private struct PieceParts {
  var left: Vocabulary.Bytes
  var right: Vocabulary.Bytes
  var score: Double
  /// In scalars.
  var leftCount: Int
  var rightCount: Int
}
