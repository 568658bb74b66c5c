import Testing

@testable import Tokenizers

@Suite struct WordPieceTests {
  private func tokens(_ text: String) throws -> [String] {
    try SmallTokenizer().load().encode(text).tokens.map(\.text)
  }

  @Test func longestEntryFirstWholeWordOrNothing() throws {
    #expect(try tokens("ab abb b") == ["ab", "ab", "##b", "b"])
    // Begins well, but cannot go on: all of it is unknown.
    #expect(try tokens("abx aba") == ["?", "?"])
    #expect(try tokens("") == [])
  }

  @Test func longWordsAreUnknown() throws {
    #expect(try tokens("abbbbbbbb") == ["ab"] + Array(repeating: "##b", count: 7))
    #expect(try tokens("abbbbbbbbb") == ["?"])
  }

  @Test func piecesGoOnWithTheirWord() throws {
    let tokens = try SmallTokenizer().load().encode("abb x ab").tokens
    #expect(tokens.map(\.continuesWord) == [false, true, false, false])
    #expect(tokens.map(\.sourceRange) == [0..<2, 2..<3, 4..<5, 6..<8])
  }

  @Test func displayLeavesOutThePrefix() throws {
    var small = SmallTokenizer()
    small.decoder = ###"{"type": "WordPiece", "prefix": "##", "cleanup": true}"###
    let tokenizer = try small.load()
    #expect(try tokenizer.encode("abb").tokens.map(\.display) == ["ab", "b"])
    #expect(tokenizer.display(of: 3) == "b")
    #expect(tokenizer.token(of: 3) == "##b")
    #expect(WordPieceDecoder(prefix: "##").decode("##") == "##")
    #expect(WordPieceDecoder(prefix: "##").decode("###") == "#")
  }

  @Test func unknownTokenIsNeededOnlyForUnknownWords() throws {
    let tokenizer = try Tokenizer(fixture: "corrupt/tok_unk_not_in_vocab")
    let control = try Tokenizer(fixture: "corrupt/ok_control")
    let known = "The cat sat on the mat"
    #expect(try tokenizer.encode(known) == control.encode(known))
    #expect(throws: TokenizerError.noUnknownToken(token: "[NOPE]")) {
      try tokenizer.encode("The 猫 sat")
    }
  }
}
