import Attention
import CResources
import Cpng
import Explorer
import Files
import Foundation
import TerminalUI
import TestSupport
import Testing

@testable import Exporters

@Suite struct PictureTests {
  /// A picture, read back.
  private struct Picture {
    let width: Int
    let height: Int
    let bytes: [UInt8]

    init(_ file: [UInt8]) throws {
      var image = png_image()
      image.version = png_uint_32(PNG_IMAGE_VERSION)
      try #require(png_image_begin_read_from_memory(&image, file, file.count) != 0)
      image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
      var pixels = [UInt8](repeating: 0, count: Int(image.width * image.height) * 3)
      try #require(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
      width = Int(image.width)
      height = Int(image.height)
      bytes = pixels
    }

    subscript(x: Int, y: Int) -> UInt32 {
      let place = 3 * (y * width + x)
      return UInt32(bytes[place]) << 16 | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2])
    }

    /// The colours of a cell.
    func colors(cellX: Int, cellY: Int, scale: Int = 1) -> Set<UInt32> {
      var colors: Set<UInt32> = []
      for y in cellY * 18 * scale..<(cellY + 1) * 18 * scale {
        for x in cellX * 9 * scale..<(cellX + 1) * 9 * scale { colors.insert(self[x, y]) }
      }
      return colors
    }
  }

  private func paint(
    _ canvas: Canvas, scale: Int = 1, font: FileBytes? = nil,
    appearance: Theme.Appearance = .dark
  ) throws -> (picture: Picture, missing: Set<UInt32>) {
    var painter = try CanvasPainter(scale: scale, font: font, appearance: appearance)
    let raster = try painter.paint(canvas)
    return (try Picture(raster.png()), painter.missing)
  }

  private let red = Style(.rgb(0xff0000), on: .rgb(0x0000ff))

  @Test func blocksFillTheirPartOfTheCell() throws {
    var canvas = Canvas(width: 5, height: 1)
    canvas.write("▀▌▐█▂", x: 0, y: 0, style: red)
    let (picture, _) = try paint(canvas, scale: 2)
    #expect(picture.width == 90 && picture.height == 36)
    #expect([picture[0, 0], picture[17, 17], picture[0, 18]] == [0xff0000, 0xff0000, 0x0000ff])
    #expect([picture[18, 35], picture[26, 0], picture[27, 0]] == [0xff0000, 0xff0000, 0x0000ff])
    #expect([picture[36, 0], picture[44, 0], picture[45, 0]] == [0x0000ff, 0x0000ff, 0xff0000])
    #expect(picture.colors(cellX: 3, cellY: 0, scale: 2) == [0xff0000])
    #expect([picture[72, 26], picture[72, 27]] == [0x0000ff, 0xff0000])
  }

  @Test func linesJoinTheirNeighbours() throws {
    var canvas = Canvas(width: 2, height: 2)
    canvas.write("╭─", x: 0, y: 0, style: red)
    canvas.write("│", x: 0, y: 1, style: red)
    let (picture, _) = try paint(canvas, scale: 2)
    // Along the edges between the cells the ink goes on, in the same rows and columns.
    let right = (0..<36).filter { picture[17, $0] == 0xff0000 }
    #expect(!right.isEmpty && right == (0..<36).filter { picture[18, $0] == 0xff0000 })
    let down = (0..<18).filter { picture[$0, 35] == 0xff0000 }
    #expect(!down.isEmpty && down == (0..<18).filter { picture[$0, 36] == 0xff0000 })
    #expect(picture[0, 0] == 0x0000ff)
  }

  @Test func brailleHasItsDotsInPlace() throws {
    var canvas = Canvas(width: 2, height: 1)
    // Dots 1 and 8: upper left and lower right.
    canvas.write("⢁⣿", x: 0, y: 0, style: red)
    let (picture, _) = try paint(canvas, scale: 4)
    #expect(picture[9, 9] == 0xff0000)
    #expect(picture[27, 63] == 0xff0000)
    #expect([picture[27, 9], picture[9, 27], picture[9, 63]] == [0x0000ff, 0x0000ff, 0x0000ff])
    // Dots of neighbours touch.
    #expect(picture[36, 9] != 0x0000ff && picture[53, 9] == picture[54, 9])
  }

  @Test func lettersHaveInkAndStayInTheirCells() throws {
    var canvas = Canvas(width: 4, height: 1)
    canvas.write("M", x: 1, y: 0, style: red)
    canvas.write("M", x: 3, y: 0, style: red.adding(.bold))
    let (picture, missing) = try paint(canvas)
    #expect(missing.isEmpty)
    #expect(picture.colors(cellX: 0, cellY: 0) == [0x000000])
    #expect(picture.colors(cellX: 2, cellY: 0) == [0x000000])
    func ink(_ cell: Int) -> Int {
      (0..<18).reduce(0) { sum, y in
        sum + (0..<9).reduce(0) { $0 + Int(picture[cell * 9 + $1, y] >> 16) }
      }
    }
    #expect(ink(1) > 2000 && ink(3) > ink(1))
  }

  @Test func attributesAndTheTerminalsOwnColours() throws {
    var canvas = Canvas(width: 3, height: 1)
    canvas[0, 0] = Cell(" ", Style(.standard, on: .standard, .reverse))
    canvas[1, 0] = Cell(" ", Style(.rgb(0x00ff00), on: .standard, .underline))
    canvas[2, 0] = Cell(" ", Style(.standard, on: .indexed(9)))
    let dark = try paint(canvas).picture
    #expect(dark.colors(cellX: 0, cellY: 0) == [0xd0d0d0])
    #expect(dark[10, 16] == 0x00ff00 && dark[10, 15] == 0x000000)
    #expect(dark[20, 3] == 0xff0000)
    let paper = try paint(canvas, appearance: .mono).picture
    #expect(paper.colors(cellX: 0, cellY: 0) == [0x000000] && paper[10, 0] == 0xffffff)
  }

  @Test func whatTheFontLacksIsABoxAndSaid() throws {
    var canvas = Canvas(width: 4, height: 1)
    canvas.write("猫x", x: 0, y: 0, style: red)
    let (picture, missing) = try paint(canvas)
    #expect(missing == [0x732B])
    // As wide as two columns.
    #expect(picture[1, 3] == 0xff0000 && picture[16, 3] == 0xff0000)
    #expect(picture[8, 8] == 0x0000ff && picture[17, 3] == 0x0000ff)

    let record = ExportSample.weights([ExportSample.token("猫"), ExportSample.token("犬")]) { _, _ in
      0.5
    }
    let file = try ExportedFile(ExportSample.state(record), as: .png)
    #expect(
      file.notes == [
        "2 characters drawn as boxes, such as 犬 猫: the font lacks them, --font FILE gives another"
      ])
  }

  @Test func anotherFontIsAskedForWhatIsMissing() throws {
    var canvas = Canvas(width: 2, height: 1)
    canvas.write("猫", x: 0, y: 0, style: red)
    // The built-in font once more has no such character either, and is a font.
    let (_, missing) = try paint(canvas, font: Self.builtInFont)
    #expect(missing == [0x732B])
  }

  private static var builtInFont: FileBytes {
    FileBytes(
      name: "font",
      static: UnsafeRawBufferPointer(
        start: resource_font_regular.bytes, count: resource_font_regular.size))
  }

  @Test func whatIsNoFontIsRefused() throws {
    let text = FileBytes(Array("no font".utf8))
    let error = #expect(throws: ExportError.self) { try FontFace(text, pixelSize: 15) }
    #expect(
      error?.description
        == "test: no font to draw with: it is neither TrueType nor OpenType, or it is broken")
    #expect(throws: ExportError.self) { try FontFace(FileBytes([]), pixelSize: 15) }
  }

  /// A font may be anything: it is refused, or draws something.
  @Test func brokenFontsDoNoHarm() throws {
    var random = SeededGenerator(seed: 5)
    let font = Self.builtInFont.contents
    for _ in 0..<60 {
      var broken = font
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        // Most of what decides lies at the beginning.
        let end = Bool.random(using: &random) ? 400 : broken.count
        broken[Int.random(in: 0..<end, using: &random)] = .random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        broken.removeLast(Int.random(in: 0..<broken.count, using: &random))
      }
      guard let face = try? FontFace(FileBytes(broken), pixelSize: 15) else { continue }
      for scalar in UInt32(0x20)...0x17F {
        guard let glyph = face.glyph(scalar) else { continue }
        #expect(glyph.coverage.count == glyph.width * glyph.height)
      }
    }
  }

  @Test func aPictureThatNobodyCouldShowIsRefused() throws {
    let canvas = Canvas(width: 2000, height: 2000)
    var painter = try CanvasPainter(scale: 4, font: nil, appearance: .dark)
    let error = #expect(throws: ExportError.self) { try painter.paint(canvas) }
    #expect(
      error?.description
        == "a picture of 72000×144000 pixels is too large: give a smaller --size or --scale")
  }

  @Test(arguments: ViewKind.allCases, [Theme.Appearance.dark, .light, .mono])
  func everyViewIsAPicture(_ view: ViewKind, _ appearance: Theme.Appearance) throws {
    let state = ExportSample.state(ExportSample.pair, view)
    var options = ExportedFile.Options(appearance: appearance)
    options.scale = 1
    options.isScreen = true
    let file = try ExportedFile(state, as: .png, options)
    #expect(file.notes == [])
    let picture = try Picture(file.bytes)
    #expect(picture.width == 720 && picture.height == 432)
    // The second row begins with a blank on the page's own colour.
    #expect(picture[2, 20] == (appearance == .dark ? 0x000000 : 0xffffff))
    #expect(try ExportedFile(state, as: .png, options).bytes == file.bytes)
  }
}

