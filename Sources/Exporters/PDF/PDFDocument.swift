import Czlib
import Explorer
import Files

/// A figure as a PDF 1.4 file of one page: curves and areas as paths, letters as letters of embedded fonts, of which the
/// file has the parts that it uses. The same figure gives the same bytes.
///
/// Characters that the built-in fonts lack are drawn as paths with the further font, or else as boxes.
struct PDFDocument {
  /// A CSS pixel in points.
  private static let scale = 0.75

  private let figure: Figure
  private let other: FontFace?
  private var page: [UInt8] = []
  /// By their names in the page: the letters used, and what each stands for.
  private var used: [String: (font: FigureFont, scalars: [Int: UInt32])] = [:]
  /// Characters that no font has.
  private(set) var missing: Set<UInt32> = []

  init(_ figure: Figure, font: FileBytes?) throws(ExportError) {
    self.figure = figure
    if let font { other = try FontFace(font, pixelSize: 64) } else { other = nil }
    write("\(Self.number(Self.scale)) 0 0 \(Self.number(Self.scale)) 0 0 cm")
    fill(figure.background)
    rect(.init(x: 0, y: 0, width: figure.width, height: figure.height))
    write("f")
    for shape in figure.shapes { add(shape) }
  }

  // MARK: Shapes

  private mutating func add(_ shape: Figure.Shape) {
    switch shape {
    case .beginCurves, .endCurves: break
    case .rect(let box, let color, let radius):
      fill(color)
      if radius > 0 { roundedRect(box, radius) } else { rect(box) }
      write("f")
    case .curve(let curve): add(curve)
    case .cells(let cells):
      for (color, runs) in cells.colors {
        fill(color)
        for run in runs { rect(cells.box(of: run)) }
        write("f")
      }
    case .label(let label): add(label)
    }
  }

  private mutating func add(_ curve: Figure.Curve) {
    let middle = Self.number(curve.middle)
    let dash = Self.number(Figure.Curve.dash)
    write(
      "\(Self.color(curve.color)) RG \(Self.number(curve.width)) w "
        + (curve.isDashed ? "[\(dash) \(dash)] 0 d " : "[] 0 d ")
        + "\(Self.number(curve.x.lowerBound)) \(y(curve.start)) m "
        + "\(middle) \(y(curve.start)) \(middle) \(y(curve.end)) "
        + "\(Self.number(curve.x.upperBound)) \(y(curve.end)) c S")
  }

  private mutating func fill(_ color: String) { write("\(Self.color(color)) rg") }

  private mutating func rect(_ box: Figure.Box) {
    write(
      "\(Self.number(box.x)) \(y(box.y + box.height)) \(Self.number(box.width)) "
        + "\(Self.number(box.height)) re")
  }

  private mutating func roundedRect(_ box: Figure.Box, _ radius: Double) {
    // The control points of a quarter of a circle.
    let pull = radius * 0.4477
    let (left, right, top, bottom) = (box.x, box.x + box.width, box.y, box.y + box.height)
    func point(_ x: Double, _ y: Double) -> String { "\(Self.number(x)) \(self.y(y))" }
    func corner(_ a: (Double, Double), _ b: (Double, Double), _ c: (Double, Double)) -> String {
      "\(point(a.0, a.1)) \(point(b.0, b.1)) \(point(c.0, c.1)) c"
    }
    write(
      [
        point(left + radius, top) + " m", point(right - radius, top) + " l",
        corner((right - pull, top), (right, top + pull), (right, top + radius)),
        point(right, bottom - radius) + " l",
        corner((right, bottom - pull), (right - pull, bottom), (right - radius, bottom)),
        point(left + radius, bottom) + " l",
        corner((left + pull, bottom), (left, bottom - pull), (left, bottom - radius)),
        point(left, top + radius) + " l",
        corner((left, top + pull), (left + pull, top), (left + radius, top)), "h",
      ].joined(separator: " "))
  }

  // MARK: Letters

  private mutating func add(_ label: Figure.Label) {
    let font = FigureFont(figure.lettering, isBold: label.isBold)
    let placed = font.place(label.text)
    let width = (placed.last.map { $0.x + $0.width } ?? 0) * label.size
    let start = label.anchor == .start ? 0 : label.anchor == .middle ? -width / 2 : -width
    // Turned letters stand on a line that is turned around the label's own place.
    let baseline = label.baseline - label.y
    let transform = Transform(turn: label.turn, x: label.x, y: figure.height - label.y)
    fill(label.fill)
    let name = label.isBold ? "F2" : "F1"
    for (first, glyphs) in Self.runs(placed) {
      for (glyph, scalar) in glyphs {
        used[name, default: (font, [:])].scalars[glyph] = scalar
      }
      let text = glyphs.map { Self.hex($0.glyph) }.joined()
      write(
        "BT /\(name) \(Self.number(label.size)) Tf "
          + "\(transform.matrix(x: start + first * label.size, y: -baseline)) Tm <\(text)> Tj ET")
    }
    for letter in placed where letter.glyph == nil && letter.scalar != 0x20 {
      let x = start + letter.x * label.size
      if let outline = other?.outline(letter.scalar) {
        draw(outline, x: x, y: -baseline, size: label.size, transform)
      } else {
        missing.insert(letter.scalar)
        drawBox(x: x, y: -baseline, width: letter.width * label.size, size: label.size, transform)
      }
    }
  }

