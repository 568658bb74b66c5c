import Explorer
import TerminalUI

/// A drawing as a list of shapes, in the order in which they cover each other. SVG, PDF and PNG are made of the same.
///
/// Units are CSS pixels, from the upper left corner; colours are `#rrggbb`.
struct Figure {
  enum Shape {
    case rect(Box, fill: String, radius: Double)
    case curve(Curve)
    case cells(Cells)
    case label(Label)
    /// Around curves that belong together.
    case beginCurves
    case endCurves
  }

  struct Box {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  /// From left to right, level at both ends.
  struct Curve {
    var start: Double
    var end: Double
    var x: ClosedRange<Double>
    var width: Double
    var color: String
    var isDashed = false

    static let dash = 3.0
    var middle: Double { (x.lowerBound + x.upperBound) / 2 }
  }

  /// Cells of a grid, by colour.
  struct Cells {
    var area: Box
    var rowCount: Int
    var columnCount: Int
    var colors: [(fill: String, runs: [Run])]

    /// Neighbours in a row.
    struct Run {
      var row: Int
      var column: Int
      var count: Int
    }

    var scaleX: Double { area.width / Double(columnCount) }
    var scaleY: Double { area.height / Double(rowCount) }

    func box(of run: Run) -> Box {
      Box(
        x: area.x + Double(run.column) * scaleX, y: area.y + Double(run.row) * scaleY,
        width: Double(run.count) * scaleX, height: scaleY)
    }
  }

  struct Label {
    var text: String
    var x: Double
    /// The middle of the row.
    var y: Double
    var fill: String
    var anchor: Anchor
    var isBold: Bool
    var size: Double
    /// Degrees, clockwise, around (x, y).
    var turn: Double

    var baseline: Double { y + size * 0.35 }
  }

  enum Anchor: String {
    case start, middle, end
  }

  private(set) var shapes: [Shape] = []
  let lettering: FigureStyle.Lettering
  /// Of everything; set when all is drawn.
  var width = 0.0
  var height = 0.0
  /// Says what the picture shows, for people who cannot see it.
  var title = ""
  var background = "#ffffff"

  init(_ lettering: FigureStyle.Lettering) { self.lettering = lettering }

  static let fontSize = 13.0
  /// The width of a character of DejaVu Sans Mono, as of most monospaced fonts, at size 1.
  static let monoWidth = 0.602

  /// The width of a text at the usual size.
  func width(of text: String) -> Double {
    guard lettering == .sans else {
      return Double(TextWidth.columns(of: text)) * Self.fontSize * Self.monoWidth
    }
    return FigureFont.sans(isBold: false).width(of: text) * Self.fontSize
  }

  // MARK: Shapes

  mutating func beginCurves() { shapes.append(.beginCurves) }
  mutating func endCurves() { shapes.append(.endCurves) }
  mutating func curve(_ curve: Curve) { shapes.append(.curve(curve)) }

  mutating func rect(
    x: Double, y: Double, width: Double, height: Double, fill: String, radius: Double = 0
  ) {
    guard width > 0, height > 0 else { return }
    shapes.append(.rect(Box(x: x, y: y, width: width, height: height), fill: fill, radius: radius))
  }

  /// - Parameter y: The middle of the row; the base line lies below it.
  mutating func label(
    _ text: String, x: Double, y: Double, fill: String, anchor: Anchor = .start,
    isBold: Bool = false, size: Double = fontSize, turn: Double = 0
  ) {
    guard !text.isEmpty else { return }
    shapes.append(
      .label(
        Label(
          text: text, x: x, y: y, fill: fill, anchor: anchor, isBold: isBold, size: size,
          turn: turn)))
  }

  /// Each in the colour that `color` gives for its row and column; neighbours of one colour in a row are one.
  mutating func cells(
    rows: Int, columns: Int, in area: Box, color: (Int, Int) -> String
  ) {
    guard rows > 0, columns > 0 else { return }
    var runs: [String: [Cells.Run]] = [:]
    var order: [String] = []
    for row in 0..<rows {
      var start = 0
      while start < columns {
        let fill = color(row, start)
        var end = start + 1
        while end < columns, color(row, end) == fill { end += 1 }
        if runs[fill] == nil { order.append(fill) }
        runs[fill, default: []].append(Cells.Run(row: row, column: start, count: end - start))
        start = end
      }
    }
    shapes.append(
      .cells(
        Cells(
          area: area, rowCount: rows, columnCount: columns,
          colors: order.map { ($0, runs[$0] ?? []) })))
  }
}
