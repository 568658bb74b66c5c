import Cfreetype
import Explorer
import Files
import TerminalUI

/// Draws a figure as a picture, with FreeType's rasteriser for all that is not a rectangle.
struct FigurePainter {
  private let figure: Figure
  private let scale: Double
  private let regular: FontFace
  private let bold: FontFace
  /// For what the built-in font lacks.
  private let other: FontFace?
  private let areas: AreaPainter
  /// Characters that no font has.
  private(set) var missing: Set<UInt32> = []

  /// - Parameter scale: Pixels of a CSS pixel.
  init(_ figure: Figure, scale: Int, font: FileBytes?) throws(ExportError) {
    precondition(scale > 0)
    self.figure = figure
    self.scale = Double(scale)
    regular = try .builtIn(isBold: false, pixelSize: 64, figure.lettering)
    bold = try .builtIn(isBold: true, pixelSize: 64, figure.lettering)
    if let font { other = try FontFace(font, pixelSize: 64) } else { other = nil }
    areas = AreaPainter()
  }

  mutating func paint() throws(ExportError) -> Raster {
    let width = Int((figure.width * scale).rounded(.up))
    let height = Int((figure.height * scale).rounded(.up))
    guard width > 0, height > 0, width <= 1 << 15, height <= 1 << 15,
      width * height <= CanvasPainter.pixelLimit
    else { throw .tooLarge(width: width, height: height) }
    var raster = Raster(width: width, height: height, color: Self.rgb(figure.background))
    for shape in figure.shapes { draw(shape, on: &raster) }
    return raster
  }

  private static func rgb(_ color: String) -> UInt32 { UInt32(color.dropFirst(), radix: 16) ?? 0 }

  private mutating func draw(_ shape: Figure.Shape, on raster: inout Raster) {
    switch shape {
    case .beginCurves, .endCurves: break
    case .rect(let box, let fill, let radius): draw(box, fill, radius: radius, on: &raster)
    case .curve(let curve): draw(curve, on: &raster)
    case .cells(let cells):
      for (fill, runs) in cells.colors {
        for run in runs { fillWholePixels(cells.box(of: run), Self.rgb(fill), on: &raster) }
      }
    case .label(let label): draw(label, on: &raster)
    }
  }

  // MARK: Areas

  /// Cells join without a seam.
  private func fillWholePixels(_ box: Figure.Box, _ color: UInt32, on raster: inout Raster) {
    let left = Int((box.x * scale).rounded())
    let top = Int((box.y * scale).rounded())
    raster.fill(
      x: left, y: top, width: Int(((box.x + box.width) * scale).rounded()) - left,
      height: Int(((box.y + box.height) * scale).rounded()) - top, color)
  }

  private func draw(
    _ box: Figure.Box, _ fill: String, radius: Double, on raster: inout Raster
  ) {
    let (left, right, top, bottom) = (box.x, box.x + box.width, box.y, box.y + box.height)
    var path = FontFace.Outline()
    guard radius > 0 else {
      path.move(left, top)
      path.line(right, top)
      path.line(right, bottom)
      path.line(left, bottom)
      areas.fill(path.transformed { ($0 * scale, $1 * scale) }, Self.rgb(fill), on: &raster)
      return
    }
    let pull = radius * 0.4477
    path.move(left + radius, top)
    path.line(right - radius, top)
    path.curve(right - pull, top, right, top + pull, right, top + radius)
    path.line(right, bottom - radius)
    path.curve(right, bottom - pull, right - pull, bottom, right - radius, bottom)
    path.line(left + radius, bottom)
    path.curve(left + pull, bottom, left, bottom - pull, left, bottom - radius)
    path.line(left, top + radius)
    path.curve(left, top + pull, left + pull, top, left + radius, top)
    areas.fill(path.transformed { ($0 * scale, $1 * scale) }, Self.rgb(fill), on: &raster)
  }

  // MARK: Curves

