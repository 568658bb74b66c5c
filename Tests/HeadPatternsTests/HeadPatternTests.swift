import Attention
import Foundation
import Testing

@testable import HeadPatterns

/// Every label on a head made to show it.
@Suite struct HeadPatternTests {
  private func token(_ text: String, isSpecial: Bool = false, segment: Int = 0) -> Token {
    Token(
      text: text, display: text.hasPrefix("##") ? String(text.dropFirst(2)) : text,
      isSpecial: isSpecial, continuesWord: text.hasPrefix("##"), segment: segment)
  }

  /// Tokens from words; in brackets special ones; a bar begins the second sentence.
  private func tokens(_ text: String) -> [Token] {
    var segment = 0
    return text.split(separator: " ").compactMap { word in
      if word == "|" {
        segment = 1
        return nil
      }
      return token(String(word), isSpecial: word.hasPrefix("["), segment: segment)
    }
  }

  private let plain = "the old man saw a small boat near red rocks below my house"

  /// A head whose rows are made of `weights(query, key)`, scaled to sum to 1 over the visible keys.
  private func head(
    _ queryCount: Int, _ keyCount: Int, mask: AttentionMask = .bidirectional,
    _ weight: (Int, Int) -> Float
  ) -> HeadWeights {
    var values: [Float] = []
    for query in 0..<queryCount {
      let visible = mask.visibleKeys(query: query, keyCount: keyCount)
      let row = (0..<keyCount).map { visible.contains($0) ? weight(query, $0) : 0 }
      let sum = row.reduce(0, +)
      values += row.map { $0 / sum }
    }
    return HeadWeights(queryCount: queryCount, keyCount: keyCount, values: values)
  }

  private func patterns(
    _ text: String, mask: AttentionMask = .bidirectional, _ weight: (Int, Int) -> Float
  ) -> [HeadSummary.Pattern] {
    let tokens = tokens(text)
    return HeadSummary(
      measuring: head(tokens.count, tokens.count, mask: mask, weight), mask: mask,
      queries: tokens, keys: tokens, kind: .own
    ).patterns
  }

  @Test func previous() throws {
    let patterns = patterns(plain, mask: .causal) { $1 == max(0, $0 - 1) ? 1 : 0 }
    #expect(patterns.map(\.label) == [.previous])
    #expect(patterns[0].score == 1)
    // Rows 2 … 12 see 3 … 13 keys: the mean of 1/3 … 1/13.
    let chance = (3...13).reduce(Float(0)) { $0 + 1 / Float($1) } / 11
    #expect(abs(try #require(patterns[0].chance) - chance) < 1e-6)
    #expect(abs(try #require(patterns[0].lift) - 1 / chance) < 1e-4)
  }

  @Test func next() {
    let patterns = patterns(plain) { $1 == $0 + 1 ? 0.8 : 0.2 / 12 }
    #expect(patterns[0].label == .next)
    #expect(abs(patterns[0].score - 0.8) < 0.01)
    #expect(patterns[0].chance == Float(1) / 13)
  }

  @Test func steepDecayIsThePreviousToken() {
    let patterns = patterns(plain, mask: .causal) { $1 == $0 ? 0.001 : exp(-2 * Float($0 - $1)) }
    #expect(patterns.map(\.label) == [.previous])
  }

  @Test func own() {
    #expect(patterns(plain) { $0 == $1 ? 1 : 0 }.map(\.label) == [.own])
  }

  @Test func offset() {
    let patterns = patterns(plain) { $1 == $0 - 3 || $0 < 3 && $1 == $0 ? 1 : 0 }
    #expect(patterns.map(\.label) == [.offset])
    #expect(patterns[0].operand == -3)
    #expect(patterns[0].score == 1)
  }

  @Test func first() {
    let patterns = patterns(plain, mask: .causal) { $1 == 0 ? 0.96 : 0.04 / Float($0) }
    #expect(patterns.map(\.label) == [.first])
    #expect(abs(patterns[0].score - 0.96) < 0.001)
  }

  @Test func delimiter() {
    let patterns = patterns("[CLS] the man saw a boat [SEP] | my house is red [SEP]") {
      $1 == 6 || $1 == 11 ? 0.45 : 0.01
    }
    #expect(patterns.map(\.label) == [.delimiter])
    #expect(abs(patterns[0].score - 0.9) < 0.001)
    #expect(abs((patterns[0].chance ?? 0) - 2 / 12) < 1e-6)
  }

