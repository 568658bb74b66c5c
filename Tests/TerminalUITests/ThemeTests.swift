import TerminalUI
import Testing

@Suite struct ThemeTests {
  @Test(arguments: [
    (Float(0), 0), (0.004, 0), (0.0049, 0), (0.005, 1), (0.072, 1), (0.073, 2), (0.23, 3),
    (0.45, 4), (0.76, 5), (1, 5),
  ])
  func levelOfAWeight(_ weight: Float, _ level: Int) {
    #expect(Theme.level(of: weight) == level)
  }

  @Test func levelOfWhatIsNoNumber() {
    #expect(Theme.level(of: .nan) == 0)
    #expect(Theme.level(of: .infinity) == 0)
    #expect(Theme.signedLevel(.nan) == 0)
  }

  @Test(arguments: [
    (Float(0.39), 0), (0.40, 1), (1.24, 2), (1.94, 3), (2.77, 4), (3.89, 5), (5.89, 6), (-0.41, -1),
    (-7, -6),
  ])
  func levelOfASignedValue(_ value: Float, _ level: Int) {
    #expect(Theme.signedLevel(value) == level)
  }

  @Test func heatUsesTheWholeRamp() {
    for depth in ColorDepth.allCases {
      for appearance in [Theme.Appearance.dark, .light] {
        let theme = Theme(appearance, depth: depth, glyphs: .unicode)
        #expect(theme.heatStep(0) == 0)
        #expect(theme.heatStep(1) == theme.heatSteps - 1)
        #expect(theme.heatStep(-1) == 0)
        #expect(theme.heatStep(.nan) == 0)
        #expect(theme.heatStep(7) == theme.heatSteps - 1)
        // Every step can be drawn.
        for step in 0...100 { _ = theme.heatCell(top: Float(step) / 100, bottom: 1) }
      }
    }
  }

  @Test func withoutColourLevelsAreCharacters() {
    let theme = Theme(.mono, depth: .truecolor, glyphs: .unicode)
    #expect([0, 0.25, 0.65, 1].map { theme.heatCell($0).text } == [" ", "▒", "▓", "█"])
    #expect(theme.heatCell(top: 0, bottom: 1).text == "█")
    #expect(
      [-6, -1, 0, 1, 6].map { theme.signedCell(level: $0).text } == ["≡", "·", " ", "░", "█"])
    #expect(theme.style(.text, on: .bar).attributes == .reverse)
  }

  @Test func asciiHasNoOtherCharacters() {
    let theme = Theme(.dark, depth: .indexed256, glyphs: .ascii)
    for step in -6...6 { #expect(theme.signedCell(level: step).scalar < 128) }
    for step in 0...20 { #expect(theme.heatCell(Float(step) / 20).scalar < 128) }
    #expect(theme.glyphs.horizontalBar(0.6, columns: 4) == "##-")
  }

  /// Capitals for plus, small letters for minus.
  @Test func asciiTellsSignsApart() {
    let theme = Theme(.mono, depth: .none, glyphs: .ascii)
    let (plus, minus) = ([1, 4, 6], [-1, -4, -6])
    #expect(plus.map { theme.signedCell(level: $0).text } == ["+", "X", "M"])
    #expect(minus.map { theme.signedCell(level: $0).text } == ["-", "x", "m"])
  }

  /// Few steps, of the same ramp: what they are mixed of is no matter of how many there are.
  @Test(arguments: [Theme.Appearance.dark, .light])
  func fewStepsHaveTrueColoursToo(_ appearance: Theme.Appearance) {
    let fine = Theme(appearance, depth: .truecolor, glyphs: .unicode)
    var coarse = fine
    coarse.isCoarse = true
    #expect(Set((0...100).map { coarse.heatColor(Float($0) / 100) }).count == 7)
    #expect([0, 1].map { coarse.heatColor($0) } == [0, 1].map { fine.heatColor($0) })
    for level in [-6, -4, -1, 1, 4, 6] {
      #expect(coarse.signedCell(level: level) == fine.signedCell(level: level))
    }
  }

  @Test func barsGrowByEighths() {
    let glyphs = Glyphs.unicode
    #expect(glyphs.horizontalBar(1, columns: 3) == "███")
    #expect(glyphs.horizontalBar(0.5, columns: 3) == "█▌")
    #expect(glyphs.horizontalBar(0.01, columns: 3) == "")
    #expect(glyphs.horizontalBar(.nan, columns: 3) == "")
    #expect(glyphs.verticalBar(0.019) == " ")
    #expect(glyphs.verticalBar(0.02) == "▁")
    #expect(glyphs.verticalBar(1) == "█")
  }

  @Test func trueColourUsesNoIndexes() {
    let theme = Theme(.light, depth: .truecolor, glyphs: .unicode)
    for ink in [Theme.Ink.text, .bright, .dim, .faint, .accent, .special, .border] {
      let style = theme.style(ink, on: .bar)
      #expect(style.foreground.rgb != nil)
      #expect(style.background.rgb != nil)
    }
    // Level 4 is dark enough on white: head 5 is tan, index 95 (875f5f) at .85 over white.
    #expect(theme.headColor(5, level: 5).rgb == 0x875F5F)
  }

  @Test func sixteenHeadsThenAgain() {
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    #expect(Set((0..<16).map { theme.headColor($0) }).count == 16)
    #expect(theme.headColor(16) == theme.headColor(0))
  }
}
