import Attention
import Glibc

/// Attention with linear biases: the further back a key, the lower its score, for each head at its own slope
/// (arXiv:2108.12409).
///
/// The bias is slope · key position rather than − slope · distance: the same for the softmax, and the same for
/// all queries. Positions are counted from the first key, or from the last one (MPT), which is the same once more.
struct Alibi: Sendable {
  /// One per head.
  let slopes: [Float]
  /// The factor of the products.
  var scale: Float = 1
  /// Whether slopes, positions and products are rounded to bfloat16 (Falcon).
  var roundsToBFloat16 = false
  var countsFromLast = false

  /// Powers of 2^(−8 / n) where there are n = 2ᵏ heads. Otherwise those of the largest such n come first,
  /// and then every other one of twice as many.
  init(headCount: Int) {
    precondition(headCount > 0)
    func slopes(_ count: Int) -> [Float] {
      (1...count).map { Float(exp2(-8 * Double($0) / Double(count))) }
    }
    let whole = 1 << (Int.bitWidth - 1 - headCount.leadingZeroBitCount)
    let between = slopes(2 * whole).enumerated().filter { $0.offset.isMultiple(of: 2) }
    self.slopes = slopes(whole) + between.map(\.element).prefix(headCount - whole)
  }

  /// The bias of keys that are at the positions 0, 1, 2, ….
  func bias(queryCount: Int, keyCount: Int) -> AttentionBias {
    func round(_ value: Float) -> Float { roundsToBFloat16 ? value.roundedToBFloat16 : value }
    let values = slopes.flatMap { slope in
      (0..<keyCount).map { key in
        let position = countsFromLast ? key - (keyCount - 1) : key
        return round(round(slope) * round(Float(position))) * scale
      }
    }
    return AttentionBias(
      byKey: values, headCount: slopes.count, queryCount: queryCount, keyCount: keyCount)
  }
}

extension Float {
  /// The nearest number whose last 16 bits are 0, the even one of two.
  fileprivate var roundedToBFloat16: Float {
    let half = 0x7fff + (bitPattern >> 16 & 1)
    return Float(bitPattern: (bitPattern &+ half) & 0xffff_0000)
  }
}
