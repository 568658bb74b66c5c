extension SentencePieceConversion {
  func normalizer() throws(TokenizerError) -> (any TextNormalizer)? {
    let charsmap = file.charsmap.map { [PrecompiledNormalizer(charsmap: $0)] } ?? []
    func replace(_ text: String, by content: String) -> ReplaceNormalizer {
      ReplaceNormalizer(.text(Array(text.unicodeScalars)), by: content)
    }
    func joinSpaces(by content: String) throws(TokenizerError) -> ReplaceNormalizer {
      ReplaceNormalizer(
        .expression(try RegularExpression(" {2,}", file: "spaces")), by: content)
    }
    var stages: [any TextNormalizer] = []
    switch family {
    case .albert:
      return try NormalizerSequence(albertConfiguration: configuration, charsmap: file.charsmap)
    case .debertaV2:
      if try setting("do_lower_case", default: false) { stages.append(LowercaseNormalizer()) }
      stages.append(StripNormalizer(left: true, right: true))
      stages += charsmap
      try stages.append(joinSpaces(by: " "))
    case .gemma:
      stages.append(replace(" ", by: "▁"))
    case .llama:
      guard try isLegacy else { return nil }
      if try setting("add_prefix_space", default: true) { stages.append(PrependNormalizer("▁")) }
      stages.append(replace(" ", by: "▁"))
    case .camembert, .mbart, .mbart50, .nllb, .pegasus, .t5, .xlmRoberta:
      stages += charsmap
      if charsmap.isEmpty {
        stages.append(StripNormalizer(left: false, right: true))
        try stages.append(joinSpaces(by: "▁"))
      }
    }
    return NormalizerSequence(stages)
  }

  func preTokenizer() throws(TokenizerError) -> (any PreTokenizer)? {
    let scheme: MetaspacePreTokenizer.PrependScheme =
      try !setting("add_prefix_space", default: true) ? .never : isLegacy ? .always : .first
    switch family {
    case .gemma:
      return nil
    case .llama:
      return try isLegacy ? nil : MetaspacePreTokenizer(prependScheme: scheme, isSplit: false)
    case .debertaV2:
      let metaspace = MetaspacePreTokenizer(prependScheme: scheme)
      guard try setting("split_by_punct", default: false) else { return metaspace }
      return PreTokenizerSequence([PunctuationPreTokenizer(.isolated), metaspace])
    case .albert, .camembert, .mbart, .mbart50, .nllb, .pegasus, .t5, .xlmRoberta:
      let metaspace = MetaspacePreTokenizer(prependScheme: scheme)
      // The tables of replacements make spaces of all white space; without one, the rest is text.
      return file.charsmap == nil
        ? metaspace : PreTokenizerSequence([WhitespacePreTokenizer(), metaspace])
    }
  }

  /// Older tokenizers put a space before every part of a text, newer ones before the first only.
  private var isLegacy: Bool {
    get throws(TokenizerError) { try setting("legacy", default: true) }
  }

  /// The special tokens around one text and around two.
  func templates() throws(TokenizerError) -> (single: String, pair: String) {
    let end = special(.end)
    switch family {
    case .albert, .debertaV2:
      return ("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1")
    case .camembert, .xlmRoberta:
      return ("<s> $A </s>", "<s> $A </s> </s> $B </s>")
    case .t5:
      return ("$A \(end)", "$A \(end) $B \(end)")
    case .pegasus:
      return ("$A \(end)", "$A $B \(end)")
    case .mbart, .mbart50, .nllb:
      // Until the language is known.
      return ("$A", "$A $B")
    case .gemma, .llama:
      let beginning = try setting("add_bos_token", default: true) ? special(.beginning) : nil
      let end = try setting("add_eos_token", default: false) ? end : nil
      func around(_ text: String, type: String) -> String {
        [beginning.map { $0 + type }, text + type, end.map { $0 + type }]
          .compactMap(\.self).joined(separator: " ")
      }
      return (around("$A", type: ""), around("$A", type: "") + " " + around("$B", type: ":1"))
    }
  }
}

extension NormalizerSequence {
  /// ALBERT's: quotes, accents, capitals, then sentencepiece's replacements.
  init(albertConfiguration configuration: Setting?, charsmap: Charsmap?) throws(TokenizerError) {
    func replace(_ text: String) -> ReplaceNormalizer {
      ReplaceNormalizer(.text(Array(text.unicodeScalars)), by: "\"")
    }
    self.init([replace("``"), replace("''")])
    if try configuration?["keep_accents"].ifPresent?.bool() != true {
      normalizers += [UnicodeNormalizer(.nfkd), StripAccentsNormalizer()] as [any TextNormalizer]
    }
    if try configuration?["do_lower_case"].ifPresent?.bool() != false {
      normalizers.append(LowercaseNormalizer())
    }
    normalizers += charsmap.map { [PrecompiledNormalizer(charsmap: $0)] } ?? []
  }
}
