/// A terminal's answer when it is asked about itself.
enum TerminalAnswer: Equatable {
  case background(Background)
  /// Dark or light, without a colour.
  case scheme(Background)
  /// Its name and version, as it writes them: `kitty(0.40.1)`.
  case version(String)
  /// It shows pictures by kitty's protocol.
  case kittyGraphics
  /// The number of colours that a picture in sixels can have.
  case registers(Int)
  /// The answer to what every terminal answers (DA1), among it whether it shows sixels: nothing more comes of what was
  /// asked before.
  case attributes(sixels: Bool)

  /// The questions, in order: for the background (OSC 11, DSR 996), for the version (XTVERSION), for pictures, and what
  /// every terminal answers.
  static func questions(background: Bool, version: Bool, pictures: Bool) -> [UInt8] {
    let questions =
      (background ? Array("\u{1B}]11;?\u{07}\u{1B}[?996n".utf8) : [])
      + (version ? versionQuestion : []) + (pictures ? KittyGraphics.question : [])
    return questions.isEmpty ? [] : questions + Array("\u{1B}[c".utf8)
  }

  static let versionQuestion = Array("\u{1B}[>0q".utf8)

  /// The question how many colours a picture in sixels can have: for terminals that show them.
  static let registerQuestion = Array("\u{1B}[?1;1;0S\u{1B}[c".utf8)

  /// The contents of a DCS.
  init?(deviceString: String) {
    guard deviceString.hasPrefix(">|") else { return nil }
    self = .version(String(deviceString.dropFirst(2)))
  }

  /// The contents of an APC.
  init?(applicationString: String) {
    guard KittyGraphics.isAgreement(applicationString) else { return nil }
    self = .kittyGraphics
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
    case "c" where parameters.hasPrefix("?"):
      self = .attributes(
        sixels: parameters.dropFirst().split(separator: ";").dropFirst().contains("4"))
    case "S" where parameters.hasPrefix("?1;0;"):
      guard let count = UInt16(parameters.dropFirst(5)) else { return nil }
      self = .registers(Int(count))
    case "n" where parameters.hasPrefix("?997;"):
      guard let background = Int(parameters.dropFirst(5)).flatMap(Background.init(scheme:))
      else { return nil }
      self = .scheme(background)
    default: return nil
    }
  }
}
