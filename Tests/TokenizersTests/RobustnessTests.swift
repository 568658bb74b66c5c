import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct RobustnessTests {
  @Test func sourceRangesCutOutTheTokens() throws {
    let tokenizer = try Tokenizer(fixture: "models/bert_base")
    var generator = SeededGenerator(seed: 1)
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz     .,'!-0123456789".unicodeScalars)
    for _ in 0..<200 {
      let text = (0..<60).map { _ in alphabet.randomElement(using: &generator)! }
      for token in try tokenizer.encode(String(String.UnicodeScalarView(text))).tokens {
        guard let range = token.sourceRange, token.text != "[UNK]" else { continue }
        #expect(String(String.UnicodeScalarView(text[range])) == token.display)
      }
    }
  }

  @Test(arguments: ["bert_base", "bert_mlm_cased", "mpnet"])
  func anyScalarsWill(model: String) throws {
    let tokenizer = try Tokenizer(fixture: "models/\(model)")
    var generator = SeededGenerator(seed: 2)
    for round in 0..<300 {
      // Low planes more often than chance would have them.
      let limit: UInt32 = [0x250, 0x3000, 0x10FFFF][round % 3]
      let text = (0..<40).map { _ in
        Unicode.Scalar(UInt32.random(in: 0...limit, using: &generator)) ?? "\u{FFFD}"
      }
      try check(tokenizer, String(String.UnicodeScalarView(text)))
    }
  }

  @Test func anyBytesAsTextWill() throws {
    let tokenizer = try Tokenizer(fixture: "models/bert_base")
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      let bytes = (0..<60).map { _ in UInt8.random(in: 0...255, using: &generator) }
      try check(tokenizer, String(decoding: bytes, as: UTF8.self))
    }
  }

  private func check(_ tokenizer: Tokenizer, _ text: String) throws {
    let count = text.unicodeScalars.count
    var last = 0
    for token in try tokenizer.encode(text).tokens where !token.isSpecial {
      let range = try #require(token.sourceRange)
      #expect(range.lowerBound >= last && range.upperBound <= count && !range.isEmpty)
      #expect(tokenizer.token(of: token.id) == token.text)
      last = range.lowerBound
    }
  }

  /// Long texts of the kinds that make careless algorithms quadratic; linear ones take moments, even unoptimised.
  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      ("a", 400_000, 3), ("中", 50_000, 50_002), ("e\u{301}\u{323}", 100_000, 3),
      ("[MASK]", 20_000, 20_002), ("[", 100_000, 100_002), (" ", 400_000, 2),
      ("the ", 50_000, 50_002),
    ])
  func longTexts(part: String, repetitions: Int, tokenCount: Int) throws {
    let tokenizer = try Tokenizer(fixture: "models/bert_base")
    let encoding = try tokenizer.encode(String(repeating: part, count: repetitions))
    #expect(encoding.tokens.count + encoding.truncatedCount == tokenCount)
  }

  @Test(.timeLimit(.minutes(10))) func marksOfAllClassesInOneRun() throws {
    var text = AlignedText("e" + String(repeating: "\u{345}\u{301}\u{323}", count: 50_000))
    NormalizationForm.nfc.apply(to: &text)
    #expect(text.scalars.prefix(3).elementsEqual(["\u{1EB9}", "\u{323}", "\u{323}"]))
    #expect(text.scalars.last == "\u{345}")
    #expect(text.scalars.count == 150_000)
  }
}
