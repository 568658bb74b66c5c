import ArgumentParser
import CFiles
import CStart
import Exporters
import Files
import Glibc
import TerminalUI

/// The program: `bertviz-tui [SUBCOMMAND] …`.
@main
struct BertvizTUI: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bertviz-tui",
    abstract: "Explore the attention of Transformer models in the terminal.",
    usage: """
      bertviz-tui
      bertviz-tui MODEL TEXT [--pair SECOND]
      bertviz-tui demo
      bertviz-tui open FILE
      bertviz-tui render MODEL TEXT --view head --size 120x40
      bertviz-tui dump MODEL TEXT --output FILE
      bertviz-tui export MODEL TEXT --view head --output FILE
      bertviz-tui heads MODEL TEXT --sort induct
      bertviz-tui output MODEL TEXT
      bertviz-tui diff MODEL TEXT SECOND
      bertviz-tui models
      bertviz-tui pull MODEL
      bertviz-tui doctor
      """,
    discussion: """
      Without anything, it lists what can be opened. MODEL is a folder with a checkpoint in Hugging Face layout, a model of the hub by its name, such as \
      bert-base-uncased, once it is in the cache, or a built-in model: \(ModelSource.builtInNames).

      "bertviz-tui manual" prints the manual page, and "bertviz-tui completions SHELL" what bash, zsh or fish \
      complete commands with.
      """,
    version: "0.1.0",
    subcommands: [
      Explore.self, Demo.self, Open.self, Render.self, Export.self, Dump.self, Heads.self,
      OutputCommand.self, DiffCommand.self,
      Models.self, Pull.self, Doctor.self, Manual.self, Completions.self,
    ],
    defaultSubcommand: Explore.self)

  /// Those after the program's name.
  private static var arguments: [String] {
    (0..<start_argument_count()).dropFirst().map { String(cString: start_argument($0)) }
  }

  static func main() {
    // A reader that goes away, such as `head`, then shows as an error of `write`.
    signal(SIGPIPE, SIG_IGN)
    // So does a limit on the size of files.
    signal(SIGXFSZ, SIG_IGN)
    // A file that is cut short while it is mapped ends the program with a line that says so.
    cf_watch_mapped("bertviz-tui")
    start_reuse_memory()
    do {
      try checkHelp()
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      end(error)
    }
  }

  private static func end(_ error: any Error) -> Never {
    switch error {
    case FileError.closedPipe: Glibc.exit(EXIT_SUCCESS)
    case let error as ProgramError: error.report()
    case is ExitCode: exit(withError: error)
    case ExportError.unknownEnding: ProgramError.usage(String(describing: error)).report()
    default: break
    }
    switch exitCode(for: error) {
    case .success:
      // Help and the version; where they cannot be written, that is an error as any other.
      do {
        try StandardOutput.write(fullMessage(for: error) + "\n")
      } catch { end(error) }
      Glibc.exit(EXIT_SUCCESS)
    case .validationFailure: ProgramError(parsing: error, arguments).report()
    default: ProgramError(String(describing: error)).report()
    }
  }

  /// The argument parser shows its general help for a command that it does not know.
  private static func checkHelp() throws(ProgramError) {
    let names = commandNames
    guard arguments.count > 1, arguments[0] == "help", !arguments[1].hasPrefix("-"),
      !(names + ["help"]).contains(arguments[1])
    else { return }
    throw .usage(
      "help: there is no command \"\(arguments[1])\", there are \(names.joined(separator: ", "))"
        + SimilarName.question(arguments[1], among: names))
  }

  private static var commandNames: [String] { configuration.subcommands.map { $0._commandName } }

  /// Asks for the subcommand that was meant, where the first argument is nearly one; a model could stand there, too.
  static var commandQuestion: String {
    guard let first = arguments.first, !commandNames.contains(first), access(first, F_OK) != 0,
      let command = SimilarName.nearest(to: first, among: commandNames).first
    else { return "" }
    return "; did you mean the command \(command)?"
  }
}
