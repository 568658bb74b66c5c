/// Replaces what a pattern matches by a text.
struct ReplaceNormalizer: Normalizer {
  var pattern: TextPattern
  var content: [Unicode.Scalar]

  init(_ pattern: TextPattern, by content: String) {
    self.pattern = pattern
    self.content = Array(content.unicodeScalars)
  }

  init(_ setting: Setting) throws(TokenizerError) {
    self.init(
      try TextPattern(setting["pattern"]), by: try setting["content"].string())
  }

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    let matches = try pattern.matches(in: text)
    guard !matches.isEmpty else { return }
    let growth = matches.count.multipliedReportingOverflow(by: content.count)
    // Replacements one after the other can grow a text without end.
    guard !growth.overflow,
      growth.partialValue - matches.map(\.count).reduce(0, +)
        <= text.growthLimit - text.indices.count
    else { throw .textGrowsTooLong }
    text = text.rebuilt { [text] add in
      var rest = text.indices.lowerBound
      for match in matches {
        for index in rest..<match.lowerBound { add(text.scalars[index], index) }
        // The new text comes from where the last scalar of the old does, or that before it.
        let source = max(match.upperBound - 1, text.indices.lowerBound)
        for scalar in content { add(scalar, source) }
        rest = match.upperBound
      }
      for index in rest..<text.indices.upperBound { add(text.scalars[index], index) }
    }
  }
}

/// Shows a token with what a pattern matches replaced, such as the mark of a space by a space.
struct ReplaceDecoder: TokenDecoder {
  private let replacement: ReplaceNormalizer

  init(_ setting: Setting) throws(TokenizerError) {
    replacement = try ReplaceNormalizer(setting)
  }

  func decode(_ token: String) -> String {
    var text = AlignedText(token)
    // A token that cannot be rewritten can be shown as it is.
    guard (try? replacement.normalize(&text)) != nil else { return token }
    return String(String.UnicodeScalarView(text.scalars))
  }
}
