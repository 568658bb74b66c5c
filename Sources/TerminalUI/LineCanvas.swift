/// Curves between two columns of tokens, on braille dots (2 × 4 a cell), or on the cell grid in ASCII.
///
/// At crossings the line of higher rank clears the cell first (knock-out): without that a cell of two
/// lines has one colour and all their dots, and fifteen tokens are already a grey field. Lines of one rank
/// share the cell.
public struct LineCanvas: Sendable {
  /// Dots across and down a cell.
  public static let dotsAcross = 2
  public static let dotsDown = 4

  public struct Line: Sendable {
    /// Its start at the left and its end at the right, in dot rows.
    public var start: Int
    public var end: Int
    /// 1 … 3 dots.
    public var thickness: Int
    public var style: Style
    /// Decides who wins a cell.
    public var rank: Float
    /// Only every other cell has a dot: for lines in the background without colour.
    public var isDotted = false
    /// ASCII: drawn as `=` or `-` with its slope, instead of dots.
    public var isProminent = true

    public init(start: Int, end: Int, thickness: Int, style: Style, rank: Float) {
      self.start = start
      self.end = end
      self.thickness = thickness
      self.style = style
      self.rank = rank
    }
  }

  private struct Spot {
    /// In braille the dots as bits, in ASCII the character; 0 for nothing.
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

  public init(width: Int, height: Int, glyphs: Glyphs) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.glyphs = glyphs
    spots = Array(repeating: Spot(), count: self.width * self.height)
  }

  /// The dot row in which the token of row `row` (in cells) leaves: the middle of its lower-case letters.
  public static func dotRow(ofRow row: Int) -> Int { dotsDown * row + 2 }

  /// Draws lines, weakest first, so that strong ones win.
  public mutating func draw(_ lines: [Line]) {
    guard width > 0, height > 0 else { return }
    let curve = Curve(columnCount: glyphs.isUnicode ? Self.dotsAcross * width : width)
    let lines = lines.sorted { $0.rank < $1.rank }
    guard glyphs.isUnicode else {
      for line in lines { drawCharacters(line, curve) }
      return
    }
    // Hundreds of lines have tens of thousands of dots.
    let width = width
    spots.withUnsafeMutableBufferPointer { spots in
      for line in lines { Self.drawDots(line, curve, on: spots, width: width) }
    }
  }

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
    _ line: Line, _ curve: Curve, on spots: UnsafeMutableBufferPointer<Spot>, width: Int
  ) {
    let dotRowCount = spots.count / width * dotsDown
    let thickness = Float(max(1, min(3, line.thickness)))
    let start = Float(line.start)
    let rise = Float(line.end - line.start)
    for x in stride(from: 0, to: curve.places.count, by: line.isDotted ? 2 * dotsAcross : 1) {
      let climb = rise * curve.climbs[x]
      // As thick across as along: a steep piece reaches farther up and down in each column.
      let count = Int((thickness * (1 + climb * climb).squareRoot()).rounded())
      let middle = Int((start + rise * curve.places[x]).rounded())
      let top = middle - (count - 1) / 2
      // As far as they are on the canvas.
      for y in (top..<top + count).clamped(to: 0..<dotRowCount) {
        let index = y / dotsDown * width + x / dotsAcross
        spots[index].claim(for: line)
        spots[index].mark |= dotBit(x: x % dotsAcross, y: y % dotsDown)
      }
    }
  }

  /// The bit of a dot of a cell in U+2800 + n: the lowest row came later than the others.
  private static func dotBit(x: Int, y: Int) -> UInt8 {
    y == dotsDown - 1 ? 0x40 << UInt8(x) : 1 << UInt8(3 * x + y)
  }

  // MARK: Characters

  /// Climbing more than this many rows a column, a line shows its slope.
  private static let steepest: Float = 0.25

  private mutating func drawCharacters(_ line: Line, _ curve: Curve) {
    let down = Float(Self.dotsDown)
    for x in 0..<width {
      let y = (Float(line.start) + Float(line.end - line.start) * curve.places[x]) / down
      let climb = Float(line.end - line.start) * curve.climbs[x] / down
      guard y >= 0, Int(y) < height else { continue }
      let index = Int(y) * width + x
      spots[index].claim(for: line)
      spots[index].mark =
        if !line.isProminent {
          UInt8(ascii: ".")
        } else if abs(climb) > Self.steepest {
          UInt8(ascii: climb > 0 ? "\\" : "/")
        } else {
          UInt8(ascii: line.thickness >= 2 ? "=" : "-")
        }
    }
  }

  /// Puts the lines on `canvas`, with the upper left corner at (x, y).
  public func paint(on canvas: inout Canvas, x: Int, y: Int) {
    for row in 0..<height {
      for column in 0..<width {
        let spot = spots[row * width + column]
        guard spot.mark != 0 else { continue }
        let code = glyphs.isUnicode ? 0x2800 + UInt32(spot.mark) : UInt32(spot.mark)
        guard let scalar = Unicode.Scalar(code) else { continue }
        canvas[x + column, y + row] = Cell(scalar, spot.style)
      }
    }
  }
}
