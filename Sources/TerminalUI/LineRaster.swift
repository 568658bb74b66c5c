import Glibc

/// Lines as pixels, each of one colour, which covers all of it or a part: few enough of both that a pixel is a byte.
///
/// The curves are those of a drawing: cubic, level at both ends, the control points in the middle between them.
public struct LineRaster: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// Row by row: 0 where there is no line, else 1 + `shares` · (index of the colour) + (share − 1).
  public private(set) var pixels: [UInt8]
  /// As `0xRRGGBB`.
  public private(set) var colors: [UInt32] = []
  /// The parts of a pixel that are told apart.
  public let shares: Int
  private let mostColors: Int

  /// - Parameters:
  ///   - lines: From the weakest to the strongest; places and widths in rows of cells.
  ///   - rows: Cells from the upper edge to the lower.
  ///   - width: In pixels, as `height`.
  ///   - shares: At most so many parts of a pixel, fewer where there are many colours.
  ///   - codes: The number of different pixels with lines, 1 … 255.
  public init(
    _ lines: [LineCanvas.Line], rows: Int, width: Int, height: Int, shares: Int = 4,
    codes: Int = 255
  ) {
    precondition(rows > 0 && shares > 0 && (1...255).contains(codes))
    self.width = width
    self.height = height
    let colorCount = Set(lines.map(\.style.foreground)).count
    self.shares = max(1, min(shares, codes / max(1, colorCount)))
    mostColors = codes / self.shares
    pixels = Array(repeating: 0, count: width * height)
    let curve = Curve(columnCount: width)
    for line in lines { draw(line, curve, cellHeight: Float(height) / Float(rows)) }
  }

  /// The colour of a pixel, and the part of it that is covered, 1 … `shares`; nil where there is no line.
  public func color(x: Int, y: Int) -> (color: UInt32, share: Int)? {
    let pixel = Int(pixels[y * width + x])
    return pixel == 0 ? nil : (colors[(pixel - 1) / shares], (pixel - 1) % shares + 1)
  }

  /// Takes the lines out of a rectangle of pixels.
  public mutating func clear(columns: Range<Int>, rows: Range<Int>) {
    for y in rows.clamped(to: 0..<height) {
      for x in columns.clamped(to: 0..<width) { pixels[y * width + x] = 0 }
    }
  }

  /// The shape of every line.
  private struct Curve {
    /// The progress from the start to the end at the middle of each column, 0 … 1, and its change to the next one.
    let places: [Float]
    let climbs: [Float]

    init(columnCount: Int) {
      let times = (0..<columnCount).map { column in
        // Where x = 3/2 · t − 3/2 · t² + t³.
        let x = (Float(column) + 0.5) / Float(columnCount)
        return 0.5 + sinh(asinh(4 * x - 2) / 3)
      }
      places = times.map { $0 * $0 * (3 - 2 * $0) }
      // dy/dt ÷ dx/dt.
      climbs = times.map {
        6 * $0 * (1 - $0) / ((1.5 - 3 * $0 + 3 * $0 * $0) * Float(columnCount))
      }
    }
  }

  /// The pieces of a line that is dashed and the gaps between, in rows.
  private static let dash: Float = 0.15

  private mutating func draw(_ line: LineCanvas.Line, _ curve: Curve, cellHeight: Float) {
    guard let color = index(of: line.style.foreground) else { return }
    let first = 1 + shares * color
    let start = line.start * cellHeight
    let rise = line.end * cellHeight - start
    guard start.isFinite, rise.isFinite else { return }
    let half = line.width * cellHeight / 2
    let dash = max(2, Self.dash * cellHeight)
    let (width, height, shares) = (width, height, shares)
    var length: Float = 0
    pixels.withUnsafeMutableBufferPointer { pixels in
      for x in 0..<width {
        let slope = rise * curve.climbs[x]
        let stretch = (1 + slope * slope).squareRoot()
        guard stretch.isFinite else { continue }
        length += stretch
        if line.isDotted, Int(length / dash) % 2 == 1 { continue }
        let middle = start + rise * curve.places[x]
        let reach = (half + 0.5) * stretch
        // Within the picture also where a place is none that an integer has.
        let top = Int(max(0, min(Float(height), middle - reach)))
        let bottom = Int(max(0, min(Float(height), middle + reach)).rounded(.up))
        guard top < bottom else { continue }
        for y in top..<bottom {
          let distance = abs(Float(y) + 0.5 - middle) / stretch
          let covered = min(1, 2 * half, half + 0.5 - distance)
          // Rounded; what is below 0 is no more than nothing.
          let share = Int(covered * Float(shares) + 0.5)
          guard share > 0 else { continue }
          let old = Int(pixels[y * width + x])
          let oldShare = old == 0 ? 0 : (old - 1) % shares + 1
          // The edge of a line hides nothing of the lines behind it.
          if share < oldShare, 2 * share < shares { continue }
          pixels[y * width + x] = UInt8(first + max(share, oldShare) - 1)
        }
      }
    }
  }

  /// The index of a colour; of the one that is most like it where there are too many.
  private mutating func index(of color: Color) -> Int? {
    guard let rgb = color.trueColor else { return nil }
    if let known = colors.firstIndex(of: rgb) { return known }
    if colors.count < mostColors {
      colors.append(rgb)
      return colors.count - 1
    }
    func distance(_ other: UInt32) -> Int {
      [16, 8, 0].reduce(0) { sum, shift in
        let difference = Int(rgb >> shift & 255) - Int(other >> shift & 255)
        return sum + difference * difference
      }
    }
    return colors.indices.min { distance(colors[$0]) < distance(colors[$1]) }
  }
}
