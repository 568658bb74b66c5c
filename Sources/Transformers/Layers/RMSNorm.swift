import Attention
import CKernels

/// Each vector over its root mean square, times a gain (arXiv:1910.07467).
struct RMSNorm: Sendable {
  let gain: [Float]
  /// Added to the mean square.
  let epsilon: Float

  /// What a checkpoint stores of the gain.
  enum Stored: Sendable {
    case gain
    /// The gain less 1 (Gemma).
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

  /// The same for the vector of each head (Qwen3, Gemma 3).
  func callAsFunction(_ x: HeadVectors) -> HeadVectors {
    let vectors = HiddenStates(
      tokenCount: x.headCount * x.rowCount, size: x.headSize, values: x.values)
    return HeadVectors(
      headCount: x.headCount, rowCount: x.rowCount, headSize: x.headSize,
      values: self(vectors).values)
  }
}
