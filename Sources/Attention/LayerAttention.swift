/// The attention of one layer: what its weights are made of, or, from a file, the weights themselves.
///
/// Shape letters: T queries, S keys, H query heads, G key heads, D head size.
public struct LayerAttention: Sendable {
  enum Storage: Sendable {
    case score(Score)
    case weights([HeadWeights])
  }

  /// The layer's number in the model, also where only some layers were kept.
  public let index: Int
  public let mask: AttentionMask
  public let headCount: Int
  public let queryCount: Int
  public let keyCount: Int
  let storage: Storage

  public init(index: Int, mask: AttentionMask, score: Score) {
    self.index = index
    self.mask = mask
    headCount = score.queries.headCount
    queryCount = score.queries.rowCount
    keyCount = score.keys.rowCount
    storage = .score(score)
  }

  /// - Precondition: There is a head, and all heads are of one shape.
  public init(index: Int, mask: AttentionMask, weights: [HeadWeights]) {
    precondition(!weights.isEmpty)
    precondition(Set(weights.map { [$0.queryCount, $0.keyCount] }).count == 1)
    self.index = index
    self.mask = mask
    headCount = weights.count
    queryCount = weights[0].queryCount
    keyCount = weights[0].keyCount
    storage = .weights(weights)
  }

  /// Queries, keys and what else makes the score; nil where only weights are known.
  public var score: Score? {
    if case .score(let score) = storage { score } else { nil }
  }

  /// The weights of one head.
  /// - Complexity: O(T · S · D) from queries and keys.
  public func weights(head: Int) -> HeadWeights {
    switch storage {
    case .weights(let heads):
      return heads[head]
    case .score(let score):
      let values = score.weights(head: head, queries: 0..<queryCount, mask: mask)
      return HeadWeights(queryCount: queryCount, keyCount: keyCount, values: values)
    }
  }

  /// The weights of one query: one row of `weights(head:)`.
  /// - Complexity: O(S · D) from queries and keys.
  public func row(head: Int, query: Int) -> [Float] {
    switch storage {
    case .weights(let heads):
      return Array(heads[head].row(query))
    case .score(let score):
      return score.weights(head: head, queries: query..<query + 1, mask: mask)
    }
  }
}
