import Attention
import CKernels

/// `y = x·Wᵀ + b` with W `[out, in]`.
struct Linear: Sendable {
  let weight: WeightMatrix
  let bias: [Float]?

  init(weight: WeightMatrix, bias: [Float]?) {
    precondition(bias.map { $0.count == weight.rowCount } ?? true)
    self.weight = weight
    self.bias = bias
  }

  /// Reads `weight` and `bias`.
  init(_ reader: WeightReader, inputSize: Int, outputSize: Int) throws(TransformerError) {
    self.init(
      weight: try reader.matrix("weight", rowCount: outputSize, columnCount: inputSize),
      bias: try reader.vector("bias", count: outputSize))
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates {
    // 64 rows of W stay in the second-level cache while all tokens pass.
    let grain = max(64, Parallel.grain(operationsPerItem: x.values.count))
    return HiddenStates(tokenCount: x.tokenCount, size: weight.rowCount) { y in
      Parallel.forEachRange(of: weight.rowCount, grain: grain) { rows in
        multiply(x, by: rows, into: y + rows.lowerBound, stride: weight.rowCount)
      }
    }
  }

  /// The same, cut into heads: `[heads, tokens, out / heads]`.
  /// - Precondition: `headCount` divides the output size.
  func heads(_ x: HiddenStates, count headCount: Int) -> HeadVectors {
    let headSize = weight.rowCount / headCount
    precondition(headSize * headCount == weight.rowCount)
    let grain = Parallel.grain(operationsPerItem: x.values.count * headSize)
    let y = HiddenStates(tokenCount: x.tokenCount, size: weight.rowCount) { y in
      Parallel.forEachRange(of: headCount, grain: grain) { heads in
        for head in heads {
          multiply(
            x, by: head * headSize..<(head + 1) * headSize,
            into: y + head * x.tokenCount * headSize, stride: headSize)
        }
      }
    }
    return HeadVectors(
      headCount: headCount, rowCount: x.tokenCount, headSize: headSize, values: y.values)
  }

  /// Writes the products of all tokens with some rows of W, the tokens `stride` apart.
  private func multiply(
    _ x: HiddenStates, by rows: Range<Int>, into y: UnsafeMutablePointer<Float>, stride: Int
  ) {
    precondition(x.size == weight.columnCount)
    weight.withMatrix { matrix in
      bias.withOptionalAddress { bias in
        x.values.withUnsafeBufferPointer { x in
          guard let start = x.baseAddress else { return }
          ck_linear(
            matrix.rows(rows), bias.map { $0 + rows.lowerBound }, start, weight.columnCount, y,
            stride, x.count / weight.columnCount)
        }
      }
    }
  }
}

extension [Float]? {
  fileprivate func withOptionalAddress(_ body: (UnsafePointer<Float>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
