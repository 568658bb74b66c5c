import Attention
import TerminalUI

/// The pane at the right: where the query looks, and who looks at the key, by weight.
extension MatrixView {
  /// The tokens of one side by their weight with the cursor's token of the other.
  struct List {
    let title: String
    /// The side that it lists.
    let side: Selection.Side
    let axis: TokenAxis
    let weights: [Float?]
    /// Positions from the heaviest on, as many as fit.
    let positions: ArraySlice<Int>
    /// The row of the title.
    let y: Int
  }

  /// - Parameter column: nil where there are too many queries to weigh.
  private func lists(_ cursor: (query: Int, key: Int), column: [Float?]?) -> [List] {
    let top = layout.frame.headingRow
    let height = layout.frame.firstBodyRow + layout.frame.bodyRowCount - top
    let half = height / 2
    func title(_ side: String, _ item: TokenAxis.Item) -> String {
      "\(side) \(item.number) \"\(fitted(item.label, 16))\""
    }
    let column = column ?? []
    return [
      List(
        title: title("query", layout.queries.items[cursor.query]), side: .key, axis: layout.keys,
        weights: scene.row, positions: scene.ranked.prefix(max(0, half - 2)), y: top),
      List(
        title: title("key", layout.keys.items[cursor.key]), side: .query, axis: layout.queries,
        weights: column, positions: column.rankedPositions.prefix(max(0, height - half - 1)),
        y: top + half),
    ]
  }

  /// The token that a list shows in row `y`, by its number.
  func listed(atY y: Int) -> (token: Int, side: Selection.Side)? {
    guard let cursor = scene.cursor else { return nil }
    for list in lists(cursor, column: scene.column) {
      let index = y - list.y - 1
      if list.positions.indices.contains(index) {
        return (list.axis.items[list.positions[index]].number, list.side)
      }
    }
    return nil
  }

  func drawPane(_ cursor: (query: Int, key: Int), column: [Float?]?, on canvas: inout Canvas) {
    let top = layout.frame.headingRow
    for y in top..<layout.frame.firstBodyRow + layout.frame.bodyRowCount {
      canvas[layout.paneX, y] = Cell(theme.glyphs.vertical, theme.style(.border))
    }
    for list in lists(cursor, column: column) {
      canvas.write(
        list.title, x: layout.paneX + 2, y: list.y, style: theme.style(.accent).adding(.bold),
        limit: layout.paneWidth - 2)
      draw(list, focus: list.side == .key ? cursor.key : cursor.query, on: &canvas)
      if list.side == .query, column == nil {
        canvas.write(
          "too many queries to weigh", x: layout.paneX + 2, y: list.y + 1, style: theme.style(.dim))
      }
    }
  }

  private func draw(_ list: List, focus: Int, on canvas: inout Canvas) {
    let numberX = layout.paneX + 2
    let labelX = numberX + layout.numberWidth + 1
    let weightX = layout.paneX + 18
    for (index, position) in list.positions.enumerated() {
      let y = list.y + 1 + index
      let item = list.axis.items[position]
      let weight = list.weights[position] ?? 0
      let isFocus = position == focus
      canvas.write(
        String(item.number).rightAligned(layout.numberWidth), x: numberX, y: y,
        style: theme.style(isFocus ? .accent : .dim))
      canvas.write(
        fitted(item.label, weightX - labelX - 1), x: labelX, y: y,
        style: found(
          theme.style(isFocus ? .accent : item.isSpecial ? .special : .text),
          (list.side == .key ? hits.keys : hits.queries).contains(position)))
      let text = scene.slice.text(weight, digits: 3, theme.glyphs)
      canvas.write(
        theme.listed(text), x: weightX, y: y,
        style: theme.style(Emphasis(of: scene.slice.prominence(weight, head: scene.head)).ink))
      canvas.write(
        theme.glyphs.horizontalBar(weight / scene.unit, columns: 8),
        x: weightX + (theme.showsSigns ? 6 : 5), y: y,
        style: theme.line(.init(weight: weight, head: scene.head)))
    }
  }
}
