import Explorer

/// A figure as an SVG 1.1 document; valid XML whatever the texts in it.
struct SVGDocument {
  private let figure: Figure
  private var body = ""

  /// The fonts that a reader most likely has, those first that the figure was measured with.
  private static let families: [FigureStyle.Lettering: String] = [
    .mono: "'DejaVu Sans Mono', Menlo, Consolas, monospace",
    .sans: "'DejaVu Sans', Verdana, sans-serif",
  ]

  init(_ figure: Figure) {
    self.figure = figure
    for shape in figure.shapes { add(shape) }
  }

  var text: String {
    let size = "\(Self.number(figure.width)) \(Self.number(figure.height))"
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" \
      width="\(Self.number(figure.width))" height="\(Self.number(figure.height))" \
      font-family="\(Self.families[figure.lettering] ?? "monospace")" \
      font-size="\(Self.number(Figure.fontSize))" role="img">
      <title>\(Markup.escaped(figure.title))</title>
      <rect width="100%" height="100%" fill="\(figure.background)"/>
      \(body)</svg>

      """
  }

  // MARK: Elements

  private mutating func add(_ shape: Figure.Shape) {
    switch shape {
    case .beginCurves: body += "<g fill=\"none\">\n"
    case .endCurves: body += "</g>\n"
    case .rect(let box, let fill, let radius): add(box, fill: fill, radius: radius)
    case .curve(let curve): add(curve)
    case .cells(let cells): add(cells)
    case .label(let label): add(label)
    }
  }

  private mutating func add(_ box: Figure.Box, fill: String, radius: Double) {
    body += "<rect x=\"\(Self.number(box.x))\" y=\"\(Self.number(box.y))\""
    body += " width=\"\(Self.number(box.width))\" height=\"\(Self.number(box.height))\""
    if radius > 0 { body += " rx=\"\(Self.number(radius))\"" }
    body += " fill=\"\(fill)\"/>\n"
  }

  private mutating func add(_ curve: Figure.Curve) {
    let number = Self.number
    let middle = number(curve.middle)
    body +=
      "<path d=\"M\(number(curve.x.lowerBound)) \(number(curve.start))"
      + "C\(middle) \(number(curve.start)) \(middle) \(number(curve.end)) "
      + "\(number(curve.x.upperBound)) \(number(curve.end))\" stroke=\"\(curve.color)\" "
      + "stroke-width=\"\(number(curve.width))\""
    if curve.isDashed {
      body += " stroke-dasharray=\"\(number(Figure.Curve.dash)) \(number(Figure.Curve.dash))\""
    }
    body += "/>\n"
  }

  private mutating func add(_ cells: Figure.Cells) {
    body +=
      "<g transform=\"translate(\(Self.number(cells.area.x)) \(Self.number(cells.area.y))) "
      + "scale(\(Self.precise(cells.scaleX)) \(Self.precise(cells.scaleY)))\" "
      + "shape-rendering=\"crispEdges\">\n"
    for (fill, runs) in cells.colors {
      let path = runs.map { "M\($0.column) \($0.row)h\($0.count)v1h-\($0.count)z" }.joined()
      body += "<path fill=\"\(fill)\" d=\"\(path)\"/>\n"
    }
    body += "</g>\n"
  }

  private mutating func add(_ label: Figure.Label) {
    body += "<text x=\"\(Self.number(label.x))\" y=\"\(Self.number(label.baseline))\""
    body += " fill=\"\(label.fill)\""
    if label.anchor != .start { body += " text-anchor=\"\(label.anchor.rawValue)\"" }
    if label.isBold { body += " font-weight=\"bold\"" }
    if label.size != Figure.fontSize { body += " font-size=\"\(Self.number(label.size))\"" }
    if label.turn != 0 {
      let place = "\(Self.number(label.x)) \(Self.number(label.y))"
      body += " transform=\"rotate(\(Self.number(label.turn)) \(place))\""
    }
    body += ">\(Markup.escaped(label.text))</text>\n"
  }

  // MARK: Numbers

  /// A coordinate with at most two decimals, the same on every machine.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let sign = hundredths < 0 ? "-" : ""
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(sign)\(whole)" }
    let decimals = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
    return "\(sign)\(whole).\(decimals)"
  }

  /// A factor, which many cells multiply: with more decimals than a coordinate.
  private static func precise(_ value: Double) -> String {
    let millionths = Int((value * 1e6).rounded())
    let decimals = String(millionths % 1_000_000)
    return "\(millionths / 1_000_000)."
      + String(repeating: "0", count: 6 - decimals.count) + decimals
  }
}
