/// A text or a regular expression that a stage looks for.
enum TextPattern: Sendable {
  /// At least one scalar.
  case text([Unicode.Scalar])
  case expression(RegularExpression)

  /// - Parameter setting: `{"String": …}` or `{"Regex": …}`.
  init(_ setting: Setting) throws(TokenizerError) {
    if let expression = setting["Regex"].ifPresent {
      self = .expression(try RegularExpression(try expression.string(), file: setting.file))
    } else {
      let text = Array(try setting["String"].string().unicodeScalars)
      if text.isEmpty { throw setting["String"].wrong(expected: "a text that is not empty") }
      self = .text(text)
    }
  }

  /// All matches from left to right, as indices of `text`. They do not overlap; those of an expression may be empty.
  func matches(in text: AlignedText) throws(TokenizerError) -> [Range<Int>] {
    switch self {
    case .text(let wanted): text.places(of: wanted)
    case .expression(let expression): try expression.matches(in: text)
    }
  }
}

extension AlignedText {
  fileprivate func places(of wanted: [Unicode.Scalar]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var index = indices.lowerBound
    while let start = scalars[index...].firstIndex(of: wanted[0]) {
      let isMatch = scalars[start...].starts(with: wanted)
      index = start + (isMatch ? wanted.count : 1)
      if isMatch { places.append(start..<index) }
    }
    return places
  }
}
