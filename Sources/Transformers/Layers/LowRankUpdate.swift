import CKernels

/// s·B·A, which an adapter adds to a matrix `[out, in]` (LoRA, arXiv:2106.09685): computed from the input,
/// s·B·(A·x), so that the matrix stays as it lies.
///
/// Shape letters: r rank.
final class LowRankUpdate: Sendable {
  /// A: `[r, in]`.
  let down: WeightMatrix
  /// B: `[out, r]`.
  let up: WeightMatrix
  /// Added to B's products before they are scaled, `[out]`: it becomes part of the layer's bias.
  let bias: [Float]?
  let scale: Float
  /// Whether B is zero, as before any training: nothing is to be added then, not even 0.
  let isZero: Bool

  init(
    down: WeightMatrix, up: WeightMatrix, bias: [Float]? = nil, scale: Float,
    isZero: Bool = false
  ) {
    precondition(down.rowCount == up.columnCount)
    precondition(bias.map { $0.count == up.rowCount } ?? true)
    self.down = down
    self.up = up
    self.bias = bias
    self.scale = scale
    self.isZero = isZero
  }

  /// That of some of the outputs.
  subscript(rows: Range<Int>) -> LowRankUpdate {
    LowRankUpdate(down: down, up: up[rows], scale: scale)
  }

  /// That of the matrix with its axes exchanged.
  var transposed: LowRankUpdate {
    LowRankUpdate(down: up.transposed, up: down.transposed, scale: scale)
  }

  /// s·A·x: `[tokens, r]`.
  func lowered(_ x: HiddenStates) -> HiddenStates {
    var low = Linear(weight: down, bias: nil)(x)
    low *= scale
    return low
  }

  /// Adds B·low to the vectors of `y`, `stride` apart.
  /// - Parameter low: `[tokens, r]`.
  func add(_ low: HiddenStates, to y: UnsafeMutablePointer<Float>, stride: Int) {
    up.addProducts(with: low, to: y, stride: stride)
  }

  /// Adds row `row` of s·B·A.
  func addRow(_ row: Int, to out: UnsafeMutablePointer<Float>) {
    var low = HiddenStates(tokenCount: 1, size: up.columnCount) { up.copyRow(row, to: $0) }
    low *= scale
    down.transposed.addProducts(with: low, to: out, stride: down.columnCount)
  }
}

extension WeightMatrix {
  /// Adds `x·Wᵀ` to the vectors of `y`, `stride` apart.
  fileprivate func addProducts(
    with x: HiddenStates, to y: UnsafeMutablePointer<Float>, stride: Int
  ) {
    var products = [Float](repeating: 0, count: x.tokenCount * rowCount)
    var room = [Float](repeating: 0, count: x.values.count)
    withMatrix { matrix in
      ck_product(
        matrix, layout == .columns, x.values, x.size, &products, rowCount, x.tokenCount, &room)
    }
    products.withUnsafeBufferPointer { products in
      guard let start = products.baseAddress else { return }
      for token in 0..<x.tokenCount {
        ck_add(y + token * stride, start + token * rowCount, rowCount)
      }
    }
  }
}
