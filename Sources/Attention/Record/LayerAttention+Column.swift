import Glibc

/// Columns of weights: a weight needs the sum over its whole row, so those sums are found first and kept.
extension LayerAttention {
  /// The logarithm of each query's sum of exponentiated scores: a weight is `exp(score − logSum)`.
  ///
  /// Infinite for a query that sees no key; empty where only weights are known.
  /// - Complexity: O(T · S · D).
  func logSums(head: Int) -> [Float] {
    guard let score else { return [] }
    return (0..<queryCount).map { query in
      // Any weight tells the sum; the largest does so best.
      let weights = row(head: head, query: query)
      let visible = mask.visibleKeys(query: query, keyCount: keyCount)
      guard let key = visible.max(by: { weights[$0] < weights[$1] }) else { return .infinity }
      return score.value(head: head, query: query, key: key) - log(weights[key])
    }
  }

  /// The weights of one key: one column of `weights(head:)`, up to rounding.
  ///
  /// - Parameter logSums: `logSums(head:)`.
  /// - Complexity: O(T · D) from queries and keys.
  func column(head: Int, key: Int, logSums: [Float]) -> [Float] {
    switch storage {
    case .stored(let weights):
      return weights.read(head, 0..<queryCount, key..<key + 1)
    case .score(let score):
      return (0..<queryCount).map { query in
        guard mask.visibleKeys(query: query, keyCount: keyCount).contains(key),
          !score.isCut(head: head, query: query, key: key)
        else { return 0 }
        return exp(score.value(head: head, query: query, key: key) - logSums[query])
      }
    }
  }
}
