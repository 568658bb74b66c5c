import Attention
import Foundation
import Testing

@testable import HeadPatterns

@Suite struct HeadSummaryTests {
  /// All weights different: 1, 2, … in an order that looks random, without sum 1.
  private func scrambled(_ queryCount: Int, _ keyCount: Int) -> HeadWeights {
    let count = queryCount * keyCount
    return HeadWeights(
      queryCount: queryCount, keyCount: keyCount,
      values: (0..<count).map { Float(($0 * 7919) % count + 1) / Float(count) })
  }

  private func tokens(_ count: Int) -> [Token] {
    (0..<count).map { Token(text: "t\($0)", display: "t\($0)") }
  }

  @Test func topPairsAreTheHeaviest() {
    let weights = scrambled(60, 70)
    let summary = HeadSummary(
      measuring: weights, mask: .bidirectional, queries: tokens(60), keys: tokens(70), kind: .cross)
    var all: [HeadSummary.Pair] = []
    for query in 0..<60 {
      for key in 0..<70 {
        all.append(HeadSummary.Pair(query: query, key: key, weight: weights[query, key]))
      }
    }
    all.sort { $0.weight > $1.weight }
    #expect(summary.topPairs == Array(all.prefix(HeadSummary.pairLimit)))
    #expect(summary.maximum == 1)
  }

  @Test func queriesWithoutAChoiceDoNotCount() {
    let weights = HeadWeights(
      queryCount: 3, keyCount: 3, values: [1, 0, 0, 0.25, 0.75, 0, 0.5, 0.25, 0.25])
    let summary = HeadSummary(
      measuring: weights, mask: .causal, queries: tokens(3), keys: tokens(3), kind: .own)
    #expect(
      summary.topPairs == [
        .init(query: 1, key: 1, weight: 0.75), .init(query: 2, key: 0, weight: 0.5),
        .init(query: 1, key: 0, weight: 0.25), .init(query: 2, key: 1, weight: 0.25),
        .init(query: 2, key: 2, weight: 0.25),
      ])
    #expect(summary.maximum == 0.75)
  }

  @Test func poolingKeepsTheMaximumOfEachBlock() {
    let weights = scrambled(100, 61)
    let pooled = weights.pooled(limit: 48)
    #expect(pooled.queryCount == 48 && pooled.keyCount == 48)
    for i in 0..<48 {
      for j in 0..<48 {
        var maximum: Float = 0
        for query in i * 100 / 48...(i + 1) * 100 / 48 - 1 {
          for key in j * 61 / 48...(j + 1) * 61 / 48 - 1 {
            maximum = max(maximum, weights[query, key])
          }
        }
        #expect(pooled[i, j] == maximum)
      }
    }
  }

  @Test func poolingLeavesTheSmallAlone() {
    let weights = scrambled(48, 5)
    #expect(weights.pooled(limit: 48) == weights)
    let wide = scrambled(2, 96).pooled(limit: 48)
    #expect(wide.queryCount == 2 && wide.keyCount == 48)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 31]) func rowSumsAreExactEnough(_ count: Int) {
    let row = scrambled(1, count).values
    let sums = row.withUnsafeBufferPointer(RowKernels.sums)
    #expect(abs(sums.weights - row.reduce(0, +)) < 1e-5)
    #expect(abs(sums.squares - row.reduce(0) { $0 + $1 * $1 }) < 1e-5)
    let entropy = row.reduce(0) { $0 - Double($1) * log2(Double($1)) }
    // The logarithm's error, once for each weight.
    #expect(abs(Double(sums.entropy) - entropy) < 6e-5 * Double(count + 1))
    #expect(row.withUnsafeBufferPointer(RowKernels.maximum) == row.max() ?? 0)
  }

  @Test func noWeightHasNoEntropy() {
    let sums = [Float](repeating: 0, count: 11).withUnsafeBufferPointer(RowKernels.sums)
    #expect(sums == (0, 0, 0))
  }
}
