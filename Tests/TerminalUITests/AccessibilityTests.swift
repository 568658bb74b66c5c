import Foundation
import Testing

@testable import TerminalUI

extension Theme: CustomTestStringConvertible {
  public var testDescription: String { "\(appearance) \(depth)" }
}

/// What holds for every eye and every terminal: no colour tells what is not also told by lightness or a sign.
@Suite struct AccessibilityTests {
  static let themes: [Theme] = [Theme.Appearance.dark, .light].flatMap { appearance in
    [ColorDepth.indexed256, .truecolor].map { Theme(appearance, depth: $0, glyphs: .unicode) }
  }

  private func rgb(_ color: Color) throws -> UInt32 { try #require(color.fixedRGB) }

  private func signed(_ theme: Theme, _ level: Int) throws -> UInt32 {
    try rgb(theme.signedCell(level: level).style.background)
  }

  /// The worst that someone sees of two colours' difference.
  private func leastDifference(_ a: UInt32, _ b: UInt32) -> Double {
    ColorVision.allCases.map { $0.difference(a, b) }.min() ?? 0
  }

  // MARK: Colour-blindness

  @Test func theSimulationDoesWhatItIsKnownFor() {
    // Red is dark to protanopes; green and red come together for both.
    #expect(ColorVision.protanopia.lightness(0xFF0000) < 41)
    #expect(ColorVision.normal.lightness(0xFF0000) > 53)
    #expect(ColorVision.deuteranopia.difference(0x008700, 0xAF5F00) < 12)
    #expect(ColorVision.normal.difference(0x008700, 0xAF5F00) > 19)
    #expect(ColorVision.tritanopia.difference(0x0000FF, 0x005F5F) < 25)
    for vision in ColorVision.allCases {
      // Greys stay what they are.
      #expect(abs(vision.lightness(0x808080) - ColorVision.normal.lightness(0x808080)) < 0.01)
    }
  }

  @Test(arguments: themes)
  func weightsRiseInLightness(_ theme: Theme) throws {
    for vision in ColorVision.allCases {
      let lightness = try (0..<theme.heatSteps).map {
        vision.lightness(try rgb(theme.heatRamp.colors[$0]))
      }
      for (step, next) in zip(lightness, lightness.dropFirst()) {
        #expect(theme.appearance == .light ? step - next > 0.8 : next - step > 0.8)
      }
      #expect(abs(lightness[0] - (lightness.last ?? 0)) > 95)
    }
  }

  /// A number's sign can be seen at every level, whatever the level of the other.
  @Test(arguments: themes)
  func signsDiffer(_ theme: Theme) throws {
    for plus in 1...6 {
      for minus in 1...6 {
        let difference = leastDifference(try signed(theme, plus), try signed(theme, -minus))
        #expect(difference > 9, "+\(plus) −\(minus)")
      }
    }
    let inks = try [1, -1].map { try rgb(theme.signedInk($0).foreground) }
    #expect(leastDifference(inks[0], inks[1]) > 20)
  }

  @Test(arguments: themes)
  func levelsDiffer(_ theme: Theme) throws {
    for sign in [1, -1] {
      for level in 1...6 {
        let difference = leastDifference(
          try signed(theme, sign * (level - 1)), try signed(theme, sign * level))
        // In true colour the steps are finer near the end, where the number matters more.
        #expect(difference > (theme.depth == .truecolor ? 0.5 : 4.9), "\(sign * level)")
      }
    }
  }

  @Test(arguments: themes)
  func neighbouringHeadsDiffer(_ theme: Theme) throws {
    for head in 0..<16 {
      let difference = leastDifference(
        try rgb(theme.headColor(head)), try rgb(theme.headColor(head + 1)))
      #expect(difference > (theme.depth == .truecolor ? 5.5 : 7), "\(head)")
    }
  }

  @Test(arguments: themes)
  func headsHaveLevels(_ theme: Theme) throws {
    let page: UInt32 = theme.appearance == .light ? 0xFFFFFF : 0
    for head in 0..<16 {
      let contrast = try (1...5).map {
        ColorVision.contrast(try rgb(theme.headColor(head, level: $0)), page)
      }
      #expect(contrast == contrast.sorted(), "\(head): \(contrast)")
      #expect(contrast[3] > 2.2 && contrast[4] > 2.7, "\(head): \(contrast)")
    }
  }

  @Test(arguments: themes)
  func sentencesDiffer(_ theme: Theme) throws {
    let colors = try [0, 1].map { try rgb(theme.sentenceGutter($0).foreground) }
    #expect(leastDifference(colors[0], colors[1]) > 20)
    #expect([0, 1].map { theme.sentenceCell($0, isFirst: true).text } == ["A", "B"])
  }

  // MARK: Legibility

  @Test(arguments: themes)
  func whatIsWrittenCanBeRead(_ theme: Theme) throws {
    let surfaces: [Theme.Surface] = [.page, .bar, .row, .overlay]
    for surface in surfaces {
      func contrast(_ style: Style) throws -> Double {
        // A dark page is the terminal's own: black, or nearly so.
        let ground = style.background == .standard ? 0x1C1C1C : try rgb(style.background)
        return ColorVision.contrast(try rgb(style.foreground), ground)
      }
      for ink in [Theme.Ink.text, .bright, .accent, .special] {
        #expect(try contrast(theme.style(ink, on: surface)) > 4.5, "\(ink) on \(surface)")
      }
      #expect(try contrast(theme.style(.dim, on: surface)) > 4, "dim on \(surface)")
      #expect(try contrast(theme.signedInk(1, on: surface)) > 4.5)
      #expect(try contrast(theme.signedInk(-1, on: surface)) > 3.6)
      #expect(try contrast(theme.style(.text, on: .selection)) > 4.5)
    }
    for head in 0..<16 {
      let square = theme.headSquare(head, isOn: false)
      let contrast = try ColorVision.contrast(rgb(square.foreground), rgb(square.background))
      #expect(contrast > 3.5, "number of head \(head), which is off")
    }
    // What cannot be looked at is faint, but there.
    let page: UInt32 = theme.appearance == .light ? 0xFFFFFF : 0
    #expect(ColorVision.contrast(try rgb(theme.style(.faint).foreground), page) > 2.3)
  }

  // MARK: Sixteen colours

  /// Of xterm's 16, those that cannot be read on white, and on black.
  @Test func sixteenColoursCanBeReadOnBothPages() {
    for (appearance, pale) in [(Theme.Appearance.light, [7, 10, 11, 14, 15]), (.dark, [0])] {
      let theme = Theme(appearance, depth: .ansi16, glyphs: .unicode)
      let inks: [Theme.Ink] = [.text, .bright, .dim, .accent, .special]
      let words =
        inks.map { theme.style($0) } + [theme.signedInk(1), theme.signedInk(-1)]
        + (0..<12).map { theme.headStyle($0) } + (0..<5).map { theme.family($0, score: 0.4) }
        + [theme.heatCell(1).style]
      for style in words { #expect(!pale.contains(Int(style.foreground.code)), "\(style)") }
      // None of the 240 that such a terminal does not have.
      let all = words + [theme.headSquare(0, isOn: true), theme.sentenceLetter(1)]
      #expect(all.allSatisfy { $0.foreground.code < 16 && $0.background.code < 16 })
      let signed = (-6...6).map { theme.signedCell(level: $0).style.background }
      #expect(Set(signed[0...5]).isDisjoint(with: signed[7...12]))
    }
  }

  // MARK: Without colour

  @Test(arguments: [Glyphs.unicode, .ascii])
  func charactersTellSignsAndLevels(_ glyphs: Glyphs) {
    let theme = Theme(.mono, depth: .none, glyphs: glyphs)
    let plus = (1...6).map { theme.signedCell(level: $0).text }
    let minus = (1...6).map { theme.signedCell(level: -$0).text }
    #expect(Set(plus).count == 4 && Set(minus).count == 4)
    #expect(Set(plus).isDisjoint(with: minus))
    // Neither is what stands for a masked product, in ASCII at least, where dots are hard to tell apart.
    if !glyphs.isUnicode { #expect(!(plus + minus).contains(String(glyphs.dot))) }
    let heat = (0..<theme.heatSteps).map {
      theme.heatCell(pow(Float($0) / Float(theme.heatSteps - 1), 1 / 0.7)).text
    }
    #expect(Set(heat).count == theme.heatSteps)
  }

  @Test func attributesTellWhatColoursTold() {
    let theme = Theme(.mono, depth: .none, glyphs: .unicode)
    let meanings = [
      theme.style(.text), theme.style(.bright), theme.style(.faint), theme.style(.special),
      theme.style(.text, on: .selection), theme.style(.text, on: .bar),
    ]
    #expect(Set(meanings).count == meanings.count)
    #expect(theme.headSquare(0, isOn: true) != theme.headSquare(0, isOn: false))
    #expect(
      [theme.sentenceCell(0, isFirst: true), theme.sentenceCell(1, isFirst: true)].map(\.text) == [
        "A", "B",
      ])
    #expect(theme.signedCell(level: nil).text == "?")
  }
}
