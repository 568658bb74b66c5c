import Attention

/// The pairs of some queries that are heavy enough for a line, whoever has the cursor.
struct StrongPairs: Sendable {
  /// What they are made of.
  struct Key: Hashable, Sendable {
    var stack: Int
    var layer: Int
    var heads: [Int]
    var aggregation: Aggregation
    var scale: WeightScale
    /// The tokens of each query and each key.
    var queries: [Range<Int>]
    var keys: [Range<Int>]
  }

  struct Pair: Sendable {
    /// Positions.
    var query: Int
    var key: Int
    var strength: AttentionSlice.Strength
    /// The weight in proportion to the scale.
    var relative: Float
  }

  /// Lighter ones are left out, whatever the length of the input.
  static let lightest: Float = 0.12

  let pairs: [Pair]

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
    let floor = Self.lightest * (units.values.min() ?? 1)
    var pairs: [Pair] = []
    for query in queries {
      let row = slice.row(heads: heads, query: query, by: aggregation)
      for (key, strength) in row.enumerated() where strength.weight >= floor {
        let relative = strength.weight / (units[strength.head] ?? 1)
        guard relative >= Self.lightest else { continue }
        pairs.append(Pair(query: query, key: key, strength: strength, relative: relative))
      }
    }
    self.pairs = pairs
  }

  typealias Cache = RecentCache<Key, StrongPairs>
}