  /// A band along the curve, which is as wide everywhere; of a dashed one the bands of the dashes.
  private func draw(_ curve: Figure.Curve, on raster: inout Raster) {
    let count = 64
    let points = (0...count).map { index in
      let t = Double(index) / Double(count)
      let back = 1 - t
      // Level at both ends: the control points are at the middle, at the heights of the ends.
      let inner = 3 * back * t
      let x =
        back * back * back * curve.x.lowerBound + inner * curve.middle + t * t * t
        * curve.x.upperBound
      let y =
        (back * back * back + inner * back) * curve.start + (t * t * t + inner * t) * curve.end
      return (x: x * scale, y: y * scale)
    }
    let half = curve.width * scale / 2
    for piece in curve.isDashed ? Self.dashes(points, length: Figure.Curve.dash * scale) : [points]
    {
      guard let band = Self.band(piece, half: half) else { continue }
      areas.fill(band, Self.rgb(curve.color), on: &raster)
    }
  }

  private static func band(_ points: [(x: Double, y: Double)], half: Double) -> FontFace.Outline? {
    guard points.count > 1 else { return nil }
    var left: [(Double, Double)] = []
    var right: [(Double, Double)] = []
    for index in points.indices {
      let before = points[max(0, index - 1)]
      let after = points[min(points.count - 1, index + 1)]
      let (x, y) = (after.x - before.x, after.y - before.y)
      let length = (x * x + y * y).squareRoot()
      guard length > 0 else { continue }
      let (across, down) = (-y / length * half, x / length * half)
      left.append((points[index].x + across, points[index].y + down))
      right.append((points[index].x - across, points[index].y - down))
    }
    let corners = left + right.reversed()
    guard let first = corners.first else { return nil }
    var path = FontFace.Outline()
    path.move(first.0, first.1)
    for corner in corners.dropFirst() { path.line(corner.0, corner.1) }
    return path
  }

  private static func dashes(
    _ points: [(x: Double, y: Double)], length: Double
  ) -> [[(x: Double, y: Double)]] {
    var dashes: [[(x: Double, y: Double)]] = [[points[0]]]
    var isOn = true
    var rest = length
    for (start, end) in zip(points, points.dropFirst()) {
      let (x, y) = (end.x - start.x, end.y - start.y)
      let whole = (x * x + y * y).squareRoot()
      var done = 0.0
      while whole - done > rest {
        done += rest
        let place = (x: start.x + x * done / whole, y: start.y + y * done / whole)
        if isOn { dashes[dashes.count - 1].append(place) } else { dashes.append([place]) }
        isOn.toggle()
        rest = length
      }
      rest -= whole - done
      if isOn { dashes[dashes.count - 1].append(end) }
    }
    return dashes
  }

  // MARK: Letters

  private mutating func draw(_ label: Figure.Label, on raster: inout Raster) {
    let font = FigureFont(figure.lettering, isBold: label.isBold)
    let placed = font.place(label.text)
    let width = (placed.last.map { $0.x + $0.width } ?? 0) * label.size
    let start = label.anchor == .start ? 0 : label.anchor == .middle ? -width / 2 : -width
    let baseline = label.baseline - label.y
    let color = Self.rgb(label.fill)
    let scale = scale
    for letter in placed where letter.scalar != 0x20 {
      let origin = start + letter.x * label.size
      /// From a letter of size 1, whose y grows upwards, to pixels.
      func place(_ x: Double, _ y: Double) -> (Double, Double) {
        let (across, down) = (origin + x * label.size, baseline - y * label.size)
        return label.turn == 0
          ? ((label.x + across) * scale, (label.y + down) * scale)
          : label.turn < 0
            ? ((label.x + down) * scale, (label.y - across) * scale)
            : ((label.x - down) * scale, (label.y + across) * scale)
      }
      let own = letter.glyph == nil ? nil : (label.isBold ? bold : regular).outline(letter.scalar)
      if let outline = own ?? other?.outline(letter.scalar) {
        areas.fill(outline.transformed(place), color, on: &raster)
      } else {
        missing.insert(letter.scalar)
        areas.fill(
          FontFace.Outline(boxOfWidth: letter.width).transformed(place), color, on: &raster)
      }
    }
  }
}

