/// The way from text to ids and back: the stages and the model, in the order of a text's way through them.
struct Pipeline: Sendable {
  var normalizer: (any TextNormalizer)?
  var addedTokens: AddedTokens
  var preTokenizer: (any PreTokenizer)?
  var model: any TokenModel
  var postProcessor: PostProcessor
  var decoder: (any TokenDecoder)?

  /// The tokens of one text, with nothing around them.
  func tokens(of text: String) throws(TokenizerError) -> [SourceToken] {
    var tokens: [SourceToken] = []
    for section in try addedTokens.sections(of: AlignedText(text), normalizer: normalizer) {
      switch section {
      case .token(let token):
        tokens.append(token)
      case .text(let text):
        try model.tokenize(preTokenizer?.pieces(of: text) ?? [text], into: &tokens)
      }
    }
    return tokens
  }

  /// One or two sentences with the special tokens around them.
  func assemble(_ sequences: [[SourceToken]]) -> [EncodedToken] {
    let isPair = sequences.count == 2
    var result: [EncodedToken] = []
    /// The sentence to which a special token belongs.
    var current = 0
    for (index, piece) in postProcessor.pieces(isPair: isPair).enumerated() {
      switch piece {
      case .sequence(let sequence, let typeID):
        current = sequence
        for (index, token) in sequences[sequence].enumerated() {
          result.append(encoded(token, isFirst: index == 0, typeID: typeID, sequence: sequence))
        }
      case .special(let id, let text, let typeID):
        result.append(
          EncodedToken(
            text: text, display: text, id: Int(id), typeID: typeID, isSpecial: true,
            continuesWord: false, sourceRange: nil, sequence: current))
        // The first delimiter after sentence A closes it; a second one opens sentence B.
        if isPair, index > 0, postProcessor.pair[index - 1].isSequence(0) { current = 1 }
      }
    }
    return result
  }

  private func encoded(
    _ token: SourceToken, isFirst: Bool, typeID: Int, sequence: Int
  ) -> EncodedToken {
    let text = self.token(of: token.id) ?? ""
    let source =
      postProcessor.trimming?.trimmed(token, text: text, isFirst: isFirst) ?? token.source
    return EncodedToken(
      text: text, display: display(of: token.id) ?? "", id: Int(token.id), typeID: typeID,
      isSpecial: false, continuesWord: token.continuesWord,
      sourceRange: Int(source.start)..<Int(source.end), sequence: sequence)
  }

  var largestID: Int32 {
    [model.vocabulary.largestID, addedTokens.largestID, postProcessor.largestID]
      .compactMap(\.self).max() ?? 0
  }

  func id(of token: String) -> Int32? {
    addedTokens.id(of: token) ?? model.vocabulary.id(of: token)
  }

  func token(of id: Int32) -> String? {
    addedTokens.token(of: id) ?? model.vocabulary.token(of: id)
  }

  /// The token as a person reads it; an added one as it is.
  func display(of id: Int32) -> String? {
    if let added = addedTokens.token(of: id) { return added }
    guard let token = model.vocabulary.token(of: id) else { return nil }
    return decoder?.decode(token) ?? token
  }
}
