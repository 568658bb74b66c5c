/// ByT5's tokenizer, which has no file for its vocabulary: a token for each byte, behind those for padding, end and
/// unknown.
///
/// Source: transformers/models/byt5/tokenization_byt5.py.
extension Pipeline {
  /// - Parameters:
  ///   - configuration: tokenizer_config.json.
  ///   - listed: The tokens that it adds.
  init(
    bytesOf configuration: Setting?, specials: [SpecialToken: String], listed: ListedTokens
  ) throws(TokenizerError) {
    let specials = byT5Specials.merging(specials) { $1 }
    let first = [SpecialToken.padding, .end, .unknown].map { specials[$0, default: ""] }
    let extraCount = Int(try configuration?["extra_ids"].ifPresent?.natural() ?? 125)
    guard extraCount < Vocabulary.maximumCount, let configuration else {
      throw .absent(folder: configuration?.file ?? "", lookedFor: ["tokenizer_config.json"])
    }
    let extra = (0..<extraCount).map { "<extra_id_\($0)>" }
    let texts = first + ByteScalars.texts + extra
    let vocabulary = Vocabulary(texts: texts)
    let added = try AddedTokens(
      listed.joined(with: (first + extra).map { AddedToken(content: $0, isSpecial: true) }),
      model: vocabulary, normalizer: nil)
    let end = first[1]
    guard let id = added.id(of: end) else {
      throw .tokenNotInVocabulary(file: configuration.file, token: end)
    }
    var postProcessor = PostProcessor()
    let piece = PostProcessor.Piece.special(id: id, text: end, typeID: 0)
    postProcessor.single = [.sequence(0, typeID: 0), piece]
    postProcessor.pair = postProcessor.single + [.sequence(1, typeID: 0), piece]
    self.init(
      addedTokens: added, preTokenizer: ByteScalars(),
      model: BPE(vocabulary: vocabulary, merges: MergeTable(ranksIn: vocabulary)),
      postProcessor: postProcessor, decoder: ByteScalars())
  }
}

private let byT5Specials: [SpecialToken: String] = [
  .padding: "<pad>", .end: "</s>", .unknown: "<unk>",
]

/// Bytes written as the characters with their numbers, as `chr` makes them in Python.
struct ByteScalars: PreTokenizer, TokenDecoder {
  init() {}
  init(_ setting: Setting) {}

  static let texts = (UInt8.min...UInt8.max).map { String(Unicode.Scalar($0)) }

  /// A piece for each word, that what belongs together is known; no token goes beyond a byte.
  func pieces(of text: AlignedText) -> [AlignedText] {
    text.split(.mergedWithNext) { $0 == " " }.map { word in
      word.rebuilt { add in
        for (index, scalar) in zip(word.indices, word.scalars) {
          for byte in scalar.utf8 { add(Unicode.Scalar(byte), index) }
        }
      }
    }
  }

  /// Bytes that are only part of a character are shown by their numbers.
  func decode(_ token: String) -> String {
    let scalars = token.unicodeScalars
    guard scalars.count == 1, let scalar = scalars.first, (0x80...0xFF).contains(scalar.value)
    else { return token }
    return "\u{27E8}\(ByteToken.hexadecimal(UInt8(scalar.value)))\u{27E9}"
  }
}
