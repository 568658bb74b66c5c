import CKernels

extension HiddenStates {
  /// The most likely tokens at each of `positions`, by the softmax over the vocabulary of these logits.
  ///
  /// - Precondition: One vector for each position.
  /// - Throws: `nonFiniteLogits`.
  func likelyTokens(at positions: [Int]) throws(TransformerError) -> [TokenProbability] {
    precondition(tokenCount == positions.count)
    var logits = self
    var isFinite = [Bool](repeating: true, count: positions.count)
    let size = logits.size
    logits.values.withUnsafeMutableBufferPointer { logits in
      guard let start = logits.baseAddress else { return }
      for index in positions.indices {
        isFinite[index] = ck_is_finite(start + index * size, size)
        ck_softmax(start + index * size, size)
      }
    }
    if let index = isFinite.firstIndex(of: false) {
      throw .nonFiniteLogits(position: positions[index])
    }
    return positions.indices.flatMap { index in
      let probabilities = logits.values[index * size..<(index + 1) * size]
      return probabilities.largest(TokenProbability.limit).map { id in
        TokenProbability(
          position: positions[index], id: id, probability: probabilities[index * size + id])
      }
    }
  }
}

extension ArraySlice<Float> {
  /// The offsets of the largest elements, largest first, the first of equals first.
  /// - Complexity: O(`count` · `limit`) at worst; nearly always O(`count`).
  func largest(_ limit: Int) -> [Int] {
    var best: [(value: Float, offset: Int)] = []
    for (offset, value) in enumerated() {
      if best.count == limit, let last = best.last, value <= last.value { continue }
      let place = best.firstIndex { $0.value < value } ?? best.endIndex
      best.insert((value, offset), at: place)
      if best.count > limit { best.removeLast() }
    }
    return best.map(\.offset)
  }
}
