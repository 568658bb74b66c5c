/// The reason why the terminal cannot be used.
public enum TerminalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The process has no controlling terminal: it runs in a pipeline, a service or a container.
  case noTerminal
  case termUnset
  case termUnknown(String)
  case cannotMoveCursor(term: String)

  public var description: String {
    switch self {
    case .noTerminal:
      "there is no terminal here: use \"bertviz-tui render\" instead"
    case .termUnset:
      "TERM is not set: set it to the kind of your terminal, for example TERM=xterm-256color"
    case .termUnknown(let term):
      "TERM=\(term) is not known on this machine: install its terminfo entry, "
        + "or set TERM=xterm-256color"
    case .cannotMoveCursor(let term):
      "TERM=\(term) cannot move the cursor: use \"bertviz-tui render\" for a picture "
        + "or \"bertviz-tui dump\" for the numbers, or set TERM"
    }
  }
}
