/// Byte-pair encoding as sentencepiece has it: of all neighbours that together are a piece, those merge first whose
/// piece has the best score, of equal ones the leftmost.
///
/// Source: Sennrich et al. 2016, arXiv:1508.07909; Kudo and Richardson 2018, arXiv:1808.06226.
struct SentencePieceBPE: TokenModel {
  let vocabulary: Vocabulary
  /// The pieces that can come of a merge, with their places as ids.
  private let pieces: Vocabulary
  private let scores: [Double]
  private let speller: PieceSpeller

  /// - Parameter speller: Turns the pieces into tokens.
  init(pieces: [ScoredPiece], speller: PieceSpeller) {
    vocabulary = speller.vocabulary
    self.pieces = Vocabulary(pieces.map(\.text))
    scores = pieces.map(\.score)
    self.speller = speller
  }

  func tokenize(_ pieces: [AlignedText], into tokens: inout [SourceToken]) throws(TokenizerError) {
    for piece in pieces where !piece.isEmpty {
      let text = piece.utf8
      let segments = text.withUnsafeBufferPointer(segments(of:))
      try speller.append(segments, of: text, from: piece, to: &tokens)
    }
  }

  /// A run of the text, first a scalar, with its neighbours.
  private struct Symbol {
    var range: Range<Int>
    var previous: Int
    var next: Int
  }

  /// Two neighbours that can merge, if they are still the same.
  private struct Merge: Comparable {
    var score: Double
    var left: Int
    var right: Int
    /// In bytes, of both.
    var length: Int

    static func < (a: Merge, b: Merge) -> Bool {
      a.score != b.score ? a.score < b.score : a.left > b.left
    }
  }

  private func segments(of text: Vocabulary.Bytes) -> [PieceSpeller.Segment] {
    var symbols: [Symbol] = []
    for (index, byte) in text.enumerated() {
      if byte & 0xC0 == 0x80 {
        symbols[symbols.count - 1].range = symbols[symbols.count - 1].range.lowerBound..<index + 1
      } else {
        symbols.append(
          Symbol(range: index..<index + 1, previous: symbols.count - 1, next: symbols.count + 1))
      }
    }
    symbols[symbols.count - 1].next = -1

    var merges = Heap<Merge>()
    func offer(_ left: Int, _ right: Int) {
      guard left >= 0, right >= 0 else { return }
      let range = symbols[left].range.lowerBound..<symbols[right].range.upperBound
      guard range.count <= pieces.longestLength,
        let piece = pieces.id(of: .init(rebasing: text[range]))
      else { return }
      merges.insert(
        Merge(score: scores[Int(piece)], left: left, right: right, length: range.count))
    }
    for left in symbols.indices { offer(left, symbols[left].next) }
    while let merge = merges.popMax() {
      let (left, right) = (symbols[merge.left], symbols[merge.right])
      guard left.next == merge.right, !left.range.isEmpty,
        left.range.count + right.range.count == merge.length
      else { continue }
      symbols[merge.left].range = left.range.lowerBound..<right.range.upperBound
      symbols[merge.left].next = right.next
      symbols[merge.right].range = right.range.upperBound..<right.range.upperBound
      if right.next >= 0 { symbols[right.next].previous = merge.left }
      offer(left.previous, merge.left)
      offer(merge.left, right.next)
    }
    return symbols.filter { !$0.range.isEmpty }.map { symbol in
      PieceSpeller.Segment(
        end: symbol.range.upperBound,
        isUnknown: pieces.id(of: .init(rebasing: text[symbol.range])) == nil)
    }
  }
}
