import TerminalUI

/// A line of text being edited.
public struct LineEditor: Equatable, Sendable {
  public private(set) var scalars: [Unicode.Scalar]
  /// Between 0 and the number of scalars.
  public private(set) var cursor: Int

  public init(_ text: String = "") {
    scalars = Array(text.unicodeScalars)
    cursor = scalars.count
  }

  public var text: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  public var isAtEnd: Bool { cursor == scalars.count }

  public mutating func insert(_ text: String) {
    let new = Array(text.unicodeScalars)
    scalars.insert(contentsOf: new, at: cursor)
    cursor += new.count
  }

  /// Does what `key` means in a line of text; false if it means nothing there.
  public mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let scalar): insert(String(scalar))
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(scalars.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = scalars.count
    case .backspace, .control("h"):
      if cursor > 0 {
        cursor -= 1
        scalars.remove(at: cursor)
      }
    case .delete, .control("d"):
      if cursor < scalars.count { scalars.remove(at: cursor) }
    case .control("u"):
      scalars.removeSubrange(..<cursor)
      cursor = 0
    case .control("k"): scalars.removeSubrange(cursor...)
    case .control("w"): deleteWord()
    default: return false
    }
    return true
  }

  private mutating func deleteWord() {
    var start = cursor
    while start > 0, scalars[start - 1] == " " { start -= 1 }
    while start > 0, scalars[start - 1] != " " { start -= 1 }
    scalars.removeSubrange(start..<cursor)
    cursor = start
  }
}
