import Attention
import Glibc

/// A bias by the distance from query to key: near distances one by one, far ones in buckets that grow (T5, MPNet).
///
/// Paper: Raffel et al., arXiv:1910.10683, section 2.1; with the buckets of its implementation.
///
/// Shape letters: H heads, T queries, S keys.
struct RelativePositionBias: Sendable {
  /// The buckets by which distances share the rows of the table.
  struct Buckets: Hashable, Sendable {
    let count: Int
    /// From here on all distances share the last bucket.
    let maximumDistance: Int
    /// Whether keys behind the query have buckets of their own: the upper half. If not, they share that
    /// of the query itself: a decoder sees none of them.
    let isBidirectional: Bool

    private var sideCount: Int { isBidirectional ? count / 2 : count }
    /// So many distances have a bucket each.
    private var exactCount: Int { sideCount / 2 }

    /// Whether every distance has a bucket.
    var isValid: Bool { exactCount > 0 && maximumDistance > exactCount }

    /// - Parameter distance: key − query.
    func bucket(of distance: Int) -> Int {
      let offset = isBidirectional && distance > 0 ? sideCount : 0
      let distance = isBidirectional ? abs(distance) : max(0, -distance)
      guard distance >= exactCount else { return offset + distance }
      // In single precision, step by step, as the reference: on a border between buckets the rounding decides.
      let scale = Float(log(Double(maximumDistance) / Double(exactCount)))
      let share = log(Float(distance) / Float(exactCount)) / scale
      let bucket = exactCount + Int(share * Float(sideCount - exactCount))
      return offset + min(bucket, sideCount - 1)
    }
  }

  let buckets: Buckets
  let headCount: Int
  /// `[buckets, H]`.
  private let table: [Float]

  /// Reads `weight`.
  /// - Precondition: The buckets are valid.
  init(_ reader: WeightReader, _ buckets: Buckets, headCount: Int) throws(TransformerError) {
    precondition(buckets.isValid)
    self.buckets = buckets
    self.headCount = headCount
    table = try reader.tensor("weight", shape: [buckets.count, headCount]).floats
  }

  /// The bias of the queries at these positions and the keys at 0 … `keyCount` − 1.
  func callAsFunction(queries: Range<Int>, keyCount: Int) -> AttentionBias {
    let rows = (1 - queries.upperBound..<keyCount - queries.lowerBound).map(buckets.bucket)
    return AttentionBias(
      byDistance: (0..<headCount).flatMap { head in rows.map { table[$0 * headCount + head] } },
      headCount: headCount, queryCount: queries.count, keyCount: keyCount)
  }
}
