import Attention
import CKernels
import Threads

extension LayerAttention {
  /// The sums of values that all heads take, side by side: `[T, H · D]`.
  ///
  /// Works head by head, the heads shared out to the cores: the weights of a head are made, looked at, used and
  /// forgotten, so that never more of them are held than there are cores.
  ///
  /// Shape letters: T queries, S keys, H query heads, G key heads, D head size.
  ///
  /// - Parameters:
  ///   - values: `[G, S, D]`; query head h uses head h / (H / G), as for the keys.
  ///   - kind: For the error.
  ///   - look: Called once with each head's weights.
  /// - Throws: `nonFiniteScores`.
  /// - Precondition: There is a score.
  func sums<Seen>(
    of values: HeadVectors, kind: AttentionKind, look: (HeadWeights) -> Seen
  ) throws(TransformerError) -> (context: HiddenStates, seen: [Seen]) {
    guard let score else { preconditionFailure("weights without queries and keys") }
    precondition(values.headCount == score.keys.headCount)
    precondition(values.rowCount == score.keys.rowCount)
    let stride = headCount * values.headSize
    var seen: [Seen?] = []
    let context = HiddenStates(tokenCount: queryCount, size: stride) { context in
      seen = Parallel.map(headCount) { head in
        let weights = weights(head: head)
        guard weights.isFinite else { return nil }
        weights.sum(
          values, head: score.keyHead(of: head), mask: mask, firstQuery: score.firstQuery,
          into: context + head * values.headSize, stride: stride)
        if let replaced = replaced[head] {
          for (index, row) in replaced.rows.enumerated() {
            let sum = context + row * stride + head * values.headSize
            for feature in 0..<values.headSize {
              sum[feature] = replaced.values[index * values.headSize + feature]
            }
          }
        }
        return look(weights)
      }
    }
    if let head = seen.firstIndex(where: { $0 == nil }) {
      throw .nonFiniteScores(kind: kind, layer: index, head: head)
    }
    return (context, seen.compactMap(\.self))
  }
}

extension HeadWeights {
  /// Scores that are NaN or too large leave NaN behind.
  fileprivate var isFinite: Bool {
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return true }
      return ck_is_finite(start, values.count)
    }
  }

  /// Writes the sums of a head's values, weighted by each query's row: `[T, D]`, rows `stride` apart.
  fileprivate func sum(
    _ vectors: HeadVectors, head: Int, mask: AttentionMask, firstQuery: Int,
    into sums: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let size = vectors.headSize
    vectors.values.withUnsafeBufferPointer { vectors in
      values.withUnsafeBufferPointer { weights in
        guard let vectors = vectors.baseAddress, let weights = weights.baseAddress else { return }
        let positions = firstQuery..<firstQuery + queryCount
        for block in mask.blocks(of: positions, keyCount: keyCount) {
          let matrix = ck_float_matrix(
            vectors + (head * keyCount + block.keys.lowerBound) * size, block.keys.count, size)
          let first = block.queries.lowerBound - firstQuery
          let roomSize = block.queries.count * block.keys.count
          withUnsafeTemporaryAllocation(of: Float.self, capacity: roomSize) {
            guard let room = $0.baseAddress else { return }
            ck_product(
              matrix, true, weights + first * keyCount + block.keys.lowerBound, keyCount,
              sums + first * stride, stride, block.queries.count, room)
          }
        }
      }
    }
  }
}
