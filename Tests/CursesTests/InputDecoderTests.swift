import CTerminal
import TerminalUI
import Testing

@testable import Curses

@Suite struct InputDecoderTests {
  private var decoder = InputDecoder()
  private let start = ContinuousClock.now

  /// Decodes batches of keys and of bytes, `milliseconds` after the start.
  private mutating func events(
    _ batches: [Int]..., after milliseconds: Int = 0
  ) -> [Event] {
    batches.flatMap { batch in
      batch.flatMap { decoder.decode($0, at: start + .milliseconds(milliseconds)) }
        + decoder.endBatch()
    }
  }

  private func bytes(_ text: String) -> [Int] { text.utf8.map(Int.init) }

  @Test mutating func keysOfOneByte() {
    #expect(
      events(bytes("a~ \t\r\n\u{7F}\u{8}\u{1}\u{1A}\u{0}")) == [
        .key(.character("a")), .key(.character("~")), .key(.character(" ")), .key(.tab),
        .key(.enter), .key(.enter), .key(.backspace), .key(.backspace), .key(.control("a")),
        .key(.control("z")), .key(.control(" ")),
      ])
  }

  @Test mutating func namedKeys() {
    let keys = [CTKeyUp, CTKeyEnd, CTKeyPageDown, CTKeyBackTab, CTKeyDelete, CTKeyF0 + 12]
    #expect(
      events(keys + [CTKeyOther]) == [
        .key(.up), .key(.end), .key(.pageDown), .key(.backTab), .key(.delete), .key(.function(12)),
      ])
  }

  @Test mutating func charactersOfSeveralBytes() {
    #expect(
      events(bytes("é漢😀")) == [
        .key(.character("é")), .key(.character("漢")), .key(.character("😀")),
      ])
  }

  @Test mutating func characterCutBetweenBatches() {
    #expect(events([0xE6, 0xBC], [0xA2]) == [.key(.character("漢"))])
  }

  @Test mutating func brokenUTF8IsDropped() {
    // A lone continuation, an overlong form, a cut character, a surrogate.
    #expect(
      events([0x80, 0xC0, 0xAF, 0xE6, 0x61, 0xED, 0xA0, 0x80, 0x62, 0xFF]) == [
        .key(.character("a")), .key(.character("b")),
      ])
  }

  @Test mutating func escapeAlone() {
    #expect(events([0x1B], bytes("x")) == [.key(.escape), .key(.character("x"))])
    #expect(events([0x1B, 0x1B]) == [.key(.escape), .key(.escape)])
    #expect(events([0x1B, CTKeyUp]) == [.key(.escape), .key(.up)])
  }

  @Test mutating func altIsNotEscapeAndAKey() {
    #expect(events([0x1B] + bytes("xy")) == [.key(.character("y"))])
  }

  @Test(arguments: ["[1;3A", "[27;5;9~", "Oz", "[I"])
  mutating func unknownSequencesAreDropped(sequence: String) {
    #expect(events([0x1B] + bytes(sequence + "q")) == [.key(.character("q"))])
  }

  @Test mutating func pasteIsOneEvent() {
    let pasted = [CTKeyPasteBegin] + bytes("q\u{1B}é\r\n2\r3\n") + [CTKeyUp, CTKeyPasteEnd]
    #expect(events(pasted + bytes("a")) == [.paste("q\u{1B}é\n2\n3\n"), .key(.character("a"))])
  }

  @Test mutating func pasteInPieces() {
    #expect(events([CTKeyPasteBegin] + bytes("on"), bytes("e")) == [])
    #expect(decoder.isInsidePaste)
    #expect(events([CTKeyPasteEnd]) == [.paste("one")])
    #expect(!decoder.isInsidePaste)
  }

  @Test mutating func pasteWithoutEnd() {
    #expect(events([CTKeyPasteBegin] + bytes("lost")) == [])
    #expect(decoder.endPaste() == [.paste("lost")])
    #expect(events(bytes("a")) == [.key(.character("a"))])
  }

  @Test mutating func pasteIsBounded() {
    let long = Array(repeating: 0x61, count: InputDecoder.pasteLimit + 10)
    #expect(
      events([CTKeyPasteBegin] + long + [CTKeyPasteEnd]) == [
        .paste(String(repeating: "a", count: InputDecoder.pasteLimit))
      ])
  }

  private mutating func click(_ x: Int, _ y: Int, after milliseconds: Int) -> [Event] {
    events(
      [CTKeyMouse] + bytes("0;\(x + 1);\(y + 1)M") + [CTKeyMouse] + bytes("0;\(x + 1);\(y + 1)m"),
      after: milliseconds)
  }

  @Test mutating func clicks() {
    let click = Event.mouse(MouseEvent(.click, x: 299, y: 4))
    #expect(self.click(299, 4, after: 0) == [click])
    #expect(self.click(299, 4, after: 300) == [.mouse(MouseEvent(.doubleClick, x: 299, y: 4))])
    // The third starts anew; then one that is late, and one elsewhere.
    #expect(self.click(299, 4, after: 400) == [click])
    #expect(self.click(299, 4, after: 900) == [click])
    #expect(self.click(298, 4, after: 950) == [.mouse(MouseEvent(.click, x: 298, y: 4))])
  }

  @Test mutating func otherMouseReports() {
    let wheel = [CTKeyMouse] + bytes("64;1;2M") + [CTKeyMouse] + bytes("65;1;2M")
    #expect(
      events(wheel) == [
        .mouse(MouseEvent(.wheelUp, x: 0, y: 1)), .mouse(MouseEvent(.wheelDown, x: 0, y: 1)),
      ])
    // The right button, movement with the left one held; Control and the left one.
    #expect(events([CTKeyMouse] + bytes("2;1;1M"), [CTKeyMouse] + bytes("32;1;1M")) == [])
    #expect(
      events([CTKeyMouse] + bytes("16;1;1M")) == [.mouse(MouseEvent(.click, x: 0, y: 0))])
    #expect(
      events([CTKeyMouseBytes, 32, 33 + 5, 33 + 6]) == [.mouse(MouseEvent(.click, x: 5, y: 6))])
  }

  @Test mutating func brokenMouseReports() {
    for report in ["M", "0;0;0M", "0;1M", "x;y;zM", "99999999999999999999;1;1M"] {
      _ = events([CTKeyMouse] + bytes(report))
    }
    #expect(events([CTKeyMouse] + bytes(String(repeating: "1", count: 40))).count <= 40)
    #expect(events(bytes("M"), bytes("a")).last == .key(.character("a")))
  }
}
