import TerminalUI

/// The capabilities of the opened terminal.
public struct TerminalCapabilities: Equatable, Sendable {
  public var colorDepth: ColorDepth
  /// Whether characters beyond ASCII arrive; if not, they show as question marks.
  public var isUTF8: Bool
  /// The value of `TERM`.
  public var term: String

  /// Whether it is the screen of a machine without a window system, whose font has a few hundred characters, and
  /// whose page is black.
  public var isConsole: Bool { Self.isConsole(term) }

  static func isConsole(_ term: String) -> Bool {
    ["linux", "cons", "wsvt", "mach", "hurd", "sun"].contains { term.hasPrefix($0) }
  }
}
