extension AttentionRecord {
  /// Matrices up to this many weights are computed whole and cached; of larger ones single rows are computed.
  private static let wholeMatrixLimit = 1 << 20

  /// The weights of one query, one for each key.
  public func row(stack: Int, layer: Int, head: Int, query: Int) -> ArraySlice<Float> {
    let attention = stacks[stack].layers[layer]
    if attention.queryCount * attention.keyCount <= Self.wholeMatrixLimit {
      return weights(stack: stack, layer: layer, head: head).row(query)
    }
    return attention.row(head: head, query: query)[...]
  }
}
