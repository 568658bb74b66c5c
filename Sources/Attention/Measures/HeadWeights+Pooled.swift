extension HeadWeights {
  /// The weights in at most `limit` rows and columns, so that a single strong pair stays visible.
  ///
  /// With n queries (or keys) and h = min(n, `limit`), element i is the maximum over the block
  /// ⌊i·n/h⌋ … ⌊(i+1)·n/h⌋ − 1 of queries, and likewise of keys.
  public func pooled(limit: Int) -> HeadWeights {
    precondition(limit > 0)
    guard queryCount > limit || keyCount > limit else { return self }
    let height = min(queryCount, limit)
    let width = min(keyCount, limit)
    var values: [Float] = []
    values.reserveCapacity(height * width)
    // Rows first, and these element by element: a loop for vector registers.
    var rowMaximum = [Float](repeating: 0, count: keyCount)
    for i in 0..<height {
      for key in 0..<keyCount { rowMaximum[key] = 0 }
      for query in i * queryCount / height..<(i + 1) * queryCount / height {
        withRow(query) { row in
          for key in 0..<row.count {
            rowMaximum[key] = row[key] > rowMaximum[key] ? row[key] : rowMaximum[key]
          }
        }
      }
      for j in 0..<width {
        let block = rowMaximum[j * keyCount / width..<(j + 1) * keyCount / width]
        values.append(block.reduce(0) { $1 > $0 ? $1 : $0 })
      }
    }
    return HeadWeights(queryCount: height, keyCount: width, values: values)
  }
}
