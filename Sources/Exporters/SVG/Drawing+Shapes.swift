import Attention
import TerminalUI

/// Shapes that several views are drawn with.
extension Drawing {
  /// A line from a token at the left to one at the right: level at both ends, as on the screen.
  mutating func curve(
    from start: Double, to end: Double, x: ClosedRange<Double>, width: Double, color: String,
    isLoss: Bool = false
  ) {
    let middle = (x.lowerBound + x.upperBound) / 2
    let number = SVGDocument.number
    let path =
      "M\(number(x.lowerBound)) \(number(start))C\(number(middle)) \(number(start)) "
      + "\(number(middle)) \(number(end)) \(number(x.upperBound)) \(number(end))"
    document.element(
      "path",
      isLoss
        ? [
          "d": path, "stroke": color, "stroke-width": number(width), "stroke-dasharray": "3 3",
        ]
        : ["d": path, "stroke": color, "stroke-width": number(width)])
  }

  /// Weights as coloured cells, neighbours of one colour in a row as one; one path for each colour.
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
    guard rows > 0, columns > 0 else { return }
    var paths: [String: String] = [:]
    var order: [String] = []
    for row in 0..<rows {
      var start = 0
      while start < columns {
        let fill = color(row, start)
        var end = start + 1
        while end < columns, color(row, end) == fill { end += 1 }
        if paths[fill] == nil { order.append(fill) }
        paths[fill, default: ""] += "M\(start) \(row)h\(end - start)v1h\(start - end)z"
        start = end
      }
    }
    let scale = "\(Self.precise(width / Double(columns))) \(Self.precise(height / Double(rows)))"
    let number = SVGDocument.number
    document.open(
      "g",
      [
        "transform": "translate(\(number(x)) \(number(y))) scale(\(scale))",
        "shape-rendering": "crispEdges",
      ])
    for fill in order { document.element("path", ["fill": fill, "d": paths[fill] ?? ""]) }
    document.close()
  }

  /// A factor, which many cells multiply: with more decimals than a coordinate.
  private static func precise(_ value: Double) -> String {
    let millionths = Int((value * 1e6).rounded())
    let decimals = String(millionths % 1_000_000)
    return "\(millionths / 1_000_000)."
      + String(repeating: "0", count: 6 - decimals.count) + decimals
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
    _ segments: [Int], x: Double, y: (Int) -> Double, anchor: SVGDocument.Anchor
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
}
