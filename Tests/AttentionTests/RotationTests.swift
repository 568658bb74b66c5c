import Attention
import Testing

/// Turning back by hand: quarter turns, so that cosines are 0 and sines are 1.
@Suite struct RotationTests {
  private let quarter = Float.pi / 2

  private func expect(_ found: [Float], _ expected: [Float]) {
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found)")
  }

  @Test func halvesTurnBack() {
    let rotation = Rotation(pairing: .halves, frequencies: [quarter, 0])
    #expect(rotation.size == 4)
    // Pairs are features 0 and 2, which turned, and 1 and 3, which stayed; 4 does not turn at all.
    expect(rotation.undone([1, 2, 3, 4, 5], position: 1), [3, 2, -1, 4, 5])
    expect(rotation.undone([1, 2, 3, 4, 5], position: 2), [-1, 2, -3, 4, 5])
    expect(rotation.undone([1, 2, 3, 4, 5], position: 0), [1, 2, 3, 4, 5])
  }

  @Test func neighboursTurnBack() {
    let rotation = Rotation(pairing: .neighbours, frequencies: [quarter, 2 * quarter])
    expect(rotation.undone([1, 2, 3, 4], position: 1), [2, -1, -3, -4])
  }

  @Test func theFactorIsDividedAway() {
    let rotation = Rotation(pairing: .halves, frequencies: [quarter], factor: 4)
    expect(rotation.undone([8, 2, 3], position: 1), [0.5, -2, 3])
  }

  /// At the far end of a long input and of the frequencies.
  @Test func lengthsSurvive() {
    let rotation = Rotation(
      pairing: .neighbours, frequencies: [1, 0.37, 1e-6], factor: 1.3)
    let vector: [Float] = [3, 4, 0.5, 1.2, 1e-8, 0]
    let undone = rotation.undone(vector, position: 131_071)
    for pair in 0..<3 {
      func length(_ vector: [Float]) -> Float {
        (vector[2 * pair] * vector[2 * pair] + vector[2 * pair + 1] * vector[2 * pair + 1])
          .squareRoot()
      }
      #expect(abs(length(undone) * 1.3 / length(vector) - 1) < 1e-6)
    }
  }

  @Test func whatHasNoAnswerHasNone() {
    let nothing = Rotation(pairing: .halves, frequencies: [0], factor: 0)
    #expect(nothing.undone([0, 0], position: 3).allSatisfy { $0.isNaN })
    let endless = Rotation(pairing: .halves, frequencies: [.infinity])
    #expect(endless.undone([1, 1, 7], position: 1)[0].isNaN)
    #expect(endless.undone([1, 1, 7], position: 1)[2] == 7)
  }

  @Test func scoresKnowBoth() {
    var score = LayerAttention.Score(
      queries: HeadVectors(
        headCount: 2, rowCount: 2, headSize: 2, values: [0, 0, 1, 2, 3, 4, 5, 6]),
      keys: HeadVectors(headCount: 1, rowCount: 2, headSize: 2, values: [7, 8, 9, 10]), scale: 1)
    #expect(score.query(head: 1, row: 1, isTurned: false) == [5, 6])
    score.rotation = Rotation(pairing: .halves, frequencies: [quarter])
    #expect(score.query(head: 1, row: 1) == [5, 6])
    expect(score.query(head: 1, row: 1, isTurned: false), [6, -5])
    #expect(score.key(head: 1, row: 1) == [9, 10])
    expect(score.key(head: 1, row: 1, isTurned: false), [10, -9])
  }
}
