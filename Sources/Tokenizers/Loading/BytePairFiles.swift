import Files

/// The older files of byte-level tokenizers: vocab.json has the tokens, merges.txt a merge a line.
struct BytePairFiles {
  /// vocab.json.
  var vocabulary: Setting
  var merges: FileBytes
  /// tokenizer_config.json.
  var configuration: Setting?
  /// The class that the files name, or that the model's type tells.
  var tokenizerClass: TokenizerClass
  var specials: [SpecialToken: String]
  /// The tokens that the other files add.
  var listed: ListedTokens
}

extension Pipeline {
  /// Reads the files as the tokenizers of GPT-2 and RoBERTa and their next of kin do. What the configuration leaves
  /// out is as in these.
  init(_ files: BytePairFiles) throws(TokenizerError) {
    let vocabulary = try Vocabulary(files.vocabulary)
    let style = try files.style(vocabulary)
    let specials = style.specials.merging(files.specials) { $1 }
    let addsPrefixSpace =
      try files.configuration?["add_prefix_space"].ifPresent?.bool() ?? false

    let usual = SpecialToken.allCases.compactMap { special -> AddedToken? in
      guard let text = specials[special], vocabulary.id(of: text) != nil else { return nil }
      // RoBERTa's mask stands for a word together with the space before it.
      let stripsLeft = style == .roberta && special == .mask
      return AddedToken(content: text, stripsLeft: stripsLeft, isSpecial: true)
    }
    let added = files.listed.joined(with: [], usual: usual)
    let addedTokens = try AddedTokens(added, model: vocabulary, normalizer: nil)

    func token(_ special: SpecialToken) throws(TokenizerError) -> PostProcessor.Token {
      let text = specials[special, default: ""]
      guard let id = addedTokens.id(of: text) else {
        throw .tokenNotInVocabulary(file: files.vocabulary.file, token: text)
      }
      return (text, id)
    }
    let postProcessor: PostProcessor
    switch style {
    case .gpt2:
      let addsBeginning = try files.configuration?["add_bos_token"].ifPresent?.bool() ?? false
      postProcessor = addsBeginning ? PostProcessor(beginning: try token(.beginning)) : .init()
    case .qwen:
      postProcessor = .init()
    case .roberta:
      var roberta = PostProcessor(
        robertaClassifier: try token(.classifier), separator: try token(.separator))
      roberta.trimming = OffsetTrimming(addsPrefixSpace: addsPrefixSpace)
      postProcessor = roberta
    }
    let file = files.vocabulary.file
    self.init(
      normalizer: style == .qwen ? UnicodeNormalizer(.nfc) : nil,
      addedTokens: addedTokens,
      preTokenizer: style == .qwen
        ? PreTokenizerSequence([
          SplitPreTokenizer(
            pattern: .expression(try RegularExpression(qwenWords, file: file)),
            behavior: .isolated),
          try ByteLevelPreTokenizer(
            addsPrefixSpace: addsPrefixSpace, isSplit: false, file: file),
        ])
        : try ByteLevelPreTokenizer(addsPrefixSpace: addsPrefixSpace, file: file),
      model: BPE(
        vocabulary: vocabulary, merges: try MergeTable(lines: files.merges, vocabulary: vocabulary)),
      postProcessor: postProcessor,
      decoder: ByteLevelDecoder())
  }
}

// MARK: - What the class of the tokenizer stands for

private enum BytePairStyle {
  case gpt2, roberta, qwen

  /// Unless the files name others.
  var specials: [SpecialToken: String] {
    switch self {
    case .gpt2:
      [.unknown: "<|endoftext|>", .beginning: "<|endoftext|>", .end: "<|endoftext|>"]
    case .qwen:
      [.unknown: "<|endoftext|>", .end: "<|endoftext|>", .padding: "<|endoftext|>"]
    case .roberta:
      [
        .unknown: "<unk>", .beginning: "<s>", .end: "</s>", .classifier: "<s>",
        .separator: "</s>", .padding: "<pad>", .mask: "<mask>",
      ]
    }
  }
}

private let qwenWords =
  #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

private let styles: [String: BytePairStyle] = [
  "BartTokenizer": .roberta, "CodeGenTokenizer": .gpt2, "GPT2Tokenizer": .gpt2,
  "LEDTokenizer": .roberta, "LongformerTokenizer": .roberta, "MvpTokenizer": .roberta,
  "Qwen2Tokenizer": .qwen, "RobertaTokenizer": .roberta,
]

extension BytePairFiles {
  /// Other tokenizers have files of these names, and other words.
  fileprivate func style(_ tokens: Vocabulary) throws(TokenizerError) -> BytePairStyle {
    if let style = tokenizerClass.name.flatMap({ styles[$0] }) { return style }
    if let name = tokenizerClass.named { throw .unsupportedClass(name, file: vocabulary.file) }
    // The oldest files name no class, but only RoBERTa's tokens for the ends differ.
    return tokens.id(of: "<s>") != nil && tokens.id(of: "</s>") != nil ? .roberta : .gpt2
  }
}

extension PostProcessor {
  /// `<s> A`, `<s> A B`; type 1 for B.
  init(beginning: Token) {
    self.init()
    let special = Piece.special(id: beginning.id, text: beginning.text, typeID: 0)
    single.insert(special, at: 0)
    pair.insert(special, at: 0)
  }
}

// MARK: - merges.txt

extension MergeTable {
  /// Lines end in LF or CR LF, the last one in either or none.
  fileprivate init(lines file: FileBytes, vocabulary: Vocabulary) throws(TokenizerError) {
    let bytes = file.bytes.bindMemory(to: UInt8.self)
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8(file: file.path) }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count <= Self.maximumCount else {
      throw .wrongValue(
        file: file.path, place: "", expected: "at most \(Self.maximumCount) merges",
        found: "\(lines.count)")
    }
    try self.init(count: lines.count, vocabulary: vocabulary, file: file.path) {
      index throws(TokenizerError) in
      var line = lines[index]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      let text = Bytes(rebasing: line)
      if text.isEmpty || Self.isComment(text) { return nil }
      guard let pair = Self.pair(text) else {
        throw .wrongValue(
          file: file.path, place: "line \(index + 1)", expected: "two tokens",
          found: text.count <= 40 ? "\"\(String(decoding: text, as: UTF8.self))\"" : "a long line")
      }
      return pair
    }
  }
}
