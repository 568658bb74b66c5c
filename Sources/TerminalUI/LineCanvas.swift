/// Curves between two columns of tokens, on the dots of a `LineInk`, on the cell grid in ASCII, or as a picture.
///
/// At crossings the line of higher rank clears the cell first (knock-out): without that a cell of two
/// lines has one colour and all their dots, and fifteen tokens are already a grey field. Lines of one rank
/// share the cell.
public struct LineCanvas: Sendable {
  public struct Line: Hashable, Sendable {
    /// Its start at the left and its end at the right, in rows of cells.
    public var start: Float
    public var end: Float
    /// 1 … 3 quarters of a row.
    public var thickness: Int
    /// The thickness in a picture, in rows.
    public var width: Float
    public var style: Style
    /// Decides who wins a cell.
    public var rank: Float
    /// Only every other cell has a dot.
    public var isDotted = false
    /// Drawn only where it begins and ends: for lines in the background that no colour tells from the others.
    public var isCut = false
    /// ASCII: drawn as `=` or `-` with its slope, instead of dots.
    public var isProminent = true

    public init(start: Float, end: Float, thickness: Int, style: Style, rank: Float) {
      self.start = start
      self.end = end
      self.thickness = thickness
      width = 0.03 + 0.05 * Float(thickness)
      self.style = style
      self.rank = rank
    }
  }

  private struct Spot {
    /// The dots as bits, in ASCII the character; 0 for nothing.
    var mark: UInt8 = 0
    var style = Style()
    var rank = -Float.infinity

    /// Clears what was weaker; lines come in the order of their ranks.
    mutating func claim(for line: Line) {
      if line.rank > rank { self = Spot(style: line.style, rank: line.rank) }
    }
  }

  public let width: Int
  public let height: Int
  private let glyphs: Glyphs
  private var spots: [Spot]
  /// Of a picture, what was drawn at once.
  private var layers: [[Line]] = []

  public init(width: Int, height: Int, glyphs: Glyphs) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.glyphs = glyphs
    spots =
      glyphs.lineInk.isPicture ? [] : Array(repeating: Spot(), count: self.width * self.height)
  }

  /// The place at which the token of row `row` leaves, in rows: the middle of its lower-case letters.
  public static func middle(ofRow row: Int) -> Float { Float(row) + 0.5 }

  /// Draws lines, weakest first, so that strong ones win.
  ///
  /// A terminal keeps the parts of a picture that stay as they are: what changes by itself is to be drawn by itself.
  public mutating func draw(_ lines: [Line]) {
    guard width > 0, height > 0, !lines.isEmpty else { return }
    let lines = lines.sorted { $0.rank < $1.rank }
    if glyphs.lineInk.isPicture {
      layers.append(lines)
      return
    }
    let curve = Curve(columnCount: glyphs.isUnicode ? LineInk.dotsAcross * width : width)
    guard glyphs.isUnicode else {
      for line in lines { drawCharacters(line, curve) }
      return
    }
    // Hundreds of lines have tens of thousands of dots.
    let (width, dotsDown) = (width, glyphs.lines.dotsDown)
    spots.withUnsafeMutableBufferPointer { spots in
      for line in lines {
        Self.drawDots(line, curve, on: spots, width: width, dotsDown: dotsDown)
      }
    }
  }

  /// Columns at each end of a line that is cut.
  private static func stub(of width: Int) -> Int { min(3, width / 5) }

  /// The shape of every line: level at both ends, so that an end can be told at any spacing.
  private struct Curve {
    /// The progress of a line at each column, 0 … 1, and its slope there: 3t² − 2t³.
    var places: [Float]
    var climbs: [Float]

    init(columnCount: Int) {
      let last = Float(max(1, columnCount - 1))
      let times = (0..<columnCount).map { Float($0) / last }
      places = times.map { $0 * $0 * (3 - 2 * $0) }
      climbs = times.map { 6 * $0 * (1 - $0) / last }
    }
  }

  // MARK: Dots

  private static func drawDots(
    _ line: Line, _ curve: Curve, on spots: UnsafeMutableBufferPointer<Spot>, width: Int,
    dotsDown: Int
  ) {
    let dotRowCount = spots.count / width * dotsDown
    // Where dots are higher, fewer of them are as thick.
    let quarters = Float(max(1, min(3, line.thickness)))
    let thickness = max(1, (quarters * Float(dotsDown) / 4).rounded())
    let start = (line.start * Float(dotsDown)).rounded(.down)
    let rise = (line.end * Float(dotsDown)).rounded(.down) - start
    let columnCount = curve.places.count
    let stub = line.isCut ? LineInk.dotsAcross * stub(of: width) : columnCount
    let step = line.isDotted ? 2 * LineInk.dotsAcross : 1
    for x in stride(from: 0, to: columnCount, by: step)
    where x < stub || x >= columnCount - stub {
      let climb = rise * curve.climbs[x]
      // As thick across as along: a steep piece reaches farther up and down in each column.
      let count = Int((thickness * (1 + climb * climb).squareRoot()).rounded())
      let middle = Int((start + rise * curve.places[x]).rounded())
      let top = middle - (count - 1) / 2
      // As far as they are on the canvas.
      for y in (top..<top + count).clamped(to: 0..<dotRowCount) {
        let index = y / dotsDown * width + x / LineInk.dotsAcross
        spots[index].claim(for: line)
        spots[index].mark |= LineInk.bit(x: x % LineInk.dotsAcross, y: y % dotsDown)
      }
    }
  }

  // MARK: Characters

  private mutating func drawCharacters(_ line: Line, _ curve: Curve) {
    func row(_ x: Int) -> Float { line.start + (line.end - line.start) * curve.places[x] }
    let stub = line.isCut ? Self.stub(of: width) : width
    for x in 0..<width where x < stub || x >= width - stub {
      let y = row(x)
      guard y >= 0, Int(y) < height else { continue }
      // Before it goes on in another row, a line shows where.
      let next = row(min(x + 1, width - 1))
      let index = Int(y) * width + x
      spots[index].claim(for: line)
      spots[index].mark =
        if !line.isProminent {
          UInt8(ascii: ".")
        } else if next.rounded(.down) != y.rounded(.down) {
          UInt8(ascii: next > y ? "\\" : "/")
        } else {
          UInt8(ascii: line.thickness >= 2 ? "=" : "-")
        }
    }
  }

  /// Puts the lines on `canvas`, with the upper left corner at (x, y).
  public func paint(on canvas: inout Canvas, x: Int, y: Int) {
    if glyphs.lineInk.isPicture {
      let area = Rect(x: x, y: y, width: width, height: height)
      if !layers.isEmpty { canvas.add(LinePicture(glyphs.lineInk, area: area, layers: layers)) }
      return
    }
    for row in 0..<height {
      for column in 0..<width {
        let spot = spots[row * width + column]
        guard spot.mark != 0 else { continue }
        let character =
          glyphs.isUnicode ? glyphs.lines.character(spot.mark) : Unicode.Scalar(spot.mark)
        canvas[x + column, y + row] = Cell(character, spot.style)
      }
    }
  }
}
