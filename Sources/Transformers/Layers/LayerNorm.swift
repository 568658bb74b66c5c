import CKernels

/// Each vector less its mean, over its standard deviation, times a gain plus a bias (arXiv:1607.06450).
struct LayerNorm: Norm {
  let gain: [Float]
  let bias: [Float]
  /// Added to the variance.
  let epsilon: Float

  /// Reads `weight` and, where there is one, `bias`, or `gamma` and `beta` as checkpoints of before 2019
  /// call them.
  init(
    _ reader: WeightReader, size: Int, epsilon: Float, hasBias: Bool = true,
    stored: RMSNorm.Stored = .gain
  ) throws(TransformerError) {
    let weight = try reader.vector("weight", orOlder: "gamma", count: size)
    gain = stored == .gain ? weight : weight.map { 1 + $0 }
    bias =
      hasBias
      ? try reader.vector("bias", orOlder: "beta", count: size)
      : [Float](repeating: 0, count: size)
    self.epsilon = epsilon
  }

  /// One without a bias.
  init(gain: [Float], epsilon: Float) {
    self.gain = gain
    bias = [Float](repeating: 0, count: gain.count)
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
        ck_layer_norm(vector, gain, bias, epsilon, vector, gain.count)
      }
    }
    return x
  }

  func scales(of x: HiddenStates) -> [Float] {
    (0..<x.tokenCount).map { token in
      let (mean, row) = (x.mean(token), x.row(token))
      let square = row.reduce(into: 0.0) { $0 += (Double($1) - mean) * (Double($1) - mean) }
      return Float((square / Double(row.count) + Double(epsilon)).squareRoot())
    }
  }

  func carry(_ part: HiddenStates, scales: [Float]) -> HiddenStates {
    HiddenStates(
      tokenCount: part.tokenCount, size: part.size,
      values: (0..<part.tokenCount).flatMap { token in
        let mean = Float(part.mean(token))
        return zip(part.row(token), gain).map { ($0 - mean) * $1 / scales[token] }
      })
  }

  func pull(_ direction: HiddenStates, scales: [Float]) -> HiddenStates {
    var pulled = direction
    for token in 0..<direction.tokenCount {
      pulled.replaceRow(
        token, with: zip(direction.row(token), gain).map { $0 * $1 / scales[token] })
      let mean = Float(pulled.mean(token))
      pulled.replaceRow(token, with: pulled.row(token).map { $0 - mean })
    }
    return pulled
  }

  var shift: [Float]? { bias.contains { $0 != 0 } ? bias : nil }
}

extension HiddenStates {
  fileprivate func mean(_ token: Int) -> Double {
    row(token).reduce(into: 0.0) { $0 += Double($1) } / Double(size)
  }
}
