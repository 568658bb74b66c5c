import Attention
import TerminalUI

/// A head as a picture: a heat map, or lines from queries to keys.
extension ModelView {
  /// Half a line of the window stays free below, or a whole one where a cell shows one weight only.
  func drawThumbnail(_ place: HeadPlace, x: Int, y: Int, on canvas: inout Canvas) {
    let score = rankScore(place)
    let titleHeight = score == nil ? 0 : 1
    if let score { drawTitle(of: place, note: score, x: x, y: y, on: &canvas) }
    let height = heat(place).draw(layout.thumbnail, x: x, y: y + titleHeight, on: &canvas)
    if layout.hasLabels {
      let pattern = scene.summary(place).patterns[0]
      let long = pattern.text(theme.glyphs)
      let short = [pattern.marked(pattern.label.shortName), pattern.scoreText]
      canvas.write(
        long.count <= layout.insideWidth ? long : short.compactMap { $0 }.joined(separator: " "),
        x: x, y: y + height, style: theme.style(place == selected ? .accent : .dim),
        limit: layout.insideWidth)
    }
    if score == nil {
      canvas.write(
        state.mark(of: place), x: x, y: y, style: theme.style(.accent).adding(.bold))
    }
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
      heat(place).draw(in: area, on: &canvas)
    } else {
      drawTokens(place, from: Threshold.headLine, in: area, on: &canvas)
    }
  }

  /// Query tokens left, key tokens right, lines between them; as many rows for each token as there are, or for rows that
  /// several share the first one's name.
  func drawTokens(
    _ place: HeadPlace, from threshold: Float, in area: Rect, on canvas: inout Canvas
  ) {
    let count = max(layout.queries.count, layout.keys.count)
    let least = 16
    let limit = max(6, (area.width - 2 - least) / 2)
    let widths = [layout.queries, layout.keys].map { min(limit, $0.labelWidth) }
    let lines = Rect(
      x: area.x + widths[0] + 1, y: area.y, width: area.width - widths[0] - widths[1] - 2,
      height: max(1, area.height / count) * count
    )
    .intersection(Rect(x: area.x, y: area.y, width: area.width, height: area.height))
    for (axis, isLeft) in [(layout.queries, true), (layout.keys, false)] {
      let hits = state.hits(on: axis)
      var last: Int?
      for (position, item) in axis.items.enumerated() {
        let row = (2 * position + 1) * lines.height / (2 * count)
        if row == last { continue }
        last = row
        draw(
          item, columns: widths[isLeft ? 0 : 1], x: isLeft ? area.x : lines.maxX + 1,
          y: area.y + row, isAtEnd: isLeft, isHit: hits.contains(position),
          on: &canvas)
      }
    }
    drawLines(place, from: threshold, in: lines, on: &canvas)
  }

  private func draw(
    _ item: TokenAxis.Item, columns: Int, x: Int, y: Int, isAtEnd: Bool, isHit: Bool = false,
    on canvas: inout Canvas
  ) {
    let label = TextWidth.truncated(item.label, to: columns, ellipsis: theme.glyphs.ellipsis)
    let style = theme.style(item.isSpecial ? .special : .text)
    canvas.write(
      isAtEnd ? label.rightAligned(columns) : label, x: x, y: y,
      style: isHit ? theme.found(style) : style)
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

  /// The head as a heat map.
  func heat(_ place: HeadPlace) -> LabelledHeat {
    LabelledHeat(
      picture: scene.picture(place), unit: scene.unit(place), queries: layout.queries,
      keys: layout.keys, theme: theme)
  }

  /// Draws a line from each query to each key that weighs at least `threshold`, tokens evenly spread over the
  /// rows of `area`.
  func drawLines(
    _ place: HeadPlace, from threshold: Float, in area: Rect, on canvas: inout Canvas
  ) {
    let count = max(layout.queries.count, layout.keys.count)
    func row(_ position: Int) -> Float {
      (Float(position) + 0.5) * Float(area.height) / Float(count)
    }
    let threshold = theme.depth == .none ? max(Threshold.colorlessLine, threshold) : threshold
    let layer = scene.number(ofLayer: place.layer)
    let lines = scene.lines(place, from: threshold).map { pair in
      var line = LineCanvas.Line(
        start: row(pair.query), end: row(pair.key),
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
