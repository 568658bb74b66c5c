// The stages of tokenizer.json, in the order in which a text passes through them: normalizer,
// pre-tokenizer, (model,) post-processor; and the decoder, for the way back.
//
// A new stage is a file, and a line in the table of its kind.

/// Rewrites the text: case, accents, white space.
protocol TextNormalizer: Sendable {
  func normalize(_ text: inout AlignedText) throws(TokenizerError)
}

/// One that tokenizer.json can name.
protocol Normalizer: TextNormalizer {
  init(_ setting: Setting) throws(TokenizerError)
}

/// Cuts the text into pieces, which the model then takes one by one.
protocol PreTokenizer: Sendable {
  init(_ setting: Setting) throws(TokenizerError)
  func pieces(of text: AlignedText) throws(TokenizerError) -> [AlignedText]
}

/// Turns a vocabulary entry into what a person reads.
protocol TokenDecoder: Sendable {
  init(_ setting: Setting) throws(TokenizerError)
  func decode(_ token: String) -> String
}

private let normalizers: [String: any Normalizer.Type] = [
  "BertNormalizer": BertNormalizer.self,
  "Lowercase": LowercaseNormalizer.self,
  "NFC": UnicodeNormalizer.self,
  "NFD": UnicodeNormalizer.self,
  "NFKC": UnicodeNormalizer.self,
  "NFKD": UnicodeNormalizer.self,
  "Nmt": NmtNormalizer.self,
  "Precompiled": PrecompiledNormalizer.self,
  "Prepend": PrependNormalizer.self,
  "Replace": ReplaceNormalizer.self,
  "Sequence": NormalizerSequence.self,
  "Strip": StripNormalizer.self,
  "StripAccents": StripAccentsNormalizer.self,
]

private let preTokenizers: [String: any PreTokenizer.Type] = [
  "BertPreTokenizer": BertPreTokenizer.self,
  "ByteLevel": ByteLevelPreTokenizer.self,
  "CharDelimiterSplit": DelimiterPreTokenizer.self,
  "Digits": DigitsPreTokenizer.self,
  "Metaspace": MetaspacePreTokenizer.self,
  "Punctuation": PunctuationPreTokenizer.self,
  "Sequence": PreTokenizerSequence.self,
  "Split": SplitPreTokenizer.self,
  "Whitespace": WordPreTokenizer.self,
  "WhitespaceSplit": WhitespacePreTokenizer.self,
]

private let decoders: [String: any TokenDecoder.Type] = [
  "BPEDecoder": SuffixDecoder.self,
  "ByteFallback": ByteFallbackDecoder.self,
  "ByteLevel": ByteLevelDecoder.self,
  "Fuse": WholeTextDecoder.self,
  "Metaspace": MetaspaceDecoder.self,
  "Replace": ReplaceDecoder.self,
  "Sequence": TokenDecoderSequence.self,
  "Strip": WholeTextDecoder.self,
  "WordPiece": WordPieceDecoder.self,
]

extension Setting {
  func normalizer() throws(TokenizerError) -> any Normalizer {
    try type(of: "normalizer", in: normalizers).init(self)
  }

  func preTokenizer() throws(TokenizerError) -> any PreTokenizer {
    try type(of: "pre_tokenizer", in: preTokenizers).init(self)
  }

  func decoder() throws(TokenizerError) -> any TokenDecoder {
    try type(of: "decoder", in: decoders).init(self)
  }

  /// The stages of a sequence, few enough that no file can keep a text busy for ever.
  func stages() throws(TokenizerError) -> [Setting] {
    let stages = try elements()
    guard stages.count <= 32, depth <= 6 else {
      throw .wrongValue(
        file: file, place: place, expected: "at most 32 stages, nested twice at most",
        found: "more")
    }
    return stages
  }

  /// The stage that the setting's `type` names.
  func type<Type>(of stage: String, in types: [String: Type]) throws(TokenizerError) -> Type {
    let name = try self["type"].string()
    guard let type = types[name] else {
      throw .unsupported(file: file, stage: stage, type: name)
    }
    return type
  }
}
