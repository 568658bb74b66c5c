import TerminalUI

/// Keys written as words, for scripts and tests: `j j Enter C-d`, `: "layer 5" Enter`.
public enum KeyScript {
  /// The keys of a script: words separated by blanks.
  ///
  /// A word is a key's name or label (`Enter`, `⏎`, `C-d`, `F1`), or text to be typed as it stands. Between
  /// quotes, `"…"` or `'…'`, everything is text, blanks and names of keys too.
  public static func keys(_ script: String) throws(ExplorerError) -> [Key] {
    var keys: [Key] = []
    var rest = script.unicodeScalars[...]
    while true {
      rest = rest.drop { $0.properties.isWhitespace }
      guard let first = rest.first else { return keys }
      if first == "\"" || first == "'" {
        guard let end = rest.dropFirst().firstIndex(of: first) else {
          throw .openQuote(String(rest))
        }
        keys += rest[rest.index(after: rest.startIndex)..<end].map { .character($0) }
        rest = rest[rest.index(after: end)...]
      } else {
        let word = rest.prefix { !$0.properties.isWhitespace }
        keys += try self.keys(ofWord: String(word))
        rest = rest[word.endIndex...]
      }
    }
  }

  private static func keys(ofWord word: String) throws(ExplorerError) -> [Key] {
    if let key = Key(spelled: word) { return [key] }
    if Key.isMadeOfParts(word) { throw .unknownKey(word) }
    return word.unicodeScalars.map { .character($0) }
  }
}
