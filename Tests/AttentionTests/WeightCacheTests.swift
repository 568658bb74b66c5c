import Testing

@testable import Attention

@Suite struct WeightCacheTests {
  private func key(_ head: Int) -> WeightCache.Key {
    WeightCache.Key(stack: 0, layer: 0, head: head)
  }

  @Test func keepsWhatWasUsedLast() {
    // Room for two heads of 2 × 2.
    let cache = WeightCache(byteLimit: 32)
    var computed: [Int] = []
    func ask(_ head: Int) {
      let weights = cache.weights(for: key(head)) {
        computed.append(head)
        return HeadWeights(
          queryCount: 2, keyCount: 2, values: [Float](repeating: Float(head), count: 4))
      }
      #expect(weights.values[0] == Float(head))
    }
    for head in [0, 1, 0, 1] { ask(head) }
    #expect(computed == [0, 1])
    // 0 was used longer ago than 1 and gives way.
    for head in [2, 1, 0] { ask(head) }
    #expect(computed == [0, 1, 2, 0])
  }

  @Test func keepsOneHeadHoweverLarge() {
    let cache = WeightCache(byteLimit: 8)
    var count = 0
    for _ in 0..<3 {
      _ = cache.weights(for: key(0)) {
        count += 1
        return HeadWeights(queryCount: 2, keyCount: 2, values: [1, 0, 0, 1])
      }
    }
    #expect(count == 1)
  }
}
