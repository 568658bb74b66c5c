import Attention

/// What brings each vector to a common size.
protocol Norm: Sendable {
  func callAsFunction(_ x: consuming HiddenStates) -> HiddenStates
}

extension Norm {
  /// The same for the vectors of heads (Qwen3, Gemma 3).
  func callAsFunction(_ x: HeadVectors) -> HeadVectors {
    let vectors = HiddenStates(
      tokenCount: x.headCount * x.rowCount, size: x.headSize, values: x.values)
    return HeadVectors(
      headCount: x.headCount, rowCount: x.rowCount, headSize: x.headSize,
      values: self(vectors).values)
  }
}
