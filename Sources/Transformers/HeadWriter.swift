import Attention
import CKernels

/// What the heads of one layer add to the hidden states: their part of the output projection.
///
/// Head h adds `z·W`, where z is the sum of values under its weights and W the rows of the output projection that
/// belong to it. The projection's bias belongs to no head.
///
/// Shape letters: T queries, S keys, H query heads, G key heads, D head size, C hidden size.
public struct HeadWriter: Sendable {
  private let attention: MultiHeadAttention
  private let kind: AttentionKind
  private let layer: Int
  private let stack: TransformerStack

  init?(_ stack: TransformerStack, kind: AttentionKind, layer: Int) {
    guard stack.layers.indices.contains(layer),
      let attention = kind == .cross
        ? stack.layers[layer].cross?.body : stack.layers[layer].attention.body
    else { return nil }
    self.attention = attention
    self.kind = kind
    self.layer = layer
    self.stack = stack
  }

  /// What vectors of one head become: `[rows, C]`.
  ///
  /// - Parameters:
  ///   - vectors: `[rows, D]`, such as a head's values, or its sums of them.
  ///   - head: Of H.
  public func write(_ vectors: HiddenStates, head: Int) -> HiddenStates {
    attention.write(vectors, head: head)
  }

  /// The sizes ‖z·W‖ of what a head adds to each token: `[T]`.
  ///
  /// - Precondition: The layer's values were kept.
  public func norms(of layer: LayerAttention, head: Int) -> [Float] {
    write(layer.weightedValues(head: head), head: head).norms
  }

  /// The sizes α‖v·W‖ of what a head moves from each key to each query: `[T, S]` (Kobayashi et al., 2020,
  /// arXiv:2004.10102).
  ///
  /// - Precondition: The layer's values were kept.
  public func edgeNorms(of layer: LayerAttention, head: Int) -> [Float] {
    let norms = write(layer.values(ofHead: head), head: head).norms
    let weights = layer.weights(head: head)
    return (0..<weights.queryCount).flatMap { query in
      zip(weights.row(query), norms).map { $0 * $1 }
    }
  }

  /// The sizes of what all heads together move from each key to each query: `[T, S]`.
  ///
  /// - Precondition: The layer's values were kept.
  /// - Complexity: O(T · S · H · C).
  public func edgeNorms(of layer: LayerAttention) -> [Float] {
    let writes = (0..<layer.headCount).map { write(layer.values(ofHead: $0), head: $0) }
    let weights = (0..<layer.headCount).map { layer.weights(head: $0) }
    return (0..<layer.queryCount).flatMap { query in
      (0..<layer.keyCount).map { key in
        var sum = [Double](repeating: 0, count: writes[0].size)
        for (write, weights) in zip(writes, weights) {
          let weight = Double(weights[query, key])
          for (index, value) in write.row(key).enumerated() { sum[index] += weight * Double(value) }
        }
        return Float(sum.reduce(0) { $0 + $1 * $1 }.squareRoot())
      }
    }
  }

  /// Whether additions to this layer's attention reach the last states through norms behind sums alone, whose inputs
  /// were kept: `middleSum`, `crossSum` and `afterSum`.
  public func transports(through trace: StackTrace) -> Bool {
    trace.layers.count == stack.layers.count
      && stack.layers.indices.allSatisfy { index in
        stack.layers[index].attention.normOfSum != nil
          && norms(behind: index).allSatisfy { trace.layers[index][$0.state] != nil }
      }
  }

  /// The sizes of what a head's additions become in the last states, with the scales that the norms on the way had:
  /// `[T]`.
  ///
  /// - Precondition: It `transports(through: trace)`, and the layer's values were kept.
  public func transportedNorms(
    of layer: LayerAttention, head: Int, through trace: StackTrace
  ) -> [Float] {
    var part = write(layer.weightedValues(head: head), head: head)
    for index in self.layer..<stack.layers.count {
      // Attention to the encoder comes behind the norm of the other.
      let passed = index == self.layer && kind == .cross ? 1 : 0
      for (norm, state) in norms(behind: index).dropFirst(passed) {
        guard let sum = trace.layers[index][state] else { continue }
        part = norm.carry(part, scales: norm.scales(of: sum))
      }
    }
    return part.norms
  }

  /// The norms behind a layer's sums, in order, and under what names these are kept.
  private func norms(behind index: Int) -> [(norm: any Norm, state: LayerState)] {
    let layer = stack.layers[index]
    let places: [((any Norm)?, LayerState)] = [
      (layer.attention.normOfSum, .middleSum), (layer.cross?.normOfSum, .crossSum),
      (layer.feedForward.normOfSum, .afterSum),
    ]
    return places.compactMap { norm, state in norm.map { ($0, state) } }
  }
}

extension LayerAttention {
  /// The values that a head takes: `[S, D]`.
  /// - Precondition: They were kept.
  public func values(ofHead head: Int) -> HiddenStates {
    guard let values else { preconditionFailure("values that were not kept") }
    let keyHead = head / (headCount / values.headCount)
    let size = values.rowCount * values.headSize
    return HiddenStates(
      tokenCount: values.rowCount, size: values.headSize,
      values: Array(values.values[keyHead * size..<(keyHead + 1) * size]))
  }

  /// The sums of values under a head's weights, z: `[T, D]`.
  /// - Precondition: The values were kept.
  public func weightedValues(head: Int) -> HiddenStates {
    let (values, weights) = (values(ofHead: head), weights(head: head))
    return HiddenStates(
      tokenCount: queryCount, size: values.size,
      values: (0..<queryCount).flatMap { query in
        var sum = [Float](repeating: 0, count: values.size)
        for (key, weight) in weights.row(query).enumerated() where weight != 0 {
          for (index, value) in values.row(key).enumerated() { sum[index] += weight * value }
        }
        return sum
      })
  }
}

extension HiddenStates {
  /// The vector of one token.
  func row(_ token: Int) -> ArraySlice<Float> { values[token * size..<(token + 1) * size] }

  /// The length of each vector.
  var norms: [Float] {
    (0..<tokenCount).map { token in
      Float(row(token).reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot())
    }
  }
}
