/// Spells pieces of text with the entries of a vocabulary.
protocol TokenModel: Sendable {
  var vocabulary: Vocabulary { get }
  func tokenize(_ pieces: [AlignedText], into tokens: inout [SourceToken]) throws(TokenizerError)
}

/// A token found in a text, before anything is added around it.
struct SourceToken {
  var id: Int32
  var source: SourceSpan
  var continuesWord = false
  /// White space that an added token has taken along.
  var spacesBefore: UInt32 = 0
  var spacesAfter: UInt32 = 0
}

private let modelTypes: [String: @Sendable (Setting) throws(TokenizerError) -> any TokenModel] = [
  "BPE": { setting throws(TokenizerError) in try BPE(setting) },
  "Unigram": { setting throws(TokenizerError) in try Unigram(setting) },
  "WordLevel": { setting throws(TokenizerError) in try WordLevel(setting) },
  "WordPiece": { setting throws(TokenizerError) in try WordPiece(setting) },
]

extension Setting {
  func model() throws(TokenizerError) -> any TokenModel {
    if self["type"].ifPresent == nil {
      // Files before version 0.9 of the library do not name the type: what is there tells it.
      if self["vocab"].isArray { return try Unigram(self) }
      if self["merges"].ifPresent != nil { return try BPE(self) }
      if self["max_input_chars_per_word"].ifPresent != nil { return try WordPiece(self) }
      if self["unk_token"].ifPresent != nil { return try WordLevel(self) }
    }
    return try type(of: "model", in: modelTypes)(self)
  }
}
