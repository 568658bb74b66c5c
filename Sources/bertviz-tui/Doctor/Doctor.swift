import ArgumentParser
import Curses
import Explorer
import Files
import Glibc
import Hub
import TerminalUI

/// The `doctor` subcommand: what works here, and how to fix what does not.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what works on this machine: terminal, processor, models, settings.",
    discussion: """
      Each line is ok, a note (it works, but could be better) or a problem, with what to do about it. \
      The exit status is 1 if there is a problem.
      """)

  @OptionGroup var settings: SettingsOptions

  @Flag(help: "Print JSON: a list of objects with topic, level, text and fix.")
  var json = false

  func run() throws {
    let probe = TerminalProbe()
    let findings =
      Self.terminal(probe) + Self.machine() + Self.models(HubSettings())
      + [Self.settings(settings)] + Self.programs()
    if json {
      try StandardOutput.write(JSONNode.list(findings.map(\.json)).text + "\n")
    } else {
      try StandardOutput.write(findings.table(width: max(60, min(probe.size?.width ?? 80, 120))))
    }
    if findings.contains(where: { $0.level == .problem }) { throw ExitCode(EXIT_FAILURE) }
  }

  static func settings(_ options: SettingsOptions) -> Finding {
    guard let location = options.location else { return .ok("settings", "none are read") }
    do {
      _ = try options.load()
    } catch {
      return .problem(
        "settings", ModelFailure(error).text, fix: "fix it, or start with --no-settings")
    }
    return access(location.path, F_OK) == 0
      ? .ok("settings", location.path)
      : .ok("settings", "no file at \(location.path): all settings are at their defaults")
  }
}
