import TerminalUI
import Testing

@testable import Curses

@Suite struct BackgroundTests {
  @Test(arguments: [
    ("rgb:0000/0000/0000", Theme.Appearance.dark, true), ("rgb:00/2b/36", .dark, true),
    ("rgb:1e1e/1e1e/2e2e", .dark, true), ("rgb:f/f/f", .light, false),
    ("rgb:fdfd/f6f6/e3e3", .light, false), ("rgba:0000/0000/0000/cccc", .dark, true),
    ("#fff", .light, false), ("#1d1f21", .dark, true), ("#fff000fff", .light, false),
    ("#ffffffffffff", .light, false), ("rgb:5f5f/5f5f/5f5f", .dark, false),
    ("rgb:8080/8080/8080", .light, false),
  ])
  func colors(color: String, appearance: Theme.Appearance, isDeep: Bool) throws {
    let background = try #require(Background(color: color))
    #expect(background.appearance == appearance)
    #expect(background.isDeep == isDeep)
  }

  @Test(arguments: [
    "", "?", "rgb:", "rgb:0/0", "rgb:0/0/0/0", "rgba:0/0/0", "rgb:00000/0/0", "rgb:g/0/0",
    "rgb:-1/0/0", "#ff",
    "#", "#fffffffffffffff", "rgbi:1/1/1", "white", "rgb://", "rgb:\u{FF11}/0/0",
  ])
  func noColors(text: String) { #expect(Background(color: text) == nil) }

  @Test func schemes() {
    #expect(Background(scheme: 1)?.appearance == .dark)
    #expect(Background(scheme: 2)?.appearance == .light)
    #expect(Background(scheme: 0) == nil)
  }

  /// From another terminal, perhaps: the page is painted in any case.
  @Test(arguments: [
    ("15;0", Theme.Appearance.dark), ("0;15", .light), ("12;8", .dark), ("0;7", .light),
    ("0;default;15", .light), ("7;6", .dark),
  ])
  func variable(value: String, appearance: Theme.Appearance) throws {
    let background = try #require(Background(colorFGBG: value))
    #expect(background.appearance == appearance)
    #expect(!background.isDeep)
  }

  @Test(arguments: ["", "default;default", "0;16", "0;-1", "x"])
  func uselessVariable(value: String) { #expect(Background(colorFGBG: value) == nil) }
}

@Suite struct MultiplexerTests {
  @Test func piecesForGNUScreen() {
    let sequence = [UInt8](repeating: 0x61, count: 1600)
    let pieces = Multiplexer.throughScreen(sequence)
    let strings = String(decoding: pieces, as: UTF8.self).split(separator: "\u{1B}P")
    #expect(strings.map(\.utf8.count) == [758, 758, 90])
    #expect(strings.allSatisfy { $0.hasSuffix("\u{1B}\\") })
    #expect(strings.map { $0.dropLast(2) }.joined().utf8.count == 1600)
  }

  @Test func theClipboardThroughBoth() throws {
    let plain = "\u{1B}]52;c;aGk=\u{7}"
    let forms: [([String: String], String)] = [
      ([:], plain), (["TMUX": "", "STY": ""], plain),
      (["TMUX": "s"], plain + "\u{1B}Ptmux;\u{1B}" + plain + "\u{1B}\\"),
      (["STY": "1.pts"], "\u{1B}P" + plain + "\u{1B}\\"),
      (["STY": "1.pts", "TMUX": "s"], plain + "\u{1B}P" + plain + "\u{1B}\\"),
    ]
    for (environment, text) in forms {
      let bytes = Clipboard.sequence(for: "hi", through: Multiplexer(environment: environment))
      #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == text)
    }
  }
}
