import Attention

/// The weights behind the pictures of the model view, as the filters leave them.
struct ModelWeights {
  let record: AttentionRecord
  let stack: Int
  let queries: TokenAxis
  let keys: TokenAxis
  /// The axes show every token on its own, so that nothing needs to be picked or put together.
  let isWhole: Bool

  /// Up to so many pairs of tokens, pictures are made of the weights themselves; of longer inputs, of what
  /// the summary keeps, since a whole model's weights would take seconds and gigabytes.
  private static let exactLimit = 64 * 64
  /// The same where the axes leave something out or put it together, which the summary cannot do token by
  /// token: worth waiting for once, as the record keeps the weights.
  private static let filteredLimit = 256 * 256

  init(_ state: ExplorerState, queries: TokenAxis, keys: TokenAxis) {
    record = state.record
    stack = state.selection.stack
    self.queries = queries
    self.keys = keys
    isWhole = queries.count == state.stack.queries.count && keys.count == state.stack.keys.count
  }

  var isEmpty: Bool { queries.count == 0 || keys.count == 0 }

  /// A weight for each query and key shown.
  func weights(layer: Int, head: Int) -> HeadWeights {
    let weights = record.weights(stack: stack, layer: layer, head: head)
    return isWhole ? weights : weights.between(queries, keys)
  }

  /// What to make a picture of: the weights, or, for a long input, blocks of them.
  func picture(layer: Int, head: Int) -> HeadWeights {
    let attention = record.stacks[stack].layers[layer]
    let limit = isWhole ? Self.exactLimit : Self.filteredLimit
    if attention.queryCount * attention.keyCount <= limit {
      return weights(layer: layer, head: head)
    }
    let pooled = record.stacks[stack].summaries[layer][head].pooled
    guard !isWhole, !isEmpty else { return pooled }
    return pooled.cropped(
      queries: Self.blocks(of: queries, count: pooled.queryCount, tokenCount: attention.queryCount),
      keys: Self.blocks(of: keys, count: pooled.keyCount, tokenCount: attention.keyCount))
  }

  /// The blocks, of `count`, that hold the tokens from the axis' first to its last.
  private static func blocks(of axis: TokenAxis, count: Int, tokenCount: Int) -> Range<Int> {
    let first = axis.items[0].tokens.lowerBound * count / tokenCount
    let last = (axis.items[axis.count - 1].tokens.upperBound - 1) * count / tokenCount
    return first..<last + 1
  }

  /// The heaviest pairs, by their positions on the axes, heaviest first; without those of queries that have
  /// no choice.
  func topPairs(layer: Int, head: Int, limit: Int) -> [HeadSummary.Pair] {
    if isWhole {
      return Array(record.stacks[stack].summaries[layer][head].topPairs.prefix(limit))
    }
    let attention = record.stacks[stack].layers[layer]
    let free = queries.ranges.map { tokens in
      tokens.contains {
        attention.mask.visibleKeys(query: $0, keyCount: attention.keyCount).count > 1
      }
    }
    return weights(layer: layer, head: head).heaviestPairs(limit: limit) { free[$0] }
  }
}

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

  /// Which of `count` elements pixel `index` of `pixels` stands for: one at least.
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
        guard weight > least else { continue }
        if pairs.count == limit { pairs.removeLast() }
        let place = pairs.firstIndex { $0.weight < weight } ?? pairs.count
        pairs.insert(HeadSummary.Pair(query: query, key: key, weight: weight), at: place)
      }
    }
    return pairs
  }
}
