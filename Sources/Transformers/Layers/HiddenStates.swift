import CKernels
import Threads

/// One vector per token: `[tokens, size]`, row-major.
public struct HiddenStates: Sendable {
  public let tokenCount: Int
  public let size: Int
  public internal(set) var values: [Float]

  public init(tokenCount: Int, size: Int, values: [Float]) {
    precondition(values.count == tokenCount * size)
    self.tokenCount = tokenCount
    self.size = size
    self.values = values
  }

  /// All zero.
  init(tokenCount: Int, size: Int) {
    self.init(
      tokenCount: tokenCount, size: size, values: [Float](repeating: 0, count: tokenCount * size))
  }

  /// - Parameter fill: Writes all values.
  init(tokenCount: Int, size: Int, filledBy fill: (UnsafeMutablePointer<Float>) throws -> Void)
    rethrows
  {
    let count = tokenCount * size
    values = try [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      if let start = buffer.baseAddress { try fill(start) }
      initializedCount = count
    }
    self.tokenCount = tokenCount
    self.size = size
  }

  /// Only the vectors of these tokens.
  func rows(_ tokens: [Int]) -> HiddenStates {
    HiddenStates(
      tokenCount: tokens.count, size: size,
      values: tokens.flatMap { values[$0 * size..<($0 + 1) * size] })
  }

  /// Calls `body` with the address of some tokens' vectors and their number, on all cores.
  mutating func updateInParallel(_ body: (UnsafeMutablePointer<Float>, _ tokenCount: Int) -> Void) {
    let grain = Parallel.grain(operationsPerItem: 8 * size)
    values.withUnsafeMutableBufferPointer { [size, tokenCount] buffer in
      guard let start = buffer.baseAddress else { return }
      Parallel.forEachRange(of: tokenCount, grain: grain) { range in
        body(start + range.lowerBound * size, range.count)
      }
    }
  }

  /// Multiplies all values with `factor`.
  static func *= (product: inout HiddenStates, factor: Float) {
    guard factor != 1 else { return }
    product.values.withUnsafeMutableBufferPointer { values in
      if let start = values.baseAddress { ck_scale(start, factor, values.count) }
    }
  }

  /// Multiplies each value with its counterpart.
  static func *= (product: inout HiddenStates, other: HiddenStates) {
    precondition(product.tokenCount == other.tokenCount && product.size == other.size)
    other.values.withUnsafeBufferPointer { factors in
      product.values.withUnsafeMutableBufferPointer { product in
        guard let factors = factors.baseAddress, let start = product.baseAddress else { return }
        ck_multiply(start, factors, product.count)
      }
    }
  }

  static func += (sum: inout HiddenStates, other: HiddenStates) {
    precondition(sum.tokenCount == other.tokenCount && sum.size == other.size)
    other.values.withUnsafeBufferPointer { added in
      sum.values.withUnsafeMutableBufferPointer { sum in
        guard let added = added.baseAddress, let start = sum.baseAddress else { return }
        ck_add(start, added, sum.count)
      }
    }
  }
}
