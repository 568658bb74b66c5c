import Attention

/// The largest weight of each block of queries and keys, kept while a text grows.
///
/// Blocks are as many tokens wide as the least power of two that leaves no more than `limit` of them, so that those of a
/// longer text are made of those of a shorter one.
struct GrowingPicture: Sendable {
  /// Twice what is shown, so that a block that is shown is never much larger than its neighbour.
  private static let limit = 2 * HeadSummary.pooledLimit

  private var queries = Side()
  private var keys = Side()
  private var values: [Float] = []

  private struct Side {
    var count = 0
    /// Tokens of a block, as a power of two.
    var exponent = 0

    var blockCount: Int { (count + (1 << exponent) - 1) >> exponent }

    mutating func grow(to count: Int) {
      self.count = count
      while blockCount > limit { exponent += 1 }
    }
  }

  var weights: HeadWeights {
    HeadWeights(
      queryCount: queries.blockCount, keyCount: keys.blockCount, values: values)
  }

  mutating func add(_ rows: QueryRows, rules: PatternRules) {
    let (oldQueries, oldKeys, old) = (queries, keys, values)
    queries.grow(to: rows.queries.upperBound)
    keys.grow(to: rules.keyCount(seenBy: queries.count))
    let width = keys.blockCount
    values = [Float](repeating: 0, count: queries.blockCount * width)
    for row in 0..<oldQueries.blockCount {
      let start = row >> (queries.exponent - oldQueries.exponent) * width
      for column in 0..<oldKeys.blockCount {
        let place = start + column >> (keys.exponent - oldKeys.exponent)
        values[place] = max(values[place], old[row * oldKeys.blockCount + column])
      }
    }
    // Rows first, and these element by element: a loop for vector registers.
    var largest = [Float](repeating: 0, count: keys.count)
    var query = rows.queries.lowerBound
    while query < queries.count {
      let block = query >> queries.exponent
      let end = min((block + 1) << queries.exponent, queries.count)
      for key in largest.indices { largest[key] = 0 }
      for query in query..<end {
        rows.withRow(query) { row in
          for key in largest.indices {
            largest[key] = row[key] > largest[key] ? row[key] : largest[key]
          }
        }
      }
      for key in largest.indices {
        let place = block * width + key >> keys.exponent
        values[place] = largest[key] > values[place] ? largest[key] : values[place]
      }
      query = end
    }
  }
}
