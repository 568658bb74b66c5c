import Attention
import Glibc

/// Sums over all weights of a head, from which the labels that need every weight are made.
struct MatrixMeasures: Sendable {
  /// By key − query + T − 1: the sum of the weights on that diagonal, but for sinks.
  private(set) var diagonals: [Float] = []
  /// The same of the sinks.
  private(set) var sinkDiagonals: [Float] = []
  /// By sentence of the query, by key; one sentence where there are not two.
  private(set) var columns: [[Float]] = []
  private var entropyOfRows = Mean()
  private var breadthOfRows = Mean()
  private var innerBreadthOfRows = Mean()
  /// Of the weights on the diagonals.
  private(set) var sumOfSquares: Float = 0

  /// Mean entropy of a row in bits, without rows that see one key only; nil where there are no others.
  var entropy: Float? { entropyOfRows.value }
  /// The same as a share of the uniform entropy.
  var breadth: Float? { breadthOfRows.value }
  /// The same inside the query's own sentence.
  var innerBreadth: Float? { innerBreadthOfRows.value }

  /// Mean distance of a row's weight from the query, in tokens.
  func distance(_ rules: PatternRules) -> Float {
    var sum: Float = 0
    for place in diagonals.indices {
      let distance = Float(abs(place - rules.queryCount + 1))
      sum += distance * (diagonals[place] + sinkDiagonals[place])
    }
    return rules.rows.isEmpty ? 0 : max(0, sum) / Float(rules.rows.count)
  }

  mutating func add(_ weights: QueryRows, rules: PatternRules) {
    grow(to: weights.queries.upperBound, rules)
    for query in rules.rows.clamped(to: weights.queries) {
      let visible = rules.visibleKeys(of: query)
      let isSecond = rules.boundary.map { query >= $0 } ?? false
      // Without a second sentence, all keys are in the query's own.
      let boundary = rules.boundary ?? rules.keyCount
      let sentence = visible.clamped(to: isSecond ? boundary..<rules.keyCount : 0..<boundary)
      let others = visible.clamped(to: isSecond ? 0..<boundary : boundary..<rules.keyCount)
      weights.withRow(query) { row in
        let seen = UnsafeBufferPointer(rebasing: row[visible])
        RowKernels.add(seen, to: &columns[isSecond ? 1 : 0], from: visible.lowerBound)
        let diagonal = queryCount - 1 - query
        RowKernels.add(seen, to: &diagonals, from: visible.lowerBound + diagonal)
        let inner = RowKernels.sums(UnsafeBufferPointer(rebasing: row[sentence]))
        let outer = RowKernels.sums(UnsafeBufferPointer(rebasing: row[others]))
        sumOfSquares += inner.squares + outer.squares
        for key in rules.sinkKeys where visible.contains(key) {
          diagonals[key + diagonal] -= row[key]
          sinkDiagonals[key + diagonal] += row[key]
          sumOfSquares -= row[key] * row[key]
        }
        if visible.count > 1 {
          entropyOfRows.add(inner.entropy + outer.entropy)
          breadthOfRows.add((inner.entropy + outer.entropy) / log2(Float(visible.count)))
        }
        if sentence.count > 1, inner.weights > 0 {
          // The entropy of the weights inside the sentence after they were made to sum to 1.
          let entropy = inner.entropy / inner.weights + log2(inner.weights)
          innerBreadthOfRows.add(entropy / log2(Float(sentence.count)))
        }
      }
    }
  }

  /// The queries that there is room for.
  private var queryCount = 0

  /// Makes room for further queries and the keys that they see, and for a second sentence where one begins.
  private mutating func grow(to queryCount: Int, _ rules: PatternRules) {
    let keyCount = rules.keyCount(seenBy: queryCount)
    while columns.count < (rules.boundary == nil ? 1 : 2) { columns.append([]) }
    for sentence in columns.indices {
      columns[sentence] += zeros(keyCount - columns[sentence].count)
    }
    // The diagonal of the query itself stands at T − 1, that of the last key at the end.
    let before = queryCount - self.queryCount
    let behind = max(0, queryCount + keyCount - 1) - before - diagonals.count
    diagonals = zeros(before) + diagonals + zeros(behind)
    sinkDiagonals = zeros(before) + sinkDiagonals + zeros(behind)
    self.queryCount = queryCount
  }

  private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }
}

private struct Mean {
  private var sum: Float = 0
  private var count: Float = 0

  mutating func add(_ value: Float) {
    sum += value
    count += 1
  }

  var value: Float? { count == 0 ? nil : sum / count }
}
