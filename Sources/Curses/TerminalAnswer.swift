/// A terminal's answer when it is asked about itself.
enum TerminalAnswer: Equatable {
  case background(Background)
  /// Dark or light, without a colour.
  case scheme(Background)
  /// Its name and version, as it writes them: `kitty(0.40.1)`.
  case version(String)
  /// The answer to what every terminal answers (DA1): nothing more comes of what was asked before.
  case attributes

  /// The questions, in order: for the background (OSC 11, DSR 996), for the version (XTVERSION), and what every terminal
  /// answers.
  static func questions(background: Bool, version: Bool) -> [UInt8] {
    let text =
      (background ? "\u{1B}]11;?\u{07}\u{1B}[?996n" : "") + (version ? "\u{1B}[>0q" : "")
    return text.isEmpty ? [] : Array((text + "\u{1B}[c").utf8)
  }

  /// The contents of a DCS.
  init?(deviceString: String) {
    guard deviceString.hasPrefix(">|") else { return nil }
    self = .version(String(deviceString.dropFirst(2)))
  }

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
