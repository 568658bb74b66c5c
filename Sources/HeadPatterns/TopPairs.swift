import Attention

extension HeadSummary {
  /// The heaviest pairs of the rows that see more than one key, heaviest first; of equal ones, those
  /// that come first in the matrix.
  /// - Complexity: O(T · S · log `limit`).
  static func topPairs(
    of weights: HeadWeights, rowMaxima: [Float], mask: AttentionMask, limit: Int = pairLimit
  ) -> [Pair] {
    var pairs: [Pair] = []
    var threshold: Float = 0
    func keepBest() {
      // The sort is stable.
      pairs.sort { $0.weight > $1.weight }
      pairs.removeLast(max(0, pairs.count - limit))
      if pairs.count == limit, let last = pairs.last { threshold = last.weight }
    }
    for query in 0..<weights.queryCount
    where rowMaxima[query] > threshold
      && mask.visibleKeys(query: query, keyCount: weights.keyCount).count > 1
    {
      weights.withRow(query) { row in
        for key in 0..<row.count where row[key] > threshold {
          pairs.append(Pair(query: query, key: key, weight: row[key]))
          if pairs.count == 2 * limit { keepBest() }
        }
      }
    }
    keepBest()
    return pairs
  }
}
