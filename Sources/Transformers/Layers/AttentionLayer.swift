import Attention
import CKernels
import Threads

/// `softmax(scores)·V` for all heads of a layer, whatever the scores are made of.
///
/// Works head by head, the heads shared out to the cores: the weights of a head are made, measured,
/// used and forgotten, so that never more of them are held than there are cores.
///
/// Shape letters: T queries, S keys, H query heads, G key heads, D head size.
struct AttentionLayer: Sendable {
  /// The layer's number in its stack.
  let index: Int
  let kind: AttentionKind
  let mask: AttentionMask

  struct Output {
    /// The heads' results side by side: `[T, H · D]`.
    let context: HiddenStates
    let attention: LayerAttention
    /// One per head.
    let summaries: [HeadSummary]
  }

  /// - Parameters:
  ///   - values: `[G, S, D]`; query head h uses head h / (H / G), as for the keys.
  ///   - patterns: Made for this mask and kind, and the tokens of queries and keys.
  /// - Throws: `nonFiniteScores`.
  func callAsFunction(
    _ score: LayerAttention.Score, values: HeadVectors, patterns: PatternContext
  ) throws(TransformerError) -> Output {
    let attention = LayerAttention(index: index, mask: mask, score: score)
    let (context, summaries) = try attend(attention, score, values: values) { weights in
      HeadSummary(measuring: weights, in: patterns)
    }
    return Output(context: context, attention: attention, summaries: summaries)
  }

  /// The result alone.
  func context(
    _ score: LayerAttention.Score, values: HeadVectors
  ) throws(TransformerError) -> HiddenStates {
    let attention = LayerAttention(index: index, mask: mask, score: score)
    return try attend(attention, score, values: values) { _ in }.context
  }

  /// - Parameter look: What is to be known of each head's weights.
  private func attend<Seen>(
    _ attention: LayerAttention, _ score: LayerAttention.Score, values: HeadVectors,
    look: (HeadWeights) -> Seen
  ) throws(TransformerError) -> (context: HiddenStates, seen: [Seen]) {
    precondition(values.headCount == score.keys.headCount)
    precondition(values.rowCount == score.keys.rowCount)
    let headCount = score.queries.headCount
    let stride = headCount * values.headSize
    var seen: [Seen?] = []
    let context = HiddenStates(tokenCount: score.queries.rowCount, size: stride) { context in
      seen = Parallel.map(headCount) { head in
        let weights = attention.weights(head: head)
        guard weights.isFinite else { return nil }
        weights.sum(
          values, head: score.keyHead(of: head), mask: mask,
          into: context + head * values.headSize, stride: stride)
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
    _ vectors: HeadVectors, head: Int, mask: AttentionMask,
    into sums: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let size = vectors.headSize
    vectors.values.withUnsafeBufferPointer { vectors in
      values.withUnsafeBufferPointer { weights in
        guard let vectors = vectors.baseAddress, let weights = weights.baseAddress else { return }
        for block in mask.blocks(of: 0..<queryCount, keyCount: keyCount) {
          let matrix = ck_matrix(
            elements: vectors + (head * keyCount + block.keys.lowerBound) * size,
            element: CK_FLOAT32, row_count: block.keys.count, column_count: size, row_stride: size)
          let first = block.queries.lowerBound
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
