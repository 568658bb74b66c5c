import Attention
import Threads

/// `y = x·Wᵀ + b` with W `[out, in]`.
struct Linear: Sendable {
  let weight: WeightMatrix
  let bias: [Float]?

  init(weight: WeightMatrix, bias: [Float]?) {
    precondition(bias.map { $0.count == weight.rowCount } ?? true)
    self.weight = weight
    self.bias = bias
  }

  /// Reads `weight` and, unless there is none by the configuration, `bias`.
  init(
    _ reader: WeightReader, inputSize: Int, outputSize: Int, hasBias: Bool = true,
    layout: WeightMatrix.Layout = .rows
  ) throws(TransformerError) {
    let weight = try reader.matrix(
      "weight", rowCount: outputSize, columnCount: inputSize, layout: layout)
    let bias = hasBias ? try reader.vector("bias", count: outputSize) : nil
    guard let added = reader.biasUpdate(of: "weight") else {
      self.init(weight: weight, bias: bias)
      return
    }
    self.init(weight: weight, bias: bias.map { zip($0, added).map(+) } ?? added)
  }

  /// Some of the outputs.
  subscript(outputs: Range<Int>) -> Linear {
    Linear(weight: weight[outputs], bias: bias.map { Array($0[outputs]) })
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates {
    let input = LinearInput(x, for: weight)
    return HiddenStates(tokenCount: x.tokenCount, size: weight.rowCount) { y in
      Parallel.forEachRange(of: weight.rowCount, grain: grain(tokenCount: x.tokenCount)) { rows in
        multiply(input, by: rows, into: y + rows.lowerBound, stride: weight.rowCount)
      }
    }
  }

  /// The number of outputs that a core takes at a time: as many as the kernel, or more where they are quickly done.
  private func grain(tokenCount: Int) -> Int {
    // Lines of a matrix that lies by columns are worth reading in long pieces.
    let atOnce = weight.layout == .columns ? 128 : 64
    let worthwhile = Parallel.grain(operationsPerItem: tokenCount * weight.columnCount)
    return (worthwhile + atOnce - 1) / atOnce * atOnce
  }

  /// The same, cut into heads: `[heads, tokens, out / heads]`.
  /// - Precondition: `headCount` divides the output size.
  func heads(_ x: HiddenStates, count headCount: Int) -> HeadVectors {
    let headSize = weight.rowCount / headCount
    precondition(headSize * headCount == weight.rowCount)
    return heads(x, at: (0..<headCount).map { $0 * headSize }, size: headSize)
  }

  /// Those outputs that make up some heads: `[heads, tokens, headSize]`.
  /// - Parameter starts: Each head's first output.
  func heads(_ x: HiddenStates, at starts: [Int], size headSize: Int) -> HeadVectors {
    let grain = Parallel.grain(operationsPerItem: x.values.count * headSize)
    let input = LinearInput(x, for: weight)
    let isShort = weight.layout == .columns && !input.isPacked
    if isShort, let first = starts.first,
      starts == starts.indices.map({ first + $0 * headSize })
    {
      return self[first..<first + starts.count * headSize](x).heads(size: headSize)
    }
    let y = HiddenStates(tokenCount: x.tokenCount, size: starts.count * headSize) { y in
      Parallel.forEachRange(of: starts.count, grain: grain) { heads in
        for head in heads {
          multiply(
            input, by: starts[head]..<starts[head] + headSize,
            into: y + head * x.tokenCount * headSize, stride: headSize)
        }
      }
    }
    return HeadVectors(
      headCount: starts.count, rowCount: x.tokenCount, headSize: headSize, values: y.values)
  }

  /// Writes the products of all tokens with some rows of W, the tokens `stride` apart.
  private func multiply(
    _ x: LinearInput, by rows: Range<Int>, into y: UnsafeMutablePointer<Float>, stride: Int
  ) {
    bias.withOptionalAddress { bias in
      x.multiply(
        by: weight[rows], bias: bias.map { $0 + rows.lowerBound }, into: y, stride: stride)
    }
  }
}

extension HiddenStates {
  /// The vectors cut into heads, which lie side by side: `[heads, tokens, size]`.
  fileprivate func heads(size headSize: Int) -> HeadVectors {
    let headCount = size / headSize
    var heads: [Float] = []
    heads.reserveCapacity(values.count)
    for head in 0..<headCount {
      for token in 0..<tokenCount {
        let start = token * size + head * headSize
        heads += values[start..<start + headSize]
      }
    }
    return HeadVectors(
      headCount: headCount, rowCount: tokenCount, headSize: headSize, values: heads)
  }
}

extension [Float]? {
  fileprivate func withOptionalAddress(_ body: (UnsafePointer<Float>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
