import Attention
import Foundation
import Testing

@Suite struct LayerAttentionTests {
  private let tokenCount = 7
  private let headCount = 4
  private let headSize = 6

  /// Numbers between −2 and 2 that look random.
  private func numbers(_ count: Int, seed: Double) -> [Float] {
    (0..<count).map { index in
      let angle = 0.7 * Double(index * index + 3 * index) + seed
      return Float(2 * sin(angle))
    }
  }

  private func score(
    keyHeadCount: Int = 4, softcap: Float? = nil, bias: AttentionBias? = nil
  ) -> LayerAttention.Score {
    LayerAttention.Score(
      queries: HeadVectors(
        headCount: headCount, rowCount: tokenCount, headSize: headSize,
        values: numbers(headCount * tokenCount * headSize, seed: 1)),
      keys: HeadVectors(
        headCount: keyHeadCount, rowCount: tokenCount, headSize: headSize,
        values: numbers(keyHeadCount * tokenCount * headSize, seed: 2)),
      scale: 0.4, softcap: softcap, bias: bias)
  }

  /// The same in double precision, straight from the formula.
  private func expected(
    _ score: LayerAttention.Score, mask: AttentionMask, head: Int
  ) -> [Double] {
    (0..<tokenCount).flatMap { query in
      let exponentials = (0..<tokenCount).map { key -> Double in
        guard mask.visibleKeys(query: query, keyCount: tokenCount).contains(key) else { return 0 }
        let q = score.queries.vector(head: head, row: query)
        let k = score.keys.vector(
          head: head / (headCount / score.keys.headCount), row: key)
        var value = zip(q, k).reduce(0) { $0 + Double($1.0) * Double($1.1) } * Double(score.scale)
        if let softcap = score.softcap.map(Double.init) { value = softcap * tanh(value / softcap) }
        if let bias = score.bias { value += Double(bias[head, query, key]) }
        return exp(value)
      }
      let sum = exponentials.reduce(0, +)
      return exponentials.map { $0 / sum }
    }
  }

  private func check(_ score: LayerAttention.Score, mask: AttentionMask) {
    let layer = LayerAttention(index: 3, mask: mask, score: score)
    for head in 0..<headCount {
      let weights = layer.weights(head: head)
      let expected = expected(score, mask: mask, head: head)
      // Single precision: some units in the last place of the exponent's argument.
      for (weight, value) in zip(weights.values, expected) {
        #expect(abs(Double(weight) - value) < 2e-6)
        if value == 0 { #expect(weight == 0) }
      }
      for query in 0..<tokenCount {
        #expect(layer.row(head: head, query: query) == Array(weights.row(query)))
      }
    }
  }

  @Test(arguments: [
    AttentionMask.bidirectional, .causal, .causalWindow(width: 3), .band(distance: 2),
  ]) func followsTheMask(_ mask: AttentionMask) {
    check(score(), mask: mask)
  }

  @Test(arguments: [1, 2]) func sharesKeysInGroups(_ keyHeadCount: Int) {
    check(score(keyHeadCount: keyHeadCount), mask: .causal)
  }

  private var biases: [AttentionBias] {
    let (h, t) = (headCount, tokenCount)
    return [
      AttentionBias(
        byDistance: numbers(h * (2 * t - 1), seed: 3), headCount: h, queryCount: t, keyCount: t),
      AttentionBias(byKey: numbers(h * t, seed: 4), headCount: h, queryCount: t, keyCount: t),
      AttentionBias(dense: numbers(h * t * t, seed: 5), headCount: h, queryCount: t, keyCount: t),
    ]
  }

  @Test func addsTheBias() {
    for bias in biases { check(score(bias: bias), mask: .bidirectional) }
  }

  @Test func capsBeforeTheBias() {
    for bias in biases { check(score(softcap: 1.5, bias: bias), mask: .causal) }
  }

  @Test func givesBackWeightsFromAFile() {
    let weights = HeadWeights(queryCount: 2, keyCount: 3, values: [0.5, 0.5, 0, 0.25, 0.25, 0.5])
    let layer = LayerAttention(index: 0, mask: .bidirectional, weights: [weights])
    #expect(layer.weights(head: 0) == weights)
    #expect(layer.row(head: 0, query: 1) == [0.25, 0.25, 0.5])
    #expect(layer.score == nil)
    #expect(weights[1, 2] == 0.5)
  }
}
