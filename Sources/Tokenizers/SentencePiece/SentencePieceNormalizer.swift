/// Prepares a text as sentencepiece itself does: the longest replacements first, then the spaces.
struct SentencePieceNormalizer: TextNormalizer {
  private let charsmap: Charsmap?
  private let addsDummyPrefix: Bool
  private let removesExtraSpaces: Bool
  /// Texts in which nothing is replaced.
  private var userDefined = ScalarTrie()

  init(_ file: SentencePieceFile) {
    charsmap = file.charsmap
    addsDummyPrefix = file.addsDummyPrefix
    removesExtraSpaces = file.removesExtraSpaces
    for piece in file.pieces where piece.kind == .userDefined {
      userDefined.insert(piece.text.unicodeScalars, id: 0)
    }
  }

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    text = try replaced(text)
    guard !text.isEmpty else { return }
    if addsDummyPrefix { text.prepend([.spaceMark]) }
    text.map { $0 == " " ? .spaceMark : $0 }
    if removesExtraSpaces {
      // A mark that the text itself ends in goes as well.
      let last = text.scalars.lastIndex { $0 != .spaceMark } ?? text.indices.lowerBound - 1
      text = text[text.indices.lowerBound..<last + 1]
    }
  }

  private func replaced(_ text: AlignedText) throws(TokenizerError) -> AlignedText {
    let limit = text.growthLimit
    var count = 0
    let result = text.rebuilt { add in
      var endsInSpace = removesExtraSpaces
      func append(_ scalar: Unicode.Scalar, _ source: Int) {
        if scalar == " ", endsInSpace { return }
        endsInSpace = removesExtraSpaces && scalar == " "
        add(scalar, source)
        count += 1
      }
      var index = text.indices.lowerBound
      while index < text.indices.upperBound, count <= limit {
        let rest = text.scalars[index...]
        if let match = userDefined.longestMatch(in: rest) {
          for index in index..<match.end { append(text.scalars[index], index) }
          index = match.end
        } else if let match = charsmap?.longestMatch(in: rest) {
          for scalar in charsmap?.replacement(match) ?? .init() where count <= limit {
            append(scalar, index)
          }
          index = match.end
        } else {
          append(text.scalars[index], index)
          index += 1
        }
      }
    }
    guard count <= limit else { throw .textGrowsTooLong }
    return result
  }
}
