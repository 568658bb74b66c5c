import TerminalUI

/// Numbers in the rows that the tokens leave over: what each head looks at, or the whole of the one head.
extension HeadView {
  func drawBelow(cursor: Int, on canvas: inout Canvas) {
    let rows = layout.frame.firstBodyRow + layout.frame.bodyRowCount - layout.belowY
    guard rows >= 4 else { return }
    if scene.heads.count > 1 {
      drawHeadList(cursor: cursor, rows: rows, on: &canvas)
    } else {
      drawMatrix(head: scene.heads[0], cursor: cursor, rows: rows, on: &canvas)
    }
  }

  /// Each head's strongest tokens.
  private func drawHeadList(cursor: Int, rows: Int, on canvas: inout Canvas) {
    let item = scene.near.items[cursor]
    let what = layout.isMirrored ? "key" : "query"
    var y = layout.belowY
    canvas.write(
      "each head, \(what) \(item.number) \"\(item.label)\"", x: 1, y: y,
      style: theme.style(.accent).adding(.bold))
    y += 1
    let perColumn = rows - 1
    let columnCount = layout.frame.isBig && scene.heads.count > perColumn ? 2 : 1
    let columnWidth = (layout.frame.width - 2) / columnCount
    for (index, head) in scene.heads.prefix(perColumn * columnCount).enumerated() {
      let x = 1 + index / perColumn * columnWidth
      let row = y + index % perColumn
      canvas.write(
        state.headTitle(head).rightAligned(2).leftAligned(3), x: x, y: row,
        style: theme.headSquare(head, isOn: true))
      drawPeaks(
        scene.weights[index], head: head, x: x + 4, y: row, limit: x + columnWidth - 1, on: &canvas)
    }
  }

  private func drawPeaks(
    _ weights: [Float], head: Int, x: Int, y: Int, limit: Int, on canvas: inout Canvas
  ) {
    var column = x
    let ranked = weights.indices.sorted { abs(weights[$0]) > abs(weights[$1]) }
    for position in ranked.prefix(8) {
      let prominence = abs(scene.slice.prominence(weights[position], head: head))
      guard prominence >= Threshold.listed else { return }
      let item = scene.far.items[position]
      let parts = [
        String(item.number), item.label, scene.slice.text(weights[position], theme.glyphs),
      ]
      let width = parts.reduce(2) { $0 + TextWidth.columns(of: $1) }
      guard column + width <= limit else { return }
      column += canvas.write(parts[0] + " ", x: column, y: y, style: theme.style(.dim))
      column += canvas.write(parts[1] + " ", x: column, y: y, style: theme.style())
      let isOutstanding = prominence >= Threshold.outstanding
      let ink = theme.style(isOutstanding ? .bright : .text)
      column += canvas.write(
        parts[2], x: column, y: y, style: isOutstanding ? ink.adding(.bold) : ink)
      column += 2
    }
  }

  /// The whole head as a heat map.
  private func drawMatrix(head: Int, cursor: Int, rows: Int, on canvas: inout Canvas) {
    let perRow = theme.hasHeatPixels ? 2 : 1
    guard scene.slice.queries.count <= (rows - 2) * perRow,
      scene.slice.keys.count <= layout.frame.width - 12
    else { return }
    canvas.write(
      "head \(state.headTitle(head)), all queries", x: 1, y: layout.belowY,
      style: theme.style(.accent).adding(.bold))
    let heat = LabelledHeat(
      picture: scene.slice.picture(head: head), unit: scene.slice.unit(ofHead: head),
      queries: scene.slice.queries, keys: scene.slice.keys, theme: theme,
      cursor: layout.isMirrored ? scene.focus : cursor)
    heat.draw(
      in: Rect(x: 1, y: layout.belowY + 1, width: layout.frame.width - 2, height: rows - 1),
      on: &canvas)
  }
}
