import Attention

/// All that is measured of a head; the measures of uniform attention are the level of chance.
struct HeadMeasures: Sendable {
  /// The weight on the keys of a pattern, over the rows in which such a key is visible.
  struct Share: Sendable {
    var fitting: Float = 0
    /// The weight there is: 1 for each row, or what the sinks leave of it.
    var possible: Float = 0
    var rowCount = 0

    var mean: Float { possible > 0 ? fitting / possible : 0 }
  }

  let weights: HeadWeights
  /// By query, what the sinks leave.
  let rest: [Float]
  let sinkShare: Share
  /// By the rules' key sets.
  let shares: [Share]
  /// The same of what the sinks leave: weight and keys.
  let sharesBesidesSinks: [Share]
  let matrix: MatrixMeasures

  init(of weights: HeadWeights, rules: PatternRules) {
    self.weights = weights
    let rest = rules.weightBesidesSinks(of: weights)
    self.rest = rest
    sinkShare = rules.share(of: rules.sinks, in: weights)
    shares = rules.keySets.map { rules.share(of: $0.keys, in: weights) }
    sharesBesidesSinks = rules.keySets.map { rules.share(of: $0.keys, in: weights, besides: rest) }
    matrix = MatrixMeasures(of: weights, rules: rules)
  }
}

extension PatternRules {
  /// - Parameter rest: By query, the weight that the sinks leave, if only that counts.
  func share(
    of keys: KeySet, in weights: HeadWeights, besides rest: [Float]? = nil
  ) -> HeadMeasures.Share {
    var share = HeadMeasures.Share()
    for query in rows {
      let visible = mask.visibleKeys(query: query, keyCount: keyCount)
      var isPossible = false
      keys.forEachKey(of: query, visible: visible) { key in
        guard rest == nil || !isSink[key] else { return }
        isPossible = true
        share.fitting += weights[query, key]
      }
      guard isPossible else { continue }
      share.possible += rest?[query] ?? 1
      share.rowCount += 1
    }
    return share
  }

  fileprivate func weightBesidesSinks(of weights: HeadWeights) -> [Float] {
    (0..<queryCount).map { query in
      var rest: Float = 1
      sinks.forEachKey(of: query, visible: 0..<keyCount) { rest -= weights[query, $0] }
      return max(0, rest)
    }
  }
}
