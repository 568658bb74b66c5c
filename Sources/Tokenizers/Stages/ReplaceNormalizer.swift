/// Replaces one text by another wherever it stands.
struct ReplaceNormalizer: Normalizer {
  enum Pattern {
    /// At least one scalar.
    case text([Unicode.Scalar])
    /// A scalar that is repeated; as a regular expression, ` {2,}`.
    case run(Unicode.Scalar, minimum: Int)
  }

  private var pattern: Pattern
  private var content: [Unicode.Scalar]

  init(_ pattern: Pattern, by content: String) {
    self.pattern = pattern
    self.content = Array(content.unicodeScalars)
  }

  init(_ setting: Setting) throws(TokenizerError) {
    let pattern: Pattern
    if let expression = setting["pattern"]["Regex"].ifPresent {
      // The one expression that sentencepiece's converted files have.
      guard try expression.string() == " {2,}" else {
        throw .unsupported(
          file: setting.file, stage: "normalizer",
          type: "Replace with the Regex \(try expression.string())")
      }
      pattern = .run(" ", minimum: 2)
    } else {
      let text = setting["pattern"]["String"]
      pattern = .text(Array(try text.string().unicodeScalars))
      if try text.string().isEmpty { throw text.wrong(expected: "a text to replace") }
    }
    self.init(pattern, by: try setting["content"].string())
  }

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    let matches = matches(in: text)
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
    while let start = text.scalars[index...].firstIndex(of: pattern.first) {
      let length = pattern.length(of: text.scalars[start...])
      index = start + max(1, length)
      if pattern.isMatch(length) { matches.append(start..<index) }
    }
    return matches
  }
}

extension ReplaceNormalizer.Pattern {
  fileprivate var first: Unicode.Scalar {
    switch self {
    case .text(let scalars): scalars[0]
    case .run(let scalar, _): scalar
    }
  }

  /// How many of the scalars that begin with `first` the pattern takes in.
  fileprivate func length(of scalars: ArraySlice<Unicode.Scalar>) -> Int {
    switch self {
    case .text(let text): scalars.starts(with: text) ? text.count : 0
    case .run(let scalar, _): scalars.prefix { $0 == scalar }.count
    }
  }

  fileprivate func isMatch(_ length: Int) -> Bool {
    switch self {
    case .text: length > 0
    case .run(_, let minimum): length >= minimum
    }
  }
}
