import Glibc
import TerminalUI

/// The reason why the program ends without having done what was asked: one line on standard error, and a status.
struct ProgramError: Error, CustomStringConvertible {
  let text: String
  let status: Int32
  var description: String { text }

  init(_ text: String, status: Int32 = EXIT_FAILURE) {
    self.text = text
    self.status = status
  }

  /// Wrong use of the command line (EX_USAGE).
  static func usage(_ text: String) -> ProgramError {
    ProgramError(text + "; see bertviz-tui --help", status: EX_USAGE)
  }

  func report() -> Never {
    StandardError.say(text)
    exit(status)
  }
}

enum StandardError {
  /// One line. A message can quote a file or its name: it must stay one line, and send nothing to the terminal.
  static func say(_ text: String) { write("bertviz-tui: \(TextWidth.printable(text))\n") }

  /// As it is, for what moves the cursor.
  static func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
