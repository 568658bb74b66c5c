/// Changes by tokenizer_config.json to the stages that tokenizer.json describes: the classes of `transformers` build
/// some of them anew from their own settings, and each has its own defaults for what the configuration leaves out.
extension Pipeline {
  mutating func apply(
    _ configuration: Setting?, of tokenizerClass: String
  ) throws(TokenizerError) {
    func setting(_ key: String, default value: Bool) throws(TokenizerError) -> Bool {
      try configuration?[key].ifPresent?.bool() ?? value
    }
    switch tokenizerClass {
    case _ where wordPieceClasses.contains(tokenizerClass):
      guard model is WordPiece else { return }
      normalizer = try BertNormalizer(bertConfiguration: configuration)
      preTokenizer = BertPreTokenizer()
    case _ where byteLevelClasses.contains(tokenizerClass):
      let adds = try setting("add_prefix_space", default: false)
      preTokenizer = preTokenizer?.addingPrefixSpace(adds, metaspace: nil)
      postProcessor.trimming?.addsPrefixSpace = adds
    case "AlbertTokenizer", "BigBirdTokenizer", "CamembertTokenizer", "RemBertTokenizer",
      "XGLMTokenizer", "XLMRobertaTokenizer":
      guard model is Unigram else { return }
      if tokenizerClass == "AlbertTokenizer" {
        normalizer = try NormalizerSequence(
          albertConfiguration: configuration, charsmap: normalizer?.replacements)
      }
      let adds = try setting("add_prefix_space", default: true)
      preTokenizer = preTokenizer?.addingPrefixSpace(adds, metaspace: adds ? .always : .never)
    case "DebertaV2Tokenizer":
      let others = normalizer.map(\.stages)?.filter { !($0 is LowercaseNormalizer) } ?? []
      let lowercases = try setting("do_lower_case", default: false)
      normalizer = NormalizerSequence((lowercases ? [LowercaseNormalizer()] : []) + others)
      let adds = try setting("add_prefix_space", default: true)
      preTokenizer = preTokenizer?.addingPrefixSpace(adds, metaspace: adds ? .always : .first)
    case "LlamaTokenizer":
      guard let adds = try configuration?["add_prefix_space"].ifPresent?.bool(), isMetaspace else {
        return
      }
      let isLegacy = try setting("legacy", default: false)
      normalizer = nil
      preTokenizer = MetaspacePreTokenizer(
        prependScheme: !adds ? .never : isLegacy ? .always : .first, isSplit: false)
    default:
      break
    }
  }

  /// Whether spaces become marks, before the model or in the normalizer, as in sentencepiece.
  private var isMetaspace: Bool {
    preTokenizer is MetaspacePreTokenizer
      || preTokenizer == nil && normalizer?.stages.contains { $0 is ReplaceNormalizer } == true
  }
}

private let wordPieceClasses = bertLikeTokenizers.union([
  "FunnelTokenizer", "MPNetTokenizer", "SplinterTokenizer",
])

private let byteLevelClasses: Set = [
  "BartTokenizer", "CodeGenTokenizer", "DebertaTokenizer", "GPT2Tokenizer", "GPTNeoXTokenizer",
  "LEDTokenizer", "LongformerTokenizer", "MvpTokenizer", "Qwen2Tokenizer", "RobertaTokenizer",
]

extension TextNormalizer {
  /// Those of a sequence one by one, or itself.
  fileprivate var stages: [any TextNormalizer] {
    (self as? NormalizerSequence)?.normalizers.flatMap(\.stages) ?? [self]
  }

  /// Sentencepiece's replacements, if it has them.
  fileprivate var replacements: Charsmap? {
    stages.lazy.compactMap { $0 as? PrecompiledNormalizer }.first?.charsmap
  }
}

extension PreTokenizer {
  /// Itself, with each stage that can put a space before a text told whether to.
  ///
  /// - Parameter scheme: Of the stages that write spaces as marks; nil to leave them.
  fileprivate func addingPrefixSpace(
    _ adds: Bool, metaspace scheme: MetaspacePreTokenizer.PrependScheme?
  ) -> any PreTokenizer {
    switch self {
    case var sequence as PreTokenizerSequence:
      sequence.preTokenizers = sequence.preTokenizers.map {
        $0.addingPrefixSpace(adds, metaspace: scheme)
      }
      return sequence
    case var bytes as ByteLevelPreTokenizer:
      bytes.addsPrefixSpace = adds
      return bytes
    case var words as MetaspacePreTokenizer:
      words.prependScheme = scheme ?? words.prependScheme
      return words
    default:
      return self
    }
  }
}
