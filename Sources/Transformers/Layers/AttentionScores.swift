import Attention
import CKernels
import Glibc

extension LayerAttention.Score {
  /// The weights of one head, or nil if a score is NaN or infinite.
  func weights(head: Int, mask: AttentionMask) -> HeadWeights? {
    let queryCount = queries.rowCount
    let keyCount = keys.rowCount
    var isFinite = true
    let weights = [Float](unsafeUninitializedCapacity: queryCount * keyCount) { buffer, count in
      count = queryCount * keyCount
      guard let start = buffer.baseAddress else { return }
      fillScores(start, head: head)
      for query in 0..<queryCount {
        let row = start + query * keyCount
        let visible = mask.visibleKeys(query: query, keyCount: keyCount)
        isFinite = isFinite && ck_is_finite(row + visible.lowerBound, visible.count)
        row.update(repeating: 0, count: visible.lowerBound)
        ck_softmax(row + visible.lowerBound, visible.count)
        (row + visible.upperBound).update(repeating: 0, count: keyCount - visible.upperBound)
      }
    }
    guard isFinite else { return nil }
    return HeadWeights(queryCount: queryCount, keyCount: keyCount, values: weights)
  }

  /// Writes `cap(q·k · scale) + bias` for all pairs of one head: `[T, S]`.
  private func fillScores(_ scores: UnsafeMutablePointer<Float>, head: Int) {
    let pairCount = queries.rowCount * keys.rowCount
    queries.values.withUnsafeBufferPointer { q in
      keys.values.withUnsafeBufferPointer { k in
        guard let q = q.baseAddress, let k = k.baseAddress else { return }
        let matrix = ck_matrix(
          elements: k + keyHead(of: head) * keys.rowCount * keys.headSize, element: CK_FLOAT32,
          row_count: keys.rowCount, column_count: keys.headSize, row_stride: keys.headSize)
        ck_linear(
          matrix, nil, q + head * queries.rowCount * queries.headSize, queries.headSize, scores,
          keys.rowCount, queries.rowCount)
      }
    }
    ck_scale(scores, scale, pairCount)
    if let softcap {
      for pair in 0..<pairCount { scores[pair] = softcap * tanh(scores[pair] / softcap) }
    }
    bias?.withUnsafeBufferPointer { bias in
      if let bias = bias.baseAddress { ck_add(scores, bias + head * pairCount, pairCount) }
    }
  }
}
