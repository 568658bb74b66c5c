import Attention
import Testing

@Suite struct ColumnTests {
  /// Large enough that no whole matrix is kept: 1,100² > 2²⁰.
  private static let count = 1100

  private static func record(mask: AttentionMask) -> AttentionRecord {
    func vectors(_ factor: Int) -> HeadVectors {
      HeadVectors(
        headCount: 1, rowCount: count, headSize: 2,
        values: (0..<2 * count).map { Float($0 * factor % 17) / 8 - 1 })
    }
    let score = LayerAttention.Score(queries: vectors(5), keys: vectors(3), scale: 1)
    let tokens = (0..<count).map { Token(text: "\($0)", display: "\($0)") }
    let summary = HeadSummary(
      patterns: [.init(label: .mixed, score: 0)], topPairs: [], maximum: 0,
      pooled: HeadWeights(queryCount: 1, keyCount: 1, values: [0]))
    return AttentionRecord(
      model: "sample",
      stacks: [
        AttentionStack(
          kind: .own, queries: tokens, keys: tokens,
          layers: [LayerAttention(index: 0, mask: mask, score: score)], summaries: [[summary]])
      ])
  }

  /// A column goes through a logarithm and back; rows do not.
  private static let tolerance: Float = 1e-5

  @Test(arguments: [AttentionMask.bidirectional, .causal, .causalWindow(width: 40)])
  func holdsTheSameWeightsAsTheRows(mask: AttentionMask) {
    let record = Self.record(mask: mask)
    let column = record.column(stack: 0, layer: 0, head: 0, key: 600)
    #expect(column.count == Self.count)
    for query in [0, 599, 600, 601, 639, 640, 1099] {
      let row = record.row(stack: 0, layer: 0, head: 0, query: query)
      let weight = row[row.startIndex + 600]
      #expect(abs(column[query] - weight) <= Self.tolerance * max(weight, 1e-3))
      #expect((column[query] == 0) == (weight == 0))
    }
  }

  @Test func readsWeightsFromAFile() {
    let weights = HeadWeights(queryCount: 2, keyCount: 3, values: [0.1, 0.2, 0.7, 0.3, 0.6, 0.1])
    let tokens = (0..<3).map { Token(text: "\($0)", display: "\($0)") }
    let summary = HeadSummary(
      patterns: [.init(label: .mixed, score: 0)], topPairs: [], maximum: 0,
      pooled: HeadWeights(queryCount: 1, keyCount: 1, values: [0]))
    let record = AttentionRecord(
      model: "sample",
      stacks: [
        AttentionStack(
          kind: .cross, queries: Array(tokens.prefix(2)), keys: tokens,
          layers: [LayerAttention(index: 0, mask: .bidirectional, weights: [weights])],
          summaries: [[summary]])
      ])
    #expect(record.column(stack: 0, layer: 0, head: 0, key: 1) == [0.2, 0.6])
  }
}
