import Attention
import CKernels

/// The products of the values of a layer's heads with an outcome's direction.
///
/// Shape letters: R rows, S keys, H query heads, D head size.
struct ValueShares: Sendable {
  private let rows: [Int]
  private let attention: LayerAttention
  /// In the sums of values, `[H · D]`, times a factor for each row.
  private let direction: [Float]
  private let factors: [Float]
  /// Of the values of each query head.
  private let valueBiases: [[Float]?]

  /// - Parameter direction: In what the attention puts out.
  init(
    _ attention: LayerAttention, _ body: MultiHeadAttention, rows: [Int], _ direction: Direction
  ) {
    self.rows = rows
    self.attention = attention
    self.direction =
      Linear(weight: body.output.weight.transposed, bias: nil)(direction.vector)
      .values
    factors = direction.factors
    valueBiases = (0..<attention.headCount).map(body.projections.valueBias(ofHead:))
  }

  var keyCount: Int { attention.keyCount }

  var haveBias: Bool { valueBiases.contains { $0 != nil } }

  /// The contributions of keys' values, as if all weight lay there: `[R, S]`.
  func unweighted(head: Int) -> [Float] {
    let products = products(head: head)
    return factors.flatMap { factor in products.ofValues.map { ($0 - products.ofBias) * factor } }
  }

  /// The contribution of a head from each key: `[R, S]`.
  func edges(head: Int) -> [Float] {
    let (products, weights) = (products(head: head), weights(head: head))
    return [Float](unsafeUninitializedCapacity: weights.count) { edges, count in
      for (row, factor) in factors.enumerated() {
        for (key, product) in products.ofValues.enumerated() {
          let index = row * keyCount + key
          edges[index] = weights[index] * (product - products.ofBias) * factor
        }
      }
      count = weights.count
    }
  }

  /// The head's share and that of its values' bias: `[R]` each.
  func shares(head: Int) -> (head: [Float], bias: [Float]) {
    let products = products(head: head)
    let weights = weights(head: head)
    let bias = products.ofBias
    var shares = (head: [Float](), bias: [Float]())
    for (index, row) in rows.enumerated() {
      let factor = factors[index]
      if let replaced = attention.replaced[head],
        let place = replaced.rows.firstIndex(of: row)
      {
        let size = replaced.size
        let whole = zip(replaced.values[place * size..<(place + 1) * size], direction(of: head))
          .reduce(into: Float(0)) { $0 += $1.0 * $1.1 }
        shares.head.append((whole - bias) * factor)
        shares.bias.append(bias * factor)
        continue
      }
      var (sum, weight) = (0.0, 0.0)
      for (key, product) in products.ofValues.enumerated() {
        let taken = Double(weights[index * keyCount + key])
        sum += taken * Double(product - bias)
        weight += taken
      }
      shares.head.append(Float(sum * Double(factor)))
      // Weights that are cut need not sum to 1.
      shares.bias.append(Float(weight * Double(bias) * Double(factor)))
    }
    return shares
  }

  private func direction(of head: Int) -> ArraySlice<Float> {
    let size = direction.count / attention.headCount
    return direction[head * size..<(head + 1) * size]
  }

  /// The products of values, `[S]`, and of their bias with the direction, without a row's factor.
  private func products(head: Int) -> (ofValues: [Float], ofBias: Float) {
    guard let values = attention.values else { preconditionFailure("values that were not kept") }
    let size = values.headSize
    let keyHead = head / (attention.headCount / values.headCount)
    let direction = Array(direction(of: head))
    let products = values.values.withUnsafeBufferPointer { values in
      (0..<keyCount).map { key in
        values.baseAddress.map { ck_dot($0 + (keyHead * keyCount + key) * size, direction, size) }
          ?? 0
      }
    }
    return (products, valueBiases[head].map { ck_dot($0, direction, size) } ?? 0)
  }

  /// With which the head takes values: `[R, S]`.
  private func weights(head: Int) -> [Float] {
    if rows.count == attention.queryCount { return attention.takenWeights(head: head).values }
    return rows.flatMap { row in
      attention.replaced[head]?.rows.contains(row) ?? false
        ? [Float](repeating: 0, count: attention.keyCount) : attention.row(head: head, query: row)
    }
  }
}
