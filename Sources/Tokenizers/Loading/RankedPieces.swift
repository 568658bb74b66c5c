import Files

/// A byte-level vocabulary whose pieces have ranks instead of merges, as tiktoken and Mistral's tekken write them: two
/// neighbours are joined wherever what they make is a piece, that with the lowest rank first.
///
/// Source: https://github.com/openai/tiktoken; for tekken mistral_common/tokens/tokenizers/tekken.py. The words of
/// tiktoken's files are no part of them: as in `transformers`, they are those of Llama 3.
struct RankedPieces {
  /// The ids of the pieces, in byte-level spelling.
  let vocabulary: Vocabulary
  /// Cuts a text into words.
  let pattern: String
  /// Tokens of the vocabulary that are no pieces.
  let special: [String]
  /// For messages.
  let file: String

  /// The names of files in tiktoken's format.
  static let tiktokenNames = ["tiktoken.model", "tokenizer.model"]
  static let tekkenName = "tekken.json"

  /// Nil where there is no such file.
  /// - Throws: `ownCode` where a program cuts the text into words.
  init?(_ files: ModelFiles, configuration: Setting?) throws(TokenizerError) {
    if let file = try files.file(Self.tekkenName) {
      try self.init(tekken: file)
      return
    }
    for name in Self.tiktokenNames {
      guard let file = try files.file(name), file.isTiktoken else { continue }
      if let error = try files.ownTokenizer(configuration: configuration) { throw error }
      try self.init(tiktoken: file)
      return
    }
    return nil
  }

  private static let llama3Words =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// A piece in base64 and its rank a line.
  private init(tiktoken file: FileBytes) throws(TokenizerError) {
    let lines = file.bytes.split(separator: UInt8(ascii: "\n"))
    guard lines.count < Vocabulary.maximumCount else {
      throw .vocabularyTooLarge(file: file.path, maximum: Vocabulary.maximumCount)
    }
    var pieces: [(spelling: [UInt8], id: Int32)] = []
    for (index, line) in lines.enumerated() {
      let parts = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
      guard parts.count == 2, let bytes = Base64.bytes(parts[0]), !bytes.isEmpty,
        let rank = Int32(String(decoding: parts[1], as: UTF8.self)), rank >= 0
      else {
        throw .wrongValue(
          file: file.path, place: "line \(index + 1)", expected: "a piece in base64 and its rank",
          found: "\"\(String(decoding: line.prefix(40), as: UTF8.self))\"")
      }
      pieces.append((ByteCharacter.spelling(of: bytes), rank))
    }
    self.init(pieces, pattern: Self.llama3Words, file: file.path)
  }

  /// `config`, `vocab` with a rank for each piece, and `special_tokens`, which come first.
  private init(tekken file: FileBytes) throws(TokenizerError) {
    let setting: Setting
    do throws(FileError) {
      setting = try Setting(file)
    } catch {
      throw .file(error)
    }
    let config = setting["config"]
    let specialCount = Int(try config["default_num_special_tokens"].natural())
    let size = Int(try config["default_vocab_size"].natural())
    guard size > specialCount, size < Vocabulary.maximumCount else {
      throw config["default_vocab_size"].wrong(expected: "more than the special tokens")
    }
    var pieces: [(spelling: [UInt8], id: Int32)] = []
    for element in try setting["vocab"].elements() {
      let text = try element["token_bytes"].string()
      guard let bytes = Base64.bytes(Array(text.utf8)), !bytes.isEmpty else {
        throw element["token_bytes"].wrong(expected: "bytes in base64")
      }
      let rank = Int(try element["rank"].natural())
      // Files have more than the model knows.
      guard rank < size - specialCount else { continue }
      pieces.append((ByteCharacter.spelling(of: bytes), Int32(rank + specialCount)))
    }
    var texts = Self.tekkenSpecials
    for element in try setting["special_tokens"].ifPresent?.elements() ?? [] {
      texts[Int(try element["rank"].natural())] = try element["token_str"].string()
    }
    self.init(
      pieces,
      special: (0..<specialCount).map { (texts[$0] ?? "<SPECIAL_\($0)>", Int32($0)) },
      pattern: try config["pattern"].string(), file: file.path)
  }

  /// - Parameter special: Tokens whose ids are not those of pieces.
  private init(
    _ pieces: [(spelling: [UInt8], id: Int32)], special: [(text: String, id: Int32)] = [],
    pattern: String, file: String
  ) {
    let sorted = pieces.sorted { $0.id < $1.id } + special.map { (Array($0.text.utf8), $0.id) }
    var starts = [0]
    for piece in sorted { starts.append(starts[starts.count - 1] + piece.spelling.count) }
    vocabulary = sorted.flatMap(\.spelling).withUnsafeBufferPointer { bytes in
      Vocabulary(count: sorted.count) { index in
        (Vocabulary.Bytes(rebasing: bytes[starts[index]..<starts[index + 1]]), sorted[index].id)
      }
    }
    self.special = special.map(\.text)
    self.pattern = pattern
    self.file = file
  }

  /// Of files of before they list them.
  private static let tekkenSpecials = Dictionary(
    uniqueKeysWithValues: [
      "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
      "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]",
      "[IMG_END]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]",
    ].enumerated().map { ($0.offset, $0.element) })
}

extension Pipeline {
  /// - Parameters:
  ///   - configuration: tokenizer_config.json.
  ///   - listed: The tokens that the other files add.
  init(
    _ ranked: RankedPieces, configuration: Setting?, specials: [SpecialToken: String],
    listed: ListedTokens
  ) throws(TokenizerError) {
    let own = ranked.special.map { AddedToken(content: $0, isSpecial: true) }
    let added = try AddedTokens(
      listed.joined(with: own), model: ranked.vocabulary, normalizer: nil)
    // Mistral's texts begin with this one; for others the files say it.
    let isTekken = !own.isEmpty
    let begins = try configuration?["add_bos_token"].ifPresent?.bool() ?? isTekken
    let text = specials[.beginning] ?? (isTekken ? "<s>" : nil)
    let beginning = text.flatMap { text in added.id(of: text).map { (text, $0) } }
    self.init(
      addedTokens: added,
      preTokenizer: PreTokenizerSequence([
        SplitPreTokenizer(
          pattern: .expression(try RegularExpression(ranked.pattern, file: ranked.file)),
          behavior: .isolated),
        try ByteLevelPreTokenizer(addsPrefixSpace: false, isSplit: false, file: ranked.file),
      ]),
      model: BPE(
        vocabulary: ranked.vocabulary, merges: MergeTable(ranksIn: ranked.vocabulary),
        ignoresMerges: true),
      postProcessor: begins ? beginning.map(PostProcessor.init(beginning:)) ?? .init() : .init(),
      decoder: ByteLevelDecoder())
  }
}
