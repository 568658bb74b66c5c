import Attention
import Testing

@testable import Explorer

@Suite struct HeadWeightsPictureTests {
  private let weights = HeadWeights(
    queryCount: 3, keyCount: 4,
    values: [
      0.1, 0.2, 0.3, 0.4,
      0.7, 0.1, 0.1, 0.1,
      0.0, 0.0, 0.9, 0.1,
    ])

  @Test func poolingTakesTheLargestOfABlock() {
    #expect(weights.maxPooled(rows: 1, columns: 1).values == [0.9])
    #expect(weights.maxPooled(rows: 3, columns: 2).values == [0.2, 0.4, 0.7, 0.1, 0.0, 0.9])
    // Rows ⌊0·3/2⌋ … ⌊1·3/2⌋ − 1 = 0 … 0, and 1 … 2.
    #expect(
      weights.maxPooled(rows: 2, columns: 4).values == [0.1, 0.2, 0.3, 0.4, 0.7, 0.1, 0.9, 0.1])
  }

  @Test func morePixelsThanWeightsRepeatThem() {
    let large = weights.maxPooled(rows: 6, columns: 8)
    #expect(Array(large.row(2)) == [0.7, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    #expect(Array(large.row(2)) == Array(large.row(3)))
  }

  @Test func noWeightsAreNoPixels() {
    let none = HeadWeights(queryCount: 0, keyCount: 3, values: [])
    #expect(none.maxPooled(rows: 2, columns: 2).values == [])
  }

  @Test func notANumberIsPassedOver() {
    let broken = HeadWeights(queryCount: 1, keyCount: 3, values: [.nan, 0.2, .nan])
    #expect(broken.maxPooled(rows: 1, columns: 1).values == [0.2])
    #expect(broken.heaviestPairs(limit: 5) { _ in true }.map(\.weight) == [0.2])
  }

  @Test func heaviestPairsComeInOrder() {
    let pairs = weights.heaviestPairs(limit: 4) { _ in true }
    #expect(pairs.map(\.weight) == [0.9, 0.7, 0.4, 0.3])
    #expect(pairs.map(\.query) == [2, 1, 0, 0])
    #expect(pairs.map(\.key) == [2, 0, 3, 2])
    #expect(weights.heaviestPairs(limit: 0) { _ in true } == [])
    #expect(weights.heaviestPairs(limit: 1) { $0 == 0 }.map(\.weight) == [0.4])
    // 0 is no pair.
    #expect(weights.heaviestPairs(limit: 99) { $0 == 2 }.count == 2)
  }

  @Test func mergedWordsAndLeftOutTokensAreAsInRows() {
    var tokens = SampleRecord.sentence.map { SampleRecord.token($0, segment: 0) }
    tokens[3].continuesWord = true
    tokens[6].continuesWord = true
    let stack = SampleRecord.stack(
      .own, queries: tokens, keys: tokens, layers: 1, heads: 1, headSize: 8)
    var state = ExplorerState(
      record: AttentionRecord(model: "m", stacks: [stack]), request: nil, view: .model, width: 80,
      height: 24)
    state.display.mergesWords = true
    state.display.hidesSpecials = true
    let slice = state.slice
    #expect(!slice.isWhole)
    let weights = slice.weights(head: 0)
    #expect(weights.queryCount == 5)
    for query in 0..<5 {
      for (found, expected) in zip(weights.row(query), slice.row(head: 0, query: query)) {
        // Sums of at most four weights, in another order.
        #expect(abs(found - expected) < 1e-6)
      }
    }
  }

  /// A long input whose summary was pooled to ones in the upper left quarter: nothing that the weights hold.
  private func long(count: Int) -> ExplorerState {
    let base = SampleRecord.causal(count: count, layers: 1, heads: 1).stacks[0]
    let marks = (0..<48 * 48).map { Float($0 / 48 < 24 && $0 % 48 < 24 ? 1 : 0) }
    let summary = HeadSummary(
      patterns: [HeadSummary.Pattern(label: .mixed, score: 0)], topPairs: [], maximum: 1,
      pooled: HeadWeights(queryCount: 48, keyCount: 48, values: marks))
    let stack = AttentionStack(
      kind: .own, queries: base.queries, keys: base.keys, layers: base.layers,
      summaries: [[summary]])
    return ExplorerState(
      record: AttentionRecord(model: "m", stacks: [stack]), request: nil, view: .model, width: 80,
      height: 24)
  }

  private func picture(of state: ExplorerState) -> HeadWeights {
    state.slice.picture(head: 0)
  }

  @Test func longInputsArePicturedFromTheSummary() {
    #expect(picture(of: long(count: 64)).queryCount == 64)
    let pooled = picture(of: long(count: 65))
    #expect(pooled.queryCount == 48)
    #expect(pooled.values.reduce(0, +) == 24 * 24)
  }

  @Test func filtersOfLongInputsCutTheSummary() {
    let count = 300
    var state = long(count: count)
    let tokens = (0..<count).map { SampleRecord.token("a", segment: $0 < count / 2 ? 0 : 1) }
    let base = state.stack
    let stack = AttentionStack(
      kind: .own, queries: tokens, keys: tokens, layers: base.layers, summaries: base.summaries)
    state.record = AttentionRecord(model: "m", stacks: [stack])
    state.display.filter = .aa
    #expect(picture(of: state).values == Array(repeating: 1, count: 24 * 24))
    state.display.filter = .ab
    #expect(picture(of: state).queryCount == 24)
    #expect(picture(of: state).values.allSatisfy { $0 == 0 })
  }
}
