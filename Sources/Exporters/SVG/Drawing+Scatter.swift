import Attention
import Explorer
import TerminalUI

/// The scatter of the model view: a dot for each head, with its name where that covers nothing.
extension Drawing {
  private static let plotWidth = 560.0
  private static let plotHeight = 380.0
  private static let dotSize = 7.0

  mutating func drawScatter(_ scene: ScatterScene) -> Size {
    let plot = Figure.Box(
      x: Self.margin + 56, y: top + 30, width: Self.plotWidth, height: Self.plotHeight)
    drawAxes(scene, plot)
    let selected = ModelScene(state).selected
    func center(_ dot: ScatterScene.Dot) -> (x: Double, y: Double) {
      (plot.x + Double(dot.across) * plot.width, plot.y + Double(1 - dot.up) * plot.height)
    }
    // The one in sight above all others, and named before them.
    let dots = scene.dots.sorted { $0.place != selected && $1.place == selected }
    var taken = dots.map { dot in
      let (x, y) = center(dot)
      return Figure.Box(
        x: x - Self.dotSize / 2, y: y - Self.dotSize / 2, width: Self.dotSize,
        height: Self.dotSize)
    }
    for (dot, box) in zip(dots, taken) {
      document.rect(
        x: box.x, y: box.y, width: box.width, height: box.height,
        fill: colors.ink(dot.place == selected ? .accent : .text), radius: Self.dotSize / 2)
    }
    for dot in dots.reversed() {
      let (x, y) = center(dot)
      let name = state.title(of: dot.place)
      let width = width(of: name) * 11 / Figure.fontSize
      let starts = [x + Self.dotSize / 2 + 3, x - Self.dotSize / 2 - 3 - width]
      let room = starts.map { Figure.Box(x: $0, y: y - 5, width: width, height: 10) }
        .first { room in !taken.contains { $0.meets(room) } }
      guard let room else { continue }
      taken.append(room)
      let isSelected = dot.place == selected
      document.label(
        name, x: room.x, y: y, fill: colors.ink(isSelected ? .accent : .dim),
        isBold: isSelected, size: 11)
    }
    return Size(width: plot.x + plot.width + 48, height: plot.y + plot.height + 48)
  }

  private mutating func drawAxes(_ scene: ScatterScene, _ plot: Figure.Box) {
    let (line, dim) = (colors.ink(.border), colors.ink(.dim))
    let (left, bottom) = (plot.x - 12, plot.y + plot.height + 12)
    document.rect(x: left, y: plot.y, width: 1, height: bottom - plot.y, fill: line)
    document.rect(x: left, y: bottom, width: plot.x + plot.width - left, height: 1, fill: line)
    if let zero = scene.up.zero {
      let y = plot.y + Double(1 - zero) * plot.height
      document.rect(x: left, y: y, width: plot.x + plot.width - left, height: 0.5, fill: line)
      document.label("0", x: left - 6, y: y, fill: dim, anchor: .end, size: 11)
    }
    if let zero = scene.across.zero {
      let x = plot.x + Double(zero) * plot.width
      document.rect(x: x, y: plot.y, width: 0.5, height: bottom - plot.y, fill: line)
      document.label("0", x: x, y: bottom + 12, fill: dim, anchor: .middle, size: 11)
    }
    for (text, y) in [
      (scene.up.ends.high, plot.y), (scene.up.ends.low, plot.y + plot.height),
    ] {
      document.label(text, x: left - 6, y: y, fill: dim, anchor: .end, size: 11)
    }
    for (text, x) in [
      (scene.across.ends.low, plot.x), (scene.across.ends.high, plot.x + plot.width),
    ] {
      document.label(text, x: x, y: bottom + 12, fill: dim, anchor: .middle, size: 11)
    }
    document.label(scene.up.title, x: left, y: plot.y - 18, fill: colors.ink(.text))
    document.label(
      scene.across.title, x: plot.x + plot.width / 2, y: bottom + 26, fill: colors.ink(.text),
      anchor: .middle)
  }
}

extension Figure.Box {
  fileprivate func meets(_ other: Figure.Box) -> Bool {
    x < other.x + other.width && other.x < x + width
      && y < other.y + other.height && other.y < y + height
  }
}
