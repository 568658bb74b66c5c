import Attention

/// Compares what was measured of a head with the level of chance.
struct PatternFinder {
  let head: HeadMeasures
  let chance: HeadMeasures
  let rules: PatternRules

  typealias Pattern = HeadSummary.Pattern

  /// A label, and how much it explains: the weight beyond chance, or the way from its threshold to 1;
  /// nil where it does not fit.
  struct Finding {
    let pattern: Pattern
    let explained: Float?
  }

  /// Whether a label only says where the head rests.
  func isSink(_ label: PatternLabel) -> Bool {
    label == .delimiter || label == .first && rules.isSink.first ?? false
  }

  /// The best label that is no sink, then the best of the others; where none fits, how sharp the head is.
  var patterns: [Pattern] {
    let best = Self.best(of: findings)
    guard let first = best.first(where: { !isSink($0.label) }) ?? best.first else {
      return [Pattern(label: peak >= 0.5 ? .sharp : .mixed, score: peak)]
    }
    return [first] + best.filter { $0.label != first.label }.prefix(1)
  }

  private var rowCount: Float { Float(rules.rows.count) }

  /// All labels that can be measured here.
  var findings: [Finding] {
    keySetFindings
      + [offset, vertical, broad, block, decay, rules.isCross ? alignment : nil].compactMap { $0 }
  }

  /// Mean of the rows' largest weights.
  var peak: Float {
    rules.rows.isEmpty ? 0 : head.rowMaxima[rules.rows].reduce(0, +) / rowCount
  }

  /// Nil where no row counts: a mean of none would pass for a measured 0.
  var spread: HeadSummary.Spread? {
    rules.rows.isEmpty
      ? nil
      : HeadSummary.Spread(
        entropy: head.matrix.entropy, peak: peak, sinks: head.sinkShare.mean,
        distance: rules.isCross ? nil : head.matrix.distance(rules))
  }

  /// A label that measures weight.
  /// - Parameter possible: The weight there is in the rows where the pattern is possible.
  func finding(_ pattern: Pattern, possible: Float, rowCount: Int) -> Finding {
    guard let chance = pattern.chance, pattern.score >= 0.4, pattern.score >= 2 * chance,
      rowCount >= 2, 10 * rowCount >= rules.rows.count
    else { return Finding(pattern: pattern, explained: nil) }
    return Finding(
      pattern: pattern, explained: (pattern.score - chance) * possible / self.rowCount)
  }

  /// A label with a threshold.
  func finding(_ pattern: Pattern, threshold: Float) -> Finding {
    let fits = pattern.score >= threshold && threshold < 1
    return Finding(
      pattern: pattern, explained: fits ? (pattern.score - threshold) / (1 - threshold) : nil)
  }

  /// Whether the sinks swallow so much that the rest is to be looked at by itself.
  private var areSinksHeavy: Bool {
    let weight = head.sinkShare.mean
    return weight >= 0.4 && weight >= 2 * chance.sinkShare.mean && weight <= 0.95
  }

  var keySetFindings: [Finding] {
    rules.keySets.compactMap { label, _ in
      // Nothing to measure: no query sees such a key.
      guard head.share(label).rowCount > 0 else { return nil }
      let isBesidesSinks = areSinksHeavy && label.family != .sinks
      func share(_ measures: HeadMeasures) -> HeadMeasures.Share {
        isBesidesSinks ? measures.shareBesidesSinks(label) : measures.share(label)
      }
      let (share, uniform) = (share(head), share(chance))
      return finding(
        Pattern(
          label: label, score: min(share.mean, 1), chance: uniform.mean,
          isBesidesSinks: isBesidesSinks),
        possible: share.possible, rowCount: share.rowCount)
    }
  }

  /// The heaviest diagonal but for the three around the middle, if at least half of the rows reach it.
  var offset: Finding? {
    guard !rules.isCross, rules.queryCount == rules.keyCount else { return nil }
    let origin = rules.queryCount - 1
    let candidates = rules.diagonalCounts.indices.filter {
      abs($0 - origin) > 1 && 2 * rules.diagonalCounts[$0] >= rules.rows.count
    }
    guard
      let best = heaviest(
        of: candidates, sums: head.matrix.diagonals, counts: rules.diagonalCounts)
    else { return nil }
    let isBesidesSinks = areSinksHeavy
    func share(_ measures: HeadMeasures) -> HeadMeasures.Share {
      measures.share(atOffset: best - origin, besidesSinks: isBesidesSinks, rules: rules)
    }
    let found = share(head)
    return finding(
      Pattern(
        label: .offset, score: min(max(found.mean, 0), 1), chance: share(chance).mean,
        operand: best - origin, isBesidesSinks: isBesidesSinks),
      possible: found.possible, rowCount: found.rowCount)
  }

  /// The heaviest ordinary key, if at least half of the rows see it.
  var vertical: Finding? {
    let candidates = rules.isOrdinary.indices.filter {
      rules.isOrdinary[$0] && 2 * rules.columnCounts[$0] >= rules.rows.count
    }
    let sums = head.matrix.columnSums
    guard let best = heaviest(of: candidates, sums: sums, counts: rules.columnCounts) else {
      return nil
    }
    let count = Float(rules.columnCounts[best])
    return finding(
      Pattern(
        label: .vertical, score: min(sums[best] / count, 1),
        chance: chance.matrix.columnSums[best] / count, operand: best),
      possible: count, rowCount: rules.columnCounts[best])
  }

  /// The candidate with the largest mean.
  private func heaviest(of candidates: [Int], sums: [Float], counts: [Int]) -> Int? {
    func mean(_ index: Int) -> Float { sums[index] / Float(counts[index]) }
    return candidates.filter { counts[$0] > 0 }.max { mean($0) < mean($1) }
  }

  var broad: Finding? {
    head.matrix.breadth.map {
      finding(Pattern(label: .broad, score: min($0, 1)), threshold: 0.85)
    }
  }

  var block: Finding? {
    guard let boundary = rules.boundary, let breadth = head.matrix.innerBreadth, breadth >= 0.85
    else { return nil }
    let inside = head.matrix.weightInSentences(boundary: boundary) / rowCount
    let uniform = chance.matrix.weightInSentences(boundary: boundary) / rowCount
    return finding(
      Pattern(label: .block, score: min(inside, 1), chance: uniform),
      threshold: uniform + 0.6 * (1 - uniform))
  }
}

extension MatrixMeasures {
  fileprivate var columnSums: [Float] {
    columns.dropFirst().reduce(columns[0]) { zip($0, $1).map(+) }
  }

  fileprivate func weightInSentences(boundary: Int) -> Float {
    columns[0][..<boundary].reduce(0, +) + columns[1][boundary...].reduce(0, +)
  }
}
