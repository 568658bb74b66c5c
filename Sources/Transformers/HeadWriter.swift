import Attention
import CKernels

/// The additions of one layer's heads to the hidden states: their parts of the output projection.
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

  /// The output projection of vectors of one head: `[rows, C]`.
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

  /// The same at one query.
  ///
  /// - Precondition: The layer's values were kept.
  public func norm(of layer: LayerAttention, head: Int, query: Int) -> Float {
    let sum = layer.weightedValue(head: head, query: query)
    return write(HiddenStates(tokenCount: 1, size: sum.count, values: sum), head: head).norms[0]
  }

  /// The sizes α‖v·W‖ of what a head moves from each key to each query: `[T, S]` (Kobayashi et al., 2020,
  /// arXiv:2004.10102).
  ///
  /// - Precondition: The layer's values were kept.
  public func edgeNorms(of layer: LayerAttention, head: Int) -> [Float] {
    let norms = write(layer.values(ofHead: head), head: head).norms
    let weights = layer.takenWeights(head: head)
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
    let weights = (0..<layer.headCount).map { layer.takenWeights(head: $0) }
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

  /// Whether what heads add reaches the last states through norms behind sums alone.
  public func transports(through trace: StackTrace) -> Bool {
    stack.layers.allSatisfy { $0.attention.normOfSum != nil }
      && trace.layers.allSatisfy { ResidualPath.states(of: stack).isSubset(of: $0.keys) }
  }

  /// The sizes of what a head's additions become in the last states, with the scales that the norms on the way had:
  /// `[T]`.
  ///
  /// - Precondition: It `transports(through: trace)`, and the layer's values were kept.
  public func transportedNorms(
    of layer: LayerAttention, head: Int, through trace: StackTrace
  ) -> [Float] {
    let path = ResidualPath(stack, trace, rows: Array(0..<layer.queryCount))
    let part = write(layer.weightedValues(head: head), head: head)
    let place = kind == .cross ? ResidualPath.Place.cross : .attention
    return path.carry(part, from: path.index(place, layer: self.layer)).norms
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
        replacedSum(head: head, query: query) ?? values.sum(weightedBy: weights.row(query))
      })
  }

  /// The same of one query: `[D]`.
  func weightedValue(head: Int, query: Int) -> [Float] {
    replacedSum(head: head, query: query)
      ?? values(ofHead: head).sum(weightedBy: row(head: head, query: query)[...])
  }

  private func replacedSum(head: Int, query: Int) -> [Float]? {
    guard let replaced = replaced[head], let place = replaced.rows.firstIndex(of: query) else {
      return nil
    }
    return Array(replaced.values[place * replaced.size..<(place + 1) * replaced.size])
  }

  /// The weights with which a head takes values: none where something else stands in the place of their sum.
  public func takenWeights(head: Int) -> HeadWeights {
    let weights = weights(head: head)
    guard let replaced = replaced[head] else { return weights }
    var values = weights.values
    for row in replaced.rows {
      for key in 0..<keyCount { values[row * keyCount + key] = 0 }
    }
    return HeadWeights(queryCount: queryCount, keyCount: keyCount, values: values)
  }
}

extension HiddenStates {
  /// The sum of all vectors, each times its weight.
  func sum(weightedBy weights: ArraySlice<Float>) -> [Float] {
    var sum = [Float](repeating: 0, count: size)
    for (token, weight) in weights.enumerated() where weight != 0 {
      for (index, value) in row(token).enumerated() { sum[index] += weight * value }
    }
    return sum
  }

  /// The vector of one token.
  func row(_ token: Int) -> ArraySlice<Float> { values[token * size..<(token + 1) * size] }

  mutating func replaceRow(_ token: Int, with vector: some Collection<Float>) {
    precondition(vector.count == size)
    values.replaceSubrange(token * size..<(token + 1) * size, with: vector)
  }

  /// The length of each vector.
  var norms: [Float] {
    (0..<tokenCount).map { token in
      Float(row(token).reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot())
    }
  }
}
