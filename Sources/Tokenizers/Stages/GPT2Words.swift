extension AlignedText {
  /// The text cut into words as GPT-2 does it: letters, digits, and what is neither, each with a space before it;
  /// endings such as `'s`; and white space, whose last character stays with what follows.
  ///
  /// As a regular expression,
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
  var gpt2Words: [AlignedText] {
    var words: [AlignedText] = []
    var start = indices.lowerBound
    while start < indices.upperBound {
      let end = endOfWord(from: start)
      words.append(self[start..<end])
      start = end
    }
    return words
  }

  private func endOfWord(from start: Int) -> Int {
    let rest = scalars[start...]
    if let ending = endings.first(where: rest.starts) { return start + ending.count }
    let wordStart = rest.first == " " && rest.count > 1 ? start + 1 : start
    let kind = ScalarKind(scalars[wordStart])
    if kind != .space { return endOfRun(of: kind, from: wordStart) }
    let end = endOfRun(of: .space, from: start)
    return end == indices.upperBound || end == start + 1 ? end : end - 1
  }

  private func endOfRun(of kind: ScalarKind, from start: Int) -> Int {
    scalars[start...].firstIndex { ScalarKind($0) != kind } ?? indices.upperBound
  }
}

private let endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map {
  Array($0.unicodeScalars)
}

/// What regular expressions call `\p{L}`, `\p{N}`, `\s`, and the rest.
private enum ScalarKind {
  case letter, number, space, other

  init(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "a"..."z", "A"..."Z": self = .letter
    case "0"..."9": self = .number
    case _ where scalar.isWhitespace: self = .space
    case "\u{0}"..."\u{7F}": self = .other
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        self = scalar.isAssigned(in: (16, 0)) ? .letter : .other
      case .decimalNumber, .letterNumber, .otherNumber:
        self = scalar.isAssigned(in: (16, 0)) ? .number : .other
      default: self = .other
      }
    }
  }
}
