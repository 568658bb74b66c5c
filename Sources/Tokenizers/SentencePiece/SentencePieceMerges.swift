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
      parts.reserveCapacity(2 * pieces.count)
      var splits = PieceSplits(vocabulary)
      for (piece, text) in zip(pieces, texts) where vocabulary.id(of: text) != nil {
        splits.append(of: text, score: piece.score, to: &parts)
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

}

/// The ways to put pieces together from two entries.
private struct PieceSplits {
  private let vocabulary: Vocabulary
  private let powers: [UInt64]
  /// Of the piece's beginnings, at each scalar's start.
  private var beginnings: [(byteCount: Int, hash: ByteHash)] = []

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    powers = ByteHash.powers(to: vocabulary.longestLength)
  }

  /// Adds those of one piece, in the order of their entries.
  /// - Parameter text: An entry.
  mutating func append(of text: Vocabulary.Bytes, score: Double, to parts: inout [PieceParts]) {
    beginnings.removeAll(keepingCapacity: true)
    var whole = ByteHash()
    for (index, byte) in text.enumerated() {
      if byte & 0xC0 != 0x80 { beginnings.append((index, whole)) }
      whole.append(byte)
    }
    let first = parts.count
    for (count, (middle, hash)) in beginnings.enumerated().dropFirst() {
      let left = Vocabulary.Bytes(rebasing: text[..<middle])
      guard let leftEntry = vocabulary.entry(of: left, hash) else { continue }
      let right = Vocabulary.Bytes(rebasing: text[middle...])
      let rest = whole.dropping(hash, power: powers[right.count])
      guard let rightEntry = vocabulary.entry(of: right, rest) else { continue }
      parts.append(
        PieceParts(
          left: left, right: right, score: score, leftCount: count,
          rightCount: beginnings.count - count,
          ids: (vocabulary.id(ofEntry: leftEntry), vocabulary.id(ofEntry: rightEntry))))
    }
    if parts.count > first + 1 { parts[first...].sort { $0.ids < $1.ids } }
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
  /// Of both.
  var ids: (Int32, Int32)
}