@Suite struct ExportedFileTests {
  private func text(_ format: ExportFormat, _ options: ExportedFile.Options = .init()) throws
    -> String
  {
    let state = ExportSample.state(ExportSample.pair)
    return String(decoding: try ExportedFile(state, as: format, options).bytes, as: UTF8.self)
  }

  @Test func textIsTheScreen() throws {
    var state = ExportSample.state(ExportSample.pair)
    state.display.depth = .none
    #expect(try text(.txt) == state.render().text + "\n")
    state.display.depth = .indexed256
    // It may be shown on a light page.
    var painted = state
    painted.display.paintsPage = true
    #expect(try text(.ansi) == painted.render().ansiText())
    var options = ExportedFile.Options(appearance: .light)
    options.depth = .truecolor
    #expect(try text(.ansi, options).contains("48;2;255;255;255m"))
  }

  @Test func theEndingChoosesTheFormat() throws {
    #expect(ExportFormat(path: "a.b/c.SVG") == .svg)
    #expect(ExportFormat(path: "svg") == nil)
    let error = #expect(throws: ExportError.self) { try ExportFormat.format(ofPath: "x.jpg") }
    #expect(
      error?.description
        == "x.jpg: unknown file ending, known are .html, .svg, .pdf, .png, .csv, .tsv, .ansi, .txt")
  }

  @Test func errorsNameTheMend() {
    #expect(
      ExportError.pageTooLarge(byteCount: 300 << 20, limit: 64 << 20).description
        == "the page would hold 300 MB of attention, and browsers take about 64 MB: "
        + "keep fewer layers with --layers, or shorten the text")
    #expect(
      ExportError.noPicture(reason: "x").description == "the picture cannot be encoded: x")
  }
}
