import Files

extension Pipeline {
  /// Reads vocab.txt as the tokenizers of BERT and its next of kin do.
  ///
  /// - Parameter configuration: tokenizer_config.json; what it leaves out is as in BERT.
  init(
    bertVocabulary file: FileBytes, configuration: Setting?, specials: [SpecialToken: String]
  ) throws(TokenizerError) {
    try configuration?.requireBertTokenizer()
    let vocabulary = try Vocabulary(lines: file)
    let specials = bertSpecials.merging(specials) { $1 }

    let normalizer = BertNormalizer(
      cleansText: true,
      separatesIdeographs: try configuration?["tokenize_chinese_chars"].ifPresent?.bool() ?? true,
      stripsAccents: try configuration?["strip_accents"].ifPresent?.bool(),
      lowercases: try configuration?["do_lower_case"].ifPresent?.bool() ?? true)
    let added = SpecialToken.allCases.compactMap { specials[$0] }
      .filter { vocabulary.id(of: $0) != nil }
      .map { AddedToken(content: $0, isSpecial: true) }

    func delimiter(_ special: SpecialToken) throws(TokenizerError) -> PostProcessor.Token {
      let text = specials[special, default: ""]
      guard let id = vocabulary.id(of: text) else {
        throw .tokenNotInVocabulary(file: file.path, token: text)
      }
      return (text, id)
    }
    self.init(
      normalizer: normalizer,
      addedTokens: try AddedTokens(added, model: vocabulary, normalizer: normalizer),
      preTokenizer: BertPreTokenizer(),
      model: WordPiece(
        vocabulary: vocabulary, unknownToken: specials[.unknown, default: ""],
        continuationPrefix: "##", maximumWordLength: 100),
      postProcessor: PostProcessor(
        bertClassifier: try delimiter(.classifier), separator: try delimiter(.separator)),
      decoder: WordPieceDecoder(prefix: "##"))
  }
}

private let bertSpecials: [SpecialToken: String] = [
  .unknown: "[UNK]", .separator: "[SEP]", .padding: "[PAD]", .classifier: "[CLS]",
  .mask: "[MASK]",
]

/// Tokenizers that read vocab.txt as BERT's does. Others have a file of that name and mean something else.
private let bertLikeTokenizers: Set<String> = [
  "BertTokenizer", "ConvBertTokenizer", "DPRContextEncoderTokenizer",
  "DPRQuestionEncoderTokenizer", "DPRReaderTokenizer", "DistilBertTokenizer", "ElectraTokenizer",
  "LayoutLMTokenizer", "LxmertTokenizer", "MobileBertTokenizer", "RetriBertTokenizer",
  "SqueezeBertTokenizer",
]

extension Setting {
  fileprivate func requireBertTokenizer() throws(TokenizerError) {
    guard var name = try self["tokenizer_class"].ifPresent?.string() else { return }
    if name.hasSuffix("Fast") { name.removeLast(4) }
    guard bertLikeTokenizers.contains(name) else {
      throw .unsupported(file: file, stage: "tokenizer_class with a vocab.txt", type: name)
    }
  }
}

extension Vocabulary {
  /// One token a line, the first with id 0. Lines end in LF or CR LF, the last one in either or none.
  fileprivate init(lines file: FileBytes) throws(TokenizerError) {
    let bytes = file.bytes.bindMemory(to: UInt8.self)
    let newline = UInt8(ascii: "\n")
    guard bytes.count(where: { $0 == newline }) < Self.maximumCount else {
      throw .vocabularyTooLarge(file: file.path, maximum: Self.maximumCount)
    }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8(file: file.path) }
    var lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty else { throw .emptyVocabulary(file: file.path) }
    self.init(count: lines.count) { index in
      var line = lines[index]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      return (Bytes(rebasing: line), Int32(index))
    }
  }
}
