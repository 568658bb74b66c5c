extension Unicode.Scalar {
  /// Whether a terminal shows it, and does nothing else: no control character (C0, DEL, C1), none that changes the
  /// direction of the text or joins it unseen, no line or paragraph separator, and none that has no meaning yet and so
  /// no known width.
  package var isShowable: Bool {
    if value < 0x7F { return value >= 0x20 }
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return false
    case .format: return value == 0xAD
    default: return true
    }
  }
}

extension String {
  /// The text, with a question mark for each character that is more than shown.
  package var showable: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.isShowable ? $0 : "?" }))
  }
}
