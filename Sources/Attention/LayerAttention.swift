import CKernels
import Glibc

/// The attention of one layer: what its weights are made of, or, from a file, the weights themselves.
///
/// Shape letters: T queries, S keys, H query heads, G key heads, D head size.
public struct LayerAttention: Sendable {
  /// How a score becomes a weight: `softmax(cap(q·k · scale) + bias)` over the visible keys.
  public struct Score: Sendable {
    /// `[H, T, D]`, as the score uses them: after rotary position and query norms, before scaling.
    public var queries: HeadVectors
    /// `[G, S, D]`; query head h uses key head h / (H / G).
    public var keys: HeadVectors
    public var scale: Float
    /// Scores become `cap · tanh(score / cap)` (Gemma 2).
    public var softcap: Float?
    /// `[H, T, S]`, added to the scaled score (relative position, ALiBi).
    public var bias: [Float]?

    public init(
      queries: HeadVectors, keys: HeadVectors, scale: Float, softcap: Float? = nil,
      bias: [Float]? = nil
    ) {
      precondition(queries.headSize == keys.headSize)
      precondition(queries.headCount.isMultiple(of: keys.headCount))
      precondition(
        bias.map { $0.count == queries.headCount * queries.rowCount * keys.rowCount } ?? true)
      self.queries = queries
      self.keys = keys
      self.scale = scale
      self.softcap = softcap
      self.bias = bias
    }

    public func keyHead(of head: Int) -> Int { head / (queries.headCount / keys.headCount) }
  }

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
      let values = [Float](unsafeUninitializedCapacity: queryCount * keyCount) { buffer, count in
        for query in 0..<queryCount {
          let row = UnsafeMutableBufferPointer(
            rebasing: buffer[query * keyCount..<(query + 1) * keyCount])
          fill(row, score: score, head: head, query: query)
        }
        count = queryCount * keyCount
      }
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
      return [Float](unsafeUninitializedCapacity: keyCount) { buffer, count in
        let row = UnsafeMutableBufferPointer(rebasing: buffer[..<keyCount])
        fill(row, score: score, head: head, query: query)
        count = keyCount
      }
    }
  }

  private func fill(
    _ row: UnsafeMutableBufferPointer<Float>, score: Score, head: Int, query: Int
  ) {
    row.update(repeating: 0)
    let visible = mask.visibleKeys(query: query, keyCount: keyCount)
    guard !visible.isEmpty, let start = row.baseAddress else { return }
    for key in visible { start[key] = score.value(head: head, query: query, key: key) }
    ck_softmax(start + visible.lowerBound, visible.count)
  }
}

extension LayerAttention.Score {
  /// The sum over neurons of query × key, unscaled.
  public func product(head: Int, query: Int, key: Int) -> Float {
    queries.values.withUnsafeBufferPointer { q in
      keys.values.withUnsafeBufferPointer { k in
        guard let q = q.baseAddress, let k = k.baseAddress else { return 0 }
        return ck_dot(
          q + (head * queries.rowCount + query) * queries.headSize,
          k + (keyHead(of: head) * keys.rowCount + key) * keys.headSize,
          queries.headSize)
      }
    }
  }

  /// What is added to the scaled score of a pair, 0 where the model adds nothing.
  public func bias(head: Int, query: Int, key: Int) -> Float {
    bias?[(head * queries.rowCount + query) * keys.rowCount + key] ?? 0
  }

  /// The number that goes into the softmax.
  public func value(head: Int, query: Int, key: Int) -> Float {
    var score = product(head: head, query: query, key: key) * scale
    if let softcap { score = softcap * tanh(score / softcap) }
    return score + bias(head: head, query: query, key: key)
  }
}
