extension HeadSummary {
  public init(
    measuring weights: HeadWeights, mask: AttentionMask, queries: [Token], keys: [Token],
    kind: AttentionKind
  ) {
    self.init(patterns: [Pattern(label: .mixed, score: 0)], topPairs: [])
  }
}
