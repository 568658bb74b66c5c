import Attention

/// The contents of the neuron view: the vectors of a query and of keys, their sums, and the weights that these make.
package struct NeuronScene {
  package typealias Panel = NeuronDisplay.Panel

  package let slice: AttentionSlice
  package let head: Int
  /// Nil where only weights are known.
  package let score: LayerAttention.Score?
  /// Those of the chosen pair.
  let contributions: NeuronContributions?
  /// The order in which neurons stand.
  package let order: [Int]
  /// The chosen pair; nil where the filter leaves no token.
  package let query: TokenAxis.Item?
  package let key: TokenAxis.Item?
  /// The chosen query with each key of the input; empty where only weights are known.
  let scores: [NeuronScore]
  /// The model's own weights of the chosen query, one for each key of the input.
  private let weights: ArraySlice<Float>
  /// Whether vectors are shown as the score uses them, and not as they were before rotation.
  private let isTurned: Bool

  package init(_ state: ExplorerState) {
    slice = state.slice
    head = state.selection.head
    score = state.layer.score
    contributions = state.neuronContributions
    order = state.neuronOrder
    isTurned = !state.isBeforeRotation
    query = slice.queries.position(of: state.selection.query).map { [slice] in
      slice.queries.items[$0]
    }
    key = slice.keys.position(of: state.selection.key).map { [slice] in slice.keys.items[$0] }
    guard let query else {
      scores = []
      weights = []
      return
    }
    scores =
      score.map { [head] score in
        (0..<score.keys.rowCount).map {
          NeuronScore(score, head: head, query: query.number, key: $0)
        }
      } ?? []
    weights = slice.row(head: head, ofToken: query.number)
  }

  // MARK: Pairs

  /// A query and a key, by their tokens' numbers.
  package struct Pair {
    var query: Int
    var key: Int

    package init(query: Int, key: Int) {
      self.query = query
      self.key = key
    }
  }

  package func isMasked(_ pair: Pair) -> Bool {
    !slice.attention.sees(head: head, query: pair.query, key: pair.key)
  }

  func visibleKeys(of query: Int) -> Range<Int> {
    slice.attention.mask.visibleKeys(query: query, keyCount: slice.attention.keyCount)
  }

  package func score(of pair: Pair) -> NeuronScore? {
    guard let score, pair.key < score.keys.rowCount else { return nil }
    if pair.query == query?.number { return scores[pair.key] }
    return NeuronScore(score, head: head, query: pair.query, key: pair.key)
  }

  /// The model's own weight.
  package func weight(of pair: Pair) -> Float {
    let row = pair.query == query?.number ? weights : slice.row(head: head, ofToken: pair.query)
    return row[row.startIndex + pair.key]
  }

  // MARK: Vectors

  /// The vectors of a query and a key.
  package struct Vectors {
    var query: [Float]
    var key: [Float]

    package func value(of neuron: Int, in panel: Panel) -> Float {
      switch panel {
      case .query: query[neuron]
      case .key: key[neuron]
      case .product: query[neuron] * key[neuron]
      }
    }
  }

  /// The vectors of a pair as they are shown; nil where only weights are known.
  package func vectors(of pair: Pair) -> Vectors? {
    guard let score, let contributions, pair.key < score.keys.rowCount else { return nil }
    return Vectors(
      query: pair.query == query?.number
        ? contributions.query : score.query(head: head, row: pair.query, isTurned: isTurned),
      key: pair.key == key?.number
        ? contributions.key : score.key(head: head, row: pair.key, isTurned: isTurned))
  }

  // MARK: Words

  /// The heading of the scores.
  package var scoreTitle: String { score?.softcap == nil ? "score" : "capped" }
}
