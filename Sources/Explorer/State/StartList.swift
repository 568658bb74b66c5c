import TerminalUI

/// The start screen: which of the choices the cursor is on.
public struct StartList: Equatable, Sendable {
  var cursor = 0

  public init() {}

  /// The keys of the first choices, one each. Those that mean something here are left out.
  static let keys = Array("123456789abcdefghilmnoprsuvwxyz".unicodeScalars)
}
