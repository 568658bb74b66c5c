/// A measurer that sums up each head from its weights, while a pass has them.
public protocol HeadSummarizer: Sendable {
  /// A look at the heads of a layer: what it is given are the weights of one head after the other.
  ///
  /// Called once for all layers of one mask, since what is common to their heads may be costly.
  func look(
    mask: AttentionMask, queries: [Token], keys: [Token], kind: AttentionKind
  ) -> HeadLook
}

/// The measurements of a head's first queries, to which further ones are added without a look at these.
public protocol HeadTally: Sendable {
  var queryCount: Int { get }
}

/// A look at the heads of the layers that share a mask.
public struct HeadLook: Sendable {
  /// Adds some rows of weights, whose queries are those that follow the tally's, or the first ones.
  private let add: @Sendable (HeadWeights, _ rows: Range<Int>, (any HeadTally)?) -> any HeadTally
  private let sumUp: @Sendable (any HeadTally) -> HeadSummary

  public init<Tally: HeadTally>(
    add: @escaping @Sendable (HeadWeights, _ rows: Range<Int>, Tally?) -> Tally,
    sumUp: @escaping @Sendable (Tally) -> HeadSummary
  ) {
    self.add = { add($0, $1, $2 as? Tally) }
    self.sumUp = {
      guard let tally = $0 as? Tally else { preconditionFailure("a tally of another summarizer") }
      return sumUp(tally)
    }
  }

  /// The summary of a head.
  public func summary(_ weights: HeadWeights) -> HeadSummary {
    sumUp(add(weights, 0..<weights.queryCount, nil))
  }

  /// The summary of a head whose text may grow, and what is measured of all queries but the last ones, which are often
  /// others the next time.
  ///
  /// - Parameters:
  ///   - weights: Of all queries behind those of `known`, on all keys.
  ///   - known: Nil where nothing is.
  ///   - lastCount: How many queries at the end the tally leaves out.
  public func summary(
    _ weights: HeadWeights, continuing known: (any HeadTally)?, leavingOut lastCount: Int
  ) -> (summary: HeadSummary, tally: (any HeadTally)?) {
    let middle = max(0, weights.queryCount - lastCount)
    let tally = middle > 0 ? add(weights, 0..<middle, known) : known
    return (sumUp(add(weights, middle..<weights.queryCount, tally)), tally)
  }
}

/// The looks at all layers of one stack: a summarizer makes one for each mask.
public struct HeadLooks: Sendable {
  private let kind: AttentionKind
  private let queries: [Token]
  private let keys: [Token]
  private var looks: [AttentionMask: HeadLook] = [:]

  public init(_ kind: AttentionKind, queries: [Token], keys: [Token]) {
    self.kind = kind
    self.queries = queries
    self.keys = keys
  }

  /// The look at the layers of a mask.
  public mutating func look(_ mask: AttentionMask, by summarizer: some HeadSummarizer) -> HeadLook {
    if let look = looks[mask] { return look }
    let look = summarizer.look(mask: mask, queries: queries, keys: keys, kind: kind)
    looks[mask] = look
    return look
  }
}
