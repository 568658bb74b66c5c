import Attention

/// Records of one layer with weights given outright, for tests of the head and the matrix view.
enum MatrixSample {
  static func record(
    queries: Int, keys: Int, mask: AttentionMask = .bidirectional,
    weight: (_ query: Int, _ key: Int) -> Float
  ) -> AttentionRecord {
    record(
      queries: tokens(queries), keys: tokens(keys), mask: mask,
      kind: queries == keys ? .own : .cross,
      weight: weight)
  }

  static func record(
    queries: [Token], keys: [Token], mask: AttentionMask = .bidirectional,
    kind: AttentionKind = .own, weight: (_ query: Int, _ key: Int) -> Float
  ) -> AttentionRecord {
    let values = queries.indices.flatMap { query in keys.indices.map { weight(query, $0) } }
    let weights = HeadWeights(queryCount: queries.count, keyCount: keys.count, values: values)
    return record(
      queries: queries, keys: keys, kind: kind,
      layer: LayerAttention(index: 0, mask: mask, weights: [weights]),
      largest: values.max() ?? 0)
  }

  /// Heads with their weights: `[head][query][key]`.
  static func heads(_ weights: [[[Float]]]) -> AttentionRecord {
    let queries = tokens(weights[0].count)
    let keys = tokens(weights[0][0].count)
    let heads = weights.map {
      HeadWeights(queryCount: queries.count, keyCount: keys.count, values: $0.flatMap { $0 })
    }
    return record(
      queries: queries, keys: keys, kind: .own,
      layer: LayerAttention(index: 0, mask: .bidirectional, weights: heads), largest: 1)
  }

  /// One head that looks at the first token, the one before and other places of the same word.
  static func patterned(
    _ tokens: [Token], mask: AttentionMask = .bidirectional
  ) -> AttentionRecord {
    let rows = tokens.indices.map { query in
      let visible = mask.visibleKeys(query: query, keyCount: tokens.count)
      let parts = tokens.indices.map { key -> Float in
        guard visible.contains(key) else { return 0 }
        let isSame = key != query && tokens[key].text == tokens[query].text
        return 0.2 + (key == 0 ? 10 : 0) + (key == query - 1 ? 6 : 0) + (isSame ? 8 : 0)
      }
      let sum = parts.reduce(0, +)
      return parts.map { $0 / sum }
    }
    return record(queries: tokens, keys: tokens, mask: mask) { rows[$0][$1] }
  }

  static var sentence: [Token] { SampleRecord.sentence.map { SampleRecord.token($0, segment: 0) } }
  static var pair: [Token] {
    sentence + SampleRecord.second.map { SampleRecord.token($0, segment: 1) }
  }
  /// Words that come again after thirteen others.
  static func text(_ count: Int) -> [Token] {
    let words = "so we sat by the fire and told old tales of far seas".split(separator: " ")
    return (0..<count).map { SampleRecord.token(String(words[$0 % words.count]), segment: 0) }
  }

  /// A long input, with weights that are made from queries and keys when asked for.
  static func scored(count: Int, mask: AttentionMask) -> AttentionRecord {
    var random = SeededGenerator(state: 7)
    func vectors() -> HeadVectors {
      HeadVectors(
        headCount: 1, rowCount: count, headSize: 2,
        values: (0..<2 * count).map { _ in Float.random(in: -2...2, using: &random) })
    }
    let score = LayerAttention.Score(queries: vectors(), keys: vectors(), scale: 1)
    let tokens = tokens(count)
    return record(
      queries: tokens, keys: tokens, kind: .own,
      layer: LayerAttention(index: 0, mask: mask, score: score), largest: 1)
  }

  private static func record(
    queries: [Token], keys: [Token], kind: AttentionKind, layer: LayerAttention, largest: Float
  ) -> AttentionRecord {
    let summary = HeadSummary(
      patterns: [.init(label: .mixed, score: 0)],
      topPairs: [.init(query: 0, key: 0, weight: largest)], maximum: largest,
      pooled: HeadWeights(queryCount: 1, keyCount: 1, values: [largest]))
    return AttentionRecord(
      model: "sample",
      stacks: [
        AttentionStack(
          kind: kind, queries: queries, keys: keys, layers: [layer],
          summaries: [Array(repeating: summary, count: layer.headCount)])
      ])
  }

  static func tokens(_ count: Int) -> [Token] {
    (0..<count).map { SampleRecord.token("w\($0)", segment: 0) }
  }
}
