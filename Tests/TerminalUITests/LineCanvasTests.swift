import TerminalUI
import Testing

@Suite struct LineCanvasTests {
  private let strong = Style(.indexed(1))
  private let weak = Style(.indexed(2))

  private func picture(
    _ lines: [LineCanvas.Line], width: Int = 8, height: Int = 2, glyphs: Glyphs = .unicode
  ) -> Canvas {
    var lineCanvas = LineCanvas(width: width, height: height, glyphs: glyphs)
    lineCanvas.draw(lines)
    var canvas = Canvas(width: width, height: height)
    lineCanvas.paint(on: &canvas, x: 0, y: 0)
    return canvas
  }

  private func line(
    _ start: Float, _ end: Float, thickness: Int = 1, style: Style? = nil, rank: Float = 1
  ) -> LineCanvas.Line {
    // In quarters of a row.
    LineCanvas.Line(
      start: start / 4, end: end / 4, thickness: thickness, style: style ?? strong, rank: rank)
  }

  @Test func aLevelLineRunsThroughItsDotRow() {
    #expect(picture([line(2, 2)]).text == "⠤⠤⠤⠤⠤⠤⠤⠤\n")
    #expect(picture([line(2, 2, thickness: 2)]).text == "⣤⣤⣤⣤⣤⣤⣤⣤\n")
    #expect(picture([line(2, 2, thickness: 3)]).text == "⣶⣶⣶⣶⣶⣶⣶⣶\n")
  }

  @Test func aCurveLeavesAndArrivesLevel() {
    #expect(picture([line(2, 6)]).text == "⠤⠤⣀⡀\n   ⠈⠑⠒⠤⠤")
  }

  @Test func theStrongerLineClearsTheCell() {
    let crossing = picture([line(0, 0, rank: 2), line(3, 3, style: weak, rank: 1)])
    #expect(crossing[4, 0] == Cell("⠉", strong))
  }

  @Test func drawingOrderDoesNotMatter() {
    let lines = [
      line(0, 7, rank: 3), line(7, 0, style: weak, rank: 1), line(2, 6, style: weak, rank: 2),
    ]
    #expect(picture(lines) == picture(lines.reversed()))
  }

  @Test func equalRanksShareACell() {
    #expect(picture([line(0, 0), line(3, 3)], height: 1)[0, 0].text == "⣉")
  }

