import Attention
import HeadPatterns
import TestSupport
import Testing

@testable import Transformers

/// A layer's sums of values against sums written out, with what no BERT has: grouped keys, cap, bias, masks.
@Suite struct AttentionSumsTests {
  static let masks: [AttentionMask] = [
    .bidirectional, .causal, .causalWindow(width: 3), .band(distance: 2),
  ]
  private let queryCount = 9
  private let keyCount = 9
  private let tokens = (0..<9).map { Token(text: "\($0)", display: "\($0)") }

  private func vectors(_ headCount: Int, _ headSize: Int, seed: UInt64) -> HeadVectors {
    var generator = SeededGenerator(seed: seed)
    return HeadVectors(
      headCount: headCount, rowCount: 9, headSize: headSize,
      values: generator.floats(headCount * 9 * headSize, in: -2...2))
  }

  private func score(softcap: Float?, biased: Bool) -> LayerAttention.Score {
    var generator = SeededGenerator(seed: 3)
    return LayerAttention.Score(
      queries: vectors(4, 5, seed: 1), keys: vectors(2, 5, seed: 2), scale: 0.7,
      softcap: softcap,
      bias: biased
        ? AttentionBias(
          dense: generator.floats(4 * 9 * 9), headCount: 4, queryCount: 9, keyCount: 9) : nil)
  }

  private func run(
    _ score: LayerAttention.Score, values: HeadVectors, mask: AttentionMask
  ) throws -> (context: HiddenStates, stack: AttentionStack) {
    var run = LayerRun(
      .decoder,
      recorder: Recorder(
        Recording(summarizer: PatternSummarizer()),
        [AttentionRecorder(.decoder, queries: tokens, keys: tokens)]))
    let context = try run.attend(
      score.queries, to: KeysAndValues(keys: score.keys, values: values), mask: mask,
      kind: .decoder, valueBias: { _ in nil }, score: { _, _ in score })
    return (context, try #require(run.stack(.decoder, ofLayers: 1)))
  }

  @Test(
    arguments: masks, [(nil, false), (1.5, false), (nil, true), (1.5, true)] as [(Float?, Bool)])
  func sumsTheValuesByTheRecordedWeights(mask: AttentionMask, terms: (Float?, Bool)) throws {
    let score = score(softcap: terms.0, biased: terms.1)
    let values = vectors(2, 3, seed: 4)
    let (context, stack) = try run(score, values: values, mask: mask)
    #expect(stack.layers.map(\.mask) == [mask] && stack.summaries.map(\.count) == [4])
    for head in 0..<4 {
      let weights = stack.layers[0].weights(head: head)
      for query in 0..<queryCount {
        for column in 0..<3 {
          var sum: Float = 0
          for key in 0..<keyCount {
            sum += weights[query, key] * values.values[((head / 2) * 9 + key) * 3 + column]
          }
          let found = context.values[query * 12 + head * 3 + column]
          #expect(abs(found - sum) < 2e-6)
        }
      }
    }
  }

  @Test(arguments: [Float.nan, .infinity, 3e38])
  func namesTheHeadWhoseScoresAreNotFinite(bad: Float) throws {
    var keys = vectors(2, 5, seed: 2).values
    keys[keys.count - 2] = bad
    var score = score(softcap: nil, biased: false)
    score.keys = HeadVectors(headCount: 2, rowCount: 9, headSize: 5, values: keys)
    score.scale = 10
    #expect(throws: TransformerError.nonFiniteScores(kind: .decoder, layer: 0, head: 2)) {
      try run(score, values: vectors(2, 3, seed: 4), mask: .bidirectional)
    }
  }

  @Test func ignoresWhatNoQuerySees() throws {
    var keys = vectors(2, 5, seed: 2).values
    // The last key of head 0, which only the last query sees.
    keys[8 * 5] = .nan
    var score = score(softcap: nil, biased: false)
    score.keys = HeadVectors(headCount: 2, rowCount: 9, headSize: 5, values: keys)
    let values = vectors(2, 3, seed: 4)
    #expect(throws: TransformerError.nonFiniteScores(kind: .decoder, layer: 0, head: 0)) {
      try run(score, values: values, mask: .causal)
    }
    score.queries = HeadVectors(
      headCount: 4, rowCount: 8, headSize: 5,
      values: (0..<4).flatMap { head in
        (0..<8).flatMap { score.queries.vector(head: head, row: $0) }
      })
    let layer = LayerAttention(index: 0, mask: .causal, score: score)
    let sums = try layer.sums(of: values, kind: .decoder)
    let isFinite = sums.context.values.allSatisfy { $0.isFinite }
    #expect(isFinite)
  }
}
