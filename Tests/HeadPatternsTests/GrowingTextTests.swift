import Attention
import TestSupport
import Testing

@testable import HeadPatterns

/// Heads of a text that grows: what is known of its first rows is not measured again.
@Suite struct GrowingTextTests {
  private static let words = ["the", "cat", "sat", ".", "on", "a", "mat"]

  private func tokens(_ count: Int, second: Int? = nil) -> [Token] {
    (0..<count).map { index in
      let word = index == 0 ? "<s>" : Self.words[index * index % Self.words.count]
      return Token(
        text: word, display: word, isSpecial: index == 0,
        segment: second.map { index >= $0 ? 1 : 0 } ?? 0)
    }
  }

  /// Rows over the visible keys that sum to 1; many rest on the first key.
  private func weights(_ count: Int, _ mask: AttentionMask, seed: UInt64) -> HeadWeights {
    var generator = SeededGenerator(seed: seed)
    var values: [Float] = []
    for query in 0..<count {
      let visible = mask.visibleKeys(query: query, keyCount: count)
      var row = [Float](repeating: 0, count: count)
      for (key, number) in zip(visible, generator.floats(visible.count, in: 0...1)) {
        row[key] = number * number * (key == 0 ? 40 : 1)
      }
      let sum = row.reduce(0, +)
      values += row.map { $0 / sum }
    }
    return HeadWeights(queryCount: count, keyCount: count, values: values)
  }

  private func look(_ tokens: [Token], _ mask: AttentionMask) -> HeadLook {
    PatternSummarizer().look(mask: mask, queries: tokens, keys: tokens, kind: .own)
  }

  @Test(arguments: [AttentionMask.causal, .causalWindow(width: 20)], [nil, 100] as [Int?])
  func isSummedUpAsIfItHadComeAtOnce(mask: AttentionMask, second: Int?) throws {
    let lengths = [3, 40, 41, 95, 97, 120, 210]
    let all = weights(lengths.last!, mask, seed: 1)
    var known: (any HeadTally)?
    for count in lengths {
      let part = HeadWeights(
        queryCount: count, keyCount: count,
        values: (0..<count).flatMap { all.row($0).prefix(count) })
      let look = look(tokens(count, second: second), mask)
      let start = known?.queryCount ?? 0
      var grown = HeadMeasurement(look, continuing: known, keeping: count - 8)
      grown.add(rows(start..<count, of: part))
      #expect(grown.kept?.queryCount ?? 0 == max(0, count - 8))
      try expectSame(grown.summary, look.summary(part))
      known = grown.kept
    }
  }

  @Test(
    arguments: [AttentionMask.bidirectional, .band(distance: 30), .causal],
    [nil, 100] as [Int?])
  func slicesAreSummedUpAsTheWhole(mask: AttentionMask, second: Int?) throws {
    let all = weights(210, mask, seed: 2)
    let look = look(tokens(210, second: second), mask)
    var sliced = HeadMeasurement(look, keeping: 150)
    for start in stride(from: 0, to: 210, by: 96) {
      sliced.add(rows(start..<min(start + 96, 210), of: all))
    }
    #expect(sliced.kept?.queryCount == 150)
    try expectSame(sliced.summary, look.summary(all))
  }

  private func rows(_ queries: Range<Int>, of all: HeadWeights) -> HeadWeights {
    HeadWeights(
      queryCount: queries.count, keyCount: all.keyCount, values: queries.flatMap { all.row($0) })
  }

  private func expectSame(_ summary: HeadSummary, _ whole: HeadSummary) throws {
    #expect(summary.patterns.map(\.label) == whole.patterns.map(\.label))
    #expect(summary.measured.map(\.label) == whole.measured.map(\.label))
    for (one, other) in zip(summary.measured, whole.measured) {
      #expect(abs(one.score - other.score) < 1e-5 && one.operand == other.operand)
    }
    #expect(summary.topPairs == whole.topPairs)
    #expect(summary.pooled == whole.pooled)
    let (spread, expected) = (try #require(summary.spread), try #require(whole.spread))
    #expect(abs(spread.sinks - expected.sinks) < 1e-5)
    #expect(abs((spread.distance ?? -1) - (expected.distance ?? -1)) < 1e-3)
  }

  @Test func thePictureKeepsWhatStandsOut() {
    var values = [Float](repeating: 0, count: 500 * 500)
    values[401 * 500 + 33] = 0.7
    let all = tokens(500)
    let pooled = look(all, .causal).summary(
      HeadWeights(queryCount: 500, keyCount: 500, values: values)
    ).pooled
    #expect(pooled.queryCount == 48 && pooled.keyCount == 48)
    let places = pooled.values.indices.filter { pooled.values[$0] > 0 }
    #expect(places.map { pooled.values[$0] } == [0.7])
    // At most a block beside its place.
    #expect(
      places.allSatisfy { abs($0 / 48 - 401 * 48 / 500) <= 1 && abs($0 % 48 - 33 * 48 / 500) <= 1 })
  }
}