  @Test func aSteepLineHasNoGapsAndKeepsItsThickness() {
    #expect(
      picture([line(0, 31)], width: 4, height: 8).text == """
        ⢱
         ⡇
         ⢳
         ⢸
          ⡇
          ⢇
          ⢸
          ⠈⢇
        """)
    #expect(
      picture([line(0, 31, thickness: 3)], width: 4, height: 8).text == """
        ⢻⣇
        ⢸⣿
         ⣿⡄
         ⢿⡇
         ⢸⣷
         ⠸⣿
          ⣿⡆
          ⢻⣧
        """)
  }

  @Test func linesOfOneLookRunTogether() {
    let two = picture([line(0, 7, style: weak), line(7, 0, style: weak)])
    #expect(two.text == "⠉⠑⠢⢄⡠⠔⠊⠉\n⣀⡠⠔⠊⠑⠢⢄⣀")
  }

  @Test func aLineThatLeavesTheCanvasIsCut() {
    let canvas = picture([line(2, -40)])
    #expect(canvas[0, 0].text != " ")
    #expect(canvas[7, 0].text == " " && canvas[7, 1].text == " ")
  }

  @Test func asciiShowsSlopeAndStrength() {
    #expect(
      picture([line(2, 2), line(6, 6, thickness: 2)], glyphs: .ascii).text == "--------\n========")
    // A slash where the line goes on in another row.
    #expect(
      picture([line(14, 2)], width: 12, height: 4, glyphs: .ascii).text == """
                 ---
              --/
           --/
        --/
        """)
    #expect(
      picture([line(2, 6)], width: 8, height: 2, glyphs: .ascii).text == "---\\\n    ----")
  }

  /// The same curve in the other characters.
  @Test func solidLines() {
    func text(_ lines: LineInk, thickness: Int) -> String {
      var glyphs = Glyphs.unicode
      glyphs.lineInk = lines
      return picture([line(2, 6, thickness: thickness)], glyphs: glyphs).text
    }
    #expect(text(.octants, thickness: 1) == "𜴧𜴧▂𜺣\n   𜺫𜴄𜴆𜴧𜴧")
    #expect(text(.octants, thickness: 3) == "▆▆▄𜶻𜺣\n  🮂𜴅𜴦🮅▆▆")
    #expect(text(.sextants, thickness: 1) == "🬋🬋🬭🬭\n    🬂🬂🬋🬋")
    #expect(text(.sextants, thickness: 3) == "🬹🬹🬭🬭\n  🬂🬂🬎🬎🬹🬹")
    #expect(text(.blocks, thickness: 1) == "▄▄▖\n  ▝▀▀▚▄▄")
    #expect(text(.blocks, thickness: 3) == "▄▄▖\n▀▀▜██▙▄▄")
  }

  /// Unicode has a character for each set of parts, and no two the same.
  @Test(arguments: LineInk.allCases.filter { !$0.isPicture })
  func everySetOfPartsHasItsCharacter(ink: LineInk) {
    let sets = 0..<1 << (LineInk.dotsAcross * ink.dotsDown)
    let characters = sets.map { ink.character(UInt8($0)) }
    #expect(Set(characters).count == sets.count)
    #expect(characters[sets.last ?? 0] == (ink == .braille ? "⣿" : "█"))
  }

  /// By their names: BLOCK OCTANT-3, -2345678 and -124, three with names of their own; BLOCK SEXTANT-1, -35, -235, -146,
  /// -1246 and -23456.
  @Test func charactersAreUnicodes() {
    let octants: [(UInt8, Unicode.Scalar)] = [
      (0b0000_0100, "\u{1CD00}"), (0b1111_1110, "\u{1CDE5}"), (0b0000_1011, "\u{1CD05}"),
      (0b0001_0100, "\u{1FBE6}"), (0b0011_1111, "\u{1FB85}"), (0b1000_0000, "\u{1CEA0}"),
    ]
    for (dots, character) in octants { #expect(LineInk.octants.character(dots) == character) }
    let sextants: [(UInt8, Unicode.Scalar)] = [
      (0b000001, "\u{1FB00}"), (0b010100, "\u{1FB13}"), (0b010110, "\u{1FB14}"),
      (0b101001, "\u{1FB27}"), (0b101011, "\u{1FB28}"), (0b111110, "\u{1FB3B}"),
    ]
    for (dots, character) in sextants { #expect(LineInk.sextants.character(dots) == character) }
  }

  @Test func aCutLineHasItsEndsOnly() {
    var cut = line(2, 2)
    cut.isCut = true
    #expect(picture([cut], width: 15).text == "⠤⠤⠤         ⠤⠤⠤\n")
    #expect(picture([cut], width: 15, glyphs: .ascii).text == "---         ---\n")
  }

  @Test func dottedLinesSkipColumns() {
    var dotted = line(2, 2)
    dotted.isDotted = true
    #expect(picture([dotted]).text == "⠄ ⠄ ⠄ ⠄\n")
  }

  // MARK: Pictures

  private func raster(_ lines: [LineCanvas.Line], codes: Int = 255) -> LineRaster {
    LineRaster(lines, rows: 2, width: 32, height: 32, codes: codes)
  }

  private func curve(_ start: Float, _ end: Float, width: Float, color: UInt32) -> LineCanvas.Line {
    var line = LineCanvas.Line(
      start: start, end: end, thickness: 1, style: Style(.rgb(color)), rank: 1)
    line.width = width
    return line
  }

  /// A picture leaves its cells free, and tells what is to be drawn there.
  @Test func aPictureOfLines() {
    var glyphs = Glyphs.unicode
    glyphs.lineInk = .kitty
    var lineCanvas = LineCanvas(width: 8, height: 2, glyphs: glyphs)
    let (back, front) = ([line(0, 3, rank: 2), line(1, 3, rank: 1)], [line(3, 0, rank: 9)])
    lineCanvas.draw(back)
    lineCanvas.draw(front)
    lineCanvas.draw([])
    var canvas = Canvas(width: 10, height: 4)
    lineCanvas.paint(on: &canvas, x: 1, y: 1)
    #expect(canvas.text == "\n\n\n")
    let free = (0..<40).filter { canvas[$0 % 10, $0 / 10].style.attributes.contains(.picture) }
    #expect(free == Array(11...18) + Array(21...28))
    #expect(
      canvas.pictures == [
        LinePicture(
          .kitty, area: Rect(x: 1, y: 1, width: 8, height: 2), layers: [back.reversed(), front])
      ])
    var window = Canvas(width: 20, height: 4)
    window.copy(0..<4, of: canvas, toColumn: 10)
    #expect(window.pictures.map(\.area) == [Rect(x: 11, y: 1, width: 8, height: 2)])
    #expect(window[11, 1].style.attributes == .picture)
  }

  /// As much of each pixel as the line covers.
  @Test func aLevelLineInPixels() {
    let level = raster([curve(0.5, 0.5, width: 0.25, color: 0xFF0000)])
    for x in 0..<32 {
      #expect(
        (0..<32).map { level.color(x: x, y: $0)?.share ?? 0 }
          == Array(repeating: 0, count: 6) + [4, 4, 4, 4] + Array(repeating: 0, count: 22))
    }
    #expect(level.colors == [0xFF0000])
    let thin = raster([curve(0.53125, 0.53125, width: 0.125 / 4, color: 0xFF0000)])
    #expect((0..<32).compactMap { thin.color(x: 5, y: $0)?.share } == [2])
  }

  /// A drawing's curve: its place is that of the cubic with both control points in the middle.
  @Test func theCurveIsThatOfADrawing() {
    let picture = LineRaster(
      [curve(0, 10, width: 0.5, color: 1)], rows: 10, width: 200, height: 200, shares: 255)
    for step in 1..<40 {
      let t = Double(step) / 40
      let x = 200 * (1.5 * t * (1 - t) + t * t * t)
      let column = Int(x)
      // Half a column is as much as a row, and rows are whole.
      let rows = (0..<200).filter { picture.color(x: column, y: $0) != nil }
      let middle = Double(rows.reduce(0, +)) / Double(rows.count) + 0.5
      #expect(abs(middle - 200 * (3 * t * t - 2 * t * t * t)) < 3, "\(t)")
    }
  }

  /// A steep line is as wide across as a level one is.
  @Test func aSteepLineIsAsWide() {
    let steep = LineRaster(
      [curve(0, 40, width: 0.4, color: 1)], rows: 40, width: 80, height: 400, shares: 255)
    // In the middle it climbs 10 pixels a pixel.
    let row = (0..<80).compactMap { steep.color(x: $0, y: 200)?.share }
    #expect(abs(Double(row.reduce(0, +)) / 255 - 4) < 0.5)
  }

  @Test func theStrongerLineIsOnTop() {
    let crossing = raster([
      curve(0, 2, width: 0.3, color: 0x0000FF), curve(2, 0, width: 0.3, color: 0xFF0000),
    ])
    #expect(crossing.color(x: 16, y: 16)?.color == 0xFF0000)
    #expect(crossing.color(x: 1, y: 1)?.color == 0x0000FF)
  }

  /// More colours than there is room for are drawn in those most like them; colours that nobody knows, not at all.
  @Test func manyColors() {
    let lines = (0..<300).map { curve(0.5, 0.5, width: 0.3, color: UInt32($0) << 8) }
    #expect(raster(lines).colors.count == 255)
    #expect(raster(lines).shares == 1)
    // 0x12B00 is most like 0x2B00.
    #expect(raster(lines).color(x: 3, y: 8)?.color == 0x2B00)
    #expect(raster(Array(lines[..<50])).shares == 4)
    let few = raster(Array(lines[..<7]), codes: 15)
    #expect(few.shares == 2 && few.colors.count == 7)
    #expect(few.pixels.allSatisfy { $0 <= 15 })
    let unknown = LineCanvas.Line(
      start: 0.5, end: 0.5, thickness: 2, style: Style(.indexed(3)), rank: 1)
    #expect(raster([unknown]).pixels.allSatisfy { $0 == 0 })
  }

  /// Places far outside, and numbers that are none, draw nothing and do no harm.
  @Test(arguments: [Float.infinity, .nan, 1e30, -1e30])
  func placesOutOfSight(place: Float) {
    #expect(raster([curve(place, place, width: 0.2, color: 1)]).pixels.allSatisfy { $0 == 0 })
    _ = raster([curve(0, place, width: 0.2, color: 1)])
  }

  @Test func dashes() {
    var loss = curve(0.5, 0.5, width: 0.2, color: 1)
    loss.isDotted = true
    let row = (0..<32).map { raster([loss]).color(x: $0, y: 8) != nil }
    #expect(row.contains(true) && row.contains(false))
  }
}
