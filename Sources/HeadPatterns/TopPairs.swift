import Attention

/// The heaviest pairs of the rows that see more than one key, at most `HeadSummary.pairLimit`.
struct TopPairs: Sendable {
  /// Heaviest first; of equal ones, those that come first in the matrix.
  private(set) var heaviest: [HeadSummary.Pair] = []
  private var threshold: Float = 0

  /// - Parameter rowMaxima: By query.
  /// - Complexity: O(rows · S · log limit).
  mutating func add(_ weights: QueryRows, rowMaxima: [Float], rules: PatternRules) {
    let limit = HeadSummary.pairLimit
    for query in weights.queries
    where rowMaxima[query] > threshold && rules.visibleKeys(of: query).count > 1 {
      weights.withRow(query) { row in
        for key in 0..<row.count where row[key] > threshold {
          heaviest.append(HeadSummary.Pair(query: query, key: key, weight: row[key]))
          if heaviest.count == 2 * limit { keepBest() }
        }
      }
    }
    keepBest()
  }

  private mutating func keepBest() {
    let limit = HeadSummary.pairLimit
    // The sort is stable.
    heaviest.sort { $0.weight > $1.weight }
    heaviest.removeLast(max(0, heaviest.count - limit))
    if heaviest.count == limit, let last = heaviest.last { threshold = last.weight }
  }
}
