/// The sink of heads that have one (gpt-oss): what their softmax gives to no key.
///
/// The sink is one key more where weights are shown, behind all others, so that what is shown of a row sums to 1.
extension LayerAttention {
  public var hasSink: Bool { score?.sinks != nil }

  /// The weight that each query of a head gives to no key: `[T]`; all 0 where there is no sink.
  public func sinkWeights(head: Int) -> [Float] {
    score?.sinkWeights(head: head, queries: 0..<queryCount, mask: mask)
      ?? [Float](repeating: 0, count: queryCount)
  }

  /// The same of one query.
  public func sinkWeight(head: Int, query: Int) -> Float {
    score?.sinkWeights(head: head, queries: query..<query + 1, mask: mask)?[0] ?? 0
  }

  /// The weights of a head, and behind those of each query what it gives to the sink, where there is one: `[T, S + 1]`.
  public func shownWeights(head: Int) -> HeadWeights {
    let weights = weights(head: head)
    return hasSink ? weights.appending(sinkWeights(head: head)) : weights
  }

  /// The keys that are shown: S, and the sink where there is one.
  public var shownKeyCount: Int { keyCount + (hasSink ? 1 : 0) }

  /// Whether a key is the sink.
  public func isSink(key: Int) -> Bool { hasSink && key == keyCount }
}

extension HeadWeights {
  /// The same with one more key.
  /// - Parameter column: `[T]`.
  package func appending(_ column: [Float]) -> HeadWeights {
    precondition(column.count == queryCount)
    return HeadWeights(
      queryCount: queryCount, keyCount: keyCount + 1,
      values: (0..<queryCount).flatMap { Array(row($0)) + [column[$0]] })
  }
}

extension AttentionStack {
  /// The tokens that are looked at, and the sink where there is one.
  public var shownKeys: [Token] {
    layers.first?.hasSink == true ? keys + [.sink] : keys
  }
}

extension Token {
  /// The token that stands for the sink beside the tokens.
  public static let sink = Token(text: "sink", display: "sink", isSpecial: true)
}
