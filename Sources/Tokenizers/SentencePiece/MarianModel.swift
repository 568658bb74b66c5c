/// A model of Marian's: the text may begin with the language to write, such as `>>fr<<`, a token of its own.
struct MarianModel: TokenModel {
  var vocabulary: Vocabulary { text.vocabulary }
  /// Prepares what comes after the language.
  var normalizer: any TextNormalizer
  /// Cuts what comes after the language.
  var text: any TokenModel
  /// Stands for a language that the vocabulary does not have.
  var unknownID: Int32

  func tokenize(_ pieces: [AlignedText], into tokens: inout [SourceToken]) throws(TokenizerError) {
    for piece in pieces {
      var rest = piece
      if let end = languageEnd(in: piece) {
        let code = String(String.UnicodeScalarView(piece.scalars[..<end]))
        let source = piece.source(of: piece.indices.lowerBound..<end)
        tokens.append(SourceToken(id: vocabulary.id(of: code) ?? unknownID, source: source))
        rest = piece[end...]
      }
      try normalizer.normalize(&rest)
      try text.tokenize([rest], into: &tokens)
    }
  }

  /// The end of the language's token, if the text begins with one.
  private func languageEnd(in text: AlignedText) -> Int? {
    guard text.scalars.starts(with: [">", ">"]) else { return nil }
    return text.scalars.indices.dropFirst().first { index in
      text.scalars[index] == "<" && text.scalars[index - 1] == "<"
    }.map { $0 + 1 }
  }
}
