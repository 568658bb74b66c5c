import Attention

/// The meaning of the lines, cells and pictures of a view.
///
/// It is asked where numbers are fetched from a record, which happens here and nowhere else. Scenes order, compare
/// and draw strengths by their amount, so that one below 0 can be shown as a loss.
package enum Quantity: Hashable, Sendable {
  /// How much of a query's attention goes to a key: the softmax of its scores, 0 … 1.
  case attention
}

extension Quantity {
  /// From one query to each key.
  func row(
    in record: AttentionRecord, stack: Int, layer: Int, head: Int, query: Int
  ) -> ArraySlice<Float> {
    switch self {
    case .attention: record.row(stack: stack, layer: layer, head: head, query: query)
    }
  }

  /// From each query to one key.
  func column(
    in record: AttentionRecord, stack: Int, layer: Int, head: Int, key: Int
  ) -> [Float] {
    switch self {
    case .attention: record.column(stack: stack, layer: layer, head: head, key: key)
    }
  }

  /// From each query to each key.
  func weights(in record: AttentionRecord, stack: Int, layer: Int, head: Int) -> HeadWeights {
    switch self {
    case .attention: record.weights(stack: stack, layer: layer, head: head)
    }
  }

  /// The same in small, as it is kept for long inputs.
  func pooled(_ summary: HeadSummary) -> HeadWeights {
    switch self {
    case .attention: summary.pooled
    }
  }

  /// The heaviest pairs of the whole head, heaviest first.
  func topPairs(_ summary: HeadSummary) -> [HeadSummary.Pair] {
    switch self {
    case .attention: summary.topPairs
    }
  }
}
