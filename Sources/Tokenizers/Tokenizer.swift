import Files

/// Text to ids, exactly as the Hugging Face `tokenizers` library makes them.
///
/// Reads `tokenizer.json`, or, where there is none, `vocab.json` and `merges.txt` as the classes of GPT-2, RoBERTa and
/// Qwen2 in `transformers` read them, or pieces with ranks (tiktoken, tekken), or a sentencepiece model as others do, or
/// `vocab.txt` as BERT's does, or ESM's; ByT5's has no file. The files' settings for truncation and padding are not
/// applied.
public struct Tokenizer: Sendable {
  /// The longest input in tokens that the files allow; nil where they set no limit.
  public let maximumCount: Int?
  private let pipeline: Pipeline
  /// The way of the decoder's text, where it is another.
  private let targetPipeline: Pipeline?
  private let languageTokens: LanguageTokens?
  private let specialTexts: [SpecialToken: String]
  /// For messages.
  private let file: String

  /// The vocabularies in which tokens are looked up, in this order.
  private static let vocabularies = ["tokenizer.json", "vocab.json and merges.txt", "vocab.txt"]

  /// The files that are read where they are there.
  public static let fileNames =
    vocabularyFileNames + [
      "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "merges.txt",
      "target.spm",
    ]
  /// Without one of these there is no tokenizer.
  public static let vocabularyFileNames =
    ["tokenizer.json", "vocab.json", "vocab.txt", RankedPieces.tekkenName]
    + SentencePiecePipelines.fileNames
    + RankedPieces.tiktokenNames.filter { !SentencePiecePipelines.fileNames.contains($0) }

  public init(_ files: ModelFiles) throws(TokenizerError) {
    let configuration = try files.setting("tokenizer_config.json")
    specialTexts = try files.specialTokens(configuration: configuration)
    let tokenizerClass = try TokenizerClass(files, configuration: configuration)
    let listed = try ListedTokens(files, configuration: configuration)
    var pipeline: Pipeline
    var targetPipeline: Pipeline?
    if let setting = try files.setting("tokenizer.json") {
      file = setting.file
      pipeline = try Pipeline(
        setting, rebuilding: tokenizerClass.rebuilding, configuration: configuration,
        listed: listed)
    } else if let vocabulary = try files.setting("vocab.json"),
      let merges = try files.file("merges.txt")
    {
      file = vocabulary.file
      pipeline = try Pipeline(
        BytePairFiles(
          vocabulary: vocabulary, merges: merges, configuration: configuration,
          tokenizerClass: tokenizerClass, specials: specialTexts, listed: listed))
    } else if let ranked = try RankedPieces(files, configuration: configuration) {
      file = ranked.file
      pipeline = try Pipeline(
        ranked, configuration: configuration, specials: specialTexts, listed: listed)
    } else if let pipelines = try SentencePiecePipelines(
      files, tokenizerClass: tokenizerClass.name, configuration: configuration,
      specials: specialTexts, listed: listed)
    {
      file = pipelines.file
      pipeline = pipelines.source
      targetPipeline = pipelines.target
    } else if let vocabulary = try files.file("vocab.txt") {
      file = vocabulary.path
      pipeline =
        tokenizerClass.name == "EsmTokenizer"
        ? try Pipeline(residues: vocabulary, specials: specialTexts, listed: listed)
        : try Pipeline(
          bertVocabulary: vocabulary, tokenizerClass: tokenizerClass,
          configuration: configuration, specials: specialTexts, listed: listed)
    } else if tokenizerClass.name == "ByT5Tokenizer", let configuration {
      file = configuration.file
      pipeline = try Pipeline(
        bytesOf: configuration, specials: specialTexts, listed: listed)
    } else {
      throw try files.foreignTokenizer(configuration: configuration)
        ?? .absent(
          folder: files.location, lookedFor: Self.vocabularies + SentencePiecePipelines.fileNames)
    }
    languageTokens = try LanguageTokens(
      tokenizerClass: tokenizerClass.name, configuration: configuration, specials: specialTexts,
      pipeline: pipeline, file: file)
    if let languageTokens {
      pipeline.postProcessor = try languageTokens.postProcessor(languageTokens.source)
    }
    let splitsSpecial = try configuration?["split_special_tokens"].ifPresent?.bool() ?? false
    pipeline.addedTokens.splitsSpecial = splitsSpecial
    targetPipeline?.addedTokens.splitsSpecial = splitsSpecial
    self.pipeline = pipeline
    self.targetPipeline = targetPipeline
    maximumCount = configuration?.modelMaximumLength
  }