  @Test func punctuation() {
    let patterns = patterns("one , two , three four five six seven eight .") {
      [1, 3, 10].contains($1) ? 0.3 : 0.1 / 8
    }
    #expect(patterns[0].label == .punctuation)
    #expect(abs(patterns[0].score - 0.9) < 0.001)
  }

  @Test func vertical() {
    let patterns = patterns(plain) { $1 == 3 ? 0.7 : 0.3 / 12 }
    #expect(patterns.map(\.label) == [.vertical])
    #expect(patterns[0].operand == 3)
    #expect(abs(patterns[0].score - 0.7) < 0.001)
  }

  @Test func same() {
    let text = "The cat met a dog and the dog saw the cat"
    let words = text.lowercased().split(separator: " ")
    let patterns = patterns(text) { words[$0] == words[$1] && $0 != $1 ? 1 : 0.02 }
    #expect(patterns[0].label == .same)
    #expect(patterns[0].score > 0.8)
  }

  @Test func sameInTheOtherSentence() {
    let text = "[CLS] the cat saw the dog [SEP] | the dog ate the cat [SEP]"
    let words = text.split(separator: " ").filter { $0 != "|" }
    func isSame(_ query: Int, _ key: Int) -> Bool {
      words[query] == words[key] && query != key && !words[key].hasPrefix("[")
    }
    // Six words of twelve tokens; the rest look at themselves.
    let across = patterns(text) {
      isSame($0, $1) && ($0 < 7) != ($1 < 7) || $0 == $1 && [0, 3, 6, 9, 12].contains($0) ? 1 : 0
    }
    #expect(across.map(\.label) == [.sameAcross])
    #expect(across[0].score == 1)
    // Four rows of "the" see two such keys, four of "cat" and "dog" one.
    #expect(abs((across[0].chance ?? 0) - 1.5 / 13) < 1e-6)
    // With "the" in the same sentence too, "same" says more.
    let anywhere = patterns(text) {
      isSame($0, $1) || $0 == $1 && [0, 3, 6, 9, 12].contains($0) ? 1 : 0
    }
    #expect(anywhere.map(\.label) == [.same])
  }

  @Test func induction() {
    let text = "moon bridge coat island bell moon bridge coat island bell"
    let patterns = patterns(text, mask: .causal) { query, key in
      query >= 5 && key == query - 4 ? 1 : 0.01
    }
    // The offset of −4 that it draws is not named.
    #expect(patterns.map(\.label) == [.induction])
    #expect(patterns[0].score > 0.9)
  }

  @Test func inductionBesidesTheFirstToken() {
    let text = "moon bridge coat island bell moon bridge coat island bell"
    let patterns = patterns(text, mask: .causal) { query, key in
      key == 0 ? 1 : query >= 5 && key == query - 4 ? 0.5 : 0.001
    }
    #expect(patterns.map(\.label) == [.induction, .first])
    #expect(patterns[0].isBesidesSinks)
    #expect(patterns[0].score > 0.95)
    #expect(abs(patterns[1].score - 0.8) < 0.05)
  }

  @Test func subword() {
    let patterns = patterns("un ##believ ##able old man met ex ##trater ##restr ##ial") {
      ($0 < 3) == ($1 < 3) && ($0 > 5) == ($1 > 5) && $0 != $1 ? 1 : 0.02
    }
    #expect(patterns[0].label == .subword)
    #expect(patterns[0].score > 0.8)
  }

  @Test(arguments: [AttentionMask.bidirectional, .causal, .causalWindow(width: 6)])
  func uniformIsBroad(_ mask: AttentionMask) {
    let patterns = patterns(plain, mask: mask) { _, _ in 1 }
    #expect(patterns.map(\.label) == [.broad])
    #expect(abs(patterns[0].score - 1) < 1e-3)
    #expect(patterns[0].chance == nil && patterns[0].lift == nil)
  }

  @Test func block() {
    let patterns = patterns("[CLS] the man saw a boat [SEP] | my house is red now [SEP]") {
      ($0 < 7) == ($1 < 7) ? 1 : 0.02
    }
    #expect(patterns[0].label == .block)
    #expect(patterns[0].score > 0.97)
    #expect(abs((patterns[0].chance ?? 0) - (49 + 36) / 169) < 1e-5)
  }

