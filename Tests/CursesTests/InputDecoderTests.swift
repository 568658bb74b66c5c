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

  /// What comes of it when nothing more does until `milliseconds` after the start.
  private mutating func rest(until milliseconds: Int) -> [Event] {
    decoder.rest(until: start + .milliseconds(milliseconds))
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
    #expect(events([0x1B, 0x1B]) == [.key(.escape)])
    #expect(rest(until: 99) == [])
    #expect(rest(until: 100) == [.key(.escape)])
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
    #expect(decoder.patience == .seconds(2))
    #expect(events([CTKeyPasteEnd]) == [.paste("one")])
    #expect(decoder.patience == nil)
  }

  @Test mutating func pasteWithoutEnd() {
    #expect(events([CTKeyPasteBegin] + bytes("lost")) == [])
    #expect(rest(until: 2000) == [.paste("lost")])
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
    for report in [
      "M", "0;0;0M", "0;1M", "0;;1;1M", "x;y;zM", "99999999999999999999;1;1M",
      "0;-9223372036854775808;1M", "0;1;-9223372036854775808M", "-9223372036854775808;1;1M",
      "0;9223372036854775807;1M", "0;65536;1M", "+0;+1;+1M", "0;1;½M",
      String(repeating: "1", count: 100) + ";1;1M",
    ] {
      let isOnlyText = report.allSatisfy { !"xyz½".contains($0) }
      let found = events([CTKeyMouse] + bytes(report))
      #expect(
        isOnlyText ? found == [] : !found.contains { if case .mouse = $0 { true } else { false } },
        "\(report)")
    }
    #expect(events(bytes("a")) == [.key(.character("a"))])
  }

  // MARK: What the terminal says

  private static let answers = [
    "\u{1B}]11;rgb:1e1e/1f1f/2e2e\u{1B}\\", "\u{1B}]11;rgb:ffff/ffff/ffff\u{7}",
    "\u{1B}_Gi=1;OK q?\u{1B}\\", "\u{1B}P>|XTerm(370)\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\",
    "\u{1B}^private é\u{1B}\\", "\u{1B}Xstart\u{7}q\u{1B}\\", "\u{1B}[?62;22c", "\u{1B}[?997;1n",
    "\u{1B}[24;80R", "\u{1B}]52;c;cQ==\u{1B}\\",
  ]

  /// Whole, and cut at any byte; in two batches, and with a pause in which an escape is taken for the key.
  @Test(arguments: answers)
  mutating func whatTheTerminalSaysIsNoKey(answer: String) {
    let bytes = bytes(answer)
    #expect(events(bytes + [0x71]) == [.key(.character("q"))])
    for cut in 1..<bytes.count {
      for pause in [0, 50, 600] {
        decoder = InputDecoder()
        var found = events(Array(bytes[..<cut]))
        found += rest(until: pause)
        found += events(Array(bytes[cut...]) + self.bytes("q"), after: pause)
        // Of an escape that stands alone for so long nobody can know what it will be.
        let isEscape = cut == 1 && pause >= 100
        #expect(
          found == (isEscape ? [.key(.escape)] : []) + [.key(.character("q"))], "\(cut) \(pause)")
      }
    }
    decoder = InputDecoder()
    #expect(bytes.flatMap { events([$0]) } == [])
    #expect(events(self.bytes("q")) == [.key(.character("q"))])
  }

  /// Controls of eight bits, by themselves or as characters of UTF-8; ü and 漢 have their bytes, too.
  @Test mutating func controlsOfEightBits() {
    for introducer in [0x90, 0x98, 0x9D, 0x9E, 0x9F] {
      for end in [[0x9C], [0xC2, 0x9C], [0x1B, 0x5C]] {
        let string = bytes("1;qü\u{11C} 漢")
        #expect(events([introducer] + string + end, bytes("a")) == [.key(.character("a"))])
        #expect(events([0xC2, introducer] + string + end + bytes("a")) == [.key(.character("a"))])
      }
    }
    #expect(events([0x9B] + bytes("?62;22ca")) == [.key(.character("a"))])
    #expect(
      events(bytes("Ý\u{11D}\u{1F75D}")) == [
        .key(.character("Ý")), .key(.character("\u{11D}")), .key(.character("\u{1F75D}")),
      ])
  }

  /// The keyboard comes back: after silence, after a time in any case, by cancel, and by any key with a sequence.
  @Test mutating func whatDoesNotEndIsGivenUp() {
    for begin in [
      "\u{1B}]11;rgb", "\u{1B}_Gi", "\u{1B}P", "\u{1B}^x", "\u{1B}X", "\u{1B}[?6", "\u{9D}1",
      "\u{1B}O",
    ] {
      decoder = InputDecoder()
      #expect(events(bytes(begin)) == [])
      #expect(events(bytes("q"), after: 2000) == [.key(.character("q"))], "\(begin)")
    }
    for begin in ["\u{1B}]11;rgb", "\u{1B}_Gi", "\u{1B}[?6"] {
      decoder = InputDecoder()
      _ = events(bytes(begin))
      for time in stride(from: 500, to: 5000, by: 500) {
        #expect(events(bytes("1"), after: time) == [])
      }
      #expect(events(bytes("q"), after: 5000) == [.key(.character("q"))], "\(begin)")
      decoder = InputDecoder()
      #expect(events(bytes(begin) + [CTKeyUp]) == [.key(.up)])
      decoder = InputDecoder()
      #expect(events(bytes(begin + "\u{18}")).filter { $0 != .key(.control("x")) } == [])
      #expect(events(bytes("q")) == [.key(.character("q"))])
      decoder = InputDecoder()
      #expect(events(bytes(begin), [0x1B]) == [])
      #expect(rest(until: 2000) == [.key(.escape)])
      #expect(events(bytes("q"), after: 5000) == [.key(.character("q"))])
    }
  }

  /// A key that comes soon after an escape is one, unless it brings the rest of an answer along.
  @Test mutating func keysAfterAnEscape() {
    for key in "[]OPX^_".unicodeScalars {
      decoder = InputDecoder()
      #expect(events([0x1B]) + rest(until: 100) == [.key(.escape)])
      #expect(events([Int(key.value)], after: 300) == [.key(.character(key))])
    }
    decoder = InputDecoder()
    #expect(events([0x1B]) + rest(until: 100) == [.key(.escape)])
    #expect(events(bytes("]]"), after: 300) == [.key(.character("]")), .key(.character("]"))])
  }

  /// Slower than ncurses waits for a key's bytes.
  @Test mutating func keysThatComeSlowly() {
    #expect(events([0x1B], bytes("[A")) == [.key(.up)])
    #expect(events([0x1B], bytes("O"), bytes("B")) == [.key(.down)])
    #expect(
      events([0x1B], bytes("[<0;3;4"), bytes("M")) == [.mouse(MouseEvent(.click, x: 2, y: 3))])
    #expect(events(bytes("\u{1B}[M"), [32, 33, 34]) == [.mouse(MouseEvent(.click, x: 0, y: 1))])
    #expect(events(bytes("\u{1B}[20"), bytes("0~pasted"), [CTKeyPasteEnd]) == [.paste("pasted")])
  }

  /// Whether it shows pictures: yes, or whatever else.
  @Test mutating func picturesAreUnderstood() {
    for other in ["Gi=31;EBADPNG:no", "Gi=32;OK", "Gi=31;OK;OK", "Gi=31,I=1;OK", "31;OK", "G", ""] {
      #expect(events(bytes("\u{1B}_\(other)\u{1B}\\")) == [])
    }
    #expect(events(bytes("\u{1B}PGi=31;OK\u{1B}\\\u{1B}^Gi=31;OK\u{1B}\\")) == [])
    #expect(decoder.takeAnswers() == [])
    #expect(events(bytes("\u{1B}_Gi=31;OK\u{1B}\\")) == [])
    #expect(decoder.takeAnswers() == [.kittyGraphics])
    #expect(events(bytes("\u{1B}[?1;0;256S\u{1B}[?63;1;2;4;9c")) == [])
    #expect(decoder.takeAnswers() == [.registers(256), .attributes(sixels: true)])
    for other in [
      "?1;3;0S", "?2;0;800;600S", "?1;0;-1S", "?1;0;99999S", "?1;0;S", "1;0;256S", ">4c",
    ] {
      #expect(events(bytes("\u{1B}[\(other)")) == [])
    }
    #expect(decoder.takeAnswers() == [])
    // Four is the kind of terminal here, and part of another number there.
    #expect(events(bytes("\u{1B}[?4c\u{1B}[?62;14;40c")) == [])
    #expect(
      decoder.takeAnswers() == [.attributes(sixels: false), .attributes(sixels: false)])
  }

  @Test mutating func answersAreUnderstood() throws {
    let white = try #require(Background(color: "rgb:ffff/ffff/ffff"))
    let dark = try #require(Background(scheme: 1))
    #expect(events(bytes("\u{1B}]11;rgb:ffff/ffff/ffff\u{7}\u{1B}[?997;1n\u{1B}[?62;22c")) == [])
    #expect(
      decoder.takeAnswers() == [.background(white), .scheme(dark), .attributes(sixels: false)])
    #expect(decoder.takeAnswers() == [])
    #expect(events(bytes("\u{1B}P>|kitty(0.41.1)\u{1B}\\\u{1B}P1+r544e\u{1B}\\")) == [])
    #expect(decoder.takeAnswers() == [.version("kitty(0.41.1)")])
    // Ended by an escape alone, as some do.
    #expect(events(bytes("\u{1B}]11;#ffffff\u{1B}\u{1B}[?1;2c")) == [])
    #expect(decoder.takeAnswers() == [.background(white), .attributes(sixels: false)])
    #expect(
      events(bytes("\u{1B}]11;nonsense\u{7}\u{1B}]10;#000\u{7}\u{1B}[?997;3n\u{1B}[>41;0c")) == [])
    #expect(decoder.takeAnswers() == [])
  }
}
