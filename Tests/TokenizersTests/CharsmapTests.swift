import Files
import Foundation
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct CharsmapTests {
  private static let builder = CharsmapBuilder([
    "\u{A0}": " ", "Å": "A", "e\u{301}": "é", "e": "E", "½": "1⁄2", "\u{AD}": "", "ab": "X",
    "abc": "Y",
  ])

  private func normalizer(_ bytes: [UInt8]) -> String {
    "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"\(Data(bytes).base64EncodedString())\"}"
  }

  @Test func replacesGraphemes() throws {
    let precompiled = normalizer(Self.builder.bytes)
    #expect(try normalized("½Åx\u{A0}", by: precompiled) == "10-1 ⁄0-1 20-1 A1-2 x2-3  3-4")
    // A grapheme is replaced by what the shortest text that begins it becomes.
    #expect(try normalized("e\u{301}e", by: precompiled) == "E0-1 E2-3")
    // A long one is taken scalar by scalar.
    #expect(
      try normalized("e\u{301}\u{302}\u{303}", by: precompiled)
        == "E0-1 \u{301}1-2 \u{302}2-3 \u{303}3-4")
    // Letters are graphemes of their own: no text of two.
    #expect(try normalized("abc", by: precompiled) == "a0-1 b1-2 c2-3")
    #expect(try normalized("a\u{AD}b", by: precompiled) == "a0-1 b2-3")
    #expect(try normalized("", by: precompiled) == "")
  }

  @Test func findsTheShortestAndTheLongest() throws {
    let charsmap = try #require(Self.builder.bytes.withUnsafeBytes(Charsmap.init))
    func text(_ match: Charsmap.Match?) -> String? {
      match.map { "\(String(charsmap.replacement($0)))\($0.end)" }
    }
    let scalars = ArraySlice("abcd".unicodeScalars)
    #expect(text(charsmap.shortestMatch(in: scalars)) == "X2")
    #expect(text(charsmap.longestMatch(in: scalars)) == "Y3")
    #expect(text(charsmap.longestMatch(in: scalars[1...])) == nil)
    #expect(text(charsmap.longestMatch(in: ["\0"])) == nil)
    #expect(text(charsmap.longestMatch(in: [])) == nil)
  }

  @Test func whatIsNoTable() throws {
    let good = Self.builder.bytes
    let broken: [[UInt8]] = [
      [], [0], [4, 0, 0], [0, 0, 0, 0], [255, 255, 255, 255, 0], [8, 0, 0, 0, 1, 2, 3, 4],
      good + [0xFF],
    ]
    for bytes in broken {
      #expect(throws: TokenizerError.self) { try normalized("a", by: normalizer(bytes)) }
    }
    #expect(throws: TokenizerError.self) {
      try normalized("a", by: #"{"type": "Precompiled", "precompiled_charsmap": "A=BC"}"#)
    }
  }

  @Test func endlessTextsAreRefused() throws {
    let builder = CharsmapBuilder(["a": String(repeating: "b", count: 70_000)])
    #expect(throws: TokenizerError.textGrowsTooLong) {
      try normalized("aaa", by: normalizer(builder.bytes))
    }
  }

  /// Whatever the table: no crash, and no text that is longer than allowed.
  @Test func damagedTables() throws {
    var generator = SeededGenerator(seed: 4)
    let good = Self.builder.bytes
    let text = AlignedText("ab½ abc Å e\u{301} \u{AD}x")
    for _ in 0..<300 {
      var bytes = good
      for _ in 0..<20 {
        bytes[Int.random(in: 4..<bytes.count, using: &generator)] =
          UInt8.random(in: 0..<128, using: &generator)
      }
      guard let charsmap = bytes.withUnsafeBytes(Charsmap.init) else { continue }
      var result = text
      try? PrecompiledNormalizer(charsmap: charsmap).normalize(&result)
      #expect(result.indices.count <= text.growthLimit)
      for index in text.indices { _ = charsmap.longestMatch(in: text.scalars[index...]) }
    }
  }

  @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar", "\u{FF}\u{FE}?>"])
  func base64(text: String) {
    let encoded = Data(text.utf8).base64EncodedString()
    #expect(Base64.bytes(encoded.utf8) == Array(text.utf8))
  }

  @Test(arguments: ["A", "AA", "AAA", "A===", "AA=A", "AA-A", "AB==", "AAB=", "====", "AA A"])
  func noBase64(text: String) {
    #expect(Base64.bytes(text.utf8) == nil)
  }
}
