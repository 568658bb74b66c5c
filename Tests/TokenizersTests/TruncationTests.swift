import Files
import Testing

@testable import Tokenizers

@Suite struct TruncationTests {
  /// The table of the library's own tests.
  @Test(arguments: [
    ([0, 0], [0, 0]), ([0, 2], [0, 2]), ([0, 4], [0, 4]), ([0, 8], [0, 7]),
    ([2, 0], [2, 0]), ([2, 2], [2, 2]), ([2, 4], [2, 4]), ([2, 8], [2, 5]),
    ([4, 0], [4, 0]), ([4, 2], [4, 2]), ([4, 4], [3, 4]), ([4, 8], [3, 4]),
    ([8, 0], [7, 0]), ([8, 2], [5, 2]), ([8, 4], [4, 3]), ([8, 8], [3, 4]),
  ])
  func longestFirst(counts: [Int], expected: [Int]) {
    #expect(truncatedCounts(counts, maximum: 7) == expected)
  }

  @Test func singleTexts() {
    #expect(truncatedCounts([9], maximum: 7) == [7])
    #expect(truncatedCounts([7], maximum: 7) == [7])
    #expect(truncatedCounts([4, 4], maximum: 0) == [0, 0])
  }

  @Test func specialTokensStay() throws {
    let tokenizer = try Tokenizer(fixture: "corrupt/ok_control")
    let encoding = try tokenizer.encode("the cat sat on the mat", pair: "the dog", maximumCount: 8)
    #expect(
      encoding.tokens.map(\.text) == ["[CLS]", "the", "cat", "sat", "[SEP]", "the", "dog", "[SEP]"])
    #expect(encoding.truncatedCount == 3)
    #expect(try tokenizer.encode("the", maximumCount: 2).tokens.map(\.text) == ["[CLS]", "[SEP]"])
    #expect(throws: TokenizerError.tooFewTokens(maximum: 1, specialCount: 2)) {
      try tokenizer.encode("the", maximumCount: 1)
    }
  }

  @Test func theFilesOwnLimitCounts() throws {
    let tokenizer = try Tokenizer(fixture: "models/bert_base")
    #expect(tokenizer.maximumCount == 128)
    let encoding = try tokenizer.encode(String(repeating: "the ", count: 200), maximumCount: 512)
    #expect(encoding.tokens.count == 128)
    #expect(encoding.truncatedCount == 74)
  }

  @Test(arguments: [
    ("512", 512), ("1e30", nil), ("1000000000000000019884624838656", nil), ("0", nil),
    ("-1", nil), ("null", nil), (#""long""#, nil),
  ])
  func senselessLimitsAreNone(value: String, expected: Int?) throws {
    let tokenizer = try Tokenizer(
      ModelFiles([
        "tokenizer.json": SmallTokenizer().json,
        "tokenizer_config.json": "{\"model_max_length\": \(value)}",
      ]))
    #expect(tokenizer.maximumCount == expected)
  }
}
