import Attention

/// A part of a head's weights as the matrix view shows it: `[query bins, key bins]`, each the largest weight of
/// the pairs in it, so that a single strong pair stays visible; nil where the mask leaves no pair.
struct MatrixBins: Sendable {
  /// The inputs of the bins: for each bin the tokens of its items.
  struct Key: Hashable, Sendable {
    var stack: Int
    var layer: Int
    var head: Int
    var numbers: EdgeNumbers
    var queries: [ArraySlice<Range<Int>>]
    var keys: [ArraySlice<Range<Int>>]
  }

  let keyBinCount: Int
  let values: [Float?]

  subscript(query: Int, key: Int) -> Float? { values[query * keyBinCount + key] }

  /// - Parameters:
  ///   - queries: The positions that each bin of queries holds.
  ///   - keys: Likewise of keys, one after the other.
  /// - Complexity: One row of weights for each query.
  init(_ slice: AttentionSlice, head: Int, queries: [Range<Int>], keys: [Range<Int>]) {
    var values: [Float?] = []
    for bin in queries {
      var largest = [Float?](repeating: nil, count: keys.count)
      for query in bin {
        let row = slice.row(head: head, query: query)
        for (index, range) in keys.enumerated() {
          guard let weight = row[range].max(by: { abs($0) < abs($1) }) else { continue }
          if abs(weight) >= abs(largest[index] ?? 0) { largest[index] = weight }
        }
      }
      for (index, range) in keys.enumerated() where largest[index] == 0 {
        // Nothing at all: is there no weight, or can there be none?
        if !slice.sees(head: head, queries: bin, keys: range) { largest[index] = nil }
      }
      values += largest
    }
    keyBinCount = keys.count
    self.values = values
  }

  typealias Cache = RecentCache<Key, MatrixBins>
}

extension AttentionSlice {
  /// Whether any of the queries may look at any of the keys, all by position.
  func sees(head: Int, queries: Range<Int>, keys: Range<Int>) -> Bool {
    guard let first = keys.first, let last = keys.last else { return false }
    let bounds = self.keys.ranges[first].lowerBound..<self.keys.ranges[last].upperBound
    for query in self.queries.ranges[queries].joined() {
      let visible = visibleKeys(ofQuery: query)
      // A look at both ends is enough for most; what is filtered out between them does not count.
      guard visible.overlaps(bounds) else { continue }
      if self.keys.ranges[keys].contains(where: { sees(head: head, query: query, keys: $0) }) {
        return true
      }
    }
    return false
  }

  /// The weights of one query, nil where the mask hides the key.
  func visibleRow(head: Int, query: Int) -> [Float?] {
    zip(keys.ranges, row(head: head, query: query)).map { key, weight in
      queries.ranges[query].contains { sees(head: head, query: $0, keys: key) } ? weight : nil
    }
  }

  /// The weights of one key, nil where the mask hides it from the query.
  func visibleColumn(head: Int, key: Int) -> [Float?] {
    let key = (position: key, tokens: keys.ranges[key])
    return zip(queries.ranges, column(head: head, key: key.position)).map { query, weight in
      query.contains { sees(head: head, query: $0, keys: key.tokens) } ? weight : nil
    }
  }

  /// Whether a query looks at any of the keys, all tokens: neither the mask hides them all, nor are they cut.
  private func sees(head: Int, query: Int, keys: Range<Int>) -> Bool {
    // No method as a value, which would take a copy of the layer along.
    keys.contains { attention.isSink(key: $0) }
      || visibleKeys(ofQuery: query).clamped(to: keys)
        .contains { !attention.isCut(head: head, query: query, key: $0) }
  }

  private func visibleKeys(ofQuery token: Int) -> Range<Int> {
    attention.mask.visibleKeys(query: token, keyCount: attention.keyCount)
  }

  /// The bins of a part of one head, from `cache` where they were asked for lately.
  func bins(
    head: Int, queries: [Range<Int>], keys: [Range<Int>], cache: MatrixBins.Cache
  ) -> MatrixBins {
    let key = MatrixBins.Key(
      stack: stack, layer: layer, head: head, numbers: numbers,
      queries: queries.map { self.queries.ranges[$0] },
      keys: keys.map { self.keys.ranges[$0] })
    return cache.value(for: key) {
      MatrixBins(self, head: head, queries: queries, keys: keys)
    }
  }
}
