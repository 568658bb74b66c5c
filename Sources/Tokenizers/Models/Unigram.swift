/// Unigram: a text is spelled by those pieces whose scores, logarithms of their probabilities, have the greatest sum.
///
/// Source: Kudo 2018, arXiv:1804.10959, as sentencepiece and the `tokenizers` library find the best spelling.
struct Unigram: TokenModel {
  let vocabulary: Vocabulary
  private let pieces: PieceTable
  /// Score of a scalar that is no piece.
  private let unknownScore: Double
  private let speller: PieceSpeller
  /// Sentencepiece adds scores up in single precision, and ties come out otherwise.
  private let addsInSinglePrecision: Bool

  private struct Node {
    var score = 0.0
    /// Where the last piece of the best spelling up to here begins; -1 if there is none yet.
    var start = -1
    var isUnknown = false
  }

  /// - Parameter pieces: The pieces that can be chosen.
  /// - Parameter speller: Turns them into tokens.
  init(
    pieces: PieceTable, unknownScore: Double, speller: PieceSpeller,
    addsInSinglePrecision: Bool = false
  ) {
    self.vocabulary = speller.vocabulary
    self.pieces = pieces
    self.unknownScore = unknownScore
    self.speller = speller
    self.addsInSinglePrecision = addsInSinglePrecision
  }

  init(_ setting: Setting) throws(TokenizerError) {
    let entries = setting["vocab"]
    let values = try entries.array()
    guard !values.isEmpty else { throw .emptyVocabulary(file: setting.file) }
    guard values.count <= Vocabulary.maximumCount else {
      throw .vocabularyTooLarge(file: setting.file, maximum: Vocabulary.maximumCount)
    }
    var pieces: [(text: Vocabulary.Bytes, score: Double)] = []
    pieces.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard let pair = value.array, pair.count == 2, let text = pair[0].utf8,
        let score = pair[1].number
      else { throw entries.element(index, value).wrong(expected: "a token and its score") }
      guard text.count <= PieceTable.maximumLength else {
        throw .tokenTooLong(file: setting.file, maximum: PieceTable.maximumLength)
      }
      pieces.append((text, score))
    }
    let unknownID = try setting["unk_id"].ifPresent?.natural()
    guard unknownID ?? 0 < values.count else {
      throw setting["unk_id"].wrong(expected: "less than \(values.count), the size of vocab")
    }
    let vocabulary = Vocabulary(count: pieces.count) { (pieces[$0].text, Int32($0)) }
    self.init(
      pieces: PieceTable(pieces), unknownScore: pieces.map(\.score).min()! - Self.unknownPenalty,
      speller: PieceSpeller(
        vocabulary: vocabulary, unknownID: unknownID,
        fallsBackToBytes: try setting["byte_fallback"].ifPresent?.bool() ?? false))
  }

  /// How much worse than the worst piece a scalar is that is none.
  static let unknownPenalty = 10.0

  func tokenize(_ pieces: [AlignedText], into tokens: inout [SourceToken]) throws(TokenizerError) {
    for piece in pieces where !piece.isEmpty {
      let text = piece.utf8
      try speller.append(segments(of: text), of: text, from: piece, to: &tokens)
    }
  }

  /// The best spelling of a text: the end of each piece in bytes. Scalars that are no piece stand together.
  private func segments(of text: [UInt8]) -> [PieceSpeller.Segment] {
    var nodes = Array(repeating: Node(), count: text.count + 1)
    text.withUnsafeBufferPointer { text in
      var start = 0
      while start < text.count {
        let scoreHere = nodes[start].score
        func offer(_ score: Double, length: Int, isUnknown: Bool) {
          let sum = scoreHere + score
          let end = start + length
          if nodes[end].start < 0 || sum > nodes[end].score {
            let kept = addsInSinglePrecision ? Double(Float(sum)) : sum
            nodes[end] = Node(score: kept, start: start, isUnknown: isUnknown)
          }
        }
        let scalarLength = text[start].scalarLength
        var hasScalar = false
        pieces.forEachPrefix(of: .init(rebasing: text[start...])) { length, piece in
          offer(pieces.scores[piece], length: length, isUnknown: false)
          if length == scalarLength { hasScalar = true }
        }
        if !hasScalar { offer(unknownScore, length: scalarLength, isUnknown: true) }
        start += scalarLength
      }
    }
    var segments: [PieceSpeller.Segment] = []
    var end = text.count
    while end > 0 {
      segments.append(.init(end: end, isUnknown: nodes[end].isUnknown))
      end = nodes[end].start
    }
    segments.reverse()
    return segments
  }
}

extension UInt8 {
  /// Length in bytes of the scalar whose first byte this is.
  fileprivate var scalarLength: Int {
    self < 0x80 ? 1 : self < 0xE0 ? 2 : self < 0xF0 ? 3 : 4
  }
}
