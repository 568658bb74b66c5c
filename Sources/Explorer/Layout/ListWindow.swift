/// The items of a list that are in sight: all of them, or, where they are more than the rows, some between a row for
/// what is above and one for what is below, each kept only where there is anything.
struct ListWindow: Equatable {
  /// Positions of the items in sight.
  let visible: Range<Int>
  /// Of the screen.
  private let rows: Int

  /// - Parameters:
  ///   - first: Position of the first item in sight, as near as the list allows it.
  ///   - rows: Of the screen, 3 or more for a list that is longer.
  init(from first: Int, count: Int, rows: Int) {
    self.rows = rows
    guard count > rows else {
      visible = 0..<count
      return
    }
    // A row for one hidden item would take as much as the item.
    let start = first < 2 ? 0 : min(first, count - Self.endRows(rows))
    let room = start > 0 ? Self.endRows(rows) : rows
    let end = start + room < count ? max(start + 1, start + room - 1) : count
    visible = start..<end
  }

  /// The window around `cursor`: the one from `first` if that will do, else one with the cursor in the middle, so
  /// that a walk does not redraw everything at each step.
  init(around cursor: Int, from first: Int, count: Int, rows: Int) {
    let window = ListWindow(from: first, count: count, rows: rows)
    self =
      window.visible.contains(cursor) || count <= rows
      ? window : ListWindow(from: max(0, cursor - max(0, rows - 2) / 2), count: count, rows: rows)
  }

  /// Items in sight at the end of a longer list, below the row for the others.
  private static func endRows(_ rows: Int) -> Int { max(1, rows - 1) }

  var hasAbove: Bool { visible.lowerBound > 0 }

  /// The row of an item, counted from the first; of a hidden one the row that stands for it.
  func row(of position: Int) -> Int {
    let first = hasAbove ? 1 : 0
    return max(0, min(position - visible.lowerBound + first, rows - 1))
  }
}
