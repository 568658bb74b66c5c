/// A token that is looked for in the text itself, before the model sees it.
struct AddedToken: Sendable {
  var content: String
  /// Not inside a longer word.
  var isSingleWord = false
  /// Takes the white space before it along.
  var stripsLeft = false
  /// Takes the white space after it along.
  var stripsRight = false
  /// Looked for in the normalized text, itself normalized.
  var isNormalized = false
  var isSpecial = false
}

extension AddedToken {
  init(_ setting: Setting) throws(TokenizerError) {
    content = try setting["content"].string()
    isSingleWord = try setting["single_word"].ifPresent?.bool() ?? false
    stripsLeft = try setting["lstrip"].ifPresent?.bool() ?? false
    stripsRight = try setting["rstrip"].ifPresent?.bool() ?? false
    isSpecial = try setting["special"].ifPresent?.bool() ?? false
    isNormalized = try setting["normalized"].ifPresent?.bool() ?? !isSpecial
  }

  /// A special token of a configuration: a text, or an object that may leave out what is false.
  init(special setting: Setting) throws(TokenizerError) {
    isSpecial = true
    guard let text = setting["content"].ifPresent else {
      content = try setting.string()
      return
    }
    content = try text.string()
    isSingleWord = try setting["single_word"].ifPresent?.bool() ?? false
    stripsLeft = try setting["lstrip"].ifPresent?.bool() ?? false
    stripsRight = try setting["rstrip"].ifPresent?.bool() ?? false
    isNormalized = try setting["normalized"].ifPresent?.bool() ?? false
  }
}

/// The added tokens of a tokenizer, with their ids.
struct AddedTokens: Sendable {
  private var tokens: [Int32: AddedToken] = [:]
  /// By UTF-8 bytes, which tell apart what `String` takes for equal.
  private var ids: [[UInt8]: Int32] = [:]
  /// The number of those that the model's vocabulary does not have.
  private(set) var newCount = 0
  private var plainTrie = ScalarTrie()
  private var normalizedTrie = ScalarTrie()
  /// Special tokens that a text has are text like any other.
  var splitsSpecial = false

  init() {}

  /// A token of the model's vocabulary keeps its id; the others get the ids after the vocabulary. So does the
  /// `tokenizers` library, whatever ids the file names.
  init(
    _ added: [AddedToken], model: Vocabulary, normalizer: (any TextNormalizer)?
  ) throws(TokenizerError) {
    var nextID = Int32(model.count)
    for token in added where !token.content.isEmpty {
      let key = Array(token.content.utf8)
      let modelID = model.id(of: token.content)
      let id = modelID ?? ids[key] ?? nextID
      if modelID == nil, ids[key] == nil { newCount += 1 }
      ids[key] = id
      tokens[id] = token
      // The vocabulary itself can use the last id there is.
      nextID = max(nextID, id < Int32.max ? id + 1 : id)
    }
    // Where two tokens are the same text once normalized, the special one counts.
    for token in added.filter(\.isSpecial) + added.filter({ !$0.isSpecial }) {
      guard let id = self.id(of: token.content) else { continue }
      if token.isNormalized {
        var content = AlignedText(token.content)
        try normalizer?.normalize(&content)
        normalizedTrie.insert(content.scalars, id: id)
      } else {
        plainTrie.insert(token.content.unicodeScalars, id: id)
      }
    }
  }

  var largestID: Int32? { tokens.keys.max() }
  /// In the order of their ids.
  var texts: [String] { tokens.sorted { $0.key < $1.key }.map(\.value.content) }
  func id(of token: String) -> Int32? { ids[Array(token.utf8)] }
  func token(of id: Int32) -> String? { tokens[id]?.content }
}

// MARK: - Finding them

/// Part of a text in which added tokens are looked for.
enum TextSection {
  case text(AlignedText)
  case token(SourceToken)
}

extension AddedTokens {
  /// The text, normalized except where it is an added token.
  func sections(
    of text: AlignedText, normalizer: (any TextNormalizer)?
  ) throws(TokenizerError) -> [TextSection] {
    var result: [TextSection] = []
    for section in sections(of: text, in: plainTrie) {
      guard case .text(var text) = section else {
        result.append(section)
        continue
      }
      try normalizer?.normalize(&text)
      result += sections(of: text, in: normalizedTrie)
    }
    return result
  }

  private func sections(of text: AlignedText, in trie: ScalarTrie) -> [TextSection] {
    guard !text.isEmpty else { return [] }
    guard !trie.isEmpty else { return [.text(text)] }
    var sections: [TextSection] = []
    /// The start of the text that is in no section yet.
    var rest = text.indices.lowerBound
    var index = rest
    while index < text.indices.upperBound {
      guard let match = trie.longestMatch(in: text.scalars[index...]) else {
        index += 1
        continue
      }
      let start = index
      index = match.end
      guard let range = range(of: match.id, at: start..<match.end, in: text, after: rest) else {
        continue
      }
      if rest < range.lowerBound { sections.append(.text(text[rest..<range.lowerBound])) }
      sections.append(
        .token(
          SourceToken(
            id: match.id, source: text.source(of: range),
            spacesBefore: UInt32(max(0, start - range.lowerBound)),
            spacesAfter: UInt32(max(0, range.upperBound - match.end)))))
      rest = range.upperBound
    }
    if rest < text.indices.upperBound { sections.append(.text(text[rest...])) }
    return sections
  }

  /// The range that a token found at `range` takes up, white space included; nil if it must not stand there.
  private func range(
    of id: Int32, at range: Range<Int>, in text: AlignedText, after rest: Int
  ) -> Range<Int>? {
    guard let token = tokens[id], !(splitsSpecial && token.isSpecial) else { return nil }
    let before = text.scalars[..<range.lowerBound]
    let after = text.scalars[range.upperBound...]
    if token.isSingleWord, before.last?.isWord == true || after.first?.isWord == true {
      return nil
    }
    var start = range.lowerBound
    if token.stripsLeft {
      let free = before[min(rest, range.lowerBound)...]
      start = max(rest, free.lastIndex { !$0.isWhitespace }.map { $0 + 1 } ?? free.startIndex)
    }
    var end = range.upperBound
    if token.stripsRight {
      // Up to `rest`, if that is further on, it is white space that a token before has taken along.
      let unknown = text.scalars[max(rest, range.upperBound)...]
      end = unknown.firstIndex { !$0.isWhitespace } ?? unknown.endIndex
    }
    // A token before can have taken along what this one consists of.
    return start < end ? start..<end : nil
  }
}
