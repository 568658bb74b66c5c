import Attention

/// Sums over a row of weights, eight at a time.
enum RowKernels {
  /// The largest weight, for weights ≥ 0; 0 for an empty row.
  static func maximum(_ row: UnsafeBufferPointer<Float>) -> Float {
    // Floats ≥ 0 are ordered as their bits are, and the maximum of integers needs no order of evaluation.
    var bits: UInt32 = 0
    for weight in row { bits = max(bits, weight.bitPattern) }
    return Float(bitPattern: bits)
  }

  /// The sums over the weights w of w, w² and −w · log₂ w, where 0 · log₂ 0 is 0.
  static func sums(
    _ row: UnsafeBufferPointer<Float>
  ) -> (weights: Float, squares: Float, entropy: Float) {
    var weights = SIMD8<Float>(repeating: 0)
    var squares = weights
    var entropy = weights
    @inline(__always) func add(_ block: SIMD8<Float>) {
      weights += block
      squares += block * block
      entropy -= block * binaryLogarithm(block)
    }
    let blockCount = row.count / 8
    if let start = UnsafeRawPointer(row.baseAddress) {
      for index in 0..<blockCount {
        add(start.loadUnaligned(fromByteOffset: 32 * index, as: SIMD8<Float>.self))
      }
    }
    var last = SIMD8<Float>(repeating: 0)
    for index in blockCount * 8..<row.count { last[index - blockCount * 8] = row[index] }
    add(last)
    return (weights.sum(), squares.sum(), entropy.sum())
  }

  /// sum[start + i] += row[i].
  static func add(
    _ row: UnsafeBufferPointer<Float>, to sum: inout [Float], from start: Int = 0
  ) {
    sum.withUnsafeMutableBufferPointer { sum in
      let part = UnsafeMutableBufferPointer(rebasing: sum[start..<start + row.count])
      for index in 0..<row.count { part[index] += row[index] }
    }
  }

  /// log₂ to 6 · 10⁻⁵; some finite number for 0.
  ///
  /// The exponent is read from the bits, the mantissa m goes through a polynomial fitted to
  /// log₂ m / (m − 1) on 1 … 2.
  @inline(__always)
  private static func binaryLogarithm(_ values: SIMD8<Float>) -> SIMD8<Float> {
    let bits = unsafeBitCast(values, to: SIMD8<UInt32>.self)
    // An integer below 2²³ in the mantissa of 2²³ is that integer plus 2²³, without a conversion.
    let exponent =
      unsafeBitCast((bits &>> 23) | 0x4b00_0000, to: SIMD8<Float>.self) - (0x1p23 + 127)
    let rest =
      unsafeBitCast((bits & 0x007f_ffff) | 0x3f80_0000, to: SIMD8<Float>.self) - 1
    var factor = 0.059_945_59 * rest - 0.227_712_64
    factor = factor * rest + 0.442_274_18
    factor = factor * rest - 0.717_063_93
    factor = factor * rest + 1.442_615_68
    return exponent + rest * factor
  }
}
