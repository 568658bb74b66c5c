import Files
import TestSupport
import Testing

@testable import Tokenizers

/// Each expectation is what the reference library does.
@Suite struct MetaspaceTests {
  private func pieces(_ settings: String, _ text: AlignedText) throws -> [String] {
    let json = "{\"type\": \"Metaspace\", \"replacement\": \"▁\"\(settings)}"
    let file = FileBytes(name: "test", Array(json.utf8))
    return try Setting(file).preTokenizer().pieces(of: text).map {
      String(String.UnicodeScalarView($0.scalars))
    }
  }

  @Test(arguments: [
    (#", "prepend_scheme": "always""#, ["▁a", "▁", "▁b"], ["▁b"]),
    (#", "prepend_scheme": "first""#, ["▁a", "▁", "▁b"], ["b"]),
    (#", "prepend_scheme": "never""#, ["a", "▁", "▁b"], ["b"]),
    (#", "prepend_scheme": "first", "split": false"#, ["▁a▁▁b"], ["b"]),
    // Older files.
    (#", "add_prefix_space": true, "str_rep": "▁""#, ["▁a", "▁", "▁b"], ["▁b"]),
    (#", "add_prefix_space": false"#, ["a", "▁", "▁b"], ["b"]),
    (#", "add_prefix_space": true, "prepend_scheme": "never""#, ["a", "▁", "▁b"], ["b"]),
  ])
  func schemes(settings: String, start: [String], later: [String]) throws {
    let text = AlignedText("a  b")
    #expect(try pieces(settings, text) == start)
    #expect(try pieces(settings, text[3...]) == later)
    #expect(try pieces(settings, text[..<0]) == [])
  }

  @Test func aMarkOrASpaceIsNotDoubled() throws {
    #expect(try pieces("", AlignedText(" a")) == ["▁a"])
    #expect(try pieces("", AlignedText("▁a")) == ["▁a"])
    #expect(try pieces("", AlignedText("\ta")) == ["▁\ta"])
  }

  @Test func wrongSettings() {
    #expect(throws: TokenizerError.self) { try pieces(#", "prepend_scheme": "last""#, .init("a")) }
    #expect(
      throws: TokenizerError.wrongValue(
        file: "test", place: "replacement", expected: "one character", found: "\"ab\"")
    ) {
      let json = #"{"type": "Metaspace", "replacement": "ab"}"#
      _ = try Setting(FileBytes(name: "test", Array(json.utf8))).preTokenizer()
    }
  }

  @Test func bytesAreShownAsTheirCharacters() {
    let decoder = ByteFallbackDecoder()
    #expect(decoder.decode("<0x0A>") == "\n")
    #expect(decoder.decode("<0x41>") == "A")
    #expect(decoder.decode("<0xE2>") == "⟨E2⟩")
    #expect(decoder.decode("<0x7>") == "<0x7>")
    #expect(decoder.decode("<0xGG>") == "<0xGG>")
    #expect(decoder.decode("<0x+1>") == "<0x+1>")
    #expect(MetaspaceDecoder().decode("▁a▁") == " a ")
  }

  @Test func controlCharactersOfNmt() throws {
    #expect(
      try normalized("a\u{1}\u{7F}\t\u{200B}b\u{85}", by: #"{"type": "Nmt"}"#)
        == "a0-1  3-4  4-5 b5-6 \u{85}6-7")
  }
}
extension AlignedText {
  fileprivate subscript(range: PartialRangeUpTo<Int>) -> AlignedText {
    self[indices.lowerBound..<range.upperBound]
  }
}