  /// Letters that follow each other as their own widths have it.
  private static func runs(
    _ placed: [FigureFont.Placed]
  ) -> [(x: Double, glyphs: [(glyph: Int, scalar: UInt32)])] {
    var runs: [(x: Double, glyphs: [(glyph: Int, scalar: UInt32)])] = []
    var isOpen = false
    for letter in placed {
      guard let glyph = letter.glyph else {
        isOpen = false
        continue
      }
      if isOpen, letter.width > 0 {
        runs[runs.count - 1].glyphs.append((glyph, letter.scalar))
      } else {
        runs.append((letter.x, [(glyph, letter.scalar)]))
      }
      isOpen = letter.width > 0
    }
    return runs
  }

  /// A turn, in degrees clockwise as the figure has it, around a place of the page.
  private struct Transform {
    let cosine: Double
    let sine: Double
    let x: Double
    let y: Double

    init(turn: Double, x: Double, y: Double) {
      // The only turns are of a quarter.
      cosine = turn == 0 ? 1 : 0
      sine = turn == 0 ? 0 : turn < 0 ? 1 : -1
      self.x = x
      self.y = y
    }

    func point(_ across: Double, _ up: Double) -> (Double, Double) {
      (x + cosine * across - sine * up, y + sine * across + cosine * up)
    }

    func matrix(x across: Double, y up: Double) -> String {
      let (x, y) = point(across, up)
      return [cosine, sine, -sine, cosine, x, y].map(PDFDocument.number).joined(separator: " ")
    }
  }

  /// A letter as an area.
  private mutating func draw(
    _ outline: FontFace.Outline, x: Double, y: Double, size: Double, _ transform: Transform
  ) {
    func point(_ place: FontFace.Outline.Point) -> String {
      let (x, y) = transform.point(x + place.x * size, y + place.y * size)
      return "\(Self.number(x)) \(Self.number(y))"
    }
    var path: [String] = []
    for step in outline.steps {
      switch step {
      case .move(let to): path.append("\(point(to)) m")
      case .line(let to): path.append("\(point(to)) l")
      case .curve(let first, let second, let to):
        path.append("\(point(first)) \(point(second)) \(point(to)) c")
      }
    }
    if !path.isEmpty { write(path.joined(separator: " ") + " f") }
  }

  /// In the place of a letter that no font has.
  private mutating func drawBox(
    x: Double, y: Double, width: Double, size: Double, _ transform: Transform
  ) {
    let (inner, outer) = (0.12 * size, 0.06 * size)
    func ring(_ inset: Double, isReversed: Bool) -> String {
      var corners = [
        (x + inset, y + inset - outer), (x + width - inset, y + inset - outer),
        (x + width - inset, y + 0.75 * size - inset), (x + inset, y + 0.75 * size - inset),
      ]
      if isReversed { corners.reverse() }
      let points = corners.map { transform.point($0.0, $0.1) }
        .map { "\(Self.number($0.0)) \(Self.number($0.1))" }
      return points[0] + " m " + points.dropFirst().map { $0 + " l" }.joined(separator: " ") + " h"
    }
    write("\(ring(outer, isReversed: false)) \(ring(inner, isReversed: true)) f")
  }

  // MARK: The page's text

  private mutating func write(_ line: String) {
    page += line.utf8
    page.append(UInt8(ascii: "\n"))
  }

  /// PDF counts from below.
  private func y(_ value: Double) -> String { Self.number(figure.height - value) }

  private static func number(_ value: Double) -> String { SVGDocument.number(value) }

  private static func hex(_ value: Int) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// `#rrggbb` as three numbers from 0 to 1.
  private static func color(_ color: String) -> String {
    let rgb = UInt32(color.dropFirst(), radix: 16) ?? 0
    return [16, 8, 0].map { shift in
      // Three decimals tell 256 levels apart.
      let thousandths = (Int(rgb >> shift & 255) * 1000 + 127) / 255
      if thousandths % 1000 == 0 { return "\(thousandths / 1000)" }
      let digits = "\(thousandths)"
      return "." + String(repeating: "0", count: 3 - digits.count) + digits
    }.joined(separator: " ")
  }

  // MARK: The file

