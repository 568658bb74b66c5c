extension Unicode.Scalar {
  /// A scalar that PCRE2 puts in the classes in which Oniguruma has this one; nearly always the scalar itself.
  ///
  /// PCRE2's tables are those of the system, Unicode 13 at least; Oniguruma's are those of Unicode 16. What is newer
  /// than both is given as an older one of the same category.
  var standIn: Unicode.Scalar {
    switch value {
    case 0..<0x250: return self
    // No white space, except for PCRE2.
    case 0x180E: return "\u{13430}"
    case 0x4E00...0x9FFC, 0xAC00...0xD7A3: return self
    default:
      if properties.age == nil || isAssigned(in: (13, 0)) { return self }
      return isAssigned(in: (16, 0)) ? standInOfCategory : "\u{378}"
    }
  }

  private var standInOfCategory: Unicode.Scalar {
    switch properties.generalCategory {
    case .uppercaseLetter: "\u{A7C7}"
    case .lowercaseLetter: "\u{A7C8}"
    case .titlecaseLetter: "\u{1F88}"
    case .modifierLetter: "\u{1E137}"
    case .otherLetter: properties.isIdeographic ? "\u{30000}" : "\u{10E80}"
    case .nonspacingMark: "\u{10EAB}"
    case .spacingMark: "\u{119D1}"
    case .enclosingMark: "\u{1ABE}"
    case .decimalNumber: "\u{11950}"
    case .letterNumber: "\u{10140}"
    case .otherNumber: "\u{1ED01}"
    case .dashPunctuation: "\u{10EAD}"
    case .openPunctuation: "\u{FE17}"
    case .closePunctuation: "\u{FE18}"
    case .initialPunctuation: "\u{2E20}"
    case .finalPunctuation: "\u{2E21}"
    case .connectorPunctuation: "\u{FE4D}"
    case .otherPunctuation: "\u{119E2}"
    case .mathSymbol: "\u{1EEF0}"
    case .currencySymbol: "\u{1E2FF}"
    case .modifierSymbol: "\u{AB6A}"
    case .otherSymbol: "\u{1F6D6}"
    case .format: "\u{13430}"
    default: "\u{378}"
    }
  }
}
