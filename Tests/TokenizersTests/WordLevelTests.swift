import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct WordLevelTests {
  private func tokenizer(unknown: String) throws -> Tokenizer {
    let text = """
      {"pre_tokenizer": {"type": "Whitespace"},
       "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "cat": 1, "sat": 2},
                 "unk_token": "\(unknown)"}}
      """
    return try Tokenizer(
      ModelFiles(
        builtIn: "words", files: ["tokenizer.json": FileBytes(name: "t", Array(text.utf8))]))
  }

  @Test func aWordIsOneEntryOrUnknown() throws {
    let tokens = try tokenizer(unknown: "[UNK]").encode("cat  dog sat").tokens
    #expect(tokens.map(\.id) == [1, 0, 2])
    #expect(tokens.map(\.sourceRange) == [0..<3, 5..<8, 9..<12])
  }

  @Test func theUnknownTokenIsMissedOnlyWhereItIsNeeded() throws {
    let tokenizer = try tokenizer(unknown: "?")
    #expect(try tokenizer.encode("cat").tokens.map(\.id) == [1])
    #expect(throws: TokenizerError.noUnknownToken(token: "?")) { try tokenizer.encode("dog") }
  }
}
