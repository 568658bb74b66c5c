import Attention
import CKernels

/// The products of the values of a layer's heads with an outcome's direction.
///
/// Shape letters: R rows, S keys, H query heads, D head size.
struct ValueShares: Sendable {
  private let rows: [Int]
  private let attention: LayerAttention
  /// In the sums of values: `[R, H · D]`.
  private let directions: HiddenStates
  /// Of the values of each query head.
  private let valueBiases: [[Float]?]

  /// - Parameter direction: In what the attention puts out, one for each row.
  init(
    _ attention: LayerAttention, _ body: MultiHeadAttention, rows: [Int], _ direction: HiddenStates
  ) {
    self.rows = rows
    self.attention = attention
    directions = Linear(weight: body.output.weight.transposed, bias: nil)(direction)
    valueBiases = (0..<attention.headCount).map(body.projections.valueBias(ofHead:))
  }

  var keyCount: Int { attention.keyCount }

  var haveBias: Bool { valueBiases.contains { $0 != nil } }

  /// The contributions of keys' values, as if all weight lay there: `[R, S]`.
  func unweighted(head: Int) -> [Float] {
    let products = products(head: head)
    return products.ofValues.indices.map {
      products.ofValues[$0] - products.ofBias[$0 / attention.keyCount]
    }
  }

  /// The contribution of a head from each key: `[R, S]`.
  func edges(head: Int) -> [Float] {
    let (products, weights) = (products(head: head), weights(head: head))
    let keyCount = attention.keyCount
    return rows.indices.flatMap { row in
      (row * keyCount..<(row + 1) * keyCount).map {
        weights[$0] * (products.ofValues[$0] - products.ofBias[row])
      }
    }
  }

  /// The head's share and that of its values' bias: `[R]` each.
  func shares(head: Int) -> (head: [Float], bias: [Float]) {
    let keyCount = attention.keyCount
    let products = products(head: head)
    let weights = weights(head: head)
    var shares = (head: [Float](), bias: [Float]())
    for (index, row) in rows.enumerated() {
      let bias = products.ofBias[index]
      if let replaced = attention.replaced[head],
        let place = replaced.rows.firstIndex(of: row)
      {
        let size = replaced.size
        let direction = direction(head: head, index)
        let whole = zip(replaced.values[place * size..<(place + 1) * size], direction)
          .reduce(into: Float(0)) { $0 += $1.0 * $1.1 }
        shares.head.append(whole - bias)
        shares.bias.append(bias)
        continue
      }
      var (sum, weight) = (0.0, 0.0)
      for key in index * keyCount..<(index + 1) * keyCount {
        sum += Double(weights[key]) * Double(products.ofValues[key] - bias)
        weight += Double(weights[key])
      }
      shares.head.append(Float(sum))
      // Weights that are cut need not sum to 1.
      shares.bias.append(Float(weight * Double(bias)))
    }
    return shares
  }

  private func direction(head: Int, _ row: Int) -> ArraySlice<Float> {
    let size = directions.size / attention.headCount
    let start = row * directions.size + head * size
    return directions.values[start..<start + size]
  }

  /// The products of values and their bias with rows' directions, unweighted: `[R, S]` and `[R]`.
  private func products(head: Int) -> (ofValues: [Float], ofBias: [Float]) {
    guard let values = attention.values else { preconditionFailure("values that were not kept") }
    let (size, keyCount) = (values.headSize, attention.keyCount)
    let keyHead = head / (attention.headCount / values.headCount)
    var room = [Float](repeating: 0, count: rows.count * size)
    let products = [Float](unsafeUninitializedCapacity: rows.count * keyCount) { out, count in
      count = rows.count * keyCount
      values.values.withUnsafeBufferPointer { v in
        directions.values.withUnsafeBufferPointer { directions in
          guard let v = v.baseAddress, let u = directions.baseAddress, let out = out.baseAddress
          else { return }
          let matrix = ck_float_matrix(v + keyHead * keyCount * size, keyCount, size)
          ck_product(
            matrix, false, u + head * size, self.directions.size, out, keyCount, rows.count, &room)
        }
      }
    }
    let bias = valueBiases[head].map { bias in
      rows.indices.map { row in
        zip(bias, direction(head: head, row)).reduce(into: Float(0)) { $0 += $1.0 * $1.1 }
      }
    }
    return (products, bias ?? [Float](repeating: 0, count: rows.count))
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
