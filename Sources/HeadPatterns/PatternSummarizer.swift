import Attention

/// The summarizer that names heads after what they seem to do.
public struct PatternSummarizer: HeadSummarizer {
  public init() {}

  public func look(
    mask: AttentionMask, queries: [Token], keys: [Token], kind: AttentionKind
  ) -> HeadLook {
    let context = PatternContext(mask: mask, queries: queries, keys: keys, kind: kind)
    return HeadLook { weights, rows, known in
      var measures = known.take() ?? HeadMeasures()
      measures.add(weights, rows: rows, rules: context.rules)
      known = measures
    } sumUp: { measures in
      HeadSummary(of: measures, in: context)
    }
  }
}
