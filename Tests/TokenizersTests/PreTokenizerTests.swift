import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct PreTokenizerTests {
  private func pieces(of text: String, by preTokenizer: String) throws -> [String] {
    let file = FileBytes(name: "test", Array(preTokenizer.utf8))
    return try Setting(file).preTokenizer().pieces(of: AlignedText(text)).map { piece in
      String(String.UnicodeScalarView(piece.scalars))
    }
  }

  @Test func bert() throws {
    let bert = #"{"type": "BertPreTokenizer"}"#
    #expect(
      try pieces(of: " It's  a\u{A0}day…$5 ", by: bert)
        == ["It", "'", "s", "a", "day", "…", "$", "5"])
    #expect(try pieces(of: "", by: bert) == [])
    #expect(try pieces(of: " \n ", by: bert) == [])
    // Symbols are no punctuation, except those of ASCII; nor is punctuation newer than the tables.
    #expect(try pieces(of: "a©b¬c+d⹃e", by: bert) == ["a©b¬c", "+", "d⹃e"])
  }

  /// The example of the library's documentation.
  @Test(arguments: [
    ("Removed", ["the", "final", "cut"]),
    ("Isolated", ["the", "-", "final", "-", "-", "cut"]),
    ("MergedWithPrevious", ["the-", "final-", "-", "cut"]),
    ("MergedWithNext", ["the", "-final", "-", "-cut"]),
    ("Contiguous", ["the", "-", "final", "--", "cut"]),
  ])
  func splitBehaviors(behavior: String, expected: [String]) throws {
    let punctuation = "{\"type\": \"Punctuation\", \"behavior\": \"\(behavior)\"}"
    #expect(try pieces(of: "the-final--cut", by: punctuation) == expected)
  }

  @Test func splitBehaviorsAtTheEnds() throws {
    func split(_ behavior: String) throws -> [String] {
      try pieces(of: "--a--", by: "{\"type\": \"Punctuation\", \"behavior\": \"\(behavior)\"}")
    }
    #expect(try split("Removed") == ["a"])
    #expect(try split("MergedWithPrevious") == ["-", "-", "a-", "-"])
    #expect(try split("MergedWithNext") == ["-", "-a", "-", "-"])
    #expect(try split("Contiguous") == ["--", "a", "--"])
  }

  @Test func simpleOnes() throws {
    #expect(try pieces(of: " a-b  c", by: #"{"type": "WhitespaceSplit"}"#) == ["a-b", "c"])
    #expect(
      try pieces(of: "it's e\u{301}_1 --", by: #"{"type": "Whitespace"}"#)
        == ["it", "'", "s", "e\u{301}_1", "--"])
    #expect(
      try pieces(of: "a12b½", by: #"{"type": "Digits", "individual_digits": true}"#)
        == ["a", "1", "2", "b", "½"])
    #expect(
      try pieces(of: "a12b", by: #"{"type": "Digits", "individual_digits": false}"#)
        == ["a", "12", "b"])
    #expect(
      try pieces(of: "a|b||c", by: #"{"type": "CharDelimiterSplit", "delimiter": "|"}"#)
        == ["a", "b", "c"])
    #expect(try pieces(of: "a!1", by: #"{"type": "Punctuation"}"#) == ["a", "!", "1"])
    #expect(
      try pieces(
        of: "a-1 b2",
        by: #"{"type": "Sequence", "pretokenizers": [{"type": "Punctuation"}, "#
          + #"{"type": "Digits", "individual_digits": true}]}"#) == ["a", "-", "1", " b", "2"])
  }
}
