/// A measurer that sums up each head from its weights, while a pass has them.
public protocol HeadSummarizer: Sendable {
  /// A look at the heads of a layer: what it is given are the weights of one head after the other.
  ///
  /// Called once for all layers of one mask, since what is common to their heads may be costly.
  func summary(
    mask: AttentionMask, queries: [Token], keys: [Token], kind: AttentionKind
  ) -> @Sendable (HeadWeights) -> HeadSummary
}

/// The summarizer that names heads after what they seem to do.
public struct PatternSummarizer: HeadSummarizer {
  public init() {}

  public func summary(
    mask: AttentionMask, queries: [Token], keys: [Token], kind: AttentionKind
  ) -> @Sendable (HeadWeights) -> HeadSummary {
    let context = PatternContext(mask: mask, queries: queries, keys: keys, kind: kind)
    return { HeadSummary(measuring: $0, in: context) }
  }
}
