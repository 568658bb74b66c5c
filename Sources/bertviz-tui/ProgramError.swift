import Glibc
import TerminalUI

/// Why the program ends without having done what was asked: one line on standard error, and a status.
struct ProgramError: Error {
  let text: String
  let status: Int32

  init(_ text: String, status: Int32 = EXIT_FAILURE) {
    self.text = text
    self.status = status
  }

  /// Wrong use of the command line (EX_USAGE).
  static func usage(_ text: String) -> ProgramError {
    ProgramError(text + "; see bertviz-tui --help", status: EX_USAGE)
  }

  /// Does `work`; an error in it ends the program with the error's description.
  static func wrap<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as ProgramError {
      throw error
    } catch {
      throw ProgramError(String(describing: error))
    }
  }

  func report() -> Never {
    StandardError.write("bertviz-tui: \(oneLine)\n")
    exit(status)
  }

  /// A message can quote a file's contents: it must stay one line, and send nothing to the terminal.
  private var oneLine: String { TextWidth.printable(text) }
}

enum StandardError {
  static func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

enum StandardOutput {
  /// Writes all of `text`. A closed pipe ends the program quietly.
  static func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { utf8 in
      var rest = utf8[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        if count < 0, errno == EPIPE { exit(EXIT_SUCCESS) }
        guard count > 0 else {
          throw ProgramError(
            "standard output cannot be written: \(String(cString: strerror(errno)))")
        }
        rest = rest.dropFirst(count)
      }
    }
  }
}
