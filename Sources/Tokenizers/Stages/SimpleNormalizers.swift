/// Several normalizers, one after the other.
struct NormalizerSequence: Normalizer {
  var normalizers: [any Normalizer] = []

  init(_ setting: Setting) throws(TokenizerError) {
    for element in try setting["normalizers"].stages() {
      normalizers.append(try element.normalizer())
    }
  }

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    for normalizer in normalizers { try normalizer.normalize(&text) }
  }
}

struct LowercaseNormalizer: Normalizer {
  init(_ setting: Setting) {}
  func normalize(_ text: inout AlignedText) { text.lowercase() }
}

struct UnicodeNormalizer: Normalizer {
  var form: NormalizationForm

  init(_ setting: Setting) throws(TokenizerError) {
    guard let form = NormalizationForm(rawValue: try setting["type"].string()) else {
      throw setting["type"].wrong(expected: "a normalization form")
    }
    self.form = form
  }

  func normalize(_ text: inout AlignedText) { form.apply(to: &text) }
}

/// Drops combining marks. Accents go only where a form before has decomposed them.
struct StripAccentsNormalizer: Normalizer {
  init(_ setting: Setting) {}
  func normalize(_ text: inout AlignedText) { text.removeAll(where: \.isCombiningMark) }
}

/// Drops white space at the ends.
struct StripNormalizer: Normalizer {
  var stripsLeft: Bool
  var stripsRight: Bool

  init(_ setting: Setting) throws(TokenizerError) {
    stripsLeft = try setting["strip_left"].bool()
    stripsRight = try setting["strip_right"].bool()
  }

  func normalize(_ text: inout AlignedText) {
    var range = text.indices
    if stripsLeft {
      let start = text.scalars.firstIndex { !$0.isWhitespace } ?? range.upperBound
      range = start..<range.upperBound
    }
    if stripsRight {
      let last = text.scalars[range].lastIndex { !$0.isWhitespace }
      range = range.lowerBound..<(last.map { $0 + 1 } ?? range.lowerBound)
    }
    text = text[range]
  }
}

/// Puts a text before any that is not empty.
struct PrependNormalizer: Normalizer {
  var prefix: String

  init(_ setting: Setting) throws(TokenizerError) {
    prefix = try setting["prepend"].string()
  }

  func normalize(_ text: inout AlignedText) {
    guard !text.isEmpty else { return }
    text = text.rebuilt { [text] add in
      // The prefix comes from where the first scalar does.
      for scalar in prefix.unicodeScalars { add(scalar, text.indices.lowerBound) }
      for (index, scalar) in zip(text.indices, text.scalars) { add(scalar, index) }
    }
  }
}