  @Test(arguments: [AttentionMask.bidirectional, .causal]) func decay(_ mask: AttentionMask) {
    let text = Array(repeating: plain, count: 2).joined(separator: " ")
    let patterns = patterns(text, mask: mask) { exp(-Float(abs($0 - $1)) / 2.5) }
    #expect(patterns.map(\.label) == [.decay])
    #expect(patterns[0].score > 0.97)
  }

  @Test func mixed() {
    // Four keys a row, scattered by a fixed rule.
    let patterns = patterns(plain) { (7 * $0 + 5 * $1 * $1) % 13 < 4 ? 1 : 0 }
    #expect(patterns.map(\.label) == [.mixed])
    #expect(patterns[0].shownScore == nil)
  }

  @Test func sharpWhereNothingElseFits() {
    let keys = [7, 4, 9, 11, 2, 8, 0, 12, 3, 5, 1, 6, 10]
    let patterns = patterns(plain) { $1 == keys[$0] ? 0.9 : 0.1 / 12 }
    #expect(patterns.map(\.label) == [.sharp])
    #expect(abs(patterns[0].score - 0.9) < 1e-5)
    #expect(HeadMeasure(.sharp) == .peak)
  }

  @Test func whatIsAnsweredByTheOtherSentenceTellsMoreThanThePlaceAndThatMoreThanASink() {
    let text = "[CLS] the cat sat [SEP] | a cat sat [SEP]"
    let words = text.split(separator: " ").filter { $0 != "|" }
    func summary(_ weight: (Int, Int) -> Float) -> HeadSummary {
      HeadSummary(
        measuring: head(9, 9, weight), mask: .bidirectional, queries: tokens(text),
        keys: tokens(text), kind: .own)
    }
    let same = summary { query, key in
      key == 0 ? 1 : query != key && words[query] == words[key] ? 1.2 : 0.01
    }
    let previous = summary { $1 == $0 - 1 ? 1 : 0.001 }
    let first = summary { $1 == 0 ? 1 : 0.02 }
    #expect(same.telling.label == .sameAcross || same.telling.label == .same)
    #expect(same.patterns.last?.label == .first)
    #expect(same.rank > previous.rank && previous.rank > first.rank)
  }

  @Test func alignment() {
    let source = tokens("das alte haus steht am roten fluss [/s]")
    let target = tokens("the old house stands by the red river [/s]")
    let keys = [0, 1, 2, 3, 4, 4, 5, 6, 7]
    let weights = head(9, 8) { $1 == keys[$0] ? 0.9 : 0.1 / 7 }
    let patterns = HeadSummary(
      measuring: weights, mask: .bidirectional, queries: target, keys: source, kind: .cross
    ).patterns
    #expect(patterns.map(\.label) == [.alignment])
    // The end of the sentence is a sink: eight rows of nine.
    #expect(abs(patterns[0].score - 0.8) < 1e-5)
    #expect(patterns[0].chance == Float(1) / 8)
  }

  @Test func longestOrderedPart() {
    #expect(PatternFinder.longestOrderedPart(of: [3, 1, 2, 2, 0, 5, 4]) == [1, 2, 3, 6])
    #expect(PatternFinder.longestOrderedPart(of: []) == [])
  }

  @Test func tinyAndBrokenInputsHaveASummary() {
    for count in 0...3 {
      for mask in [AttentionMask.bidirectional, .causal, .band(distance: 1)] {
        let tokens = (0..<count).map { token("\($0)") }
        let weights = head(count, count, mask: mask) { _, _ in 1 }
        let summary = HeadSummary(
          measuring: weights, mask: mask, queries: tokens, keys: tokens, kind: .own)
        #expect(!summary.patterns.isEmpty)
        #expect(summary.patterns[0].score.isFinite)
      }
    }
    let tokens = tokens(plain)
    let broken = HeadWeights(
      queryCount: 13, keyCount: 13, values: [Float](repeating: .nan, count: 169))
    let summary = HeadSummary(
      measuring: broken, mask: .bidirectional, queries: tokens, keys: tokens, kind: .own)
    #expect(summary.patterns.map(\.label) == [.mixed])
    #expect(summary.topPairs.isEmpty)
  }
}
