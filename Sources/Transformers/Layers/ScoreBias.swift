import Attention

/// A bias that a layer adds to its scaled scores.
protocol ScoreBias: Sendable {
  /// The numbers for all pairs; nil where there is nothing to add.
  ///
  /// - Parameters:
  ///   - queries: `[H, T, D]`, of the tokens at `firstQuery` and behind.
  ///   - keys: `[G, S, D]`, of the tokens at 0 … S − 1.
  func callAsFunction(
    queries: HeadVectors, keys: HeadVectors, firstQuery: Int
  ) -> AttentionBias?
}

extension Alibi: ScoreBias {
  func callAsFunction(
    queries: HeadVectors, keys: HeadVectors, firstQuery: Int
  ) -> AttentionBias? {
    bias(queryCount: queries.rowCount, keyCount: keys.rowCount)
  }
}

extension RelativePositionBias: ScoreBias {
  func callAsFunction(
    queries: HeadVectors, keys: HeadVectors, firstQuery: Int
  ) -> AttentionBias? {
    self(queries: firstQuery..<firstQuery + queries.rowCount, keyCount: keys.rowCount)
  }
}
