import Glibc

/// Curves between two columns of tokens, on braille dots (2 × 4 a cell), or on the cell grid in ASCII.
///
/// Where lines cross, the one of higher rank clears the cell first (knock-out): without that a cell of two
/// lines has one colour and all their dots, and fifteen tokens are already a grey field.
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
    /// Only every third column has a dot: for lines in the background without colour.
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
    var dots: UInt8 = 0
    var ascii: Unicode.Scalar = " "
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
    for line in lines.sorted(by: { $0.rank < $1.rank }) { draw(line) }
  }

  /// The height of the curve at `t` 0 … 1: level at both ends, so that an end can be told at any spacing.
  private static func height(of line: Line, at t: Float) -> Float {
    Float(line.start) + Float(line.end - line.start) * t * t * (3 - 2 * t)
  }

  private mutating func draw(_ line: Line) {
    guard width > 0 else { return }
    if glyphs.isUnicode { drawDots(line) } else { drawCharacters(line) }
  }

  private mutating func drawDots(_ line: Line) {
    let dotColumns = Self.dotsAcross * width
    let sampleCount = 8 * width
    let reach = max(1, min(3, line.thickness))
    for sample in 0..<sampleCount {
      let t = Float(sample) / Float(max(1, sampleCount - 1))
      let x = Int((t * Float(dotColumns - 1)).rounded())
      if line.isDotted, !x.isMultiple(of: 3) { continue }
      let y = Int(Self.height(of: line, at: t).rounded())
      let top = reach == 3 ? y - 1 : y
      for dot in top..<top + reach { set(x: x, y: dot, line) }
    }
  }

  private mutating func set(x: Int, y: Int, _ line: Line) {
    guard y >= 0, y < height * Self.dotsDown else { return }
    let index = y / Self.dotsDown * width + x / Self.dotsAcross
    guard claim(index, line) else { return }
    spots[index].dots |= Self.dotBits[y % Self.dotsDown][x % Self.dotsAcross]
  }

  /// The bits of U+2800 + n, `[row][column]` in a cell.
  private static let dotBits: [[UInt8]] = [
    [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
  ]

  private mutating func drawCharacters(_ line: Line) {
    let slopeLimit: Float = 0.25 * Float(Self.dotsDown)
    for x in 0..<width {
      let t = width == 1 ? 0 : Float(x) / Float(width - 1)
      let y = Self.height(of: line, at: t)
      let row = Int((y / Float(Self.dotsDown)).rounded(.down))
      guard y >= 0, row < height else { continue }
      let step = 1 / Float(max(1, width - 1))
      let climb = Self.height(of: line, at: min(1, t + step)) - y
      guard claim(row * width + x, line) else { continue }
      spots[row * width + x].ascii =
        !line.isProminent
        ? "."
        : climb > slopeLimit ? "\\" : climb < -slopeLimit ? "/" : line.thickness >= 2 ? "=" : "-"
    }
  }

  /// Whether `line` may draw in a cell; clears what was weaker.
  private mutating func claim(_ index: Int, _ line: Line) -> Bool {
    guard line.rank >= spots[index].rank else { return false }
    if line.rank > spots[index].rank {
      spots[index] = Spot(style: line.style, rank: line.rank)
    }
    return true
  }

  /// Puts the lines on `canvas`, with the upper left corner at (x, y).
  public func paint(on canvas: inout Canvas, x: Int, y: Int) {
    for row in 0..<height {
      for column in 0..<width {
        let spot = spots[row * width + column]
        if glyphs.isUnicode {
          guard spot.dots != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(spot.dots)) else {
            continue
          }
          canvas[x + column, y + row] = Cell(scalar, spot.style)
        } else if spot.ascii != " " {
          canvas[x + column, y + row] = Cell(spot.ascii, spot.style)
        }
      }
    }
  }
}
