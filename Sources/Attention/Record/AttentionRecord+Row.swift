extension AttentionRecord {
  /// Matrices up to this many weights are computed whole and cached; of larger ones single rows and columns
  /// are computed.
  private static let wholeMatrixLimit = 1 << 20

  /// The weights of one query, one for each key that is shown.
  public func row(stack: Int, layer: Int, head: Int, query: Int) -> ArraySlice<Float> {
    let attention = stacks[stack].layers[layer]
    if attention.queryCount * attention.keyCount <= Self.wholeMatrixLimit {
      return weights(stack: stack, layer: layer, head: head).row(query)
    }
    let row = attention.row(head: head, query: query)
    guard attention.hasSink else { return row[...] }
    return (row + [attention.sinkWeight(head: head, query: query)])[...]
  }

  /// The weights of one key, one for each query.
  /// - Complexity: O(T · S · D) for the first column of a head, then O(T · D).
  public func column(stack: Int, layer: Int, head: Int, key: Int) -> [Float] {
    let attention = stacks[stack].layers[layer]
    if attention.queryCount * attention.keyCount <= Self.wholeMatrixLimit {
      let weights = weights(stack: stack, layer: layer, head: head)
      return (0..<attention.queryCount).map { weights[$0, key] }
    }
    if attention.isSink(key: key) { return attention.sinkWeights(head: head) }
    return attention.column(
      head: head, key: key, logSums: logSums(stack: stack, layer: layer, head: head))
  }
}
