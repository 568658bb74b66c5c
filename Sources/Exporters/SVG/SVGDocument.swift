/// An SVG 1.1 document, written element by element; valid XML whatever the texts in it.
struct SVGDocument {
  /// Attributes in the order in which they are written.
  typealias Attributes = KeyValuePairs<String, String>

  private var body = ""
  private var openElements: [String] = []

  /// The whole document, `width` × `height` units large.
  ///
  /// - Parameters:
  ///   - title: Says what the picture shows, for people who cannot see it.
  ///   - background: Fills the page.
  func text(width: Double, height: Double, title: String, background: String) -> String {
    precondition(openElements.isEmpty)
    let size = "\(Self.number(width)) \(Self.number(height))"
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" \
      width="\(Self.number(width))" height="\(Self.number(height))" \
      font-family="monospace" font-size="\(Self.number(Self.fontSize))" role="img">
      <title>\(Markup.escaped(title))</title>
      <rect width="100%" height="100%" fill="\(background)"/>
      \(body)</svg>

      """
  }

  static let fontSize = 13.0
  /// The width of a character: that of most monospaced fonts.
  static let characterWidth = fontSize * 0.602

  // MARK: Elements

  mutating func open(_ name: String, _ attributes: Attributes = [:]) {
    body += "<\(name)\(Self.text(attributes))>\n"
    openElements.append(name)
  }

  mutating func close() {
    body += "</\(openElements.removeLast())>\n"
  }

  mutating func element(_ name: String, _ attributes: Attributes) {
    body += "<\(name)\(Self.text(attributes))/>\n"
  }

  mutating func rect(
    x: Double, y: Double, width: Double, height: Double, fill: String, radius: Double = 0
  ) {
    guard width > 0, height > 0 else { return }
    body += "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    body += " width=\"\(Self.number(width))\" height=\"\(Self.number(height))\""
    if radius > 0 { body += " rx=\"\(Self.number(radius))\"" }
    body += " fill=\"\(fill)\"/>\n"
  }

  enum Anchor: String {
    case start, middle, end
  }

  /// - Parameter y: The middle of the row; the base line lies below it.
  mutating func label(
    _ text: String, x: Double, y: Double, fill: String, anchor: Anchor = .start,
    isBold: Bool = false, size: Double = fontSize, turn: Double = 0
  ) {
    guard !text.isEmpty else { return }
    body += "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y + size * 0.35))\" fill=\"\(fill)\""
    if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
    if isBold { body += " font-weight=\"bold\"" }
    if size != Self.fontSize { body += " font-size=\"\(Self.number(size))\"" }
    if turn != 0 {
      body += " transform=\"rotate(\(Self.number(turn)) \(Self.number(x)) \(Self.number(y)))\""
    }
    body += ">\(Markup.escaped(text))</text>\n"
  }

  // MARK: Text

  private static func text(_ attributes: Attributes) -> String {
    attributes.map { " \($0)=\"\(Markup.escaped($1))\"" }.joined()
  }

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
}
