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
      glyphs.lines = lines
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
  @Test(arguments: LineInk.allCases)
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
}
