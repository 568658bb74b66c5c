import Attention

/// A check of the weights of a stack: those of a softmax are not negative, and each row sums to 1.
struct WeightCheck {
  private(set) var rowCount = 0
  /// Rows whose sum is not 1.
  private(set) var wrongCount = 0
  /// The sum that is farthest from 1.
  private(set) var farthestSum: Float = 1
  /// Whether all weights outside the mask are 0.
  private(set) var fitsMask = true
  private let mask: AttentionMask

  /// Weights in 8 bits of mantissa are off by less.
  static let tolerance: Float = 0.01
  /// Dropout makes weights larger than 1, by a factor; nothing makes them so large.
  static let limit: Float = 1000

  /// - Parameter mask: What may be the rule of which keys a query sees.
  init(mask: AttentionMask) { self.mask = mask }

  /// - Parameter sink: What each query gives to no key; nil for nothing.
  mutating func add(_ weights: HeadWeights, sink: [Float]? = nil) throws(WeightFailure) {
    for query in 0..<weights.queryCount {
      var (sum, smallest) = Self.measure(weights.row(query))
      if let sink { sum += sink[query] }
      if !sum.isFinite { throw .notFinite(query: query) }
      if smallest < 0 { throw .negative(query: query) }
      if sum > Self.limit { throw .tooLarge(query: query) }
      rowCount += 1
      if abs(sum - 1) > Self.tolerance { wrongCount += 1 }
      if abs(sum - 1) > abs(farthestSum - 1) { farthestSum = sum }
      if fitsMask {
        let row = weights.row(query)
        let visible = mask.visibleKeys(query: query, keyCount: weights.keyCount)
        fitsMask =
          row.prefix(visible.lowerBound).allSatisfy { $0 == 0 }
          && row.dropFirst(visible.upperBound).allSatisfy { $0 == 0 }
      }
    }
  }

  mutating func add(_ other: WeightCheck) {
    rowCount += other.rowCount
    wrongCount += other.wrongCount
    if abs(other.farthestSum - 1) > abs(farthestSum - 1) { farthestSum = other.farthestSum }
    fitsMask = fitsMask && other.fitsMask
  }

  /// Eight at a time; NaN in the sum where there is one in the row.
  private static func measure(_ row: ArraySlice<Float>) -> (sum: Float, smallest: Float) {
    row.withUnsafeBytes { bytes in
      var sums = SIMD8<Float>.zero
      var smallest = SIMD8<Float>.zero
      let blockSize = MemoryLayout<SIMD8<Float>>.size
      let wholeSize = bytes.count / blockSize * blockSize
      for offset in stride(from: 0, to: wholeSize, by: blockSize) {
        let block = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        sums += block
        smallest = pointwiseMin(smallest, block)
      }
      var (sum, least) = (sums.sum(), smallest.min())
      for offset in stride(from: wholeSize, to: bytes.count, by: 4) {
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: Float.self)
        sum += value
        least = min(least, value)
      }
      return (sum, least)
    }
  }
}
