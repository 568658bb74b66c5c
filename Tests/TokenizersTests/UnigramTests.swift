import Testing

@testable import Tokenizers

/// Each expectation is what the reference library does.
@Suite struct UnigramTests {
  private func tokenizer(
    _ pieces: [(String, Double)], unknownID: String = "0", fallsBackToBytes: Bool = false
  ) throws -> Tokenizer {
    var small = SmallTokenizer()
    small.preTokenizer = "null"
    small.model = """
      {"type": "Unigram", "unk_id": \(unknownID), "byte_fallback": \(fallsBackToBytes),
       "vocab": [\(pieces.map { "[\"\($0.0)\", \($0.1)]" }.joined(separator: ","))]}
      """
    return try small.load()
  }

  /// Tokens with their ranges, as `ab0-2 c2-3`.
  private func tokens(_ tokenizer: Tokenizer, _ text: String) throws -> String {
    try tokenizer.encode(text).tokens.map { token in
      "\(token.text)\(token.sourceRange!.lowerBound)-\(token.sourceRange!.upperBound)"
    }.joined(separator: " ")
  }

  @Test func theGreatestSumWins() throws {
    let tokenizer = try tokenizer([
      ("?", 0), ("a", 0), ("b", 0), ("c", 0), ("d", 0), ("cd", 1), ("ab", 2), ("abc", 5),
      ("abcd", 10),
    ])
    #expect(try tokens(tokenizer, "abcdacdxx") == "abcd0-4 a4-5 cd5-7 ?7-9")
    #expect(try tokens(tokenizer, "xaxx") == "?0-1 a1-2 ?2-4")
    #expect(try tokens(tokenizer, "") == "")
  }

  @Test func ofEqualSumsTheFirstFoundWins() throws {
    let tokenizer = try tokenizer([("?", 0), ("a", -1), ("aa", -2), ("aaa", -3)])
    #expect(try tokens(tokenizer, "aaa") == "aaa0-3")
    #expect(try tokens(tokenizer, "aaaa") == "a0-1 aaa1-4")
    #expect(try tokens(tokenizer, "aaaaa") == "aa0-2 aaa2-5")
  }

