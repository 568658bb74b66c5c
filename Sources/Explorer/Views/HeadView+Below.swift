import TerminalUI

/// What stands above, below and beside the tokens: hidden tokens, the minimap, and lists in the rows left over.
extension HeadView {
  // MARK: Hidden tokens

  func drawHidden(on canvas: inout Canvas) {
    let above = layout.frame.firstBodyRow
    let below = layout.bodyY + layout.bodyRows
    let glyphs = theme.glyphs
    drawHiddenNear(glyphs.up, count: visibleNear.lowerBound, y: above, on: &canvas)
    drawHiddenNear(glyphs.down, count: near.count - visibleNear.upperBound, y: below, on: &canvas)
    drawHiddenFar(glyphs.up, places: 0..<visiblePlaces.lowerBound, y: above, on: &canvas)
    drawHiddenFar(
      glyphs.down, places: visiblePlaces.upperBound..<order.count, y: below, on: &canvas)
  }

  private func drawHiddenNear(_ arrow: Unicode.Scalar, count: Int, y: Int, on canvas: inout Canvas)
  {
    guard count > 0 else { return }
    canvas.write(
      "\(arrow) \(count) tokens", x: layout.isMirrored ? layout.nearColumns.number : 1, y: y,
      style: theme.style(.dim))
  }

  private func drawHiddenFar(
    _ arrow: Unicode.Scalar, places: Range<Int>, y: Int, on canvas: inout Canvas
  ) {
    guard !places.isEmpty else { return }
    let hidden = places.map { order[$0] }
    let weights = hidden.map { strengths[$0].weight }
    // A sum over heads means nothing where each key shows its strongest head.
    let total =
      heads.count == 1
      ? "\(theme.glyphs.sum) \(NumberText.weight(weights.reduce(0, +)))"
      : "max \(NumberText.weight(weights.max() ?? 0))"
    var text = "\(arrow) \(places.count) keys \(total)"
    if let best = hidden.max(by: { strengths[$0].weight < strengths[$1].weight }) {
      text += "  best \(far.items[best].label) \(NumberText.weight(strengths[best].weight))"
    }
    let x = layout.isMirrored ? 1 : layout.farColumns.number
    let limit = (layout.isMirrored ? layout.canvasX : layout.frame.width - 2) - x
    canvas.write(text, x: x, y: y, style: theme.style(.dim), limit: limit)
  }

  // MARK: Minimap

  /// The whole row in one column: two bins a cell, each the maximum of its tokens.
  func drawMinimap(on canvas: inout Canvas) {
    let x = layout.isMirrored ? 0 : layout.frame.width - 1
    let rows = layout.bodyRows + 2
    let binCount = theme.hasHeatPixels ? 2 * rows : rows
    let bins = (0..<binCount).map { bin -> Float in
      let start = bin * order.count / binCount
      let end = max(start + 1, (bin + 1) * order.count / binCount)
      return order[start..<min(end, order.count)].map { strengths[$0].weight }.max() ?? 0
    }
    for row in 0..<rows {
      let y = layout.frame.firstBodyRow + row
      canvas[x, y] =
        theme.hasHeatPixels
        ? theme.heatCell(top: bins[2 * row], bottom: bins[2 * row + 1])
        : theme.heatCell(bins[row])
      let range = (row * order.count / rows)..<max(1, (row + 1) * order.count / rows)
      if !layout.isMirrored, range.overlaps(visiblePlaces) {
        canvas[x - 1, y] = Cell(theme.glyphs.rightHalf, theme.style(.dim))
      }
    }
  }

  // MARK: Below the tokens

  func drawBelow(cursor: Int, on canvas: inout Canvas) {
    let rows = layout.frame.firstBodyRow + layout.frame.bodyRowCount - layout.belowY
    guard !layout.isScrolled, rows >= 4 else { return }
    if heads.count > 1 {
      drawHeadList(cursor: cursor, rows: rows, on: &canvas)
    } else {
      drawMatrix(head: heads[0], cursor: cursor, rows: rows, on: &canvas)
    }
  }

  /// Each head's strongest tokens.
  private func drawHeadList(cursor: Int, rows: Int, on canvas: inout Canvas) {
    let item = near.items[cursor]
    let what = layout.isMirrored ? "key" : "query"
    var y = layout.belowY
    canvas.write(
      "each head, \(what) \(item.number) \"\(item.label)\"", x: 1, y: y,
      style: theme.style(.accent).adding(.bold))
    y += 1
    let perColumn = rows - 1
    let columnCount = layout.frame.isBig && heads.count > perColumn ? 2 : 1
    let columnWidth = (layout.frame.width - 2) / columnCount
    for (index, head) in heads.prefix(perColumn * columnCount).enumerated() {
      let x = 1 + index / perColumn * columnWidth
      let row = y + index % perColumn
      canvas.write(
        String(head).rightAligned(2) + " ", x: x, y: row,
        style: theme.headSquare(head, isOn: true))
      let weights =
        layout.isMirrored
        ? slice.column(head: head, key: cursor) : slice.row(head: head, query: cursor)
      drawPeaks(weights, x: x + 4, y: row, limit: x + columnWidth - 1, on: &canvas)
    }
  }

  private func drawPeaks(
    _ weights: [Float], x: Int, y: Int, limit: Int, on canvas: inout Canvas
  ) {
    var column = x
    let ranked = weights.indices.sorted { weights[$0] > weights[$1] }
    for position in ranked.prefix(8) where weights[position] >= 0.03 {
      let item = far.items[position]
      let parts = [String(item.number), item.label, NumberText.weight(weights[position])]
      let width = parts.reduce(2) { $0 + TextWidth.columns(of: $1) }
      guard column + width <= limit else { return }
      column += canvas.write(parts[0] + " ", x: column, y: y, style: theme.style(.dim))
      column += canvas.write(parts[1] + " ", x: column, y: y, style: theme.style())
      let ink = theme.style(weights[position] >= 0.3 ? .bright : .text)
      column += canvas.write(
        parts[2], x: column, y: y, style: weights[position] >= 0.3 ? ink.adding(.bold) : ink)
      column += 2
    }
  }

  /// The whole head as a heat map.
  private func drawMatrix(head: Int, cursor: Int, rows: Int, on canvas: inout Canvas) {
    let perRow = theme.hasHeatPixels ? 2 : 1
    guard slice.queries.count <= (rows - 1) * perRow else { return }
    let available = layout.frame.width - 8
    let cellWidth = min(2, available / max(1, slice.keys.count))
    guard cellWidth > 0 else { return }
    canvas.write(
      "the whole head", x: 1, y: layout.belowY, style: theme.style(.accent).adding(.bold))
    let values = slice.queries.items.indices.map { query in
      slice.row(head: head, query: query).map { $0 / unit(head) }
    }
    let cursorQuery = layout.isMirrored ? focus : cursor
    for row in 0..<(values.count + perRow - 1) / perRow {
      let y = layout.belowY + 1 + row
      let top = row * perRow
      if (top..<top + perRow).contains(cursorQuery) {
        canvas[3, y] = Cell(theme.glyphs.cursor, theme.style(.accent))
      }
      for key in slice.keys.items.indices {
        let lower = perRow == 2 && top + 1 < values.count ? values[top + 1][key] : 0
        let cell =
          perRow == 2
          ? theme.heatCell(top: values[top][key], bottom: lower) : theme.heatCell(values[top][key])
        for column in 0..<cellWidth { canvas[4 + key * cellWidth + column, y] = cell }
      }
    }
  }
}
