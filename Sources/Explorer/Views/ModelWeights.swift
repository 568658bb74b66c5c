import Attention

/// The weights behind the pictures of the model view, as the filters leave them.
///
/// Shape letters: T queries and S keys as shown (items of the axes).
struct ModelWeights {
  let record: AttentionRecord
  let stack: Int
  let queries: TokenAxis
  let keys: TokenAxis
  /// The axes show every token on its own, so that nothing needs to be picked or put together.
  let isWhole: Bool

  init(_ state: ExplorerState, queries: TokenAxis, keys: TokenAxis) {
    record = state.record
    stack = state.selection.stack
    self.queries = queries
    self.keys = keys
    isWhole = queries.count == state.stack.queries.count && keys.count == state.stack.keys.count
  }

  var isEmpty: Bool { queries.count == 0 || keys.count == 0 }

  /// `[T, S]`.
  func weights(layer: Int, head: Int) -> HeadWeights {
    let weights = record.weights(stack: stack, layer: layer, head: head)
    return isWhole ? weights : weights.between(queries, keys)
  }

  /// The heaviest pairs, by their positions on the axes, heaviest first.
  func topPairs(layer: Int, head: Int, limit: Int) -> [HeadSummary.Pair] {
    let known = record.stacks[stack].summaries[layer][head].topPairs
    if isWhole, !known.isEmpty { return Array(known.prefix(limit)) }
    return weights(layer: layer, head: head).heaviestPairs(limit: limit)
  }
}

extension HeadWeights {
  /// The weights between the items of two axes: summed over the tokens of a key, averaged over those of a
  /// query; not normalised again where tokens are left out.
  /// - Complexity: O(tokens of the queries × tokens of the keys).
  func between(_ queries: TokenAxis, _ keys: TokenAxis) -> HeadWeights {
    var result = [Float](repeating: 0, count: queries.count * keys.count)
    for (row, query) in queries.items.enumerated() {
      let share = 1 / Float(query.tokens.count)
      for (column, key) in keys.items.enumerated() {
        var sum: Float = 0
        for token in query.tokens {
          for other in key.tokens { sum += self[token, other] }
        }
        result[row * keys.count + column] = sum * share
      }
    }
    return HeadWeights(queryCount: queries.count, keyCount: keys.count, values: result)
  }

  /// A picture of `rows` × `columns`, each pixel the largest weight of its part: in a mean, a diagonal would
  /// disappear. With more pixels than weights, weights are repeated.
  func maxPooled(rows: Int, columns: Int) -> HeadWeights {
    guard queryCount > 0, keyCount > 0 else {
      return HeadWeights(queryCount: 0, keyCount: 0, values: [])
    }
    var result = [Float](repeating: 0, count: rows * columns)
    let columnStarts = (0...columns).map { $0 * keyCount / columns }
    values.withUnsafeBufferPointer { weights in
      for row in 0..<rows {
        let first = row * queryCount / rows
        for query in first..<max(first + 1, (row + 1) * queryCount / rows) {
          for column in 0..<columns {
            let start = columnStarts[column]
            var largest = result[row * columns + column]
            for key in start..<max(start + 1, columnStarts[column + 1]) {
              largest = max(largest, weights[query * keyCount + key])
            }
            result[row * columns + column] = largest
          }
        }
      }
    }
    return HeadWeights(queryCount: rows, keyCount: columns, values: result)
  }

  /// The heaviest pairs above 0, heaviest first.
  func heaviestPairs(limit: Int) -> [HeadSummary.Pair] {
    guard limit > 0 else { return [] }
    var pairs: [HeadSummary.Pair] = []
    for (index, weight) in values.enumerated()
    where weight > pairs.last?.weight ?? 0 || pairs.count < limit {
      guard weight > 0 else { continue }
      if pairs.count == limit { pairs.removeLast() }
      let place = pairs.firstIndex { $0.weight < weight } ?? pairs.count
      pairs.insert(
        HeadSummary.Pair(query: index / keyCount, key: index % keyCount, weight: weight),
        at: place)
    }
    return pairs
  }
}
