/// One entry a word.
struct WordLevel: TokenModel {
  let vocabulary: Vocabulary
  /// Stands for a word that is not in the vocabulary.
  let unknownToken: String
  private let unknownID: Int32?

  init(vocabulary: Vocabulary, unknownToken: String) {
    self.vocabulary = vocabulary
    self.unknownToken = unknownToken
    unknownID = vocabulary.id(of: unknownToken)
  }

  init(_ setting: Setting) throws(TokenizerError) {
    vocabulary = try Vocabulary(setting["vocab"])
    unknownToken = try setting["unk_token"].string()
    unknownID = vocabulary.id(of: unknownToken)
  }

  func tokenize(_ pieces: [AlignedText], into tokens: inout [SourceToken]) throws(TokenizerError) {
    for word in pieces where !word.isEmpty {
      let spelling = word.scalars.flatMap { Array($0.utf8) }
      guard let id = spelling.withUnsafeBufferPointer(vocabulary.id(of:)) ?? unknownID else {
        throw .noUnknownToken(token: unknownToken)
      }
      tokens.append(SourceToken(id: id, source: word.source(of: word.indices)))
    }
  }
}
