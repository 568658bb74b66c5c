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
  /// - Precondition: The weights are those of as many queries and keys as the context.
  /// - Complexity: O(T · S).
  init(measuring weights: HeadWeights, in context: PatternContext) {
    let rules = context.rules
    precondition(weights.queryCount == rules.queryCount && weights.keyCount == rules.keyCount)
    let rowMaxima = (0..<weights.queryCount).map { weights.withRow($0, RowKernels.maximum) }
    let topPairs = Self.topPairs(of: weights, rowMaxima: rowMaxima, mask: rules.mask)
    let finder = PatternFinder(
      head: HeadMeasures(of: weights, rules: rules), chance: context.chance, rules: rules,
      rowMaxima: rowMaxima)
    self.init(
      patterns: finder.patterns, measured: finder.findings.map(\.pattern), spread: finder.spread,
      topPairs: topPairs,
      maximum: topPairs.first?.weight ?? 0,
      pooled: weights.pooled(limit: Self.pooledLimit))
  }

  /// For one head; for several, a `PatternSummarizer` measures what is common to them once.
  public init(
    measuring weights: HeadWeights, mask: AttentionMask, queries: [Token], keys: [Token],
    kind: AttentionKind
  ) {
    self.init(
      measuring: weights,
      in: PatternContext(mask: mask, queries: queries, keys: keys, kind: kind))
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
