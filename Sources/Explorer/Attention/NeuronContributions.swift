import Attention

/// The contribution of each neuron of a head to the score of one query and one key.
///
/// A neuron is a position in the head's vectors (0 ..< head size); it contributes the product q×k there,
/// before scaling. Of vectors before rotation the products are those of q and k, but add up to no score.
struct NeuronContributions {
  let query: [Float]
  let key: [Float]
  /// q×k of each neuron.
  let products: [Float]
  /// Neurons from the largest |q×k| to the smallest; equal ones in order.
  let ranking: [Int]
  /// Σ |q×k|, against which shares are measured: products of both signs cancel in the score itself.
  let total: Float
  /// For each neuron the share of `total` that it has together with all those ranked before it, 0 … 1.
  let cumulativeShares: [Float]

  init(query: [Float], key: [Float]) {
    let products = zip(query, key).map { $0 * $1 }
    // What is no number comes first: it makes the sum none.
    let amounts = products.map { $0.isNaN ? .infinity : abs($0) }
    let ranking = amounts.indices.sorted {
      amounts[$0] != amounts[$1] ? amounts[$0] > amounts[$1] : $0 < $1
    }
    let total = amounts.reduce(0, +)
    var shares = [Float](repeating: 0, count: products.count)
    var sum: Float = 0
    for neuron in ranking {
      sum += amounts[neuron]
      shares[neuron] = total > 0 ? sum / total : 0
    }
    self.query = query
    self.key = key
    self.products = products
    self.ranking = ranking
    self.total = total
    cumulativeShares = shares
  }

  /// Σ q×k.
  var sum: Double { products.reduce(0) { $0 + Double($1) } }

  /// The neuron's part of Σ |q×k|, 0 … 1.
  func share(of neuron: Int) -> Float { total > 0 ? abs(products[neuron]) / total : 0 }

  /// The number of neurons, strongest first, that reach `share` of Σ |q×k|; nil if the sum cannot be shared.
  func count(reaching share: Float) -> Int? {
    guard total > 0, total.isFinite else { return nil }
    return (ranking.firstIndex { cumulativeShares[$0] >= share } ?? ranking.count - 1) + 1
  }
}

extension ExplorerState {
  /// Whether vectors are shown as they were before rotation.
  var isBeforeRotation: Bool { display.neuron.isBeforeRotation && layer.score?.rotation != nil }

  /// The contributions to the score of the chosen query and key; nil where only weights are known, or the
  /// selection is outside of the vectors.
  var neuronContributions: NeuronContributions? {
    guard let score = layer.score, selection.query < score.queries.rowCount,
      selection.key < score.keys.rowCount, selection.neuron < score.queries.headSize
    else { return nil }
    let isTurned = !isBeforeRotation
    return NeuronContributions(
      query: score.query(head: selection.head, row: selection.query, isTurned: isTurned),
      key: score.key(head: selection.head, row: selection.key, isTurned: isTurned))
  }

  /// The order in which neurons stand: by number, or by |q×k| of the chosen pair.
  var neuronOrder: [Int] {
    guard let score = layer.score else { return [] }
    if display.neuron.sortsByContribution, let ranking = neuronContributions?.ranking {
      return ranking
    }
    return Array(0..<score.queries.headSize)
  }
}
