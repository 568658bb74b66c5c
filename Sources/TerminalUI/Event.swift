/// A key as the person means it, whatever bytes the terminal sent.
public enum Key: Hashable, Sendable {
  case character(Unicode.Scalar)
  /// A letter with Control held, in lower case.
  case control(Unicode.Scalar)
  case up, down, left, right
  case home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, delete
  case function(Int)
}

/// A key that types a character can be written as that character.
extension Key: ExpressibleByUnicodeScalarLiteral {
  public init(unicodeScalarLiteral scalar: Unicode.Scalar) { self = .character(scalar) }
}

public struct MouseEvent: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case click, doubleClick, wheelUp, wheelDown
  }
  public var action: Action
  public var x: Int
  public var y: Int

  public init(_ action: Action, x: Int, y: Int) {
    self.action = action
    self.x = x
    self.y = y
  }
}

/// An act of a person or of the terminal.
public enum Event: Hashable, Sendable {
  case key(Key)
  case mouse(MouseEvent)
  /// Text pasted as one piece.
  case paste(String)
  case resize(width: Int, height: Int)
}
