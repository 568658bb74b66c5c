import Attention

/// All that is measured of a head, one query after the other; the measures of uniform attention are the level of chance.
///
/// A query that follows changes nothing that was measured of those before it, as these do not see it: so what is known
/// of a text stays right while the text grows, unless its queries see what follows.
struct HeadMeasures: HeadTally {
  /// The weight on the keys of a pattern, over the rows in which such a key is visible.
  struct Share: Sendable {
    var fitting: Float = 0
    /// The weight there is: 1 for each row, or what the sinks leave of it.
    var possible: Float = 0
    var rowCount = 0

    var mean: Float { possible > 0 ? fitting / possible : 0 }
  }

  /// By query, the largest weight.
  private(set) var rowMaxima: [Float] = []
  /// By query, the first key that has it; only of cross attention, whose text is aligned.
  private(set) var heaviestKeys: [Int] = []
  /// By query, what the sinks leave.
  private(set) var rest: [Float] = []
  private(set) var sinkShare = Share()
  private var shares: [PatternLabel: Share] = [:]
  private var sharesBesidesSinks: [PatternLabel: Share] = [:]
  private(set) var matrix = MatrixMeasures()
  private(set) var pairs = TopPairs()
  private(set) var picture = GrowingPicture()

  var queryCount: Int { rowMaxima.count }

  init() {}

  init(of weights: HeadWeights, rules: PatternRules) {
    add(weights, rows: 0..<weights.queryCount, rules: rules)
  }

  func share(_ label: PatternLabel) -> Share { shares[label] ?? Share() }

  /// Of what the sinks leave: weight and keys.
  func shareBesidesSinks(_ label: PatternLabel) -> Share { sharesBesidesSinks[label] ?? Share() }

  /// The weight at a distance of the key from the query, sinks included, or of what they leave.
  func share(atOffset offset: Int, besidesSinks: Bool, rules: PatternRules) -> Share {
    let place = offset + rules.queryCount - 1
    var share = Share()
    share.fitting =
      matrix.diagonals[place] + (besidesSinks ? 0 : matrix.sinkDiagonals[place])
    for query in rules.rows {
      let key = query + offset
      guard rules.visibleKeys(of: query).contains(key), !besidesSinks || !rules.isSink[key]
      else { continue }
      share.possible += besidesSinks ? rest[query] : 1
      share.rowCount += 1
    }
    return share
  }

  /// Adds some rows of weights, whose queries are those that follow.
  mutating func add(_ weights: HeadWeights, rows: Range<Int>, rules: PatternRules) {
    precondition(
      queryCount + rows.count <= rules.queryCount && weights.keyCount == rules.keyCount)
    let rows = QueryRows(
      weights: weights, shift: queryCount - rows.lowerBound,
      queries: queryCount..<queryCount + rows.count)
    for query in rows.queries {
      let maximum = rows.withRow(query, RowKernels.maximum)
      rowMaxima.append(maximum)
      if rules.isCross {
        heaviestKeys.append(rows.withRow(query) { $0.firstIndex(of: maximum) ?? 0 })
      }
      var left: Float = 1
      rules.sinks.forEachKey(of: query, visible: 0..<rules.keyCount) { left -= rows[query, $0] }
      rest.append(max(0, left))
    }
    rules.add(rows, on: rules.sinks, to: &sinkShare)
    for (label, keys) in rules.keySets {
      rules.add(rows, on: keys, to: &shares[label, default: Share()])
      rules.add(rows, on: keys, besides: rest, to: &sharesBesidesSinks[label, default: Share()])
    }
    matrix.add(rows, rules: rules)
    pairs.add(rows, rowMaxima: rowMaxima, rules: rules)
    picture.add(rows, rules: rules)
  }
}

/// Rows of weights that are measured together, by the number of their query.
struct QueryRows {
  let weights: HeadWeights
  /// From a row of the weights to its query.
  let shift: Int
  let queries: Range<Int>

  subscript(query: Int, key: Int) -> Float { weights[query - shift, key] }

  func withRow<Result>(_ query: Int, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
    weights.withRow(query - shift, body)
  }
}

extension PatternRules {
  /// - Parameter rest: By query, the weight that the sinks leave, if only that counts.
  fileprivate func add(
    _ weights: QueryRows, on keys: KeySet, besides rest: [Float]? = nil,
    to share: inout HeadMeasures.Share
  ) {
    for query in rows.clamped(to: weights.queries) {
      var isPossible = false
      keys.forEachKey(of: query, visible: visibleKeys(of: query)) { key in
        guard rest == nil || !isSink[key] else { return }
        isPossible = true
        share.fitting += weights[query, key]
      }
      guard isPossible else { continue }
      share.possible += rest?[query] ?? 1
      share.rowCount += 1
    }
  }
}
