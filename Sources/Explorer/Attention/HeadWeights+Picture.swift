import Attention

extension HeadWeights {
  /// The weights between the items of two axes: summed over the tokens of a key, averaged over those of a
  /// query; not normalised again where tokens are left out.
  /// - Complexity: O(tokens of the queries × tokens of the keys).
  func between(_ queries: TokenAxis, _ keys: TokenAxis) -> HeadWeights {
    var result = [Float](repeating: 0, count: queries.count * keys.count)
    for (row, query) in queries.ranges.enumerated() {
      let share = 1 / Float(query.count)
      for (column, key) in keys.ranges.enumerated() {
        var sum: Float = 0
        for token in query {
          for other in key { sum += self[token, other] }
        }
        result[row * keys.count + column] = sum * share
      }
    }
    return HeadWeights(queryCount: queries.count, keyCount: keys.count, values: result)
  }

  /// The weights of some queries on some keys.
  func cropped(queries: Range<Int>, keys: Range<Int>) -> HeadWeights {
    HeadWeights(
      queryCount: queries.count, keyCount: keys.count,
      values: queries.flatMap { query in keys.map { self[query, $0] } })
  }

  /// A picture of `rows` × `columns`, each pixel the largest weight of its block: in a mean, a diagonal would
  /// disappear. With more pixels than weights, weights are repeated.
  func maxPooled(rows: Int, columns: Int) -> HeadWeights {
    guard queryCount > 0, keyCount > 0 else {
      return HeadWeights(queryCount: 0, keyCount: 0, values: [])
    }
    let columnBlocks = (0..<columns).map { Self.block($0, of: columns, count: keyCount) }
    var result: [Float] = []
    result.reserveCapacity(rows * columns)
    // Of the block's queries first, all keys side by side.
    var largest = [Float](repeating: 0, count: keyCount)
    for row in 0..<rows {
      let queries = Self.block(row, of: rows, count: queryCount)
      largest.withUnsafeMutableBufferPointer { largest in
        values.withUnsafeBufferPointer { weights in
          largest.update(repeating: 0)
          for query in queries {
            // No `if`: so several keys are compared at once.
            for key in 0..<keyCount {
              let weight = weights[query * keyCount + key]
              largest[key] = weight > largest[key] ? weight : largest[key]
            }
          }
        }
      }
      for keys in columnBlocks {
        var pixel: Float = 0
        for key in keys where largest[key] > pixel { pixel = largest[key] }
        result.append(pixel)
      }
    }
    return HeadWeights(queryCount: rows, keyCount: columns, values: result)
  }

  /// A picture of what can be below 0, made of one that keeps the largest of a block: the value farthest from 0.
  package func signed(_ picture: (HeadWeights) -> HeadWeights) -> HeadWeights {
    let gains = picture(self)
    guard values.contains(where: { $0 < 0 }) else { return gains }
    let losses = picture(
      HeadWeights(queryCount: queryCount, keyCount: keyCount, values: values.map(-)))
    return HeadWeights(
      queryCount: gains.queryCount, keyCount: gains.keyCount,
      values: zip(gains.values, losses.values).map { $0 >= $1 ? $0 : -$1 })
  }

  /// The elements of `count` that pixel `index` of `pixels` stands for: one at least.
  private static func block(_ index: Int, of pixels: Int, count: Int) -> Range<Int> {
    let start = index * count / pixels
    return start..<max(start + 1, (index + 1) * count / pixels)
  }

  /// The heaviest pairs of the queries that `isCounted`, heaviest first; of equal ones, the first ones.
  func heaviestPairs(limit: Int, where isCounted: (Int) -> Bool) -> [HeadSummary.Pair] {
    var pairs: [HeadSummary.Pair] = []
    for query in 0..<queryCount where isCounted(query) {
      for (key, weight) in row(query).enumerated() {
        let least = pairs.count == limit ? pairs.last?.weight ?? .infinity : 0
        guard abs(weight) > abs(least) else { continue }
        if pairs.count == limit { pairs.removeLast() }
        let place = pairs.firstIndex { abs($0.weight) < abs(weight) } ?? pairs.count
        pairs.insert(HeadSummary.Pair(query: query, key: key, weight: weight), at: place)
      }
    }
    return pairs
  }
}
