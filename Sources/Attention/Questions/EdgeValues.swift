/// Numbers on the edges of heads, beside their weights: sizes of what is moved, shares of an outcome, or differences
/// from another run.
///
/// Shape letters: T queries, S keys.
public struct EdgeValues: Sendable {
  /// The outcome that they are shares of.
  public let outcome: NamedOutcome?
  /// The run that they are differences from. Without either they are sizes, which have no sign.
  public let compared: ComparedRun?
  private let cache: RecentCache<HeadAddress, HeadWeights?>
  private let read: @Sendable (HeadAddress) -> HeadWeights?
  /// The summaries of heads for pictures, once they are known.
  package let summaries = RecentCache<HeadAddress, Summary>(byteLimit: 16 << 20) {
    $0.pooled.values.count * MemoryLayout<Float>.stride
  }

  /// The summary of a head's numbers, as `HeadSummary` is one of its weights.
  package struct Summary: Sendable {
    package let topPairs: [HeadSummary.Pair]
    package let pooled: HeadWeights

    package init(topPairs: [HeadSummary.Pair], pooled: HeadWeights) {
      self.topPairs = topPairs
      self.pooled = pooled
    }
  }

  /// - Parameter read: Makes the numbers of a head, `[T, S]`; nil where a head has none.
  public init(
    outcome: NamedOutcome? = nil, from compared: ComparedRun? = nil,
    read: @escaping @Sendable (HeadAddress) -> HeadWeights?
  ) {
    self.outcome = outcome
    self.compared = compared
    self.read = read
    cache = RecentCache(byteLimit: 64 << 20) {
      ($0?.values.count ?? 0) * MemoryLayout<Float>.stride
    }
  }

  /// The numbers of a head, `[T, S]`, from the cache if they were asked for lately; nil where it has none, as a head of
  /// an encoder has no share of what a decoder predicts.
  public func values(of head: HeadAddress) -> HeadWeights? {
    cache.value(for: head) { read(head) }
  }
}

/// An outcome with the tokens that name it.
public struct NamedOutcome: Hashable, Sendable {
  public let outcome: Outcome
  /// One for each of the outcome's ids.
  public let tokens: [Token]

  public init(_ outcome: Outcome, tokens: [Token]) {
    precondition(tokens.count == outcome.ids.count)
    self.outcome = outcome
    self.tokens = tokens
  }
}
