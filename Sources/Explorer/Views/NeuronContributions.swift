import Attention

/// What each neuron of a head adds to the score of one query and one key.
///
/// A neuron is a position in the head's vectors (0 ..< head size); it contributes the product q×k there,
/// before scaling.
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

  init(query: ArraySlice<Float>, key: ArraySlice<Float>) {
    let products = zip(query, key).map { $0 * $1 }
    let amounts = products.map(abs)
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
    self.query = Array(query)
    self.key = Array(key)
    self.products = products
    self.ranking = ranking
    self.total = total
    cumulativeShares = shares
  }

  /// The neuron's part of Σ |q×k|, 0 … 1.
  func share(of neuron: Int) -> Float { total > 0 ? abs(products[neuron]) / total : 0 }

  /// How many neurons, strongest first, it takes to reach `share` of Σ |q×k|; nil where there is no sum to share.
  func count(reaching share: Float) -> Int? {
    guard total > 0, total.isFinite else { return nil }
    return (ranking.firstIndex { cumulativeShares[$0] >= share } ?? ranking.count - 1) + 1
  }
}

extension ExplorerState {
  /// The contributions to the score of the chosen query and key; nil where only weights are known, or the
  /// selection is outside of the vectors.
  var neuronContributions: NeuronContributions? {
    guard let score = layer.score, selection.query < score.queries.rowCount,
      selection.key < score.keys.rowCount, selection.neuron < score.queries.headSize
    else { return nil }
    return NeuronContributions(
      query: score.queries.vector(head: selection.head, row: selection.query),
      key: score.keys.vector(head: score.keyHead(of: selection.head), row: selection.key))
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
