import Files
import Tensors
import TestSupport
import Testing

@testable import Transformers

@Suite struct LikelyTokensTests {
  /// A layer whose logits are `logits` times the only input.
  private func decoder(_ logits: [Float]) -> Linear {
    let bytes = logits.flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) }
    let file = FileBytes(bytes)
    return Linear(
      weight: WeightMatrix(
        Tensor(
          name: "decoder", elementType: .float32, shape: [logits.count, 1], bytes: file.bytes,
          owner: file)),
      bias: nil)
  }

  @Test func bestFirstOfEachPosition() throws {
    let decoder = decoder((0..<30).map { Float(($0 * 7) % 30) / 10 })
    let x = HiddenStates(tokenCount: 2, size: 1, values: [1, -1])
    let tokens = try decoder(x).likelyTokens(at: [4, 2])
    #expect(
      tokens.map(\.position) == [Int](repeating: 4, count: 10) + [Int](repeating: 2, count: 10))
    // 7 · id mod 30 is 29, 28, … and then 0, 1, ….
    #expect(tokens.prefix(10).map { ($0.id * 7) % 30 } == Array((20...29).reversed()))
    #expect(tokens.suffix(10).map { ($0.id * 7) % 30 } == Array(0...9))
    // 1 / (1 + e^-0.1 + … + e^-2.9), and the same the other way round.
    #expect(abs(tokens[0].probability - 0.100_149_2) < 1e-6)
    #expect(abs(tokens[10].probability - 0.100_149_2) < 1e-6)
  }

  @Test func theFirstOfEquals() throws {
    let x = HiddenStates(tokenCount: 1, size: 1, values: [0])
    let tokens = try decoder([1, 2, 1, 2])(x).likelyTokens(at: [0])
    #expect(tokens.map(\.id) == [0, 1, 2, 3])
    #expect(tokens.map(\.probability) == [0.25, 0.25, 0.25, 0.25])
  }

  @Test func namesThePositionOfDamage() {
    let x = HiddenStates(tokenCount: 2, size: 1, values: [1, .nan])
    #expect(throws: TransformerError.nonFiniteLogits(position: 7)) {
      try decoder([1, 2])(x).likelyTokens(at: [3, 7])
    }
  }
}
