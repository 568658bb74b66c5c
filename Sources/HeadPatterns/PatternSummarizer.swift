import Attention

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
