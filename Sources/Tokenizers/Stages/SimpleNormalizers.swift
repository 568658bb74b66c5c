/// Several normalizers, one after the other.
struct NormalizerSequence: Normalizer {
  var normalizers: [any TextNormalizer] = []

  init(_ normalizers: [any TextNormalizer]) {
    self.normalizers = normalizers
  }

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
  init() {}
  init(_ setting: Setting) {}
  func normalize(_ text: inout AlignedText) { text.lowercase() }
}

struct UnicodeNormalizer: Normalizer {
  var form: NormalizationForm

  init(_ form: NormalizationForm) {
    self.form = form
  }

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
  init() {}
  init(_ setting: Setting) {}
  func normalize(_ text: inout AlignedText) { text.removeAll(where: \.isCombiningMark) }
}

/// Drops white space at the ends.
struct StripNormalizer: Normalizer {
  var stripsLeft: Bool
  var stripsRight: Bool

  init(left: Bool, right: Bool) {
    stripsLeft = left
    stripsRight = right
  }

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

  init(_ prefix: String) {
    self.prefix = prefix
  }

  init(_ setting: Setting) throws(TokenizerError) {
    prefix = try setting["prepend"].string()
  }

  func normalize(_ text: inout AlignedText) {
    if !text.isEmpty { text.prepend(prefix.unicodeScalars) }
  }
}

/// The cleaning of the translation models behind sentencepiece: some control characters go, some become spaces.
struct NmtNormalizer: Normalizer {
  init(_ setting: Setting) {}

  func normalize(_ text: inout AlignedText) {
    text.removeAll { scalar in
      switch scalar.value {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: true
      default: false
      }
    }
    text.map { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
        " "
      default: scalar
      }
    }
  }
}
