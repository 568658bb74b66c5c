/// Attention weights of one head: `[queries, keys]`, row-major; each row over the visible keys sums to 1.
public struct HeadWeights: Hashable, Sendable {
  public let queryCount: Int
  public let keyCount: Int
  public let values: [Float]

  public init(queryCount: Int, keyCount: Int, values: [Float]) {
    precondition(values.count == queryCount * keyCount)
    self.queryCount = queryCount
    self.keyCount = keyCount
    self.values = values
  }

  @inlinable
  public subscript(query: Int, key: Int) -> Float { values[query * keyCount + key] }

  public func row(_ query: Int) -> ArraySlice<Float> {
    values[query * keyCount..<(query + 1) * keyCount]
  }

  /// The row without the cost of a slice.
  @inlinable
  public func withRow<Result>(
    _ query: Int, _ body: (UnsafeBufferPointer<Float>) -> Result
  ) -> Result {
    values.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[query * keyCount..<(query + 1) * keyCount]))
    }
  }

  /// The heaviest keys of a query: at most `limit`, the heaviest first; of equal ones the earlier first.
  public func heaviestKeys(of query: Int, limit: Int = 1) -> [(key: Int, weight: Float)] {
    let row = zip(0..., row(query)).map { (key: $0, weight: $1) }
    // The sort is stable.
    return Array(row.sorted { $0.weight > $1.weight }.prefix(limit))
  }
}
