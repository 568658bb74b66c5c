/// The window, and which part of each list is in sight.
public struct Viewport: Equatable, Sendable {
  /// In columns and rows.
  public var width: Int
  public var height: Int
  public var scroll = Scroll()

  /// The first visible item of each list.
  public struct Scroll: Equatable, Sendable {
    public var queries = 0
    public var keys = 0
    /// Whether the other token of the head view may go out of sight: until it moves by itself.
    public var followsCursorOnly = true
    public var layers = 0
    public var heads = 0
    public var parts = 0
  }

  /// The first of `rows` visible items such that `cursor` is among them; it stays where it is if that will do,
  /// else the cursor comes to the middle, so that a walk does not redraw everything at each step.
  static func follow(_ cursor: Int, from first: Int, count: Int, rows: Int) -> Int {
    guard count > rows, rows > 0 else { return 0 }
    let bounded = max(0, min(first, count - rows))
    if (bounded..<bounded + rows).contains(cursor) { return bounded }
    return max(0, min(cursor - rows / 2, count - rows))
  }
}
