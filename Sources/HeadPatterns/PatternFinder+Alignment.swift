import Attention

extension PatternFinder {
  /// The heaviest keys of the queries, in the order of the text.
  var alignment: Finding? {
    var path: [(key: Int, weight: Float)] = []
    for query in rules.rows {
      let key = head.heaviestKeys[query]
      if !rules.isSink[key] { path.append((key, head.rowMaxima[query])) }
    }
    let order = Self.longestOrderedPart(of: path.map(\.key))
    guard order.count >= 2, 5 * order.count >= 4 * path.count,
      2 * Set(order.map { path[$0].key }).count >= order.count
    else { return nil }
    let weight = order.reduce(0) { $0 + path[$1].weight }
    let pattern = Pattern(
      label: .alignment, score: min(weight / Float(rules.rows.count), 1),
      chance: 1 / Float(rules.keyCount))
    return finding(pattern, possible: Float(rules.rows.count), rowCount: order.count)
  }

  /// The places of a longest part of `keys` that never falls.
  /// - Complexity: O(n log n).
  static func longestOrderedPart(of keys: [Int]) -> [Int] {
    /// By length − 1: where the ordered part of that length with the least last key ends.
    var ends: [Int] = []
    var predecessors: [Int?] = []
    for (place, key) in keys.enumerated() {
      var low = 0
      var high = ends.count
      while low < high {
        let middle = (low + high) / 2
        if keys[ends[middle]] <= key { low = middle + 1 } else { high = middle }
      }
      predecessors.append(low > 0 ? ends[low - 1] : nil)
      if low == ends.count { ends.append(place) } else { ends[low] = place }
    }
    var part: [Int] = []
    var place = ends.last
    while let current = place {
      part.append(current)
      place = predecessors[current]
    }
    return part.reversed()
  }
}
