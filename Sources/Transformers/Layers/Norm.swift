import Attention

/// A norm, which brings each vector to a common size, and each head's query or key by itself (Qwen3, Gemma 3).
protocol Norm: HeadNorm {
  func callAsFunction(_ x: consuming HiddenStates) -> HiddenStates

  /// The divisor of each vector.
  func scales(of x: HiddenStates) -> [Float]

  /// The norm of a part of its input, if that does not change the scales: parts of a sum become parts of the
  /// normed sum, but for the bias.
  ///
  /// - Parameter scales: One for each vector; those of the whole.
  func carry(_ part: HiddenStates, scales: [Float]) -> HiddenStates

  /// A direction of the normed vectors as one of those before the norm, with the scales that these had: what a part has
  /// in the latter is what it has, once carried, in the former.
  func pull(_ direction: HiddenStates, scales: [Float]) -> HiddenStates

  /// The bias added to every normed vector; nil where there is none.
  var shift: [Float]? { get }
}

/// A norm, which brings queries or keys to a common size.
protocol HeadNorm: Sendable {
  func callAsFunction(_ x: HeadVectors) -> HeadVectors

  /// The norm of a part of `whole`, with the scales that the whole has.
  func carry(_ part: HeadVectors, of whole: HeadVectors) -> HeadVectors
}

extension Norm {
  func callAsFunction(_ x: HeadVectors) -> HeadVectors {
    let vectors = HiddenStates(
      tokenCount: x.headCount * x.rowCount, size: x.headSize, values: x.values)
    return HeadVectors(
      headCount: x.headCount, rowCount: x.rowCount, headSize: x.headSize,
      values: self(vectors).values)
  }

  func carry(_ part: HeadVectors, of whole: HeadVectors) -> HeadVectors {
    func vectors(_ x: HeadVectors) -> HiddenStates {
      HiddenStates(tokenCount: x.headCount * x.rowCount, size: x.headSize, values: x.values)
    }
    return HeadVectors(
      headCount: part.headCount, rowCount: part.rowCount, headSize: part.headSize,
      values: carry(vectors(part), scales: scales(of: vectors(whole))).values)
  }
}

/// A norm of its own for each head (StableLM 2).
struct SeparateHeadNorms<Base: Norm>: HeadNorm {
  let norms: [Base]

  func callAsFunction(_ x: HeadVectors) -> HeadVectors {
    eachHead(of: x) { norm, head in norm(x.vectors(ofHead: head)) }
  }

  func carry(_ part: HeadVectors, of whole: HeadVectors) -> HeadVectors {
    eachHead(of: part) { norm, head in
      norm.carry(
        part.vectors(ofHead: head), scales: norm.scales(of: whole.vectors(ofHead: head)))
    }
  }

  private func eachHead(
    of x: HeadVectors, _ normed: (Base, _ head: Int) -> HiddenStates
  ) -> HeadVectors {
    precondition(x.headCount == norms.count)
    return HeadVectors(
      headCount: x.headCount, rowCount: x.rowCount, headSize: x.headSize,
      values: norms.enumerated().flatMap { head, norm in normed(norm, head).values })
  }
}

extension HeadVectors {
  /// The vectors of one head: `[rows, D]`.
  func vectors(ofHead head: Int) -> HiddenStates {
    let size = rowCount * headSize
    return HiddenStates(
      tokenCount: rowCount, size: headSize,
      values: Array(values[head * size..<(head + 1) * size]))
  }
}

/// A norm of the vectors of all heads together (OLMo 2).
struct JointHeadNorm<Base: Norm>: HeadNorm {
  let base: Base

  func callAsFunction(_ x: HeadVectors) -> HeadVectors {
    Self.heads(of: base(Self.joint(x)), like: x)
  }

  func carry(_ part: HeadVectors, of whole: HeadVectors) -> HeadVectors {
    Self.heads(
      of: base.carry(Self.joint(part), scales: base.scales(of: Self.joint(whole))), like: part)
  }

  /// The heads of each token side by side.
  private static func joint(_ x: HeadVectors) -> HiddenStates {
    var joint = HiddenStates(tokenCount: x.rowCount, size: x.headCount * x.headSize)
    forEachPlace(x) { joint.values[$1] = x.values[$0] }
    return joint
  }

  private static func heads(of joint: HiddenStates, like x: HeadVectors) -> HeadVectors {
    var values = x.values
    forEachPlace(x) { values[$0] = joint.values[$1] }
    return HeadVectors(
      headCount: x.headCount, rowCount: x.rowCount, headSize: x.headSize, values: values)
  }

  /// Calls `body` with where a head's feature stands in `x` and among the features of its token.
  private static func forEachPlace(
    _ x: HeadVectors, _ body: (_ ofHead: Int, _ ofToken: Int) -> Void
  ) {
    for head in 0..<x.headCount {
      for row in 0..<x.rowCount {
        let ofHead = (head * x.rowCount + row) * x.headSize
        let ofToken = (row * x.headCount + head) * x.headSize
        for feature in 0..<x.headSize { body(ofHead + feature, ofToken + feature) }
      }
    }
  }
}