/// Fills areas, their edges by how much of a pixel they cover.
final class AreaPainter {
  private var library: FT_Library?

  init() { FT_Init_FreeType(&library) }

  deinit { FT_Done_FreeType(library) }

  /// - Parameter outline: In pixels, from the upper left corner.
  func fill(_ outline: FontFace.Outline, _ color: UInt32, on raster: inout Raster) {
    // FreeType has 16 bits for the number of points, and 26 for what stands before the point.
    var points: [FT_Vector] = []
    var tags: [CChar] = []
    var ends: [Int16] = []
    let height = raster.height
    func add(_ point: FontFace.Outline.Point, tag: CChar) {
      func units(_ value: Double) -> FT_Pos {
        FT_Pos((max(-65536, min(65536, value.isFinite ? value : 0)) * 64).rounded())
      }
      // It counts from below.
      points.append(FT_Vector(x: units(point.x), y: units(Double(height) - point.y)))
      tags.append(tag)
    }
    for step in outline.steps {
      guard points.count < 30_000 else { return }
      switch step {
      case .move(let to):
        if !points.isEmpty { ends.append(Int16(points.count - 1)) }
        add(to, tag: 1)
      case .line(let to): add(to, tag: 1)
      case .curve(let first, let second, let to):
        add(first, tag: 2)
        add(second, tag: 2)
        add(to, tag: 1)
      }
    }
    guard points.count > 2 else { return }
    ends.append(Int16(points.count - 1))
    withExtendedLifetime(self) {
      points.withUnsafeMutableBufferPointer { points in
        tags.withUnsafeMutableBufferPointer { tags in
          ends.withUnsafeMutableBufferPointer { ends in
            render(points, tags, ends, color, on: &raster)
          }
        }
      }
    }
  }

  private func render(
    _ points: UnsafeMutableBufferPointer<FT_Vector>, _ tags: UnsafeMutableBufferPointer<CChar>,
    _ ends: UnsafeMutableBufferPointer<Int16>, _ color: UInt32, on raster: inout Raster
  ) {
    var outline = FT_Outline()
    fx_set_outline(
      &outline, points.baseAddress, tags.baseAddress, ends.baseAddress, Int32(points.count),
      Int32(ends.count))
    var box = FT_BBox()
    FT_Outline_Get_CBox(&outline, &box)
    let left = max(0, Int(box.xMin >> 6))
    let bottom = max(0, Int(box.yMin >> 6))
    let right = min(raster.width, Int((box.xMax + 63) >> 6))
    let top = min(raster.height, Int((box.yMax + 63) >> 6))
    guard left < right, bottom < top else { return }
    FT_Outline_Translate(&outline, FT_Pos(-left * 64), FT_Pos(-bottom * 64))
    let (width, height) = (right - left, top - bottom)
    var coverage = [UInt8](repeating: 0, count: width * height)
    let isDrawn = coverage.withUnsafeMutableBufferPointer { buffer in
      var bitmap = FT_Bitmap()
      bitmap.rows = UInt32(height)
      bitmap.width = UInt32(width)
      bitmap.pitch = Int32(width)
      bitmap.buffer = buffer.baseAddress
      bitmap.num_grays = 256
      bitmap.pixel_mode = UInt8(FT_PIXEL_MODE_GRAY.rawValue)
      return FT_Outline_Get_Bitmap(library, &outline, &bitmap) == 0
    }
    guard isDrawn else { return }
    for row in 0..<height {
      for column in 0..<width {
        raster.blend(
          x: left + column, y: raster.height - top + row, color,
          coverage: coverage[row * width + column])
      }
    }
  }
}
