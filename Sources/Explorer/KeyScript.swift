import TerminalUI

/// Keys written as words, for scripts and tests: `j j Enter C-d`.
public enum KeyScript {
  public struct UnknownKey: Error, Equatable, Sendable, CustomStringConvertible {
    public let word: String

    public var description: String {
      "no key is called \"\(word)\": write a character, C-x, F1 … F12, "
        + "or one of \(KeyScript.names.keys.sorted().joined(separator: " "))"
    }
  }

  private static let names: [String: Key] = [
    "Up": .up, "Down": .down, "Left": .left, "Right": .right, "Home": .home, "End": .end,
    "PgUp": .pageUp, "PgDn": .pageDown, "Enter": .enter, "Esc": .escape, "Tab": .tab,
    "BTab": .backTab, "BSpace": .backspace, "Delete": .delete, "Space": .character(" "),
  ]

  /// The keys of a script: words separated by blanks. A word that is no name is typed as it stands.
  public static func keys(_ script: String) throws(UnknownKey) -> [Key] {
    var keys: [Key] = []
    for word in script.split(whereSeparator: \.isWhitespace) {
      keys += try self.keys(ofWord: String(word))
    }
    return keys
  }

  private static func keys(ofWord word: String) throws(UnknownKey) -> [Key] {
    if let key = names[word] { return [key] }
    let scalars = Array(word.unicodeScalars)
    if scalars.count > 1, scalars[0] == "F", let number = Int(word.dropFirst()) {
      guard (1...12).contains(number) else { throw UnknownKey(word: word) }
      return [.function(number)]
    }
    if word.hasPrefix("C-") {
      guard scalars.count == 3,
        let lower = scalars[2].properties.lowercaseMapping.unicodeScalars.first
      else { throw UnknownKey(word: word) }
      return [.control(lower)]
    }
    return scalars.map { .character($0) }
  }
}