  var bytes: [UInt8] {
    var file = PDFFile()
    let pages = file.reserve()
    let content = file.add(stream: page)
    var fonts = ""
    for (name, letters) in used.sorted(by: { $0.key < $1.key }) {
      fonts += "/\(name) \(Self.add(letters.font, letters.scalars, to: &file)) 0 R "
    }
    let width = Self.number(figure.width * Self.scale)
    let height = Self.number(figure.height * Self.scale)
    let page = file.add(
      "<< /Type /Page /Parent \(pages) 0 R /MediaBox [0 0 \(width) \(height)] "
        + "/Resources << /Font << \(fonts)>> >> /Contents \(content) 0 R >>")
    file.set(pages, to: "<< /Type /Pages /Kids [\(page) 0 R] /Count 1 >>")
    let catalog = file.add("<< /Type /Catalog /Pages \(pages) 0 R >>")
    let title = "FEFF" + figure.title.utf16.map { Self.hex(Int($0)) }.joined()
    let info = file.add("<< /Title <\(title)> /Creator (bertviz-tui) >>")
    return file.bytes(catalog: catalog, info: info)
  }

  /// A font with the letters that are used, addressed by their glyphs' numbers, and what they are as text.
  private static func add(
    _ font: FigureFont, _ scalars: [Int: UInt32], to file: inout PDFFile
  ) -> Int {
    let tables = font.tables
    func units(_ value: Int) -> Int { value * 1000 / tables.unitsPerEm }
    let glyphs = scalars.keys.sorted()
    // Six letters tell a part of a font from the whole.
    let name = "BVTUIA+\(tables.name)"
    let data = file.add(stream: tables.subset(Set(glyphs)))
    let box = tables.box.map { "\(units($0))" }.joined(separator: " ")
    let descriptor = file.add(
      "<< /Type /FontDescriptor /FontName /\(name) /Flags 4 /FontBBox [\(box)] /ItalicAngle 0 "
        + "/Ascent \(units(tables.ascent)) /Descent \(units(tables.descent)) "
        + "/CapHeight \(units(tables.ascent)) /StemV 80 /FontFile2 \(data) 0 R >>")
    let widths = glyphs.map { "\($0) [\(units(tables.advance(ofGlyph: $0)))]" }
    let descendant = file.add(
      "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /\(name) "
        + "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        + "/FontDescriptor \(descriptor) 0 R /CIDToGIDMap /Identity "
        + "/W [\(widths.joined(separator: " "))] >>")
    let texts = glyphs.compactMap { glyph in
      Unicode.Scalar(scalars[glyph] ?? 0).map { scalar in
        "<\(hex(glyph))> <\(String(scalar).utf16.map { hex(Int($0)) }.joined())>"
      }
    }
    // No more than a hundred in one list.
    let lists = stride(from: 0, to: texts.count, by: 100).map { start in
      let list = texts[start..<min(texts.count, start + 100)]
      return "\(list.count) beginbfchar\n\(list.joined(separator: "\n"))\nendbfchar\n"
    }
    let map = file.add(
      stream: Array(
        ("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
          + "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
          + "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
          + "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n" + lists.joined()
          + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").utf8))
    return file.add(
      "<< /Type /Font /Subtype /Type0 /BaseFont /\(name) /Encoding /Identity-H "
        + "/DescendantFonts [\(descendant) 0 R] /ToUnicode \(map) 0 R >>")
  }
}

/// The objects of a PDF file, and where each of them begins.
private struct PDFFile {
  private var objects: [[UInt8]] = []

  /// The number of an object to be set later.
  mutating func reserve() -> Int { add("null") }

  mutating func add(_ object: String) -> Int { add(Array(object.utf8)) }

  private mutating func add(_ object: [UInt8]) -> Int {
    objects.append(object)
    return objects.count
  }

  mutating func set(_ number: Int, to object: String) { objects[number - 1] = Array(object.utf8) }

  /// Packed, unless there is no memory for that.
  mutating func add(stream: [UInt8]) -> Int {
    var size = compressBound(uLong(stream.count))
    var packed = [UInt8](repeating: 0, count: Int(size))
    let isPacked = compress2(&packed, &size, stream, uLong(stream.count), 9) == Z_OK
    let data = isPacked ? packed.prefix(Int(size)) : stream[...]
    let filter = isPacked ? " /Filter /FlateDecode" : ""
    return add(
      Array("<< /Length \(data.count) /Length1 \(stream.count)\(filter) >>\nstream\n".utf8) + data
        + Array("\nendstream".utf8))
  }

  func bytes(catalog: Int, info: Int) -> [UInt8] {
    // Bytes beyond ASCII in a comment tell programs that this is no text.
    var file = Array("%PDF-1.4\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
    var places: [Int] = []
    for (index, object) in objects.enumerated() {
      places.append(file.count)
      file += "\(index + 1) 0 obj\n".utf8
      file += object
      file += "\nendobj\n".utf8
    }
    let start = file.count
    file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8
    for place in places {
      let digits = String(place)
      file += (String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n").utf8
    }
    file +=
      ("trailer\n<< /Size \(objects.count + 1) /Root \(catalog) 0 R /Info \(info) 0 R >>\n"
      + "startxref\n\(start)\n%%EOF\n").utf8
    return file
  }
}
