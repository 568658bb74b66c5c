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
    combine(heads.map { ($0, row(head: $0, query: query)) }, by: aggregation)
  }

  public func column(heads: [Int], key: Int, by aggregation: Aggregation) -> [Strength] {
    combine(heads.map { ($0, column(head: $0, key: key)) }, by: aggregation)
  }

  private func combine(
    _ weights: [(head: Int, values: [Float])], by aggregation: Aggregation
  ) -> [Strength] {
    guard let first = weights.first else { return [] }
    let share = 1 / Float(weights.count)
    return first.values.indices.map { index in
      var strongest = Strength(weight: first.values[index], head: first.head)
      var sum: Float = 0
      for (head, values) in weights {
        sum += values[index]
        if values[index] > strongest.weight {
          strongest = Strength(weight: values[index], head: head)
        }
      }
      switch aggregation {
      case .max: break
      case .mean: strongest.weight = sum * share
      case .exact: strongest.weight *= share
      }
      return strongest
    }
  }
}
