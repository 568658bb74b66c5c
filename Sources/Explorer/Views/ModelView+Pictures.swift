import Attention
import TerminalUI

/// A head as a picture: a heat map, or lines from queries to keys.
extension ModelView {
  func drawThumbnail(_ layer: Int, _ head: Int, on canvas: inout Canvas) {
    // Half a row of the page stays free below, or a whole one where a cell shows one weight only.
    drawHeat(
      layer, head, x: layout.x(ofHead: head), y: layout.y(ofLayer: layer),
      columns: layout.insideWidth,
      pixelRows: 2 * layout.cellHeight - (theme.hasHeatPixels ? 1 : 2), on: &canvas)
  }

  /// A title, and below it the picture.
  func drawLarge(_ layer: Int, _ head: Int, on canvas: inout Canvas) {
    let x = layout.x(ofHead: head)
    let y = layout.y(ofLayer: layer)
    let title = "\(number(ofLayer: layer)).\(head)"
    canvas.write(
      title, x: x, y: y,
      style: theme.style(isSelected(layer, head) ? .accent : .bright).adding(.bold))
    let label = summary(layer, head).patterns[0].text(theme.glyphs)
    canvas.write(
      label, x: x + layout.insideWidth - label.count, y: y, style: theme.style(.dim))
    let area = Rect(
      x: x, y: y + 1, width: layout.insideWidth, height: layout.cellHeight - 2)
    if layout.drawsHeat {
      drawHeat(
        layer, head, x: area.x, y: area.y, columns: area.width, pixelRows: 2 * area.height,
        on: &canvas)
    } else {
      drawLines(layer, head, threshold: 0.12, in: area, on: &canvas)
    }
  }

  /// Draws the head in at most `columns` × `pixelRows` pixels, two of them one above the other in a cell: a
  /// whole number of pixels for a token, or the largest weight of several tokens. Tells how many rows it took.
  @discardableResult
  func drawHeat(
    _ layer: Int, _ head: Int, x: Int, y: Int, columns: Int, pixelRows: Int,
    on canvas: inout Canvas
  ) -> Int {
    let width = ModelLayout.pixelCount(for: layout.keys.count, room: columns)
    let count = layout.queries.count
    // Where a cell shows one weight only, tokens that have room take whole cells.
    let height =
      !theme.hasHeatPixels && 2 * count <= pixelRows
      ? 2 * ModelLayout.pixelCount(for: count, room: pixelRows / 2)
      : ModelLayout.pixelCount(for: count, room: pixelRows)
    let picture = weights.picture(layer: layer, head: head)
      .maxPooled(rows: height, columns: width)
    let share = 1 / state.weightUnit(layer: layer, head: head)
    for top in stride(from: 0, to: height, by: 2) {
      for column in 0..<width {
        let upper = picture[top, column] * share
        canvas[x + column, y + top / 2] =
          top + 1 < height
          ? theme.heatCell(top: upper, bottom: picture[top + 1, column] * share)
          : theme.heatCell(top: upper)
      }
    }
    return height
  }

  /// Draws a line from each query to each key that weighs at least `threshold`, tokens evenly spread over the
  /// rows of `area`.
  func drawLines(
    _ layer: Int, _ head: Int, threshold: Float, in area: Rect, on canvas: inout Canvas
  ) {
    let count = max(layout.queries.count, layout.keys.count)
    func dotRow(_ position: Int) -> Int {
      (2 * position + 1) * LineCanvas.dotsDown * area.height / (2 * count)
    }
    let weights = weights.weights(layer: layer, head: head)
    let unit = state.weightUnit(layer: layer, head: head)
    // Without colour, weak lines only make a texture.
    let threshold = theme.depth == .none ? max(0.25, threshold) : threshold
    var lines: [LineCanvas.Line] = []
    for query in 0..<weights.queryCount {
      for (key, weight) in weights.row(query).enumerated() {
        let relative = weight / unit
        guard relative >= threshold else { continue }
        lines.append(
          LineCanvas.Line(
            start: dotRow(query), end: dotRow(key), thickness: relative > 0.6 ? 2 : 1,
            style: theme.headStyle(number(ofLayer: layer), level: Theme.level(of: relative)),
            rank: relative))
      }
    }
    var picture = LineCanvas(width: area.width, height: area.height, glyphs: theme.glyphs)
    picture.draw(lines)
    picture.paint(on: &canvas, x: area.x, y: area.y)
  }
}
