import Files

/// Text to ids, exactly as the Hugging Face `tokenizers` library makes them.
///
/// Reads `tokenizer.json`, or, where there is none, `vocab.json` and `merges.txt` as GPT-2's and RoBERTa's tokenizers
/// do, or `vocab.txt` as BERT's does. The files' settings for
/// truncation and padding are not applied.
public struct Tokenizer: Sendable {
  /// The longest input in tokens that the files allow; nil where they set no limit.
  public let maximumCount: Int?
  private let pipeline: Pipeline
  private let specialTexts: [SpecialToken: String]
  /// For messages.
  private let file: String

  /// Where tokens are looked for, in this order.
  private static let fileNames = ["tokenizer.json", "vocab.json and merges.txt", "vocab.txt"]

  public init(_ files: ModelFiles) throws(TokenizerError) {
    let configuration = try files.setting("tokenizer_config.json")
    specialTexts = try files.specialTokens(configuration: configuration)
    if let setting = try files.setting("tokenizer.json") {
      file = setting.file
      pipeline = try Pipeline(setting)
    } else if let vocabulary = try files.setting("vocab.json"),
      let merges = try files.file("merges.txt")
    {
      file = vocabulary.file
      pipeline = try Pipeline(
        BytePairFiles(
          vocabulary: vocabulary, merges: merges, configuration: configuration,
          specials: specialTexts))
    } else if let vocabulary = try files.file("vocab.txt") {
      file = vocabulary.path
      pipeline = try Pipeline(
        bertVocabulary: vocabulary, configuration: configuration, specials: specialTexts)
    } else {
      throw .absent(folder: files.location, lookedFor: Self.fileNames)
    }
    maximumCount = configuration?.modelMaximumLength
  }

  /// The ids of a text, or of two sentences, with the special tokens around them.
  ///
  /// - Parameter maximumCount: The longest result wanted. What is more than that, or than the files allow, is cut
  ///   from the end of the text, of the longer sentence first.
  public func encode(
    _ text: String, pair: String? = nil, maximumCount: Int? = nil
  ) throws(TokenizerError) -> Encoding {
    let isPair = pair != nil
    let processor = pipeline.postProcessor
    if isPair, !processor.acceptsPairs { throw .noPairs(file: file) }
    var sequences = [try pipeline.tokens(of: text)]
    if let pair { sequences.append(try pipeline.tokens(of: pair)) }
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
