import CKernels
import Threads

/// The vectors that a linear layer multiplies with: as they are, or in the order in which the kernel for many tokens
/// reads them.
struct LinearInput {
  let tokenCount: Int
  let size: Int
  private let values: [Float]
  /// Whether the vectors lie as the kernel for many tokens reads them.
  let isPacked: Bool
  /// The vectors' scaled projections to the rank of the weight's update; nil where it has none.
  private let lowered: HiddenStates?

  init(_ x: HiddenStates, for weight: WeightMatrix) {
    precondition(x.size == weight.columnCount)
    tokenCount = x.tokenCount
    size = x.size
    let pays = weight.layout == .columns ? CK_PACKING_PAYS_BY_COLUMNS : CK_PACKING_PAYS
    isPacked = x.tokenCount >= Int(pays)
    values = isPacked ? x.packed : x.values
    lowered = weight.update?.lowered(x)
  }

  /// Writes `x·Wᵀ + b`, the vectors of `y` being `stride` apart.
  ///
  /// - Parameter bias: `[out]`, or nil.
  func multiply(
    by weight: WeightMatrix, bias: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    values.withUnsafeBufferPointer { values in
      guard let x = values.baseAddress else { return }
      let isByColumns = weight.layout == .columns
      weight.withMatrix { matrix in
        if isPacked {
          ck_linear_packed(matrix, isByColumns, bias, x, y, stride, tokenCount)
        } else {
          ck_linear(matrix, isByColumns, bias, x, size, y, stride, tokenCount)
        }
      }
    }
    if let lowered { weight.update?.add(lowered, to: y, stride: stride) }
  }
}

extension HiddenStates {
  fileprivate var packed: [Float] {
    [Float](unsafeUninitializedCapacity: values.count) { packed, count in
      count = values.count
      let group = Int(CK_PACKED_GROUP)
      let grain = Parallel.grain(operationsPerItem: 2 * group * size)
      values.withUnsafeBufferPointer { values in
        guard let x = values.baseAddress, let packed = packed.baseAddress else { return }
        Parallel.forEachRange(of: (tokenCount + group - 1) / group, grain: grain) { groups in
          let tokens = groups.lowerBound * group..<min(groups.upperBound * group, tokenCount)
          ck_pack(x, size, tokenCount, size, tokens.lowerBound, tokens.count, packed)
        }
      }
    }
  }
}
