import CKernels

/// Each vector over its root mean square, times a gain (arXiv:1910.07467).
struct RMSNorm: Norm {
  let gain: [Float]
  /// Added to the mean square.
  let epsilon: Float

  /// The form in which a checkpoint stores the gain.
  enum Stored: Sendable {
    case gain
    /// The gain less 1 (Gemma, Nemotron).
    case gainLessOne
  }

  /// Reads `weight`.
  init(
    _ reader: WeightReader, size: Int, epsilon: Float, stored: Stored = .gain
  ) throws(TransformerError) {
    let weight = try reader.vector("weight", count: size)
    gain = stored == .gain ? weight : weight.map { 1 + $0 }
    self.epsilon = epsilon
  }

  init(gain: [Float], epsilon: Float) {
    self.gain = gain
    self.epsilon = epsilon
  }

  /// One that only brings to a common size.
  init(withoutWeights size: Int, epsilon: Float) {
    self.init(gain: [Float](repeating: 1, count: size), epsilon: epsilon)
  }

  func callAsFunction(_ x: consuming HiddenStates) -> HiddenStates {
    precondition(x.size == gain.count)
    x.updateInParallel { vectors, tokenCount in
      for token in 0..<tokenCount {
        let vector = vectors + token * gain.count
        ck_rms_norm(vector, gain, epsilon, vector, gain.count)
      }
    }
    return x
  }

  func scales(of x: HiddenStates) -> [Float] {
    (0..<x.tokenCount).map { token in
      let square = x.row(token).reduce(into: 0.0) { $0 += Double($1) * Double($1) }
      return Float((square / Double(x.size) + Double(epsilon)).squareRoot())
    }
  }

  func carry(_ part: HiddenStates, scales: [Float]) -> HiddenStates {
    HiddenStates(
      tokenCount: part.tokenCount, size: part.size,
      values: (0..<part.tokenCount).flatMap { token in
        zip(part.row(token), gain).map { $0 * $1 / scales[token] }
      })
  }

  /// The same once more: nothing is taken off that a mean would be.
  func pull(_ direction: HiddenStates, scales: [Float]) -> HiddenStates {
    carry(direction, scales: scales)
  }

  var shift: [Float]? { nil }
}
