import ArgumentParser
import Glibc
import TerminalUI

extension ProgramError {
  /// Wrong use as the argument parser found it: its words, in one line and with a fix.
  init(parsing error: any Error, _ arguments: [String]) {
    let whole = BertvizTUI.fullMessage(for: error)
    let message = BertvizTUI.message(for: error)
      .replacing(". Please provide one of the following:\n  - ", with: ": one of ")
      .replacing(". Please provide one of ", with: ": one of ")
      .replacing("\n  - ", with: ", ").replacing("\n", with: " ")
    var text = message.hasSuffix(".") ? String(message.dropLast()) : message
    if let hint = Self.hint(message, arguments, takesText: whole.contains("<text>")) {
      text += "; \(hint)"
    }
    text += Self.question(text)
    // Its last line is: See 'bertviz-tui heads --help' for more information.
    let help = whole.split(separator: "'").last { $0.hasSuffix(" --help") }
    self.init("\(text); see \(help ?? "bertviz-tui --help")", status: EX_USAGE)
  }

  /// Advice where a value or a text begins with a hyphen, as options do.
  private static func hint(
    _ message: String, _ arguments: [String], takesText: Bool
  ) -> String? {
    if takesText, let match = message.firstMatch(of: /^Unknown option '(.+?)'/) {
      return "if \"\(match.1)\" begins a text, write -- before it"
    }
    guard let match = message.firstMatch(of: /^Missing value for '(-.+?)( <.+>)?'/),
      let place = arguments.firstIndex(of: String(match.1)), place + 1 < arguments.count
    else { return nil }
    return "if \"\(arguments[place + 1])\" is the value, write \(match.1)=\(arguments[place + 1])"
  }

  /// The name that was meant, as far as the parser does not say so itself: it does for options.
  private static func question(_ message: String) -> String {
    let command = BertvizTUI.commandQuestion
    guard command.isEmpty else { return command }
    guard let match = message.firstMatch(of: /^The value '(.+?)' is invalid for .*: one of (.+)$/)
    else { return "" }
    let values = match.2.replacing(" or ", with: ", ").replacing("'", with: "")
      .split(separator: ", ").map(String.init)
    return SimilarName.question(String(match.1), among: values)
  }
}
