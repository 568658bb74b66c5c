import Attention

/// The attention of one layer as the filters leave it: weights between the items of two axes.
public struct AttentionSlice: Sendable {
  public let record: AttentionRecord
  public let stack: Int
  public let layer: Int
  public let queries: TokenAxis
  public let keys: TokenAxis

  /// A weight, with the head that it belongs to.
  public struct Strength: Equatable, Sendable {
    public var weight: Float
    public var head: Int
  }

  public var attention: LayerAttention { record.stacks[stack].layers[layer] }

  /// The weights of one head from `query` to each key; summed over the tokens of a key, averaged over those
  /// of the query. Not normalised again where tokens are left out.
  public func row(head: Int, query: Int) -> [Float] {
    let tokens = queries.ranges[query]
    // As many items as tokens: each is one of them.
    if tokens.count == 1, keys.count == attention.keyCount {
      return Array(record.row(stack: stack, layer: layer, head: head, query: tokens.lowerBound))
    }
    var result = [Float](repeating: 0, count: keys.count)
    for token in tokens {
      let weights = record.row(stack: stack, layer: layer, head: head, query: token)
      for (index, range) in keys.ranges.enumerated() {
        for key in range { result[index] += weights[weights.startIndex + key] }
      }
    }
    if tokens.count > 1 {
      for index in result.indices { result[index] /= Float(tokens.count) }
    }
    return result
  }

  /// The weights of one head from each query to `key`.
  public func column(head: Int, key: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: attention.queryCount)
    for token in keys.ranges[key] {
      let column = record.column(stack: stack, layer: layer, head: head, key: token)
      for query in sums.indices { sums[query] += column[query] }
    }
    return queries.ranges.map { sums[$0].reduce(0, +) / Float($0.count) }
  }

  /// The weights of several heads as one, each with its strongest head.
  public func row(heads: [Int], query: Int, by aggregation: Aggregation) -> [Strength] {
    Self.combine(heads.map { row(head: $0, query: query) }, of: heads, by: aggregation)
  }

  public func column(heads: [Int], key: Int, by aggregation: Aggregation) -> [Strength] {
    Self.combine(heads.map { column(head: $0, key: key) }, of: heads, by: aggregation)
  }

  /// - Parameter weights: Of each head in `heads`, all of the same length.
  static func combine(
    _ weights: [[Float]], of heads: [Int], by aggregation: Aggregation
  ) -> [Strength] {
    guard let head = heads.first else { return [] }
    var strongest = weights[0].map { Strength(weight: $0, head: head) }
    for (head, values) in zip(heads, weights).dropFirst() {
      for index in strongest.indices where values[index] > strongest[index].weight {
        strongest[index] = Strength(weight: values[index], head: head)
      }
    }
    let share = 1 / Float(heads.count)
    switch aggregation {
    case .max: break
    case .exact:
      for index in strongest.indices { strongest[index].weight *= share }
    case .mean:
      for index in strongest.indices { strongest[index].weight = 0 }
      for values in weights {
        for index in strongest.indices { strongest[index].weight += share * values[index] }
      }
    }
    return strongest
  }
}
