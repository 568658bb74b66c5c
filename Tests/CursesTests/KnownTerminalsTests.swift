import TerminalUI
import Testing

@testable import Curses

/// The characters that a terminal is trusted with, by what it says of itself.
@Suite struct KnownTerminalsTests {
  @Test(arguments: [
    ("kitty(0.41.1)", LineInk.octants), ("kitty(0.40.0)", .octants), ("kitty(0.39.1)", .sextants),
    ("kitty(1.0)", .octants), ("foot(1.20.2)", .octants), ("foot(1.19.0)", .sextants),
    ("foot(1.20.0-12-gdeadbee)", .octants), ("ghostty 1.2.0", .octants),
    ("ghostty 1.3.1-arch2", .octants), ("ghostty 1.1.3", .sextants), ("VTE(7802)", .octants),
    ("VTE(7203)", .sextants), ("WezTerm 20240203-110809-5046fc22", .sextants),
    ("WezTerm 20260401-000000-12345678", .octants), ("Konsole 24.12.3", .blocks),
    ("iTerm2 3.5.10", .blocks), ("contour 0.6.0.7100", .blocks),
  ])
  func known(answer: String, ink: LineInk) {
    #expect(KnownTerminals.lineInk(of: answer) == ink)
  }

  /// What is older, unknown, or says nothing that can be understood draws lines as ever.
  @Test(arguments: [
    "", " ", "(", "kitty", "kitty()", "kitty(abc)", "kitty(0.19.2)", "foot(1.7.0)", "VTE(5202)",
    "WezTerm 20210314-114017-04b7cedd", "tmux 3.5a", "XTerm(390)", "kittykat(9.9)",
    "kitty(\u{FF11}.0)", "0.41.0", "kitty(99999999999999999999999.0)",
  ])
  func unknown(answer: String) { #expect(KnownTerminals.lineInk(of: answer) == nil) }

  @Test(arguments: [
    ("kitty(0.28.0)", true), ("kitty(1.0)", true), ("kitty(0.27.1)", false), ("kitty", false),
    ("ghostty 1.0.0", true), ("WezTerm 20260401-000000-12345678", false),
    ("Konsole 24.12.3", false), ("", false),
  ])
  func picturesInCells(answer: String, has: Bool) {
    #expect(KnownTerminals.showsPicturesInCells(answer) == has)
  }
}
