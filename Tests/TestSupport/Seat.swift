import Foundation

/// Where a person sits before a program: at a terminal, or at one with tmux between.
public enum Seat: CaseIterable, Sendable {
  case terminal, tmux

  /// Whether a visit can be made here.
  public var isInstalled: Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return self == .terminal || folders.contains { access("\($0)/tmux", X_OK) == 0 }
  }

  /// Starts `program` here.
  public func open(
    _ program: String, _ arguments: [String], width: Int, height: Int
  ) throws -> PseudoTerminal {
    switch self {
    case .terminal:
      return try PseudoTerminal(program, arguments, width: width, height: height)
    case .tmux:
      let socket = NSTemporaryDirectory() + "tmux-\(UUID().uuidString)"
      let terminal = try PseudoTerminal(
        "tmux",
        ["-S", socket, "-f", "/dev/null", "start-server", ";"]
          + Self.settings.flatMap { ["set", "-g"] + $0 + [";"] }
          + ["new-session", program] + arguments,
        width: width, height: height)
      try terminal.wait(for: "tmux") { $0.modes.contains(1049) }
      // No other client is to come.
      unlink(socket)
      return terminal
    }
  }

  /// As many people have it; the server ends with the terminal.
  private static let settings = [
    ["default-terminal", "tmux-256color"], ["status", "off"], ["mouse", "on"],
    ["set-clipboard", "on"], ["escape-time", "10"], ["destroy-unattached", "on"],
  ]
}
