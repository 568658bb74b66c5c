import Testing

@testable import Tokenizers

/// Each expectation is what the reference library does.
@Suite struct AddedTokenTests {
  private func tokenizer(_ added: String..., normalizer: String = "null") throws -> Tokenizer {
    var small = SmallTokenizer()
    small.addedTokens = added
    small.normalizer = normalizer
    return try small.load()
  }

  private func found(_ tokenizer: Tokenizer, in text: String) throws -> [String] {
    try tokenizer.encode(text).tokens.map { token in
      "\(token.text) \(token.sourceRange!.lowerBound)-\(token.sourceRange!.upperBound)"
    }
  }

  @Test func foundInsideWords() throws {
    let tokenizer = try tokenizer(SmallTokenizer.added("<x>", "special"))
    #expect(try found(tokenizer, in: "a<x>b") == ["a 0-1", "<x> 1-4", "b 4-5"])
    #expect(try found(tokenizer, in: "<x><x>") == ["<x> 0-3", "<x> 3-6"])
    #expect(try tokenizer.encode("<x>").tokens.map(\.isSpecial) == [false])
  }

  @Test func longestOfThoseThatBeginFirst() throws {
    let tokenizer = try tokenizer(
      SmallTokenizer.added("xy"), SmallTokenizer.added("xyz"), SmallTokenizer.added("yzw"))
    #expect(try found(tokenizer, in: "xyzw") == ["xyz 0-3", "? 3-4"])
  }

  @Test func singleWords() throws {
    let tokenizer = try tokenizer(SmallTokenizer.added("xy", "single_word"))
    let tokens = try found(tokenizer, in: "cxy xy xyxy xy-xy _xy")
    #expect(
      tokens == ["? 0-3", "xy 4-6", "? 7-11", "xy 12-14", "? 14-15", "xy 15-17", "? 18-21"])
  }

  @Test func whiteSpaceIsTakenAlong() throws {
    let both = try tokenizer(SmallTokenizer.added("<x>", "lstrip", "rstrip"))
    #expect(try found(both, in: "a \u{3000}<x>\t b") == ["a 0-1", "<x> 1-8", "b 8-9"])
    #expect(try found(both, in: "<x> <x> ") == ["<x> 0-4", "<x> 4-8"])
    let left = try tokenizer(SmallTokenizer.added("<x>", "lstrip"))
    #expect(try found(left, in: " <x> a") == ["<x> 0-4", "a 5-6"])
  }

  @Test func whiteSpaceThatIsAToken() throws {
    let tokenizer = try tokenizer(
      SmallTokenizer.added("<x>", "lstrip", "rstrip"), SmallTokenizer.added("  ", "lstrip"))
    #expect(try found(tokenizer, in: "<x>  a") == ["<x> 0-5", "a 5-6"])
    // The library fails here: the second token has nothing left to stand for.
    #expect(try found(tokenizer, in: "<x>   a") == ["<x> 0-6", "a 6-7"])
  }

  @Test(.timeLimit(.minutes(10))) func muchWhiteSpaceThatIsTokens() throws {
    let tokenizer = try tokenizer(SmallTokenizer.added(" ", "lstrip", "rstrip"))
    let tokens = try tokenizer.encode(String(repeating: " ", count: 200_000)).tokens
    #expect(tokens.map(\.sourceRange) == [0..<200_000])
  }

  @Test func normalizedTokens() throws {
    let lowercase = #"{"type": "Lowercase"}"#
    let tokenizer = try tokenizer(
      SmallTokenizer.added("XY", "normalized"), SmallTokenizer.added("Q"), normalizer: lowercase)
    #expect(try found(tokenizer, in: "Xyb Qq") == ["XY 0-2", "b 2-3", "Q 4-5", "? 5-6"])
  }

  @Test func tokensThatVanishWhenNormalized() throws {
    let strip = #"{"type": "Strip", "strip_left": true, "strip_right": true}"#
    let tokenizer = try tokenizer(SmallTokenizer.added(" ", "normalized"), normalizer: strip)
    #expect(try found(tokenizer, in: "a b") == ["a 0-1", "b 2-3"])
  }

  @Test func idsFollowTheVocabulary() throws {
    let tokenizer = try tokenizer(
      SmallTokenizer.added("<x>", id: 70), SmallTokenizer.added("a", id: 71),
      SmallTokenizer.added("<y>", id: 5), SmallTokenizer.added("", id: 8))
    #expect(tokenizer.id(of: "<x>") == 5)
    #expect(tokenizer.id(of: "a") == 1)
    #expect(tokenizer.id(of: "<y>") == 6)
    #expect(tokenizer.token(of: 6) == "<y>")
    #expect(tokenizer.vocabularyCount == 7)
    #expect(tokenizer.largestID == 6)
  }
}
