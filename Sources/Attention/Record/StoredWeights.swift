/// The weights of a layer that lie somewhere, such as in a mapped file, and are read when asked for.
///
/// Shape letters: T queries, S keys, H heads.
public struct StoredWeights: Sendable {
  public let headCount: Int
  public let queryCount: Int
  public let keyCount: Int
  let read: Read

  /// The weights between some queries and some keys of one head: `[queries, keys]`, row-major.
  public typealias Read =
    @Sendable (_ head: Int, _ queries: Range<Int>, _ keys: Range<Int>) -> [Float]

  /// - Parameter read: Asked only for what lies in the shape `[H, T, S]`.
  public init(headCount: Int, queryCount: Int, keyCount: Int, read: @escaping Read) {
    precondition(headCount > 0)
    self.headCount = headCount
    self.queryCount = queryCount
    self.keyCount = keyCount
    self.read = read
  }

  /// Weights in memory.
  /// - Precondition: There is a head, and all heads are of one shape.
  public init(_ heads: [HeadWeights]) {
    precondition(Set(heads.map { [$0.queryCount, $0.keyCount] }).count == 1)
    self.init(
      headCount: heads.count, queryCount: heads[0].queryCount, keyCount: heads[0].keyCount
    ) { head, queries, keys in
      queries.flatMap { query in
        let row = heads[head].row(query)
        return row[row.startIndex + keys.lowerBound..<row.startIndex + keys.upperBound]
      }
    }
  }

  func head(_ head: Int) -> HeadWeights {
    HeadWeights(
      queryCount: queryCount, keyCount: keyCount,
      values: read(head, 0..<queryCount, 0..<keyCount))
  }
}
