/// A terminal's answer when it is asked about itself.
enum TerminalAnswer: Equatable {
  case background(Background)
  /// Dark or light, without a colour.
  case scheme(Background)
  /// The answer to what every terminal answers (DA1): nothing more comes of what was asked before.
  case attributes

  /// The questions, in order.
  static let questions = Array("\u{1B}]11;?\u{07}\u{1B}[?996n\u{1B}[c".utf8)

  /// The contents of an OSC.
  init?(string: String) {
    guard string.hasPrefix("11;"), let background = Background(color: string.dropFirst(3))
    else { return nil }
    self = .background(background)
  }

  /// The parameters of a control sequence, and the byte that ends it.
  init?(parameters: String, final: Unicode.Scalar) {
    switch final {
    case "c" where parameters.hasPrefix("?"): self = .attributes
    case "n" where parameters.hasPrefix("?997;"):
      guard let background = Int(parameters.dropFirst(5)).flatMap(Background.init(scheme:))
      else { return nil }
      self = .scheme(background)
    default: return nil
    }
  }
}
