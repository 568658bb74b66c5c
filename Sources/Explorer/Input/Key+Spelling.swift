import TerminalUI

/// The spellings of keys: names in key scripts and settings, labels on the screen.
extension Key {
  private static let spellings: [(key: Key, name: String, label: String)] = [
    (.up, "Up", "↑"), (.down, "Down", "↓"), (.left, "Left", "←"), (.right, "Right", "→"),
    (.home, "Home", "Home"), (.end, "End", "End"), (.pageUp, "PgUp", "PgUp"),
    (.pageDown, "PgDn", "PgDn"), (.enter, "Enter", "⏎"), (.escape, "Esc", "Esc"),
    (.tab, "Tab", "Tab"), (.backTab, "BTab", "BTab"), (.backspace, "BSpace", "BSpace"),
    (.delete, "Delete", "Delete"), (" ", "Space", "space"),
  ]

  /// The names of the keys that are neither characters nor made with Control.
  public static var names: [String] { spellings.map(\.name) }

  /// The key that is called `word`: by its name or label, as `C-x`, `F1` … `F12`, or a character as it stands.
  public init?(spelled word: String) {
    if let spelling = Self.spellings.first(where: { $0.name == word || $0.label == word }) {
      self = spelling.key
      return
    }
    let scalars = word.unicodeScalars
    if scalars.count == 3, word.hasPrefix("C-"), let last = scalars.last,
      let lower = last.properties.lowercaseMapping.unicodeScalars.first
    {
      self = .control(lower)
    } else if let number = Self.functionNumber(word), (1...12).contains(number) {
      self = .function(number)
    } else if scalars.count == 1, let scalar = scalars.first {
      self = .character(scalar)
    } else {
      return nil
    }
  }

  /// Whether `word` looks like a key's name that needs Control or a number, right or wrong.
  static func isMadeOfParts(_ word: String) -> Bool {
    word.hasPrefix("C-") || functionNumber(word) != nil
  }

  private static func functionNumber(_ word: String) -> Int? {
    word.hasPrefix("F") ? Int(word.dropFirst()) : nil
  }

  /// As key scripts and settings write it.
  public var name: String {
    switch self {
    case .control(let letter): "C-\(letter)"
    case .function(let number): "F\(number)"
    default:
      Self.spellings.first { $0.key == self }?.name ?? characterText
    }
  }

  /// As the screen shows it.
  public func label(_ glyphs: Glyphs) -> String {
    switch self {
    case .control(let letter): return "^" + String(letter).uppercased()
    case .function: return name
    default:
      guard let spelling = Self.spellings.first(where: { $0.key == self }) else {
        return TextWidth.printable(characterText, glyphs: glyphs)
      }
      let isPlain = spelling.label.utf8.allSatisfy { $0 < 0x80 }
      return isPlain || glyphs.isUnicode ? spelling.label : spelling.name
    }
  }

  private var characterText: String {
    if case .character(let scalar) = self { String(scalar) } else { "" }
  }
}
