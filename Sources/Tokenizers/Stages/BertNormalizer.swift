/// BERT's own cleaning: control characters go, ideographs stand alone, accents and capitals go.
struct BertNormalizer: Normalizer {
  /// Drops control characters and makes every white space a plain space.
  var cleansText: Bool
  /// Puts spaces around CJK ideographs.
  var separatesIdeographs: Bool
  var stripsAccents: Bool
  var lowercases: Bool

  /// - Parameter stripsAccents: Nil to strip accents where capitals go too.
  init(cleansText: Bool, separatesIdeographs: Bool, stripsAccents: Bool?, lowercases: Bool) {
    self.cleansText = cleansText
    self.separatesIdeographs = separatesIdeographs
    self.stripsAccents = stripsAccents ?? lowercases
    self.lowercases = lowercases
  }

  init(_ setting: Setting) throws(TokenizerError) {
    self.init(
      cleansText: try setting["clean_text"].bool(),
      separatesIdeographs: try setting["handle_chinese_chars"].bool(),
      stripsAccents: try setting["strip_accents"].ifPresent?.bool(),
      lowercases: try setting["lowercase"].bool())
  }

  func normalize(_ text: inout AlignedText) {
    if cleansText {
      text.removeAll { $0 == "\0" || $0 == "\u{FFFD}" || $0.isBertControl }
      text.map { $0.isWhitespace ? " " : $0 }
    }
    if separatesIdeographs, text.scalars.contains(where: \.isCJKIdeograph) {
      text = text.rebuilt { [text] add in
        for (index, scalar) in zip(text.indices, text.scalars) {
          let isIdeograph = scalar.isCJKIdeograph
          if isIdeograph { add(" ", index) }
          add(scalar, index)
          if isIdeograph { add(" ", index) }
        }
      }
    }
    if stripsAccents {
      NormalizationForm.nfd.apply(to: &text)
      text.removeAll(where: \.isNonspacingMark)
    }
    if lowercases { text.lowercase() }
  }
}

extension AlignedText {
  /// Lower case scalar by scalar: unlike a language's rules, blind to what stands around.
  mutating func lowercase() {
    guard scalars.contains(where: { $0.value >= 0x80 }) else { return map(\.asciiLowercased) }
    self = rebuilt { add in
      for (index, scalar) in zip(indices, scalars) {
        if scalar.value < 0x80 {
          add(scalar.asciiLowercased, index)
        } else {
          for lower in scalar.properties.lowercaseMapping.unicodeScalars { add(lower, index) }
        }
      }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var asciiLowercased: Unicode.Scalar {
    (0x41...0x5A).contains(value) ? Unicode.Scalar(UInt8(value + 0x20)) : self
  }
}
