/// Replaces one text by another wherever it stands.
struct ReplaceNormalizer: Normalizer {
  private var pattern: [Unicode.Scalar]
  private var content: [Unicode.Scalar]

  init(_ setting: Setting) throws(TokenizerError) {
    if setting["pattern"]["Regex"].ifPresent != nil {
      throw .unsupported(file: setting.file, stage: "normalizer", type: "Replace with a Regex")
    }
    pattern = Array(try setting["pattern"]["String"].string().unicodeScalars)
    content = Array(try setting["content"].string().unicodeScalars)
    if pattern.isEmpty { throw setting["pattern"]["String"].wrong(expected: "a text to replace") }
  }

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    let matches = matches(in: text)
    guard !matches.isEmpty else { return }
    let growth = matches.count.multipliedReportingOverflow(by: content.count - pattern.count)
    // Replacements one after the other can grow a text without end.
    guard !growth.overflow, growth.partialValue <= text.growthLimit - text.indices.count else {
      throw .textGrowsTooLong
    }
    text = text.rebuilt { [text] add in
      var rest = text.indices.lowerBound
      for match in matches {
        for index in rest..<match.lowerBound { add(text.scalars[index], index) }
        // The new text comes from where the last scalar of the old does.
        for scalar in content { add(scalar, match.upperBound - 1) }
        rest = match.upperBound
      }
      for index in rest..<text.indices.upperBound { add(text.scalars[index], index) }
    }
  }

  private func matches(in text: AlignedText) -> [Range<Int>] {
    var matches: [Range<Int>] = []
    var index = text.indices.lowerBound
    while let start = text.scalars[index...].firstIndex(of: pattern[0]) {
      let isMatch = text.scalars[start...].starts(with: pattern)
      index = start + (isMatch ? pattern.count : 1)
      if isMatch { matches.append(start..<index) }
    }
    return matches
  }
}