  /// Scores of t5-small, which the library reads one unit off: seven lines are no longer the same either way.
  @Test func scoresAreReadAsTheLibraryDoes() throws {
    let tokenizer = try tokenizer([
      ("?", 0), ("▁", -2.0122928619384766), ("_", -9.358983039855957),
      ("_______", -12.715048789978027),
    ])
    #expect(
      try tokenizer.encode("▁" + String(repeating: "_", count: 18)).tokens.map(\.text.count)
        == [1, 1, 1, 1, 7, 7, 1])
    #expect((-9.358983039855957).asReadByLibrary == (-9.358983039855957).nextUp)
    for exact in [0, -0.5, 1e-05, 123_456.75, -1e22, Double.leastNonzeroMagnitude, .infinity] {
      #expect(exact.asReadByLibrary == exact)
    }
  }

  /// The piece that stands for unknown characters is one token with those beside it.
  @Test func theUnknownPieceInATextJoinsUnknownCharacters() throws {
    let pieces = [("?", -1.0), ("a", -1)]
    #expect(try tokens(tokenizer(pieces), "a?é?a?") == "a0-1 ?1-4 a4-5 ?5-6")
    let bytes = (0..<256).map { (ByteToken.texts[$0], -9.0) }
    #expect(
      try tokenizer(pieces + bytes, fallsBackToBytes: true).encode("?é?").tokens.map(\.text)
        == ["<0x3F>", "<0xC3>", "<0xA9>", "<0x3F>"])
    #expect(
      try tokenizer(pieces + bytes, fallsBackToBytes: true).encode("?").tokens.map(\.text) == ["?"])
  }

  @Test func anUnknownScalarIsWorseThanTheWorstPiece() throws {
    #expect(
      try tokens(tokenizer([("?", 0), ("a", -1), ("é", -100)]), "éaé") == "é0-1 a1-2 é2-3")
    #expect(
      try tokens(tokenizer([("?", 0), ("a", -1), ("b", -1), ("ab", -13)]), "ab ab")
        == "a0-1 b1-2 ?2-3 a3-4 b4-5")
  }

  @Test func bytesSpellWhatIsNoPiece() throws {
    let bytes = (0..<256).map { (ByteToken.texts[$0], -9.0) }
    let tokenizer = try tokenizer([("?", 0), ("a", -1)] + bytes, fallsBackToBytes: true)
    let encoding = try tokenizer.encode("aéa")
    #expect(encoding.tokens.map(\.text) == ["a", "<0xC3>", "<0xA9>", "a"])
    #expect(encoding.tokens.map(\.sourceRange) == [0..<1, 1..<2, 1..<2, 2..<3])
    let few = try self.tokenizer([("?", 0), ("<0xC3>", -9)], fallsBackToBytes: true)
    #expect(try few.encode("éé").tokens.map(\.text) == ["?"])
  }

  @Test func ofTheSamePieceTheLastCounts() throws {
    let tokenizer = try tokenizer([("?", 0), ("a", 0), ("b", -1), ("a", -3), ("", -1)])
    #expect(try tokenizer.encode("ab").tokens.map(\.id) == [3, 2])
  }

  @Test func wordsBeginWithTheMark() throws {
    var small = SmallTokenizer()
    small.preTokenizer = #"{"type": "Metaspace", "replacement": "▁"}"#
    small.decoder = small.preTokenizer
    small.model = """
      {"type": "Unigram", "unk_id": 0, "vocab":
       [["?", 0], ["▁", -2], ["▁a", -1], ["b", -1], [".", -1], ["c", -3]]}
      """
    let tokens = try small.load().encode("ab. cb").tokens
    #expect(tokens.map(\.text) == ["▁a", "b", ".", "▁", "c", "b"])
    #expect(tokens.map(\.display) == [" a", "b", ".", " ", "c", "b"])
    #expect(tokens.map(\.continuesWord) == [false, true, true, false, true, true])
  }

  // MARK: - What is wrong

  @Test func textThatCannotBeSpelled() throws {
    let tokenizer = try tokenizer([("a", 0)], unknownID: "null")
    #expect(try tokens(tokenizer, "aa") == "a0-1 a1-2")
    #expect(throws: TokenizerError.noUnknownPiece) { try tokenizer.encode("ab") }
    #expect(
      TokenizerError.noUnknownPiece.description
        == "the text has a character that the vocabulary cannot spell, and the tokenizer has no "
        + "token for unknown text")
  }

  @Test func brokenVocabularies() {
    func message(_ vocabulary: String, unknownID: String = "0") -> String? {
      var small = SmallTokenizer()
      small.model = """
        {"type": "Unigram", "unk_id": \(unknownID), "vocab": \(vocabulary)}
        """
      do {
        _ = try small.load()
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(message("[]") == "tokenizer.json: the vocabulary is empty")
    #expect(
      message(#"[["a", 0], ["b"]]"#)
        == "tokenizer.json: model.vocab[1]: expected a token and its score, found an array")
    #expect(
      message(#"[["a", "b"]]"#)
        == "tokenizer.json: model.vocab[0]: expected a token and its score, found an array")
    #expect(
      message(#"[["a", 0]]"#, unknownID: "1")
        == "tokenizer.json: model.unk_id: expected less than 1, the size of vocab, found 1")
    #expect(
      message("[[\"\(String(repeating: "a", count: 513))\", 0]]")
        == "tokenizer.json: a token is longer than 512 bytes")
  }

  /// Long texts, and pieces that begin alike: linear algorithms take moments, even unoptimised.
  @Test(.timeLimit(.minutes(10)), arguments: [("a", 50_000), ("日", 20_000), (" ", 50_000)])
  func longTexts(part: String, count: Int) throws {
    let runs = (1...20).map { (String(repeating: part, count: $0), -Double($0) + 0.5) }
    let tokenizer = try tokenizer([("?", 0)] + runs)
    #expect(try tokenizer.encode(String(repeating: part, count: count)).tokens.count == count)
  }
}
