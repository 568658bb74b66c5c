/// A measurer that sums up each head from its weights, while a pass has them.
public protocol HeadSummarizer: Sendable {
  /// A look at the heads of a layer: what it is given are the weights of one head after the other.
  ///
  /// Called once for all layers of one mask, since what is common to their heads may be costly.
  func summary(
    mask: AttentionMask, queries: [Token], keys: [Token], kind: AttentionKind
  ) -> @Sendable (HeadWeights) -> HeadSummary
}

/// The looks at all layers of one stack: a summarizer makes one for each mask.
public struct HeadLooks: Sendable {
  public typealias Look = @Sendable (HeadWeights) -> HeadSummary

  private let kind: AttentionKind
  private let queries: [Token]
  private let keys: [Token]
  private var looks: [AttentionMask: Look] = [:]

  public init(_ kind: AttentionKind, queries: [Token], keys: [Token]) {
    self.kind = kind
    self.queries = queries
    self.keys = keys
  }

  /// The look at the layers of a mask.
  public mutating func look(_ mask: AttentionMask, by summarizer: some HeadSummarizer) -> Look {
    if let look = looks[mask] { return look }
    let look = summarizer.summary(mask: mask, queries: queries, keys: keys, kind: kind)
    looks[mask] = look
    return look
  }
}
