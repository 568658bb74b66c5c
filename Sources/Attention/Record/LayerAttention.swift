/// The attention of one layer: what its weights are made of, or, from a file, the weights themselves.
///
/// Shape letters: T queries, S keys, H query heads, G key heads, D head size.
public struct LayerAttention: Sendable {
  enum Storage: Sendable {
    case score(Score)
    case stored(StoredWeights)
  }

  /// The layer's number in the model, also where only some layers were kept.
  public let index: Int
  public let mask: AttentionMask
  public let headCount: Int
  public let queryCount: Int
  public let keyCount: Int
  let storage: Storage
  /// The values, `[G, S, D]`, if they were to be kept.
  public var values: HeadVectors?
  /// The vectors that replace the sums of values of heads that are off, by head.
  package var replaced: [Int: ReplacedSums] = [:]
  /// The experts of each query, behind the attention; nil where the layer has none, or they are not known.
  public var experts: ExpertChoices?
  /// Whether values have a bias, which a head adds whatever it attends to.
  public var hasValueBias = false

  public init(index: Int, mask: AttentionMask, score: Score) {
    self.index = index
    self.mask = mask
    headCount = score.queries.headCount
    queryCount = score.queries.rowCount
    keyCount = score.keys.rowCount
    storage = .score(score)
  }

  public init(index: Int, mask: AttentionMask, weights: StoredWeights) {
    self.index = index
    self.mask = mask
    headCount = weights.headCount
    queryCount = weights.queryCount
    keyCount = weights.keyCount
    storage = .stored(weights)
  }

  /// - Precondition: There is a head, and all heads are of one shape.
  public init(index: Int, mask: AttentionMask, weights: [HeadWeights]) {
    self.init(index: index, mask: mask, weights: StoredWeights(weights))
  }

  /// Queries, keys and what else makes the score; nil where only weights are known.
  public var score: Score? {
    if case .score(let score) = storage { score } else { nil }
  }

  /// Whether a query of a head looks at a key: the mask lets it, and the edge is not cut; or it is the sink.
  package func sees(head: Int, query: Int, key: Int) -> Bool {
    isSink(key: key)
      || mask.visibleKeys(query: query, keyCount: keyCount).contains(key)
        && !isCut(head: head, query: query, key: key)
  }

  /// Whether an edge is cut.
  package func isCut(head: Int, query: Int, key: Int) -> Bool {
    score?.isCut(head: head, query: query, key: key) ?? false
  }

  /// The weights of one head.
  /// - Complexity: O(T · S · D) from queries and keys.
  public func weights(head: Int) -> HeadWeights {
    if case .stored(let weights) = storage { return weights.head(head) }
    return weights(head: head, queries: 0..<queryCount)
  }

  /// The weights of some queries of a head: `[queries, S]`.
  package func weights(head: Int, queries: Range<Int>) -> HeadWeights {
    let values =
      switch storage {
      case .stored(let weights): weights.read(head, queries, 0..<keyCount)
      case .score(let score): score.weights(head: head, queries: queries, mask: mask)
      }
    return HeadWeights(queryCount: queries.count, keyCount: keyCount, values: values)
  }

  /// The weights of one query: one row of `weights(head:)`.
  /// - Complexity: O(S · D) from queries and keys.
  public func row(head: Int, query: Int) -> [Float] {
    weights(head: head, queries: query..<query + 1).values
  }
}
