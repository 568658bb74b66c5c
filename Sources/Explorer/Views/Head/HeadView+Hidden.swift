import Attention
import TerminalUI

/// The stand-ins for the tokens of a long input that are out of sight: a row above, a row below, and the minimap.
extension HeadView {
  var hiddenAbove: HeadScene.Hidden? { scene.hidden(0..<visiblePlaces.lowerBound) }
  var hiddenBelow: HeadScene.Hidden? { scene.hidden(visiblePlaces.upperBound..<scene.order.count) }

  // MARK: Rows

  func drawHidden(on canvas: inout Canvas) {
    let above = layout.canvasY
    let below = layout.canvasY + layout.canvasHeight - 1
    drawHiddenNear(theme.glyphs.up, count: visibleNear.lowerBound, y: above, on: &canvas)
    drawHiddenNear(
      theme.glyphs.down, count: scene.near.count - visibleNear.upperBound, y: below, on: &canvas)
    drawHiddenFar(theme.glyphs.up, hiddenAbove, y: above, on: &canvas)
    drawHiddenFar(theme.glyphs.down, hiddenBelow, y: below, on: &canvas)
  }

  private func drawHiddenNear(_ arrow: Unicode.Scalar, count: Int, y: Int, on canvas: inout Canvas)
  {
    guard count > 0 else { return }
    let x = layout.isMirrored ? layout.nearColumns.number : 1
    let room = (layout.isMirrored ? layout.frame.width : layout.canvasX) - x
    let text = "\(arrow) \(count) \(count == 1 ? "token" : "tokens")"
    canvas.write(
      text.count <= room ? text : "\(arrow) \(count)", x: x, y: y, style: theme.style(.dim))
  }

  private func drawHiddenFar(
    _ arrow: Unicode.Scalar, _ hidden: HeadScene.Hidden?, y: Int, on canvas: inout Canvas
  ) {
    guard let hidden else { return }
    let count = hidden.places.count
    let noun =
      layout.isMirrored ? count == 1 ? "query" : "queries" : count == 1 ? "key" : "keys"
    let best = scene.far.items[hidden.best]
    let strongest = scene.strengths[hidden.best]
    let weight = scene.slice.text(strongest.weight, theme.glyphs)
    var items = [FrameItem(.init(text: "\(arrow) \(count) \(noun)", ink: .dim))]
    if scene.addsUp {
      items.append(
        .labelled(theme.glyphs.sum, scene.slice.text(hidden.strength.weight, theme.glyphs)))
    }
    if !(abs(scene.slice.prominence(strongest)) < NumberText.leastPrinted) {
      items.append(.labelled("best \(best.number) \(best.label)", weight))
    }
    let x = layout.isMirrored ? layout.weightX : layout.farColumns.number
    canvas.write(
      items, x: x, y: y, limit: layout.isMirrored ? layout.canvasX : layout.visibleMarkX, gap: 2,
      theme: theme)
  }

  // MARK: Minimap

  /// The places of the far side that a row of the minimap stands for.
  private func minimapPlaces(row: Int) -> Range<Int> {
    let start = row * scene.order.count / layout.canvasHeight
    return start..<max(start + 1, (row + 1) * scene.order.count / layout.canvasHeight)
  }

  /// The heaviest of those, for a row of the window.
  func minimapPlace(atY y: Int) -> Int? {
    let row = y - layout.canvasY
    guard (0..<layout.canvasHeight).contains(row) else { return nil }
    func amount(_ place: Int) -> Float { abs(scene.strengths[scene.order[place]].weight) }
    return minimapPlaces(row: row).max { amount($0) < amount($1) }
  }

  /// The whole row in one column: two bins a cell, each the maximum of its tokens.
  func drawMinimap(on canvas: inout Canvas) {
    let rows = layout.canvasHeight
    let binCount = theme.hasHeatPixels ? 2 * rows : rows
    let bins = (0..<binCount).map { bin -> Float in
      let start = min(bin * scene.order.count / binCount, scene.order.count - 1)
      let end = max(start + 1, (bin + 1) * scene.order.count / binCount)
      return scene.order[start..<end].map { scene.relative(scene.strengths[$0]) }
        .max { abs($0) < abs($1) } ?? 0
    }
    for row in 0..<rows {
      let y = layout.canvasY + row
      canvas[layout.minimapX, y] =
        theme.hasHeatPixels
        ? theme.heatCell(top: bins[2 * row], bottom: bins[2 * row + 1])
        : theme.heatCell(bins[row])
      let places = minimapPlaces(row: row)
      if places.contains(where: { farHits.contains(scene.order[$0]) }) {
        canvas[layout.visibleMarkX, y] = Cell(theme.glyphs.cross, theme.found(theme.style()))
      } else if places.overlaps(visiblePlaces) {
        let mark = layout.isMirrored ? theme.glyphs.leftHalf : theme.glyphs.rightHalf
        canvas[layout.visibleMarkX, y] = Cell(mark, theme.style(.dim))
      }
    }
  }
}
