import TerminalUI

/// What the opened terminal can show.
public struct TerminalCapabilities: Equatable, Sendable {
  public var colorDepth: ColorDepth
  /// Whether characters beyond ASCII arrive; if not, they show as question marks.
  public var isUTF8: Bool
  /// The value of `TERM`.
  public var term: String
}
