extension AttentionStack {
  /// The share that each token has in each, layer by layer, if every head counts alike and the residual stream
  /// as much as all of them: the product of `½ · mean of heads + ½ · identity` (attention rollout, Abnar and Zuidema,
  /// 2020, arXiv:2005.00928). `[T, T]` for each layer.
  ///
  /// - Precondition: The tokens look at their own side.
  /// - Complexity: O(L · T · T · (H + T)).
  public func rollout() -> [[Float]] {
    precondition(kind != .cross)
    let count = queries.count
    var sum = [Double](repeating: 0, count: count * count)
    for token in 0..<count { sum[token * count + token] = 1 }
    return layers.map { layer in
      var mixed = [Double](repeating: 0, count: count * count)
      for head in 0..<layer.headCount {
        for (index, weight) in layer.weights(head: head).values.enumerated() {
          mixed[index] += Double(weight) / Double(2 * layer.headCount)
        }
      }
      for token in 0..<count { mixed[token * count + token] += 0.5 }
      var next = [Double](repeating: 0, count: count * count)
      for query in 0..<count {
        for middle in 0..<count where mixed[query * count + middle] != 0 {
          for key in 0..<count {
            next[query * count + key] += mixed[query * count + middle] * sum[middle * count + key]
          }
        }
      }
      sum = next
      return sum.map { Float($0) }
    }
  }
}
