import Attention

/// What queries look at and what they take from it, of one layer: `[G, S, D]` each.
struct KeysAndValues: Sendable {
  private(set) var keys: HeadVectors
  private(set) var values: HeadVectors

  init(keys: HeadVectors, values: HeadVectors) {
    precondition(keys.headCount == values.headCount && keys.rowCount == values.rowCount)
    self.keys = keys
    self.values = values
  }

  var tokenCount: Int { keys.rowCount }

  /// Those of further tokens, behind the ones so far.
  mutating func append(_ other: KeysAndValues) {
    keys = keys.appending(other.keys)
    values = values.appending(other.values)
  }
}

extension HeadVectors {
  fileprivate func appending(_ other: HeadVectors) -> HeadVectors {
    precondition(headCount == other.headCount && headSize == other.headSize)
    var result: [Float] = []
    result.reserveCapacity(values.count + other.values.count)
    for head in 0..<headCount {
      for part in [self, other] {
        let count = part.rowCount * headSize
        result += part.values[head * count..<(head + 1) * count]
      }
    }
    return HeadVectors(
      headCount: headCount, rowCount: rowCount + other.rowCount, headSize: headSize,
      values: result)
  }
}
