import Attention

/// What brings each vector to a common size, and each head's query or key by itself (Qwen3, Gemma 3).
protocol Norm: HeadNorm {
  func callAsFunction(_ x: consuming HiddenStates) -> HiddenStates

  /// What each vector is divided by.
  func scales(of x: HiddenStates) -> [Float]

  /// What the norm makes of a part of its input, if that does not change the scales: parts of a sum become parts of the
  /// normed sum, but for the bias.
  ///
  /// - Parameter scales: One for each vector; those of the whole.
  func carry(_ part: HiddenStates, scales: [Float]) -> HiddenStates
}

/// What brings queries or keys to a common size.
protocol HeadNorm: Sendable {
  func callAsFunction(_ x: HeadVectors) -> HeadVectors
}

extension Norm {
  func callAsFunction(_ x: HeadVectors) -> HeadVectors {
    let vectors = HiddenStates(
      tokenCount: x.headCount * x.rowCount, size: x.headSize, values: x.values)
    return HeadVectors(
      headCount: x.headCount, rowCount: x.rowCount, headSize: x.headSize,
      values: self(vectors).values)
  }
}

/// A norm of its own for each head (StableLM 2).
struct SeparateHeadNorms<Base: Norm>: HeadNorm {
  let norms: [Base]

  func callAsFunction(_ x: HeadVectors) -> HeadVectors {
    precondition(x.headCount == norms.count)
    let size = x.rowCount * x.headSize
    let values = norms.enumerated().flatMap { head, norm in
      let vectors = HiddenStates(
        tokenCount: x.rowCount, size: x.headSize,
        values: Array(x.values[head * size..<(head + 1) * size]))
      return norm(vectors).values
    }
    return HeadVectors(
      headCount: x.headCount, rowCount: x.rowCount, headSize: x.headSize, values: values)
  }
}

/// A norm of the vectors of all heads together (OLMo 2).
struct JointHeadNorm<Base: Norm>: HeadNorm {
  let base: Base

  func callAsFunction(_ x: HeadVectors) -> HeadVectors {
    var joint = HiddenStates(tokenCount: x.rowCount, size: x.headCount * x.headSize)
    /// Calls `body` with where a head's feature stands in `x` and among the features of its token.
    func forEachPlace(_ body: (_ ofHead: Int, _ ofToken: Int) -> Void) {
      for head in 0..<x.headCount {
        for row in 0..<x.rowCount {
          let ofHead = (head * x.rowCount + row) * x.headSize
          let ofToken = (row * x.headCount + head) * x.headSize
          for feature in 0..<x.headSize { body(ofHead + feature, ofToken + feature) }
        }
      }
    }
    forEachPlace { joint.values[$1] = x.values[$0] }
    joint = base(joint)
    var values = x.values
    forEachPlace { values[$0] = joint.values[$1] }
    return HeadVectors(
      headCount: x.headCount, rowCount: x.rowCount, headSize: x.headSize, values: values)
  }
}
