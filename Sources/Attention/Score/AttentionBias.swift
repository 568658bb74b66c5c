import CKernels

/// The bias that a model adds to a layer's scaled scores, held as compactly as the rule behind it allows.
///
/// Whatever the rule, the numbers of one query lie side by side, and only where they begin differs.
///
/// Shape letters: H heads, T queries, S keys.
public struct AttentionBias: Hashable, Sendable {
  public let headCount: Int
  public let queryCount: Int
  public let keyCount: Int
  /// The numbers as they are held; `[origin + head · headStride + query · queryStride + key]` is a pair's.
  package let storedValues: [Float]
  /// The offset of head 0, query 0, and the strides to the next head and query.
  package let origin: Int
  package let headStride: Int
  package let queryStride: Int

  /// One number for each distance (T5, MPNet).
  ///
  /// - Parameter values: `[H, T + S − 1]`, by key − query from −(T − 1) to S − 1.
  public init(byDistance values: [Float], headCount: Int, queryCount: Int, keyCount: Int) {
    self.init(
      values, shape: (headCount, queryCount, keyCount), origin: queryCount - 1,
      headStride: queryCount + keyCount - 1, queryStride: -1)
  }

  /// One number for each key, the same for all queries (ALiBi).
  ///
  /// - Parameter values: `[H, S]`.
  public init(byKey values: [Float], headCount: Int, queryCount: Int, keyCount: Int) {
    self.init(
      values, shape: (headCount, queryCount, keyCount), origin: 0, headStride: keyCount,
      queryStride: 0)
  }

  /// A number for each pair that follows no simpler rule (DeBERTa).
  ///
  /// - Parameter values: `[H, T, S]`.
  public init(dense values: [Float], headCount: Int, queryCount: Int, keyCount: Int) {
    self.init(
      values, shape: (headCount, queryCount, keyCount), origin: 0,
      headStride: queryCount * keyCount, queryStride: keyCount)
  }

  private init(
    _ values: [Float], shape: (Int, Int, Int), origin: Int, headStride: Int, queryStride: Int
  ) {
    (headCount, queryCount, keyCount) = shape
    precondition(headCount > 0 && queryCount > 0 && keyCount > 0)
    precondition(values.count == headCount * headStride)
    storedValues = values
    self.origin = origin
    self.headStride = headStride
    self.queryStride = queryStride
  }

  public subscript(head: Int, query: Int, key: Int) -> Float {
    precondition(key >= 0 && key < keyCount)
    return storedValues[start(head: head, query: query) + key]
  }

  /// All pairs of one head: `[T, S]`.
  public func values(head: Int) -> [Float] {
    (0..<queryCount).flatMap { query in
      let start = start(head: head, query: query)
      return storedValues[start..<start + keyCount]
    }
  }

  /// Adds the numbers of one query and some keys to these of its `keyCount` scores.
  func add(to scores: UnsafeMutablePointer<Float>, head: Int, query: Int, keys: Range<Int>) {
    precondition(keys.lowerBound >= 0 && keys.upperBound <= keyCount)
    storedValues.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      ck_add(
        scores + keys.lowerBound, first + start(head: head, query: query) + keys.lowerBound,
        keys.count)
    }
  }

  private func start(head: Int, query: Int) -> Int {
    precondition(head >= 0 && head < headCount && query >= 0 && query < queryCount)
    return origin + head * headStride + query * queryStride
  }
}
