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
    _ start: Int, _ end: Int, thickness: Int = 1, style: Style? = nil, rank: Float = 1
  ) -> LineCanvas.Line {
    LineCanvas.Line(
      start: start, end: end, thickness: thickness, style: style ?? strong, rank: rank)
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
    let climbing = picture([line(14, 2)], width: 6, height: 4, glyphs: .ascii)
    #expect(climbing.text.contains("/"))
    #expect(!climbing.text.contains("\\"))
  }

  @Test func dottedLinesSkipColumns() {
    var dotted = line(2, 2)
    dotted.isDotted = true
    #expect(picture([dotted]).text == "⠄ ⠄ ⠄ ⠄\n")
  }
}
