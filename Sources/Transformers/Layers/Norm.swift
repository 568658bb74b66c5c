import Attention

/// What brings each vector to a common size.
protocol Norm: Sendable {
  func callAsFunction(_ x: consuming HiddenStates) -> HiddenStates

  /// The same for queries or keys: each head's vector by itself (Qwen3, Gemma 3), unless a norm does otherwise.
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

/// A norm of the vectors of all heads together (OLMo 2).
struct JointHeadNorm<Base: Norm>: Norm {
  let base: Base

  func callAsFunction(_ x: consuming HiddenStates) -> HiddenStates { base(x) }

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
