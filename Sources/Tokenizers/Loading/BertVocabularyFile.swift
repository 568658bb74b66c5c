import Files

extension Pipeline {
  /// Reads vocab.txt as the tokenizers of BERT and its next of kin do.
  ///
  /// - Parameters:
  ///   - configuration: tokenizer_config.json; what it leaves out is as in BERT.
  ///   - listed: The tokens that the other files add.
  init(
    bertVocabulary file: FileBytes, tokenizerClass: TokenizerClass, configuration: Setting?,
    specials: [SpecialToken: String], listed: ListedTokens
  ) throws(TokenizerError) {
    let isMPNet = tokenizerClass.name == "MPNetTokenizer"
    if let named = tokenizerClass.named, !isMPNet, !bertLikeTokenizers.contains(named) {
      throw .unsupportedClass(named, file: file.path)
    }
    let vocabulary = try Vocabulary(lines: file)
    let specials = (isMPNet ? mpNetSpecials : bertSpecials).merging(specials) { $1 }

    let normalizer = try BertNormalizer(bertConfiguration: configuration)
    let usual = SpecialToken.allCases.compactMap { special -> AddedToken? in
      guard let text = specials[special], vocabulary.id(of: text) != nil else { return nil }
      // MPNet's mask stands for a word together with the space before it.
      return AddedToken(
        content: text, stripsLeft: isMPNet && special == .mask, isSpecial: true)
    }
    let added = try AddedTokens(
      listed.joined(with: [], usual: usual), model: vocabulary, normalizer: normalizer)

    func delimiter(_ special: SpecialToken) throws(TokenizerError) -> PostProcessor.Token {
      let text = specials[special, default: ""]
      guard let id = added.id(of: text) else {
        throw .tokenNotInVocabulary(file: file.path, token: text)
      }
      return (text, id)
    }
    self.init(
      normalizer: normalizer,
      addedTokens: added,
      preTokenizer: BertPreTokenizer(),
      model: WordPiece(
        vocabulary: vocabulary, unknownToken: specials[.unknown, default: ""],
        continuationPrefix: "##", maximumWordLength: 100),
      postProcessor: isMPNet
        ? PostProcessor(
          robertaClassifier: try delimiter(.classifier), separator: try delimiter(.separator))
        : PostProcessor(
          bertClassifier: try delimiter(.classifier), separator: try delimiter(.separator)),
      decoder: WordPieceDecoder(prefix: "##"))
  }
}

private let bertSpecials: [SpecialToken: String] = [
  .unknown: "[UNK]", .separator: "[SEP]", .padding: "[PAD]", .classifier: "[CLS]",
  .mask: "[MASK]",
]

private let mpNetSpecials: [SpecialToken: String] = [
  .unknown: "[UNK]", .beginning: "<s>", .end: "</s>", .separator: "</s>", .padding: "<pad>",
  .classifier: "<s>", .mask: "<mask>",
]

/// Tokenizers that read vocab.txt as BERT's does. Others have a file of that name and mean something else.
let bertLikeTokenizers: Set<String> = [
  "BertTokenizer", "ConvBertTokenizer", "DPRContextEncoderTokenizer",
  "DPRQuestionEncoderTokenizer", "DPRReaderTokenizer", "DistilBertTokenizer", "ElectraTokenizer",
  "LayoutLMTokenizer", "LxmertTokenizer", "MobileBertTokenizer", "RetriBertTokenizer",
  "SqueezeBertTokenizer",
]

extension BertNormalizer {
  /// - Parameter configuration: tokenizer_config.json; what it leaves out is as in BERT.
  init(bertConfiguration configuration: Setting?) throws(TokenizerError) {
    self.init(
      cleansText: true,
      separatesIdeographs: try configuration?["tokenize_chinese_chars"].ifPresent?.bool() ?? true,
      stripsAccents: try configuration?["strip_accents"].ifPresent?.bool(),
      lowercases: try configuration?["do_lower_case"].ifPresent?.bool() ?? true)
  }
}

extension Vocabulary {
  /// One token a line, the first with id 0. Lines end in LF or CR LF, the last one in either or none.
  init(lines file: FileBytes) throws(TokenizerError) {
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
