/// Unigram: a text is spelled by those pieces whose scores, logarithms of their probabilities, have the greatest sum.
///
/// Source: Kudo 2018, arXiv:1804.10959, as sentencepiece and the `tokenizers` library find the best spelling.
struct Unigram: TokenModel {
  let vocabulary: Vocabulary
  private let pieces: PieceTable
  /// The piece that stands for what is none, where a text has it; nil if it is none itself.
  private let unknownPiece: Int?
  /// Score of a scalar that is no piece.
  private let unknownScore: Double
  private let speller: PieceSpeller
  /// Sentencepiece adds scores up in single precision, and ties come out otherwise.
  private let addsInSinglePrecision: Bool

  private struct Node {
    var score = 0.0
    /// The start of the last piece of the best spelling up to here; -1 if there is none yet.
    var start = -1
    var isUnknown = false
  }

  /// - Parameter pieces: Those that can be chosen.
  /// - Parameter unknownScore: Nil for 10 less than the worst piece has.
  /// - Parameter speller: Turns the pieces into tokens.
  init(
    pieces: [ScoredPiece], unknownScore: Double? = nil, speller: PieceSpeller,
    addsInSinglePrecision: Bool = false
  ) {
    vocabulary = speller.vocabulary
    self.pieces = PieceTable(pieces)
    unknownPiece = speller.unknownID.flatMap(speller.vocabulary.token(of:))
      .flatMap(self.pieces.piece(of:))
    self.unknownScore = unknownScore ?? (pieces.map(\.score).min() ?? 0) - Self.unknownPenalty
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
    var pieces: [ScoredPiece] = []
    pieces.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard let pair = value.array, pair.count == 2, let text = pair[0].string,
        let score = pair[1].number
      else { throw entries.element(index, value).wrong(expected: "a token and its score") }
      pieces.append(ScoredPiece(text: text, score: score.asReadByLibrary))
    }
    guard pieces.allSatisfy({ $0.text.utf8.count <= PieceTable.maximumLength }) else {
      throw .tokenTooLong(file: setting.file, maximum: PieceTable.maximumLength)
    }
    let unknownID = try setting["unk_id"].ifPresent?.natural()
    guard unknownID ?? 0 < values.count else {
      throw setting["unk_id"].wrong(expected: "less than \(values.count), the size of vocab")
    }
    self.init(
      pieces: pieces,
      speller: PieceSpeller(
        vocabulary: Vocabulary(pieces.map(\.text)), unknownID: unknownID,
        fallsBackToBytes: try setting["byte_fallback"].ifPresent?.bool() ?? false))
  }

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
          let exactSum = scoreHere + score
          let sum = addsInSinglePrecision ? Double(Float(exactSum)) : exactSum
          let end = start + length
          if nodes[end].start < 0 || sum > nodes[end].score {
            nodes[end] = Node(score: sum, start: start, isUnknown: isUnknown)
          }
        }
        let scalarLength = text[start].scalarLength
        var hasScalar = false
        pieces.forEachPrefix(of: .init(rebasing: text[start...])) { length, piece in
          offer(pieces.scores[piece], length: length, isUnknown: piece == unknownPiece)
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
