import Attention

/// The projections of an attention to queries, keys and values, from three matrices or from a single one.
///
/// Shape letters: T tokens, H query heads, G key heads, D head size.
struct QueryKeyValue: Sendable {
  let query: Projection
  let key: Projection
  let value: Projection
  let headSize: Int

  /// Heads as parts of a linear layer's outputs.
  struct Projection: Sendable {
    let linear: Linear
    /// Each head's first output.
    let starts: [Int]
  }

  /// The layout of the heads of all three in a matrix of `(H + 2 · G) · D` outputs.
  enum Layout: Sendable {
    /// All query heads, all key heads, all value heads (GPT-2, Phi-3).
    case sideBySide
    /// For each key head its query heads, itself and its value head (GPT-NeoX, BLOOM, Falcon).
    case byKeyHead
    /// For each of so many groups of heads the queries, the values and the keys (CodeGen).
    case inGroups(Int)
  }

  /// From three matrices.
  /// - Precondition: `headSize` divides the output sizes.
  init(query: Linear, key: Linear, value: Linear, headSize: Int) {
    func projection(_ linear: Linear) -> Projection {
      precondition(linear.weight.rowCount.isMultiple(of: headSize))
      return Projection(
        linear: linear,
        starts: Array(stride(from: 0, to: linear.weight.rowCount, by: headSize)))
    }
    self.query = projection(query)
    self.key = projection(key)
    self.value = projection(value)
    self.headSize = headSize
  }

  /// From the scopes `q_proj`, `k_proj` and `v_proj`.
  init(
    _ reader: WeightReader, hiddenSize: Int, headCount: Int, keyHeadCount: Int, headSize: Int,
    hasBias: Bool
  ) throws(TransformerError) {
    func linear(_ name: String, _ headCount: Int) throws(TransformerError) -> Linear {
      try Linear(
        reader[name], inputSize: hiddenSize, outputSize: headCount * headSize, hasBias: hasBias)
    }
    self.init(
      query: try linear("q_proj", headCount), key: try linear("k_proj", keyHeadCount),
      value: try linear("v_proj", keyHeadCount), headSize: headSize)
  }

  /// From one matrix, of which no part is copied.
  /// - Precondition: `keyHeadCount` divides `headCount`, as do groups, and the matrix has the outputs.
  init(fused: Linear, layout: Layout, headCount: Int, keyHeadCount: Int, headSize: Int) {
    precondition(headCount.isMultiple(of: keyHeadCount))
    precondition(fused.weight.rowCount == (headCount + 2 * keyHeadCount) * headSize)
    let groupSize = headCount / keyHeadCount
    /// The head that lies at `place` among all.
    func projection(_ count: Int, place: (Int) -> Int) -> Projection {
      Projection(linear: fused, starts: (0..<count).map { place($0) * headSize })
    }
    switch layout {
    case .sideBySide:
      query = projection(headCount) { $0 }
      key = projection(keyHeadCount) { headCount + $0 }
      value = projection(keyHeadCount) { headCount + keyHeadCount + $0 }
    case .byKeyHead:
      query = projection(headCount) { $0 / groupSize * (groupSize + 2) + $0 % groupSize }
      key = projection(keyHeadCount) { $0 * (groupSize + 2) + groupSize }
      value = projection(keyHeadCount) { $0 * (groupSize + 2) + groupSize + 1 }
    case .inGroups(let count):
      let size = headCount / count
      func place(_ part: Int) -> (Int) -> Int {
        { $0 / size * 3 * size + part * size + $0 % size }
      }
      query = projection(headCount, place: place(0))
      value = projection(headCount, place: place(1))
      key = projection(headCount, place: place(2))
    }
    self.headSize = headSize
  }

  /// The number of query heads.
  var headCount: Int { query.starts.count }

  /// `[H, T, D]`.
  func queries(_ x: HiddenStates) -> HeadVectors {
    query.linear.heads(x, at: query.starts, size: headSize)
  }

  /// The bias of every value of a query head, `[D]`; nil where there is none.
  func valueBias(ofHead head: Int) -> [Float]? {
    value.linear.bias.map { bias in
      let start = value.starts[head / (headCount / value.starts.count)]
      return Array(bias[start..<start + headSize])
    }
  }

  /// `[G, T, D]` each.
  func keysAndValues(_ x: HiddenStates) -> KeysAndValues {
    KeysAndValues(
      keys: key.linear.heads(x, at: key.starts, size: headSize),
      values: value.linear.heads(x, at: value.starts, size: headSize))
  }
}
