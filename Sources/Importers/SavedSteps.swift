import Attention

/// One layer's attention in the steps of a generation, put together into one matrix.
///
/// `generate()` returns for each step what the model computed in it: with a cache the rows of the tokens that are new,
/// without one all rows again. A key that came later has the weight 0.
struct SavedSteps {
  struct Step {
    let name: String
    let view: WeightView
  }

  let path: String
  let kind: AttentionKind
  private var steps: [Step] = []
  /// The place of each query's row.
  private var rows: [(step: Int, row: Int)] = []
  private var keyCount = 0

  /// - Parameter steps: In their order.
  /// - Throws: `stepsDiffer` for what are no steps of one generation.
  init(path: String, kind: AttentionKind, _ steps: [Step]) throws(ImportError) {
    self.path = path
    self.kind = kind
    if kind != .cross, addStatic(steps) { return }
    let isCached = steps.dropFirst().allSatisfy { $0.view.queries.count == 1 }
    for step in steps { try add(step, isCached: isCached) }
  }

  var weights: StoredWeights {
    let (views, rows) = (steps.map(\.view), rows)
    return StoredWeights(
      headCount: views[0].heads.count, queryCount: rows.count, keyCount: keyCount
    ) {
      head, queries, keys in
      queries.flatMap { query in
        let view = views[rows[query].step]
        let known = keys.clamped(to: 0..<view.keys.count)
        let row = rows[query].row
        return (known.isEmpty ? [] : view.read(head: head, row..<row + 1, known))
          + [Float](repeating: 0, count: keys.count - known.count)
      }
    }
  }

  private func failure(_ step: Step) -> ImportError {
    .stepsDiffer(
      path: path, name: step.name, queryCount: step.view.queries.count,
      keyCount: step.view.keys.count)
  }

  private mutating func add(_ step: Step, isCached: Bool) throws(ImportError) {
    let (queryCount, count) = (step.view.queries.count, step.view.keys.count)
    if let first = steps.first, first.view.heads.count != step.view.heads.count {
      throw failure(step)
    }
    // The query of the step's first row. The keys of cross attention do not tell.
    let start = kind == .cross ? (isCached ? rows.count : 0) : count - queryCount
    guard (0...rows.count).contains(start), start + queryCount > rows.count,
      kind != .cross || steps.isEmpty || count == keyCount
    else { throw failure(step) }
    for query in start..<rows.count {
      let (other, row) = rows[query]
      let keys = 0..<min(count, steps[other].view.keys.count)
      for head in 0..<step.view.heads.count {
        let pairs = zip(
          step.view.read(head: head, query - start..<query - start + 1, keys),
          steps[other].view.read(head: head, row..<row + 1, keys))
        // Another text.
        guard pairs.allSatisfy({ abs($0 - $1) <= SavedLayers.tolerance }) else {
          throw failure(step)
        }
      }
    }
    for query in rows.count..<start + queryCount { rows.append((steps.count, query - start)) }
    steps.append(step)
    keyCount = count
  }

  /// With a cache of a fixed size, behind the last token of each step there are keys that nobody sees.
  ///
  /// - Returns: Whether the steps are of that kind; if not, nothing is added.
  private mutating func addStatic(_ steps: [Step]) -> Bool {
    guard steps.count > 1, Set(steps.map(\.view.keys.count)).count == 1,
      Set(steps.map(\.view.heads.count)).count == 1
    else { return false }
    var rows: [(step: Int, row: Int)] = []
    for (index, step) in steps.enumerated() {
      guard rows.count + step.view.queries.count <= step.view.keys.count else { return false }
      for row in 0..<step.view.queries.count {
        let unseen = rows.count + 1..<step.view.keys.count
        for head in 0..<step.view.heads.count where !unseen.isEmpty {
          guard step.view.read(head: head, row..<row + 1, unseen).allSatisfy({ $0 == 0 }) else {
            return false
          }
        }
        rows.append((index, row))
      }
    }
    (self.steps, self.rows, keyCount) = (steps, rows, rows.count)
    return true
  }
}
