import Attention
import Testing

@Suite struct AttentionBiasTests {
  /// Two queries and three keys: distances −1 … 2.
  @Test func byDistance() {
    let bias = AttentionBias(
      byDistance: [1, 2, 3, 4, 5, 6, 7, 8], headCount: 2, queryCount: 2, keyCount: 3)
    #expect(bias.values(head: 0) == [2, 3, 4, 1, 2, 3])
    #expect(bias.values(head: 1) == [6, 7, 8, 5, 6, 7])
    #expect(bias[1, 0, 2] == 8)
    #expect(bias[0, 1, 0] == 1)
  }

  @Test func byKey() {
    let bias = AttentionBias(
      byKey: [0, 1, 2, 0, 10, 20], headCount: 2, queryCount: 2, keyCount: 3)
    #expect(bias.values(head: 0) == [0, 1, 2, 0, 1, 2])
    #expect(bias[1, 1, 2] == 20)
  }

  @Test func dense() {
    let values = (0..<12).map(Float.init)
    let bias = AttentionBias(dense: values, headCount: 2, queryCount: 2, keyCount: 3)
    #expect(bias.values(head: 0) + bias.values(head: 1) == values)
    #expect(bias[1, 0, 2] == 8)
  }
}
