import TerminalUI

/// A request that cannot be met, in one line that names what is wrong and what would be right.
public enum ExplorerError: Error, Equatable, Sendable {
  /// A word of a key script or of the settings is no key.
  case unknownKey(String)
  /// A text in a key script begins with a quote and has no other.
  case openQuote(String)
  /// The settings name an action that keys cannot have.
  case unknownAction(String, similar: [String])
  /// A key would mean two things in a view.
  case keyTaken(key: String, view: ViewKind, actions: [String])
  case unknownCommand(String, similar: String?)
  /// The beginning of several commands or choices.
  case ambiguous(String, candidates: [String])
  /// An argument that a command does not take.
  case wrongArgument(command: String, text: String, expected: String)
  /// The reason why a command is impossible here.
  case unavailable(String)
}

extension ExplorerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownKey(let word):
      "no key is called \"\(word)\": write a character, C-x, F1 to F12, "
        + "or one of \(Key.names.joined(separator: " "))"
    case .openQuote(let text):
      "\(text): the quote is not closed"
    case .unknownAction(let name, let similar):
      "no action is called \"\(name)\"" + Self.suggestion(similar)
    case .keyTaken(let key, let view, let actions):
      "the key \(key) has two meanings in the \(view.rawValue) view: "
        + actions.joined(separator: " and ")
    case .unknownCommand(let name, let similar):
      "no command is called \"\(name)\": "
        + (similar.map { "did you mean :\($0)?" } ?? "Tab goes through all of them")
    case .ambiguous(let word, let candidates):
      "\"\(word)\" could be \(Self.alternatives(candidates))"
    case .wrongArgument(let command, let text, let expected):
      ":\(text.isEmpty ? command : "\(command) \(text)"): expected \(expected)"
    case .unavailable(let reason):
      reason
    }
  }

  private static func suggestion(_ names: [String]) -> String {
    names.isEmpty ? "" : ": did you mean \(alternatives(names))?"
  }

  /// `a`, `a or b`, `a, b or c`.
  static func alternatives(_ words: [String], _ conjunction: String = "or") -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }
}
