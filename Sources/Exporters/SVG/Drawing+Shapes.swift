import Attention
import Explorer
import TerminalUI

/// Shapes that several views are drawn with.
extension Drawing {
  /// A line from a token at the left to one at the right: level at both ends, as on the screen.
  mutating func curve(
    from start: Double, to end: Double, x: ClosedRange<Double>, width: Double, color: String,
    isLoss: Bool = false
  ) {
    document.curve(
      Figure.Curve(start: start, end: end, x: x, width: width, color: color, isDashed: isLoss))
  }

  /// Weights as coloured cells, neighbours of one colour in a row as one.
  mutating func heatMap(
    _ weights: HeadWeights, unit: Float, x: Double, y: Double, width: Double, height: Double
  ) {
    let colors = colors
    cells(
      rows: weights.queryCount, columns: weights.keyCount, x: x, y: y, width: width,
      height: height
    ) { colors.heat(weights[$0, $1] / unit) }
  }

  /// A grid of cells, each in the colour that `color` gives for its row and column.
  mutating func cells(
    rows: Int, columns: Int, x: Double, y: Double, width: Double, height: Double,
    color: (Int, Int) -> String
  ) {
    document.cells(
      rows: rows, columns: columns, in: .init(x: x, y: y, width: width, height: height),
      color: color)
  }

  /// A bar from an empty track.
  mutating func bar(
    _ fraction: Float, x: Double, y: Double, width: Double, color: String, growsLeft: Bool = false
  ) {
    let height = 8.0
    let filled = width * Double(fraction.isFinite ? min(1, abs(fraction)) : 0)
    document.rect(
      x: x, y: y - height / 2, width: width, height: height, fill: colors.track)
    document.rect(
      x: growsLeft ? x + width - filled : x, y: y - height / 2, width: filled, height: height,
      fill: color)
  }

  /// The coloured edge beside the tokens of each sentence of a pair, with its letter.
  mutating func sentenceEdge(
    _ segments: [Int], x: Double, y: (Int) -> Double, anchor: Figure.Anchor
  ) {
    guard Set(segments).count > 1 else { return }
    for (index, segment) in segments.enumerated() {
      let color = colors.sentence(segment)
      document.rect(
        x: x, y: y(index) - Self.rowHeight / 2, width: 3, height: Self.rowHeight, fill: color)
      if index == 0 || segments[index - 1] != segment {
        document.label(
          segment == 0 ? "A" : "B", x: anchor == .start ? x + 6 : x - 3, y: y(index), fill: color,
          anchor: anchor, isBold: true, size: 11)
      }
    }
  }

  /// The legend of colours.
  mutating func drawScale(x: Double, y: Double, height: Double, unit: Float) {
    let steps = 32
    let colors = colors
    let least: Float = slice.numbers.isSigned ? -1 : 0
    cells(rows: steps, columns: 1, x: x, y: y, width: 12, height: height) { row, _ in
      colors.heat(1 - (1 - least) * Float(row) / Float(steps - 1))
    }
    for fraction in [0.0, 0.5, 1] {
      let value = unit * (1 - (1 - least) * Float(fraction))
      document.label(
        slice.text(value, .unicode), x: x + 18, y: y + height * fraction, fill: colors.ink(.dim),
        size: 10)
    }
  }

  /// A frame around an area, to be drawn before what is in it.
  mutating func frame(
    x: Double, y: Double, width: Double, height: Double, thickness: Double, color: String
  ) {
    document.rect(
      x: x - thickness, y: y - thickness, width: width + 2 * thickness,
      height: height + 2 * thickness, fill: color)
  }
}
