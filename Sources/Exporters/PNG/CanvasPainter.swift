import Files
import TerminalUI

/// Draws a canvas as a picture, cell by cell.
struct CanvasPainter {
  /// Pixels of a cell at scale 1, and of the font that fits it.
  private static let cellWidth = 9
  private static let cellHeight = 18
  private static let fontSize = 15
  private static let baseline = 14
  /// More pixels than this are refused: 200 MB of memory, and few programs could show the picture.
  static let pixelLimit = 1 << 26

  private let scale: Int
  private let regular: FontFace
  private let bold: FontFace
  /// For what the built-in font lacks.
  private let other: FontFace?
  private let colors: CellColors
  private var shapes: [UInt32: FontFace.Glyph] = [:]
  /// Characters that no font has.
  private(set) var missing: Set<UInt32> = []

  /// - Parameters:
  ///   - scale: 1 for cells of 9 × 18 pixels, 2 for twice as large, and so on.
  ///   - font: A further font.
  init(scale: Int, font: FileBytes?, appearance: Theme.Appearance) throws(ExportError) {
    precondition(scale > 0)
    self.scale = scale
    let size = Self.fontSize * scale
    regular = try .builtIn(isBold: false, pixelSize: size)
    bold = try .builtIn(isBold: true, pixelSize: size)
    if let font { other = try FontFace(font, pixelSize: size) } else { other = nil }
    colors = CellColors(appearance)
  }

  mutating func paint(_ canvas: Canvas) throws(ExportError) -> Raster {
    let width = canvas.width * Self.cellWidth * scale
    let height = canvas.height * Self.cellHeight * scale
    guard width * height <= Self.pixelLimit else { throw .tooLarge(width: width, height: height) }
    var raster = Raster(width: width, height: height, color: colors.page)
    // Backgrounds first: letters may reach over the edge of their cell.
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let background = colors.colors(of: canvas[x, y].style).background
        guard background != colors.page else { continue }
        raster.fill(
          x: x * Self.cellWidth * scale, y: y * Self.cellHeight * scale,
          width: Self.cellWidth * scale, height: Self.cellHeight * scale, background)
      }
    }
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let isWide = x + 1 < canvas.width && canvas[x + 1, y].scalar == 0
        draw(canvas[x, y], x: x, y: y, columns: isWide ? 2 : 1, on: &raster)
      }
    }
    return raster
  }

  private mutating func draw(_ cell: Cell, x: Int, y: Int, columns: Int, on raster: inout Raster) {
    let ink = colors.colors(of: cell.style).foreground
    let left = x * Self.cellWidth * scale
    let top = y * Self.cellHeight * scale
    let width = columns * Self.cellWidth * scale
    if cell.style.attributes.contains(.underline), cell.scalar != 0 {
      raster.fill(x: left, y: top + (Self.baseline + 2) * scale, width: width, height: scale, ink)
    }
    for scalar in [cell.scalar, cell.marks[0], cell.marks[1]] where scalar != 0 && scalar != 0x20 {
      guard let glyph = glyph(scalar, isBold: cell.style.attributes.contains(.bold)) else {
        missing.insert(scalar)
        drawMissing(x: left, y: top, width: width, ink, on: &raster)
        continue
      }
      // In the middle of its columns; a mark stands where its letter does.
      let isMark = scalar != cell.scalar
      let start = left + (isMark ? 0 : max(0, (width - glyph.advance) / 2)) + glyph.left
      let upper = top + Self.baseline * scale - glyph.top
      for row in 0..<glyph.height {
        for column in 0..<glyph.width {
          raster.blend(
            x: start + column, y: upper + row, ink,
            coverage: glyph.coverage[row * glyph.width + column])
        }
      }
    }
  }

  private mutating func glyph(_ scalar: UInt32, isBold: Bool) -> FontFace.Glyph? {
    if let known = shapes[scalar] { return known }
    if let shape = shape(scalar) {
      shapes[scalar] = shape
      return shape
    }
    return (isBold ? bold.glyph(scalar) : nil) ?? regular.glyph(scalar) ?? other?.glyph(scalar)
  }

  /// A character that has to join its neighbours; nil for all others.
  private func shape(_ scalar: UInt32) -> FontFace.Glyph? {
    let width = Self.cellWidth * scale
    let height = Self.cellHeight * scale
    guard
      let coverage = CellShape.coverage(
        of: scalar, aspect: Double(height) / Double(width), lineWidth: 1 / Double(Self.cellWidth))
    else { return nil }
    // Each pixel is looked at in 4 × 4 places.
    let places = [0.125, 0.375, 0.625, 0.875]
    var shades: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        var sum = 0.0
        for down in places {
          for across in places {
            sum += coverage(
              (Double(column) + across) / Double(width), (Double(row) + down) / Double(height))
          }
        }
        shades.append(UInt8((sum / 16 * 255).rounded()))
      }
    }
    return FontFace.Glyph(
      width: width, height: height, left: 0, top: Self.baseline * scale, advance: width,
      coverage: shades)
  }

  /// A box, as wide as the character.
  private func drawMissing(
    x: Int, y: Int, width: Int, _ ink: UInt32, on raster: inout Raster
  ) {
    let left = x + scale
    let top = y + 3 * scale
    let inner = width - 2 * scale
    let height = (Self.baseline - 3) * scale
    raster.fill(x: left, y: top, width: inner, height: scale, ink)
    raster.fill(x: left, y: top + height - scale, width: inner, height: scale, ink)
    raster.fill(x: left, y: top, width: scale, height: height, ink)
    raster.fill(x: left + inner - scale, y: top, width: scale, height: height, ink)
  }
}
