import Glibc

/// Vectors of sines and cosines that tell positions apart without being learned (Vaswani et al.,
/// arXiv:1706.03762, section 3.5), the sines in the first half, the cosines in the second.
struct SinusoidalPositions: Sendable {
  let size: Int
  /// The wavelengths grow from 2π to 10000 · 2π, which the last one reaches, or would be the next to reach.
  private let frequencies: [Double]

  /// - Parameter reachesLast: As tensor2tensor and fairseq have it, rather than the paper.
  init(size: Int, reachesLast: Bool) {
    self.size = size
    // An odd size has one sine more, or, where the last frequency is reached, a zero at the end.
    let count = reachesLast ? size / 2 : (size + 1) / 2
    let step = reachesLast ? 1 / Double(max(1, count - 1)) : 2 / Double(size)
    frequencies = (0..<count).map { pow(10_000, -Double($0) * step) }
  }

  /// - Parameter positions: One per token; nil gives zeros.
  func callAsFunction(_ positions: [Int?]) -> HiddenStates {
    var values = [Float](repeating: 0, count: positions.count * size)
    for (token, position) in positions.enumerated() {
      guard let position else { continue }
      for (index, frequency) in frequencies.enumerated() {
        let angle = Double(position) * frequency
        values[token * size + index] = Float(sin(angle))
        let place = frequencies.count + index
        if place < size { values[token * size + place] = Float(cos(angle)) }
      }
    }
    return HiddenStates(tokenCount: positions.count, size: size, values: values)
  }
}
