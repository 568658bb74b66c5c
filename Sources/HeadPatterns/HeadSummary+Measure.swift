import Attention

/// The context of a summary besides the weights: the same for all heads of a layer, and costly
/// enough to be made once for all of them.
struct PatternContext: Sendable {
  let rules: PatternRules
  /// Uniform attention over the visible keys, which sets the level of chance.
  let chance: HeadMeasures

  init(mask: AttentionMask, queries: [Token], keys: [Token], kind: AttentionKind) {
    rules = PatternRules(mask: mask, queries: queries, keys: keys, kind: kind)
    chance = HeadMeasures(
      of: .uniform(queryCount: queries.count, keyCount: keys.count, mask: mask), rules: rules)
  }
}

extension HeadSummary {
  /// - Precondition: All queries of the context were measured.
  init(of measures: HeadMeasures, in context: PatternContext) {
    precondition(measures.queryCount == context.rules.queryCount)
    let finder = PatternFinder(head: measures, chance: context.chance, rules: context.rules)
    let topPairs = measures.pairs.heaviest
    self.init(
      patterns: finder.patterns, measured: finder.findings.map(\.pattern), spread: finder.spread,
      topPairs: topPairs, maximum: topPairs.first?.weight ?? 0,
      pooled: measures.picture.weights.pooled(limit: Self.pooledLimit))
  }

  /// For one head; for several, a `PatternSummarizer` measures what is common to them once.
  public init(
    measuring weights: HeadWeights, mask: AttentionMask, queries: [Token], keys: [Token],
    kind: AttentionKind
  ) {
    let context = PatternContext(mask: mask, queries: queries, keys: keys, kind: kind)
    self.init(of: HeadMeasures(of: weights, rules: context.rules), in: context)
  }
}

extension HeadWeights {
  /// The same weight for all keys that a query sees.
  static func uniform(queryCount: Int, keyCount: Int, mask: AttentionMask) -> HeadWeights {
    var values = [Float](repeating: 0, count: queryCount * keyCount)
    for query in 0..<queryCount {
      let visible = mask.visibleKeys(query: query, keyCount: keyCount)
      for key in visible { values[query * keyCount + key] = 1 / Float(visible.count) }
    }
    return HeadWeights(queryCount: queryCount, keyCount: keyCount, values: values)
  }
}
