/// WordPiece: a word is spelled by the longest entries from left to right, or not at all.
///
/// Source: Wu et al. 2016, arXiv:1609.08144, as BERT uses it (Devlin et al. 2019, arXiv:1810.04805).
struct WordPiece: TokenModel {
  let vocabulary: Vocabulary
  /// Stands for a word that cannot be spelled.
  let unknownToken: String
  private let unknownID: Int32?
  /// Begins an entry that goes on with a word.
  let continuationPrefix: String
  /// Longer words, in Unicode scalars, are unknown without a look.
  let maximumWordLength: Int

  init(
    vocabulary: Vocabulary, unknownToken: String, continuationPrefix: String,
    maximumWordLength: Int
  ) {
    self.vocabulary = vocabulary
    self.unknownToken = unknownToken
    unknownID = vocabulary.id(of: unknownToken)
    self.continuationPrefix = continuationPrefix
    self.maximumWordLength = maximumWordLength
  }

  init(_ setting: Setting) throws(TokenizerError) {
    self.init(
      vocabulary: try Vocabulary(setting["vocab"]),
      unknownToken: try setting["unk_token"].string(),
      continuationPrefix: try setting["continuing_subword_prefix"].string(),
      maximumWordLength: Int(try setting["max_input_chars_per_word"].natural()))
  }

  func tokenize(_ pieces: [AlignedText], into tokens: inout [SourceToken]) throws(TokenizerError) {
    var spelling: [UInt8] = []
    for word in pieces where !word.isEmpty {
      let wordStart = tokens.count
      if !spell(word, into: &tokens, spelling: &spelling) {
        guard let unknownID else { throw .noUnknownToken(token: unknownToken) }
        tokens.removeSubrange(wordStart...)
        tokens.append(SourceToken(id: unknownID, source: word.source(of: word.indices)))
      }
    }
  }

  /// Appends the entries that spell `word`; false if there are none, or not to its end.
  ///
  /// - Parameter spelling: Room for the entry in question, kept from word to word.
  private func spell(
    _ word: AlignedText, into tokens: inout [SourceToken], spelling: inout [UInt8]
  ) -> Bool {
    guard word.indices.count <= maximumWordLength else { return false }
    var start = word.indices.lowerBound
    while start < word.indices.upperBound {
      let isFirst = start == word.indices.lowerBound
      spelling.removeAll(keepingCapacity: true)
      if !isFirst { spelling.append(contentsOf: continuationPrefix.utf8) }
      var end = start
      while end < word.indices.upperBound, spelling.count < vocabulary.longestLength {
        spelling.append(contentsOf: word.scalars[end].utf8)
        end += 1
      }
      guard let id = longestEntry(of: word, from: start, to: &end, spelling: spelling) else {
        return false
      }
      let source = word.source(of: start..<end)
      tokens.append(SourceToken(id: id, source: source, continuesWord: !isFirst))
      start = end
    }
    return true
  }

  /// The longest entry that begins `spelling`, moving `end` back to where it ends in `word`.
  private func longestEntry(
    of word: AlignedText, from start: Int, to end: inout Int, spelling: [UInt8]
  ) -> Int32? {
    spelling.withUnsafeBufferPointer { spelling in
      var length = spelling.count
      while end > start {
        if let id = vocabulary.id(of: .init(rebasing: spelling[..<length])) { return id }
        end -= 1
        length -= UTF8.width(word.scalars[end])
      }
      return nil
    }
  }
}
