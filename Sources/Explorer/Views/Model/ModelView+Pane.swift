import Attention
import TerminalUI

/// The pane beside the grid: the selected head with its tokens, and its heaviest pairs.
extension ModelView {
  func drawPane(on canvas: inout Canvas) {
    let pane = layout.pane
    for y in pane.y..<pane.maxY {
      canvas[layout.ruleX, y] = Cell(theme.glyphs.vertical, theme.style(.border))
    }
    drawPaneTitle(on: &canvas)
    guard !scene.isEmpty else {
      canvas.write("no tokens are left", x: pane.x, y: pane.y + 2, style: theme.style(.dim))
      return
    }
    // A blank row, a heading and some pairs stand below the picture.
    let room = Rect(x: pane.x, y: pane.y + 2, width: pane.width, height: pane.height - 2 - 4)
    let count = max(layout.queries.count, layout.keys.count)
    let end: Int
    if count <= room.height {
      drawTokens(
        selected, from: Threshold.listedHeadLine,
        in: Rect(x: room.x, y: room.y, width: room.width, height: count), on: &canvas)
      end = room.y + count
    } else {
      // Pixels are about square; higher than wide, the picture would only push the pairs away.
      // Each step to another head sends all of it.
      let width = min(room.width, 32)
      end =
        room.y
        + heat(selected).draw(
          in: Rect(x: room.x, y: room.y, width: width, height: min(room.height, width / 2)),
          on: &canvas)
    }
    drawTopPairs(from: end + 1, on: &canvas)
  }

  private func drawPaneTitle(on canvas: inout Canvas) {
    let pane = layout.pane
    let patterns = scene.summary(selected).patterns
    let layer = scene.number(ofLayer: selected.layer)
    let label = patterns[0].text(theme.glyphs)
    let long = "layer \(layer) head \(state.headTitle(selected.head))"
    let fits = long.count + 1 + label.count <= pane.width
    canvas.write(
      fits ? long : state.title(of: selected), x: pane.x, y: pane.y,
      style: theme.style(.accent).adding(.bold))
    canvas.write(label, x: pane.maxX - label.count, y: pane.y, style: theme.style())
    if patterns.count > 1 {
      let second = patterns[1].text(theme.glyphs)
      canvas.write(
        second, x: pane.maxX - second.count, y: pane.y + 1, style: theme.style(.dim))
    }
  }

  private func drawTopPairs(from y: Int, on canvas: inout Canvas) {
    let pane = layout.pane
    let pairs = scene.topPairs(selected, limit: max(0, pane.maxY - y - 1))
    guard !pairs.isEmpty else { return }
    canvas.write("top pairs", x: pane.x, y: y, style: theme.style(.dim))
    let largest = max(layout.queries.items.last?.number ?? 0, layout.keys.items.last?.number ?? 0)
    let digits = String(largest).count
    let weightWidth = theme.showsSigns ? 6 : 5
    for (index, pair) in pairs.enumerated() {
      let row = y + 1 + index
      let query = layout.queries.items[pair.query]
      let key = layout.keys.items[pair.key]
      let weight = scene.text(pair.weight, digits: 3, theme.glyphs)
      canvas.write(
        weight, x: pane.x, y: row,
        style: theme.showsSigns ? theme.signedInk(pair.weight) : theme.style(.bright))
      let number = String(query.number).rightAligned(digits)
      let text = TextWidth.truncated(
        "\(number) \(query.label) \(theme.glyphs.right) \(key.number) \(key.label)",
        to: pane.width - weightWidth, ellipsis: theme.glyphs.ellipsis)
      canvas.write(text, x: pane.x + weightWidth, y: row, style: theme.style())
    }
  }
}
