import Attention
import TerminalUI

/// The pairs of some queries that are heavy enough for a line, whoever has the cursor and however long the input is.
struct StrongPairs: Sendable {
  /// The inputs of the pairs.
  struct Key: Hashable, Sendable {
    var stack: Int
    var layer: Int
    var heads: [Int]
    var aggregation: Aggregation
    var scale: WeightScale
    var numbers: EdgeNumbers
    /// The tokens of each query and each key.
    var queries: [Range<Int>]
    var keys: [Range<Int>]
  }

  let pairs: [PairLine]

  /// - Parameters:
  ///   - queries: Positions.
  ///   - unit: What the weights of a head are divided by.
  /// - Complexity: A row of weights for each query and head.
  init(
    _ slice: AttentionSlice, heads: [Int], by aggregation: Aggregation, queries: [Int],
    unit: (Int) -> Float
  ) {
    var units: [Int: Float] = [:]
    for head in heads { units[head] = unit(head) }
    let floor = Threshold.headLine * (units.values.min() ?? 1)
    var pairs: [PairLine] = []
    for query in queries {
      let row = slice.row(heads: heads, query: query, by: aggregation)
      for (key, strength) in row.enumerated() where abs(strength.weight) >= floor {
        let relative = strength.weight / (units[strength.head] ?? 1)
        guard abs(relative) >= Threshold.headLine else { continue }
        pairs.append(PairLine(query: query, key: key, strength: strength, relative: relative))
      }
    }
    self.pairs = pairs
  }

  typealias Cache = RecentCache<Key, StrongPairs>
}

/// A line from a query to a key.
package struct PairLine: Sendable {
  /// Positions.
  package let query: Int
  package let key: Int
  package let strength: AttentionSlice.Strength
  /// The strength in proportion to what is full brightness.
  package let relative: Float

  /// The brightness, 1 … 5; 0 where nothing is worth drawing.
  package var level: Int { Theme.level(of: abs(relative)) }
}
