import TerminalUI
import Testing

@Suite struct CanvasTests {
  @Test func writesAndClips() {
    var canvas = Canvas(width: 6, height: 2)
    #expect(canvas.write("hello world", x: 2, y: 0, style: Style()) == 4)
    #expect(canvas.write("below", x: 0, y: 2, style: Style()) == 0)
    canvas.write("left", x: -2, y: 1, style: Style())
    #expect(canvas.text == "  hell\nft")
  }

  @Test func keepsToTheLimit() {
    var canvas = Canvas(width: 10, height: 1)
    #expect(canvas.write("abcdef", x: 1, y: 0, style: Style(), limit: 3) == 3)
    #expect(canvas.text == " abc")
  }

  @Test func wideCharactersTakeTwoCells() {
    var canvas = Canvas(width: 5, height: 1)
    #expect(canvas.write("漢字漢", x: 0, y: 0, style: Style()) == 4)
    #expect(canvas[1, 0].scalar == 0)
    // The third does not fit whole, and half of it is not drawn.
    #expect(canvas.text == "漢字")
  }

  @Test func marksJoinTheCharacterBefore() {
    var canvas = Canvas(width: 4, height: 1)
    #expect(canvas.write("e\u{301}x", x: 0, y: 0, style: Style()) == 2)
    #expect(canvas[0, 0].text == "e\u{301}")
    #expect(canvas[1, 0].text == "x")
  }

  @Test func aMarkAloneIsDropped() {
    var canvas = Canvas(width: 3, height: 1)
    #expect(canvas.write("\u{301}a", x: 1, y: 0, style: Style()) == 1)
    #expect(canvas[0, 0] == .blank)
  }

  @Test func controlCharactersNeverGetIn() {
    var canvas = Canvas(width: 10, height: 1)
    canvas.write("a\u{1B}[31mb\u{7}", x: 0, y: 0, style: Style())
    #expect(canvas.text == "a\u{FFFD}[31mb\u{FFFD}")
  }

  @Test func intersectionOfDistantRectanglesIsEmpty() {
    let a = Rect(x: 0, y: 0, width: 2, height: 2)
    #expect(a.intersection(Rect(x: 5, y: 5, width: 2, height: 2)).isEmpty)
    #expect(
      a.intersection(Rect(x: 1, y: -1, width: 5, height: 2))
        == Rect(x: 1, y: 0, width: 1, height: 1))
  }

  @Test func ansiTextNamesEachStyleOnce() {
    var canvas = Canvas(width: 4, height: 1)
    canvas.write("ab", x: 0, y: 0, style: Style(.indexed(222), on: .indexed(9), .bold))
    canvas.write("c", x: 2, y: 0, style: Style(.rgb(0x0102FF)))
    #expect(
      canvas.ansiText() == "\u{1B}[0;1;38;5;222;101mab\u{1B}[0;38;2;1;2;255mc\u{1B}[0m\n")
  }
}

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("a", 1), ("漢", 2), ("\u{301}", 0), ("😀", 2), ("▀", 1), ("⠿", 1), ("ﬁ", 1), ("\u{200D}", -1),
    ("\u{1}", -1), ("\u{9B}", -1), ("\u{202E}", -1), ("\u{E000}", 1), ("\u{93F}", 1),
    ("\u{FFFF}", -1),
  ])
  func columns(_ text: Unicode.Scalar, _ expected: Int) {
    #expect(TextWidth.columns(of: text) == expected)
  }

  @Test func printableShowsWhatCannotBeSeen() {
    #expect(TextWidth.printable("a\tb\n\u{1B}[2J\u{9B}\u{202E}") == "a⇥b⏎␛[2J\u{FFFD}\u{FFFD}")
  }

  /// As in Persian and Hindi.
  @Test func joinersDrawNothing() {
    #expect(TextWidth.printable("می\u{200C}خواهم क्\u{200D}ष") == "میخواهم क्ष")
  }

  @Test func aMarkAtTheBeginningStandsOnACircle() {
    #expect(TextWidth.standing("\u{0E35}a") == "\u{25CC}\u{0E35}a")
    #expect(TextWidth.standing("a\u{0301}") == "a\u{0301}")
    #expect(TextWidth.standing("") == "")
  }

  @Test func wrapsWholeWords() {
    #expect("a bc def".wrapped(to: 4) == ["a bc", "def"])
    #expect("a  bc".wrapped(to: 9) == ["a bc"])
    #expect("abcdefg hi".wrapped(to: 3) == ["abc", "def", "g", "hi"])
    #expect("abcdefg hi".wrapped(to: 3, breaksWords: false) == ["abcdefg", "hi"])
    #expect("漢字かな".wrapped(to: 5) == ["漢字", "かな"])
    #expect("".wrapped(to: 5) == [""])
  }

  @Test func truncatesByColumns() {
    #expect(TextWidth.truncated("abcdef", to: 4) == "abc…")
    #expect(TextWidth.truncated("abcd", to: 4) == "abcd")
    #expect(TextWidth.truncated("漢字漢字", to: 4) == "漢…")
    #expect(TextWidth.ending(of: "abcdef", in: 4) == "…def")
    #expect(TextWidth.ending(of: "abcd", in: 4) == "abcd")
    #expect(TextWidth.ending(of: "漢字漢字", in: 4) == "…字")
    #expect(TextWidth.ending(of: "abe\u{301}f", in: 2) == "…f")
    #expect(TextWidth.ending(of: "ab", in: 0) == "")
    #expect(TextWidth.truncated("abc", to: 0) == "")
  }
}
