import Curses
import Glibc

/// What can happen to a program while it has the terminal.
enum ProbeAction: String {
  case fail, exit, trap, index, abort, overflow, suspend, copy, wake, complain

  func perform(in terminal: Terminal) throws {
    switch self {
    case .fail: throw ProbeError.onPurpose
    case .exit: Glibc.exit(3)
    case .trap: fatalError("trapped on purpose")
    case .index: print([1, 2, 3][Int(getpid())])
    case .abort: Glibc.abort()
    case .overflow: print(Self.depth(of: 1))
    case .suspend: terminal.suspend()
    case .copy: terminal.copyToClipboard("köpfe")
    case .wake:
      Task.detached { Terminal.wake() }
    case .complain: Probe.complain("a complaint")
    }
  }

  /// Recursion that the optimiser cannot turn into a loop.
  @inline(never)
  private static func depth(of value: Int) -> Int {
    value == 0 ? 0 : depth(of: value &+ 1) &+ depth(of: value &+ 2)
  }
}
