import Attention
import CKernels
import Threads

extension LayerAttention {
  /// The sums of values that all heads take, side by side: `[T, H · D]`, and what is seen of their weights.
  ///
  /// Works head by head, the heads shared out to the cores, and in a head block by block of queries: the weights of a
  /// block are made, used, looked at and forgotten while they are in the cache.
  ///
  /// Shape letters: T queries, S keys, H query heads, G key heads, D head size.
  ///
  /// - Parameters:
  ///   - values: `[G, S, D]`; query head h uses head h / (H / G), as for the keys.
  ///   - kind: For the error.
  ///   - measurement: What measures each head; nil where nothing does.
  /// - Throws: `nonFiniteScores`.
  /// - Precondition: There is a score.
  func sums(
    of values: HeadVectors, kind: AttentionKind, measurement: HeadMeasurement? = nil
  ) throws(TransformerError) -> (context: HiddenStates, seen: [HeadMeasurement]) {
    guard let score else { preconditionFailure("weights without queries and keys") }
    precondition(values.headCount == score.keys.headCount)
    precondition(values.rowCount == score.keys.rowCount)
    let stride = headCount * values.headSize
    let positions = score.firstQuery..<score.firstQuery + queryCount
    let blocks = mask.blocks(of: positions, keyCount: keyCount)
    var seen: [(isFinite: Bool, measurement: HeadMeasurement?)] = []
    let context = HiddenStates(tokenCount: queryCount, size: stride) { context in
      seen = Parallel.map(headCount) { head in
        let context = context + head * values.headSize
        var measurement = measurement
        for block in blocks {
          let first = block.queries.lowerBound - score.firstQuery
          let weights = weights(head: head, queries: first..<first + block.queries.count)
          guard weights.isFinite else { return (false, nil) }
          weights.sum(
            values, head: score.keyHead(of: head), block, into: context + first * stride,
            stride: stride)
          measurement?.add(weights)
        }
        if let replaced = replaced[head] {
          for (index, row) in replaced.rows.enumerated() {
            for feature in 0..<values.headSize {
              context[row * stride + feature] =
                replaced.values[index * values.headSize + feature]
            }
          }
        }
        return (true, measurement)
      }
    }
    if let head = seen.firstIndex(where: { !$0.isFinite }) {
      throw .nonFiniteScores(kind: kind, layer: index, head: head)
    }
    return (context, seen.compactMap(\.measurement))
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
  ///
  /// - Parameter block: Of these rows.
  fileprivate func sum(
    _ vectors: HeadVectors, head: Int, _ block: AttentionMask.Block,
    into sums: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let size = vectors.headSize
    vectors.values.withUnsafeBufferPointer { vectors in
      values.withUnsafeBufferPointer { weights in
        guard let vectors = vectors.baseAddress, let weights = weights.baseAddress else { return }
        let matrix = ck_float_matrix(
          vectors + (head * keyCount + block.keys.lowerBound) * size, block.keys.count, size)
        let roomSize = queryCount * block.keys.count
        withUnsafeTemporaryAllocation(of: Float.self, capacity: roomSize) {
          guard let room = $0.baseAddress else { return }
          ck_product(
            matrix, true, weights + block.keys.lowerBound, keyCount, sums, stride, queryCount, room)
        }
      }
    }
  }
}
