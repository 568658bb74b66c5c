/// Curves between two columns of tokens, on braille dots (2 × 4 a cell), or on the cell grid in ASCII.
///
/// Where lines cross, the one of higher rank clears the cell first (knock-out): without that a cell of two
/// lines has one colour and all their dots, and fifteen tokens are already a grey field. Lines of one rank
/// share the cell.
public struct LineCanvas: Sendable {
  /// Dots across and down a cell.
  public static let dotsAcross = 2
  public static let dotsDown = 4

  public struct Line: Sendable {
    /// Where it leaves at the left and arrives at the right, in dot rows.
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
    for line in lines.sorted(by: { $0.rank < $1.rank }) {
      if glyphs.isUnicode { drawDots(line, curve) } else { drawCharacters(line, curve) }
    }
  }

  /// The shape of every line: level at both ends, so that an end can be told at any spacing.
  private struct Curve {
    /// How far a line has come at each column, 0 … 1, and how much it climbs there a column: 3t² − 2t³.
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

  private mutating func drawDots(_ line: Line, _ curve: Curve) {
    let thickness = Float(max(1, min(3, line.thickness)))
    let start = Float(line.start)
    let rise = Float(line.end - line.start)
    for x in stride(from: 0, to: curve.places.count, by: line.isDotted ? 2 * Self.dotsAcross : 1) {
      let climb = rise * curve.climbs[x]
      // As thick across as along: a steep piece reaches farther up and down in each column.
      let count = Int((thickness * (1 + climb * climb).squareRoot()).rounded())
      let middle = Int((start + rise * curve.places[x]).rounded())
      fill(column: x, from: middle - (count - 1) / 2, count: count, line)
    }
  }

  /// Sets the dots of one column from row `top` on, as far as they are on the canvas.
  private mutating func fill(column x: Int, from top: Int, count: Int, _ line: Line) {
    let end = min(top + count, height * Self.dotsDown)
    var y = max(0, top)
    while y < end {
      let index = y / Self.dotsDown * width + x / Self.dotsAcross
      claim(index, line)
      spots[index].mark |= Self.dotBits[Self.dotsAcross * (y % Self.dotsDown) + x % Self.dotsAcross]
      y += 1
    }
  }

  /// The bits of U+2800 + n, row by row of a cell.
  private static let dotBits: [UInt8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]

  /// Clears what was weaker in a cell; lines come in the order of their ranks.
  private mutating func claim(_ index: Int, _ line: Line) {
    guard line.rank > spots[index].rank else { return }
    spots[index] = Spot(style: line.style, rank: line.rank)
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
      claim(index, line)
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
