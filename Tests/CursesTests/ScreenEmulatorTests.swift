import TerminalUI
import TestSupport
import Testing

/// The emulator judges everything else, so its own behaviour is checked against xterm's.
@Suite struct ScreenEmulatorTests {
  private func screen(_ text: String, width: Int = 8, height: Int = 4) -> ScreenEmulator {
    var screen = ScreenEmulator(width: width, height: height)
    screen.feed(text.utf8)
    return screen
  }

  @Test(arguments: [
    ("ab\r\ncd", "ab\ncd"),
    ("\u{1B}[2;3Hx\u{1B}[Ay\u{1B}[2Dz\u{1B}[Bw", "  zy\n  xw"),
    ("abcdefgh1", "abcdefgh\n1"),
    ("abcdefgh\r1", "1bcdefgh"),
    ("a\u{1B}[3bX", "aaaaX"),
    ("abcdef\u{1B}[3G\u{1B}[2X", "ab  ef"),
    ("abcdef\u{1B}[3G\u{1B}[2P", "abef"),
    ("abcdef\u{1B}[3G\u{1B}[2@", "ab  cdef"),
    ("abcdef\u{1B}[3G\u{1B}[K", "ab"),
    ("abcdef\u{1B}[3G\u{1B}[1K", "   def"),
    ("1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5"),
    ("1\r\n2\r\n3\u{1B}[H\u{1B}[2d\u{1B}[J", "1"),
    ("1\r\n2\r\n3\u{1B}[2H\u{1B}[L", "1\n\n2\n3"),
    ("1\r\n2\r\n3\u{1B}[2H\u{1B}[M", "1\n3"),
    ("1\r\n2\r\n3\r\n4\u{1B}[2;3r\u{1B}[3H\n", "1\n3\n\n4"),
    ("1\r\n2\r\n3\r\n4\u{1B}[2;3r\u{1B}[2H\u{1B}M", "1\n\n2\n4"),
    ("1\r\n2\r\n3\u{1B}[S", "2\n3"),
    ("漢e\u{301}字", "漢e\u{301}字"),
    ("漢字\u{1B}[2Gx", " x字"),
    ("abcdefg漢", "abcdefg\n漢"),
  ])
  func text(input: String, shown: String) {
    let screen = screen(input)
    var lines = screen.text.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last == "" { lines.removeLast() }
    #expect(lines.joined(separator: "\n") == shown)
    #expect(screen.unknownSequences == [])
  }

  @Test func styles() {
    let screen = screen(
      "\u{1B}[1;31ma\u{1B}[22;4;38;5;200mb\u{1B}[24;7;48;2;1;2;3mc\u{1B}[0;97;104md\u{1B}[m\u{1B}[41m\u{1B}[K"
    )
    #expect(screen.rows[0][0] == Cell("a", Style(.indexed(1), on: .standard, .bold)))
    #expect(screen.rows[0][1] == Cell("b", Style(.indexed(200), on: .standard, .underline)))
    #expect(screen.rows[0][2] == Cell("c", Style(.indexed(200), on: .rgb(0x010203), .reverse)))
    #expect(screen.rows[0][3] == Cell("d", Style(.indexed(15), on: .indexed(12))))
    #expect(screen.rows[0][7] == Cell(" ", Style(on: .indexed(1))))
  }

  @Test func alternateScreen() {
    var screen = screen("main\u{1B}[?1049h\u{1B}[?25l\u{1B}[?1;2004h\u{1B}[?1000h\u{1B}[7mother")
    #expect(screen.line(0) == "    othe")
    #expect(
      screen.leftovers == [
        "alternate screen", "hidden cursor", "mouse reports", "bracketed paste",
        "application keys", "colours or attributes",
      ])
    screen.feed("\u{1B}[m\u{1B}[?25h\u{1B}[?1;2004;1000l\u{1B}[?1049l".utf8)
    #expect(screen.line(0) == "main")
    #expect(screen.leftovers == [])
  }

  @Test func stringsAreRecorded() {
    let screen = screen(
      "\u{1B}]52;c;Zm9v\u{7}\u{1B}Ptmux;\u{1B}\u{1B}]x\u{7}\u{1B}\\\u{1B}]0;t\u{1B}\\.")
    #expect(screen.strings == ["]52;c;Zm9v", "Ptmux;\u{1B}\u{1B}]x\u{7}", "]0;t"])
    #expect(screen.line(0) == ".")
  }

  @Test func unknownSequencesAreTold() {
    #expect(screen("\u{1B}[5z").unknownSequences == ["CSI [5] z"])
  }

  @Test func resizing() {
    var screen = screen("abcdefgh\r\n2\r\n3\r\n4")
    screen.resize(width: 4, height: 2)
    #expect(screen.text == "abcd\n2")
    screen.feed("\u{1B}[9;9Hx".utf8)
    #expect(screen.text == "abcd\n2  x")
  }
}
