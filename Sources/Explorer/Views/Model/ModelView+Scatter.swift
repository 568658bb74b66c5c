import Attention
import TerminalUI

/// The scatter: a dot for each head over two values, with its name where there is room.
extension ModelView {
  func drawScatter(_ scene: ScatterScene, on canvas: inout Canvas) {
    let plot = ScatterLayout(scene, in: layout)
    let (area, dim) = (plot.area, theme.style(.dim))
    drawAxes(plot, on: &canvas)
    guard !plot.dots.isEmpty else {
      canvas.write(
        state.inquiryText ?? "no head has both values", x: area.x + 1, y: area.y, style: dim,
        limit: area.width - 1)
      return
    }
    var taken: [Int: Int] = [:]
    func cell(_ x: Int, _ y: Int) -> Int { y * layout.frame.width + x }
    for dot in plot.dots { taken[cell(dot.x, dot.y), default: 0] += 1 }
    for dot in plot.dots where dot.place != selected {
      // Several heads in one place are counted.
      let count = taken[cell(dot.x, dot.y)] ?? 1
      let text = count == 1 ? String(theme.glyphs.bullet) : count < 10 ? "\(count)" : "+"
      canvas.write(text, x: dot.x, y: dot.y, style: theme.style(.text))
    }
    // The selected one before all others, then those that stand farthest out.
    let middle = (x: area.x + area.width / 2, y: area.y + area.height / 2)
    func distance(_ dot: ScatterLayout.Dot) -> Int {
      abs(dot.x - middle.x) * area.height + abs(dot.y - middle.y) * area.width
    }
    let sorted = plot.dots.sorted {
      ($0.place == selected ? .max : distance($0)) > ($1.place == selected ? .max : distance($1))
    }
    for dot in sorted {
      let title = state.title(of: dot.place)
      let isSelected = dot.place == selected
      if isSelected {
        canvas.write(
          String(theme.glyphs.selectedBullet), x: dot.x, y: dot.y,
          style: theme.style(.accent).adding(.bold))
      }
      // The name of one of several would read as a number behind theirs.
      guard isSelected || taken[cell(dot.x, dot.y)] == 1 else { continue }
      let starts = [dot.x + 1, dot.x - title.count]
      // With a blank around it, so that no name runs into another one, or into a dot.
      func isFree(_ start: Int) -> Bool {
        start >= area.x && start + title.count <= area.maxX
          && (start - 1...start + title.count).allSatisfy {
            $0 == dot.x || taken[cell($0, dot.y)] == nil
          }
      }
      guard let start = starts.first(where: isFree) else { continue }
      canvas.write(
        title, x: start, y: dot.y,
        style: isSelected ? theme.style(.accent).adding(.bold) : theme.style(.dim))
      for x in start..<start + title.count { taken[cell(x, dot.y), default: 0] += 1 }
    }
  }

  private func drawAxes(_ plot: ScatterLayout, on canvas: inout Canvas) {
    let (across, up) = (plot.scene.across, plot.scene.up)
    let (area, dim, border) = (plot.area, theme.style(.dim), theme.style(.border))
    for y in area.y..<area.maxY {
      canvas[area.x - 1, y] = Cell(theme.glyphs.vertical, border)
      if let zero = plot.zeroX { canvas[zero, y] = Cell(theme.glyphs.dot, border) }
    }
    for x in area.x..<area.maxX {
      canvas[x, area.maxY] = Cell(theme.glyphs.horizontal, border)
      if let zero = plot.zeroY { canvas[x, zero] = Cell(theme.glyphs.dot, border) }
    }
    canvas[area.x - 1, area.maxY] = Cell(theme.glyphs.bottomLeft, border)
    func writeBeside(_ text: String, y: Int) {
      canvas.write(text.rightAligned(area.x - 2), x: 0, y: y, style: dim, limit: area.x - 2)
    }
    writeBeside(up.ends.high, y: area.y)
    writeBeside(up.ends.low, y: area.maxY - 1)
    if let zero = plot.zeroY, zero > area.y, zero < area.maxY - 1 { writeBeside("0", y: zero) }
    canvas.write(
      "\(theme.glyphs.up) \(up.title)", x: area.x - 1, y: layout.frame.headingRow,
      style: theme.style(.text))
    let y = area.maxY + 1
    canvas.write(across.ends.low, x: area.x - 1, y: y, style: dim)
    if let zero = plot.zeroX, zero > area.x + across.ends.low.count {
      canvas.write("0", x: zero, y: y, style: dim)
    }
    let title = "\(across.title) \(theme.glyphs.right) \(across.ends.high)"
    canvas.write(title, x: area.maxX - title.count, y: y, style: theme.style(.text))
  }
}
