import Attention
import TerminalUI

/// A head as a picture: a heat map, or lines from queries to keys.
extension ModelView {
  /// Half a line of the window stays free below, or a whole one where a cell shows one weight only.
  func drawThumbnail(_ place: HeadPlace, x: Int, y: Int, on canvas: inout Canvas) {
    let score = rankScore(place)
    let titleHeight = score == nil ? 0 : 1
    if let score { drawTitle(of: place, note: score, x: x, y: y, on: &canvas) }
    drawHeat(
      place, x: x, y: y + titleHeight, columns: layout.insideWidth,
      pixelRows: 2 * (layout.cellHeight - titleHeight) - (theme.hasHeatPixels ? 1 : 2),
      on: &canvas)
    if score == nil {
      canvas.write(
        state.mark(of: place), x: x, y: y, style: theme.style(.accent).adding(.bold))
    }
  }

  /// The rows of pixels that a head takes of `room`.
  private func pictureHeight(room: Int) -> Int {
    let count = layout.queries.count
    // Where a cell shows one weight only, tokens that have room take whole cells.
    return !theme.hasHeatPixels && 2 * count <= room
      ? 2 * ModelLayout.pixelCount(for: count, room: room / 2)
      : ModelLayout.pixelCount(for: count, room: room)
  }

  /// Of a thumbnail below its title.
  func pictureHeight(titleHeight: Int) -> Int {
    pictureHeight(
      room: 2 * (layout.cellHeight - titleHeight) - (theme.hasHeatPixels ? 1 : 2))
  }

  /// A title, and below it the picture.
  func drawLarge(_ place: HeadPlace, x: Int, y: Int, on canvas: inout Canvas) {
    let note =
      if let order = state.display.ranking.shown, let score = rankScore(place) {
        "\(order) \(score)"
      } else {
        scene.summary(place).patterns[0].text(theme.glyphs)
      }
    drawTitle(of: place, note: note, x: x, y: y, on: &canvas)
    let area = Rect(
      x: x, y: y + 1, width: layout.insideWidth, height: layout.cellHeight - 2)
    if layout.drawsHeat {
      drawHeat(
        place, x: area.x, y: area.y, columns: area.width, pixelRows: 2 * area.height, on: &canvas)
    } else {
      drawLines(place, from: Threshold.headLine, in: area, on: &canvas)
    }
  }

  /// Layer and head, and what is said of it at the right.
  private func drawTitle(
    of place: HeadPlace, note: String, x: Int, y: Int, on canvas: inout Canvas
  ) {
    canvas.write(
      state.title(of: place), x: x, y: y,
      style: theme.style(place == selected ? .accent : .bright).adding(.bold))
    canvas.write(
      note, x: x + layout.insideWidth - note.count, y: y,
      style: rankStyle(place, else: theme.style(.dim)))
  }

  /// Draws the head in at most `columns` × `pixelRows` pixels, two of them one above the other in a cell: a
  /// whole number of pixels for a token, or the largest weight of several tokens. Tells how many rows it took.
  @discardableResult
  func drawHeat(
    _ place: HeadPlace, x: Int, y: Int, columns: Int, pixelRows: Int,
    on canvas: inout Canvas
  ) -> Int {
    let width = ModelLayout.pixelCount(for: layout.keys.count, room: columns)
    let height = pictureHeight(room: pixelRows)
    let picture = scene.picture(place).signed { $0.maxPooled(rows: height, columns: width) }
    let share = 1 / scene.unit(place)
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
    _ place: HeadPlace, from threshold: Float, in area: Rect, on canvas: inout Canvas
  ) {
    let count = max(layout.queries.count, layout.keys.count)
    func dotRow(_ position: Int) -> Int {
      (2 * position + 1) * LineCanvas.dotsDown * area.height / (2 * count)
    }
    let threshold = theme.depth == .none ? max(Threshold.colorlessLine, threshold) : threshold
    let layer = scene.number(ofLayer: place.layer)
    let lines = scene.lines(place, from: threshold).map { pair in
      var line = LineCanvas.Line(
        start: dotRow(pair.query), end: dotRow(pair.key),
        thickness: abs(pair.relative) > Threshold.thickestLine ? 2 : 1,
        style: theme.line(.init(weight: pair.strength.weight, head: layer), level: pair.level),
        rank: abs(pair.relative))
      line.isDotted = theme.showsSigns && pair.relative < 0
      line.isProminent = !line.isDotted
      return line
    }
    var picture = LineCanvas(width: area.width, height: area.height, glyphs: theme.glyphs)
    picture.draw(lines)
    picture.paint(on: &canvas, x: area.x, y: area.y)
  }
}
