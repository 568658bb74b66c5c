import TerminalUI
import Testing

@Suite struct HeatMapTests {
  /// Gains and losses of one size differ by hue, without colour by shape, and neither looks like nothing.
  @Test(arguments: [ColorDepth.none, .ansi16, .indexed256, .truecolor])
  func signsAreToldApart(_ depth: ColorDepth) {
    for glyphs in [Glyphs.unicode, .ascii] {
      for appearance in [Theme.Appearance.dark, .light, .mono] {
        var theme = Theme(appearance, depth: depth, glyphs: glyphs)
        theme.showsSigns = true
        let cells = [-0.8, 0, 0.8].map { theme.heatCell(Float($0)) }
        #expect(Set(cells).count == 3)
        if theme.depth == .none || glyphs == .ascii {
          #expect(Set(cells.map(\.scalar)).count == 3)
        }
        let pair = theme.heatCell(top: -0.8, bottom: 0.1)
        #expect(pair != theme.heatCell(top: 0.8, bottom: 0.1))
      }
    }
  }

  @Test func barsOfLossesAreHatched() {
    #expect(Glyphs.unicode.horizontalBar(-0.5, columns: 6) == "░░░")
    #expect(Glyphs.ascii.horizontalBar(-2, columns: 3) == "---")
    #expect(Glyphs.unicode.verticalBar(-1) == "≡" && Glyphs.unicode.verticalBar(-0.3) == "·")
    #expect(Glyphs.unicode.verticalBar(-0.01) == " ")
  }

  private let dark = Theme(.dark, depth: .indexed256, glyphs: .unicode)
  private let mono = Theme(.mono, depth: .none, glyphs: .unicode)
  private let ascii = Theme(.dark, depth: .indexed256, glyphs: .ascii)
  private let sixteen = Theme(.dark, depth: .ansi16, glyphs: .unicode)

  @Test func aCellShowsTwoPixels() {
    let cell = dark.heatCell(top: HeatPixel(1), bottom: HeatPixel(0))
    #expect(cell == Cell("▀", Style(.indexed(231), on: .indexed(232))))
  }

  @Test func noWeightIsHatched() {
    #expect(dark.heatCell(top: .empty, bottom: .empty) == Cell("╱", dark.style(.faint)))
    #expect(ascii.heatCell(top: .empty, bottom: .empty) == Cell("/", ascii.style(.faint)))
    #expect(mono.heatCell(top: .empty, bottom: .empty).text == "╱")
    #expect(dark.heatNumber(.empty, isFaint: true) == dark.style(.faint))
  }

  @Test(arguments: Theme.Appearance.allCases, [true, false])
  func noWeightIsNotAWeightOfZero(_ appearance: Theme.Appearance, isUnicode: Bool) {
    for depth in [ColorDepth.none, .ansi16, .indexed256, .truecolor] {
      let theme = Theme(appearance, depth: depth, glyphs: isUnicode ? .unicode : .ascii)
      let none = theme.heatCell(top: .empty, bottom: .empty)
      for mark in [HeatPixel.Mark.none, .cross] {
        let zero = HeatPixel(0, mark: mark)
        #expect(theme.heatCell(top: zero, bottom: zero) != none)
        #expect(theme.heatCell(top: zero, bottom: .empty) != none || !theme.hasHeatPixels)
      }
    }
  }

  @Test func thePageShowsBesideAWeight() {
    #expect(
      dark.heatCell(top: .empty, bottom: HeatPixel(1)) == Cell("▄", Style(.indexed(231))))
    #expect(
      dark.heatCell(top: HeatPixel(0), bottom: .empty) == Cell("▀", Style(.indexed(232))))
  }

  @Test func theCrosshairCoversOnlyWhatIsNearlyDark() {
    let faint = dark.heatCell(top: HeatPixel(0.12, mark: .cross), bottom: HeatPixel(0.12))
    #expect(faint.style == Style(.indexed(237), on: .indexed(235)))
    let strong = dark.heatCell(top: HeatPixel(0.13, mark: .cross), bottom: HeatPixel(0.13))
    #expect(strong.style == Style(.indexed(53), on: .indexed(53)))
    #expect(
      dark.heatCell(top: HeatPixel(0, mark: .focus), bottom: .empty).style.foreground
        == .indexed(222))
  }

  @Test func theLargerPixelShowsWithoutHalfBlocks() {
    #expect(mono.heatCell(top: HeatPixel(0), bottom: HeatPixel(1)).text == "█")
    #expect(mono.heatCell(top: .empty, bottom: HeatPixel(1)).text == "█")
    #expect(mono.heatCell(top: HeatPixel(0, mark: .cross), bottom: HeatPixel(0)).text == "·")
    #expect(mono.heatCell(top: HeatPixel(0.5, mark: .cross), bottom: HeatPixel(0)).text == "▒")
    let focus = mono.heatCell(top: HeatPixel(1), bottom: HeatPixel(0, mark: .focus))
    #expect(focus == Cell("█", Style(.standard, on: .standard, [.reverse, .bold])))
    #expect(sixteen.heatCell(top: HeatPixel(1, mark: .cross), bottom: .empty).text == "█")
    let tinted = ascii.heatCell(top: HeatPixel(0.05, mark: .cross), bottom: .empty)
    #expect(tinted.text == ".")
    #expect(tinted.style.background == .indexed(237))
  }

  @Test func numbersCanBeReadOnTheirColour() {
    #expect(
      dark.heatNumber(HeatPixel(0.95), isFaint: false) == Style(.indexed(16), on: .indexed(230)))
    #expect(
      dark.heatNumber(HeatPixel(0.2), isFaint: false) == Style(.indexed(252), on: .indexed(89)))
    #expect(dark.heatNumber(HeatPixel(0), isFaint: true) == Style(.indexed(245), on: .indexed(232)))
    let light = Theme(.light, depth: .indexed256, glyphs: .unicode)
    #expect(
      light.heatNumber(HeatPixel(1), isFaint: false) == Style(.indexed(231), on: .indexed(16)))
    #expect(
      mono.heatNumber(HeatPixel(0.9), isFaint: false) == Style(.standard, on: .standard, .bold))
    #expect(mono.heatNumber(HeatPixel(0.2), isFaint: false) == Style())
  }
}
