/// Classes of scalars as the `tokenizers` library knows them.
///
/// Its tables are older than this program's: categories are those of Unicode 8, combining marks those of
/// Unicode 9, regular expressions' those of Unicode 16. What a scalar is seldom changes, so that its age and a
/// few exceptions reproduce the tables.
extension Unicode.Scalar {
  /// Removed by BertNormalizer: control, format and private-use characters except line ends and tabs.
  var isBertControl: Bool {
    switch value {
    case 0x09, 0x0A, 0x0D: false
    case 0x00...0x1F, 0x7F: true
    case 0x20...0x7E: false
    default:
      switch properties.generalCategory {
      case .control, .format, .privateUse: isAssigned(in: (8, 0))
      default: false
      }
    }
  }

  var isPunctuation: Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    case 0x00...0x7F: false
    // Since reclassified as a symbol and as a mark.
    case 0x166D, 0x111C9: true
    default:
      switch properties.generalCategory {
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation:
        isAssigned(in: (8, 0))
      default: false
      }
    }
  }

  /// A mark that BertNormalizer takes for an accent.
  var isNonspacingMark: Bool {
    switch value {
    case 0x00..<0x300: false
    // Reclassified from or to spacing marks, letters and punctuation since.
    case 0x1734, 0x1171E: true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    default: properties.generalCategory == .nonspacingMark && isAssigned(in: (8, 0))
    }
  }

  /// A mark that StripAccents takes for an accent.
  var isCombiningMark: Bool {
    switch value {
    case 0x00..<0x300: false
    case 0x1CF2, 0x1CF3: true
    case 0x111C9: false
    default:
      switch properties.generalCategory {
      case .nonspacingMark, .spacingMark, .enclosingMark: isAssigned(in: (9, 0))
      default: false
      }
    }
  }

  var isWhitespace: Bool {
    value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
  }

  /// Categories Nd, Nl and No.
  var isNumeric: Bool {
    if value < 0x80 { return (0x30...0x39).contains(value) }
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// The scalars that `\w` matches (Unicode Technical Standard 18, annex C).
  var isWord: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      isAssigned(in: (16, 0))
    default:
      (properties.isAlphabetic || properties.isJoinControl) && isAssigned(in: (16, 0))
    }
  }

  /// CJK ideographs, the blocks that BERT's authors chose: neither kana nor hangul.
  var isCJKIdeograph: Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  func isAssigned(in version: Unicode.Version) -> Bool {
    properties.age.map { $0 <= version } ?? false
  }
}