  /// The ids of a text, or of two sentences, with the special tokens around them.
  ///
  /// - Parameter sourceLanguage: One of `languages`; nil for the one that the files name.
  /// - Parameter maximumCount: The longest result wanted. What is more than that, or than the files allow, is cut
  ///   from the end of the text, of the longer sentence first.
  public func encode(
    _ text: String, pair: String? = nil, sourceLanguage: String? = nil, maximumCount: Int? = nil
  ) throws(TokenizerError) -> Encoding {
    var pipeline = pipeline
    if let sourceLanguage {
      pipeline.postProcessor = try postProcessor(for: sourceLanguage)
    }
    return try encode([text] + (pair.map { [$0] } ?? []), by: pipeline, maximumCount: maximumCount)
  }

  /// The ids of the text that the decoder reads, which translation models may spell otherwise.
  ///
  /// - Parameter language: One of `languages`; nil for the one that the files name.
  public func encodeTarget(
    _ text: String, language: String? = nil, maximumCount: Int? = nil
  ) throws(TokenizerError) -> Encoding {
    var pipeline = targetPipeline ?? pipeline
    if let target = try targetLanguage(language) {
      pipeline.postProcessor = try postProcessor(for: target)
    }
    return try encode([text], by: pipeline, maximumCount: maximumCount)
  }

  private func encode(
    _ texts: [String], by pipeline: Pipeline, maximumCount: Int?
  ) throws(TokenizerError) -> Encoding {
    let isPair = texts.count == 2
    let processor = pipeline.postProcessor
    if isPair, !processor.acceptsPairs { throw .noPairs(file: file) }
    var sequences: [[SourceToken]] = []
    for text in texts { sequences.append(try pipeline.tokens(of: text)) }
    let totalCount = sequences.map(\.count).reduce(0, +)

    if let maximum = [maximumCount, self.maximumCount].compactMap(\.self).min() {
      let specialCount = processor.specialCount(isPair: isPair)
      guard maximum >= specialCount else {
        throw .tooFewTokens(maximum: maximum, specialCount: specialCount)
      }
      let counts = truncatedCounts(sequences.map(\.count), maximum: maximum - specialCount)
      for (index, count) in counts.enumerated() {
        sequences[index].removeSubrange(count...)
      }
    }
    let keptCount = sequences.map(\.count).reduce(0, +)
    return Encoding(
      tokens: pipeline.assemble(sequences), truncatedCount: totalCount - keptCount)
  }

  /// The languages of a translation model, as its configuration writes them: `en`, `en_XX`, `eng_Latn`. Empty where
  /// no token tells the language. (Marian's models take it as part of the text: `>>fr<< Hello`.)
  public var languages: [String] { languageTokens?.codes ?? [] }

  /// The token with which the decoder's text begins, after the one that starts the decoder; nil where there is none.
  ///
  /// - Parameter language: One of `languages`; nil for the one that the files name.
  public func targetPrefixID(language: String? = nil) throws(TokenizerError) -> Int? {
    guard let target = try targetLanguage(language) else { return nil }
    return Int(try knownLanguages().token(of: target).id)
  }

  /// Nil where no token tells the language.
  private func targetLanguage(_ language: String?) throws(TokenizerError) -> String? {
    if let language { return language }
    guard let languageTokens else { return nil }
    guard let target = languageTokens.target else {
      throw .noTargetLanguage(languages: languageTokens.codes)
    }
    return target
  }

  private func postProcessor(for language: String) throws(TokenizerError) -> PostProcessor {
    try knownLanguages().postProcessor(language)
  }

  private func knownLanguages() throws(TokenizerError) -> LanguageTokens {
    guard let languageTokens else { throw .noLanguages(file: file) }
    return languageTokens
  }

  /// The id of a vocabulary entry, as the vocabulary writes it.
  public func id(of token: String) -> Int? { pipeline.id(of: token).map(Int.init) }

  /// The vocabulary entry with this id.
  public func token(of id: Int) -> String? {
    Int32(exactly: id).flatMap(pipeline.token(of:))
  }

  /// The vocabulary entry with this id as a person reads it: `##ing` as `ing`.
  public func display(of id: Int) -> String? {
    Int32(exactly: id).flatMap(pipeline.display(of:))
  }

  /// The special token's id; nil where the tokenizer has no such token.
  public func id(of special: SpecialToken) -> Int? {
    if let text = specialTexts[special] { return id(of: text) }
    return special.usualTexts.lazy.compactMap(pipeline.addedTokens.id(of:)).first.map(Int.init)
  }

  /// The token that stands for a word to be predicted.
  public var maskID: Int? { id(of: .mask) }

  /// Distinct tokens, the added ones included.
  public var vocabularyCount: Int {
    pipeline.model.vocabulary.count + pipeline.addedTokens.newCount
  }

  /// Every id is at most this: the model's table needs as many rows, and one.
  public var largestID: Int { Int(pipeline.largestID) }
}

extension Setting {
  /// `model_max_length`; nil where it is absent or, as in files that mean "no limit", beyond any sense.
  fileprivate var modelMaximumLength: Int? {
    guard let length = try? self["model_max_length"].natural(), 1..<1_000_000_000 ~= length else {
      return nil
    }
    return Int(length)
  }
}
