import Attention
import TerminalUI

/// The pane at the right: where the query looks, and who looks at the key, by weight.
extension MatrixView {
  func drawPane(_ cursor: (query: Int, key: Int), column: [Float?]?, on canvas: inout Canvas) {
    let frame = layout.frame
    let top = frame.headingRow
    let height = frame.firstBodyRow + frame.bodyRowCount - top
    for y in top..<top + height {
      canvas[layout.paneX, y] = Cell(theme.glyphs.vertical, theme.style(.border))
    }
    let half = height / 2
    drawList(
      "query", layout.queries.items[cursor.query], of: layout.keys, weights: row,
      focus: cursor.key, y: top, rowCount: half - 1, on: &canvas)
    let key = layout.keys.items[cursor.key]
    if let column {
      drawList(
        "key", key, of: layout.queries, weights: column, focus: cursor.query, y: top + half,
        rowCount: height - half, on: &canvas)
    } else {
      drawTitle("key", key, y: top + half, on: &canvas)
      canvas.write(
        "too many queries to weigh", x: layout.paneX + 2, y: top + half + 1,
        style: theme.style(.dim))
    }
  }

  private func drawTitle(
    _ side: String, _ item: TokenAxis.Item, y: Int, on canvas: inout Canvas
  ) {
    canvas.write(
      "\(side) \(item.number) \"\(fitted(item.label, 16))\"", x: layout.paneX + 2, y: y,
      style: theme.style(.accent).adding(.bold), limit: layout.paneWidth - 2)
  }

  private func drawList(
    _ side: String, _ item: TokenAxis.Item, of axis: TokenAxis, weights: [Float?], focus: Int,
    y: Int, rowCount: Int, on canvas: inout Canvas
  ) {
    drawTitle(side, item, y: y, on: &canvas)
    let numberX = layout.paneX + 2
    let labelX = numberX + layout.numberWidth + 1
    let weightX = layout.paneX + 18
    for (index, position) in weights.rankedPositions.prefix(max(0, rowCount - 1)).enumerated() {
      let row = y + 1 + index
      let other = axis.items[position]
      let weight = weights[position] ?? 0
      let isFocus = position == focus
      canvas.write(
        String(other.number).rightAligned(layout.numberWidth), x: numberX, y: row,
        style: theme.style(isFocus ? .accent : .dim))
      canvas.write(
        fitted(other.label, weightX - labelX - 1), x: labelX, y: row,
        style: theme.style(isFocus ? .accent : other.isSpecial ? .special : .text))
      let ink: Theme.Ink = weight >= 0.1 ? .bright : weight < 0.02 ? .dim : .text
      canvas.write(
        NumberText.weight(weight, digits: 3), x: weightX, y: row, style: theme.style(ink))
      canvas.write(
        theme.glyphs.horizontalBar(weight / unit, columns: 8), x: weightX + 5, y: row,
        style: theme.headStyle(head))
    }
  }
}
