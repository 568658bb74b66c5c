import Attention

/// The numbers of a quantity on the edges of heads.
///
/// They are fetched here and nowhere else. Scenes order, compare and draw strengths by their amount, so that one below
/// 0 can be shown as a loss.
package struct EdgeNumbers: Sendable {
  package let quantity: Quantity
  /// nil for attention, whose numbers a record holds itself.
  private let values: EdgeValues?
  private let largest = RecentCache<AttentionKind, Float>(byteLimit: 1 << 10) { _ in
    MemoryLayout<Float>.stride
  }

  package static let attention = EdgeNumbers()

  private init() {
    quantity = .attention
    values = nil
  }

  init(_ values: EdgeValues) {
    quantity =
      values.outcome != nil ? .share : values.compared != nil ? .difference : .write
    self.values = values
  }

  package var isSigned: Bool { quantity.isSigned }

  /// The outcome that shares are shares of.
  package var outcome: NamedOutcome? { values?.outcome }

  /// The run that differences are from.
  var compared: ComparedRun? { values?.compared }

  /// Whether a head has numbers.
  package func has(_ head: HeadAddress) -> Bool {
    values.map { $0.values(of: head) != nil } ?? true
  }

  /// From one query to each key.
  func row(
    in record: AttentionRecord, stack: Int, layer: Int, head: Int, query: Int
  ) -> ArraySlice<Float> {
    guard values != nil else {
      return record.row(stack: stack, layer: layer, head: head, query: query)
    }
    return weights(in: record, stack: stack, layer: layer, head: head).row(query)
  }

  /// From each query to one key.
  func column(
    in record: AttentionRecord, stack: Int, layer: Int, head: Int, key: Int
  ) -> [Float] {
    guard values != nil else {
      return record.column(stack: stack, layer: layer, head: head, key: key)
    }
    let weights = weights(in: record, stack: stack, layer: layer, head: head)
    return (0..<weights.queryCount).map { weights[$0, key] }
  }

  /// From each query to each key; zeros where a head has no numbers.
  package func weights(in record: AttentionRecord, stack: Int, layer: Int, head: Int) -> HeadWeights
  {
    guard let values else { return record.weights(stack: stack, layer: layer, head: head) }
    let attention = record.stacks[stack].layers[layer]
    let numbers =
      values.values(of: HeadAddress(record.stacks[stack].kind, layer: layer, head: head))
      ?? HeadWeights(
        queryCount: attention.queryCount, keyCount: attention.keyCount,
        values: [Float](repeating: 0, count: attention.queryCount * attention.keyCount))
    // Nothing is taken from the sink.
    return attention.hasSink
      ? numbers.appending([Float](repeating: 0, count: numbers.queryCount)) : numbers
  }

  /// The same in small, as it is kept for long inputs.
  func pooled(in record: AttentionRecord, stack: Int, layer: Int, head: Int) -> HeadWeights {
    if let values {
      return summary(of: values, in: record, stack: stack, layer: layer, head: head).pooled
    }
    // The summaries are of tokens.
    guard record.stacks[stack].layers[layer].hasSink else {
      return record.stacks[stack].summaries[layer][head].pooled
    }
    return weights(in: record, stack: stack, layer: layer, head: head)
      .pooled(limit: HeadSummary.pooledLimit)
  }

  /// The heaviest pairs of the whole head, heaviest first; without those of queries that have no choice.
  func topPairs(
    in record: AttentionRecord, stack: Int, layer: Int, head: Int
  ) -> [HeadSummary.Pair] {
    guard let values else { return record.stacks[stack].summaries[layer][head].topPairs }
    return summary(of: values, in: record, stack: stack, layer: layer, head: head).topPairs
  }

  private func summary(
    of values: EdgeValues, in record: AttentionRecord, stack: Int, layer: Int, head: Int
  ) -> EdgeValues.Summary {
    let address = HeadAddress(record.stacks[stack].kind, layer: layer, head: head)
    return values.summaries.value(for: address) {
      let weights = weights(in: record, stack: stack, layer: layer, head: head)
      let attention = record.stacks[stack].layers[layer]
      return EdgeValues.Summary(
        topPairs: weights.heaviestPairs(limit: HeadSummary.pairLimit) {
          attention.mask.visibleKeys(query: $0, keyCount: attention.keyCount).count > 1
        },
        pooled: weights.signed { $0.pooled(limit: HeadSummary.pooledLimit) })
    }
  }

  /// The amount that is full brightness where all heads are to be compared: 1 of attention, else the largest that a
  /// head of the stack has.
  package func full(in record: AttentionRecord, stack: Int) -> Float {
    guard values != nil else { return 1 }
    return largest.value(for: record.stacks[stack].kind) {
      let layers = record.stacks[stack].layers
      return layers.indices.reduce(0) { largest, layer in
        (0..<layers[layer].headCount).reduce(largest) { largest, head in
          let top = topPairs(in: record, stack: stack, layer: layer, head: head).first
          return max(largest, top.map { abs($0.weight) } ?? 0)
        }
      }
    }
  }
}

extension Finding {
  /// Makes what pictures of a finding take long to make: for those who hold the record, and not the screen.
  public func prepare(for record: AttentionRecord) {
    guard let edges else { return }
    let numbers = EdgeNumbers(edges)
    for stack in record.stacks.indices { _ = numbers.full(in: record, stack: stack) }
  }

  /// The numbers on edges that it holds.
  var edges: EdgeValues? {
    switch self {
    case .edges(let values): values
    case .difference(let report): report.edges
    default: nil
    }
  }
}

/// Two are the same where they are of one run and mean the same.
extension EdgeNumbers: Hashable {
  package static func == (a: EdgeNumbers, b: EdgeNumbers) -> Bool {
    a.quantity == b.quantity && a.outcome == b.outcome && a.compared == b.compared
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(quantity)
    hasher.combine(outcome)
    hasher.combine(compared)
  }
}
