import Attention
import Glibc

/// Sums over all weights of a head, from which the labels that need every weight are made.
struct MatrixMeasures: Sendable {
  /// By key − query + T − 1: the sum of the weights on that diagonal, but for sinks.
  let diagonals: [Float]
  /// By sentence of the query, by key; one sentence where there are not two.
  let columns: [[Float]]
  /// Mean entropy of a row in bits, without rows that see one key only; nil where there are no others.
  let entropy: Float?
  /// The same as a share of the uniform entropy.
  let breadth: Float?
  /// The same inside the query's own sentence.
  let innerBreadth: Float?
  /// Mean distance of a row's weight from the query, in tokens.
  let distance: Float
  /// Of the weights on the diagonals.
  let sumOfSquares: Float

  init(of weights: HeadWeights, rules: PatternRules) {
    let keyCount = weights.keyCount
    var diagonals = [Float](repeating: 0, count: max(0, weights.queryCount + keyCount - 1))
    var columns = [[Float]](
      repeating: [Float](repeating: 0, count: keyCount), count: rules.boundary == nil ? 1 : 2)
    var entropy = Mean()
    var breadth = Mean()
    var sinkDistance: Float = 0
    var innerBreadth = Mean()
    var sumOfSquares: Float = 0
    for query in rules.rows {
      let visible = rules.mask.visibleKeys(query: query, keyCount: keyCount)
      let isSecond = rules.boundary.map { query >= $0 } ?? false
      // Without a second sentence, all keys are in the query's own.
      let boundary = rules.boundary ?? keyCount
      let sentence = visible.clamped(to: isSecond ? boundary..<keyCount : 0..<boundary)
      let others = visible.clamped(to: isSecond ? 0..<boundary : boundary..<keyCount)
      weights.withRow(query) { row in
        let seen = UnsafeBufferPointer(rebasing: row[visible])
        RowKernels.add(seen, to: &columns[isSecond ? 1 : 0], from: visible.lowerBound)
        let diagonal = visible.lowerBound - query + weights.queryCount - 1
        RowKernels.add(seen, to: &diagonals, from: diagonal)
        let inner = RowKernels.sums(UnsafeBufferPointer(rebasing: row[sentence]))
        let outer = RowKernels.sums(UnsafeBufferPointer(rebasing: row[others]))
        sumOfSquares += inner.squares + outer.squares
        for key in rules.sinkKeys where visible.contains(key) {
          diagonals[key - query + weights.queryCount - 1] -= row[key]
          sumOfSquares -= row[key] * row[key]
          sinkDistance += row[key] * Float(abs(key - query))
        }
        if visible.count > 1 {
          entropy.add(inner.entropy + outer.entropy)
          breadth.add((inner.entropy + outer.entropy) / log2(Float(visible.count)))
        }
        if sentence.count > 1, inner.weights > 0 {
          // The entropy of the weights inside the sentence after they were made to sum to 1.
          let entropy = inner.entropy / inner.weights + log2(inner.weights)
          innerBreadth.add(entropy / log2(Float(sentence.count)))
        }
      }
    }
    self.diagonals = diagonals
    self.columns = columns
    self.entropy = entropy.value
    self.breadth = breadth.value
    let others = diagonals.indices.reduce(Float(0)) {
      $0 + diagonals[$1] * Float(abs($1 - weights.queryCount + 1))
    }
    distance =
      rules.rows.isEmpty ? 0 : max(0, others + sinkDistance) / Float(rules.rows.count)
    self.innerBreadth = innerBreadth.value
    self.sumOfSquares = sumOfSquares
  }
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
