import Attention

/// The changes of a run to the model: heads that are off or do what they did in another run, edges that are cut.
struct RunChanges: Sendable {
  let interventions: [Intervention]
  /// The attention in a run without changes, values included, to replace heads' sums from; nil
  /// where that is the same in the run itself, as in the first layer that changes.
  let clean: [AttentionKind: AttentionStack]?
  /// The vectors from another run that replace heads' sums of values.
  let given: [HeadAddress: ReplacedSums]

  init(
    _ interventions: [Intervention] = [], clean: [AttentionStack]? = nil,
    given: [HeadAddress: ReplacedSums] = [:]
  ) {
    self.interventions = interventions
    self.given = given
    self.clean = clean.map { stacks in
      Dictionary(uniqueKeysWithValues: stacks.map { ($0.kind, $0) })
    }
  }

  /// Makes a layer do what is asked.
  ///
  /// - Parameters:
  ///   - values: What its queries take, `[G, S, D]`.
  ///   - valueBias: Of the values of each query head.
  func apply(
    to attention: inout LayerAttention, _ values: HeadVectors, kind: AttentionKind,
    valueBias: (_ head: Int) -> [Float]?
  ) {
    intervene(in: &attention, values, kind: kind, valueBias: valueBias)
    for (head, sums) in given where head.kind == kind && head.layer == attention.index {
      attention.replace(head: head.head, at: sums.rows, by: sums.values)
    }
  }

  private func intervene(
    in attention: inout LayerAttention, _ values: HeadVectors, kind: AttentionKind,
    valueBias: (_ head: Int) -> [Float]?
  ) {
    let concerned = interventions.filter { $0.concerns(kind, layer: attention.index) }
    guard !concerned.cuts.isEmpty || !concerned.ablations.isEmpty, var score = attention.score
    else { return }
    var clean = attention
    clean.values = values
    if let layers = self.clean?[kind]?.layers { clean = layers[attention.index] }
    score.cuts = concerned.cuts
    attention = LayerAttention(index: attention.index, mask: attention.mask, score: score)
    for ablation in concerned.ablations {
      let (head, rows) = (ablation.head.head, ablation.rows.indices(count: clean.queryCount))
      attention.replace(
        head: head, at: rows,
        by: clean.replacement(
          ablation.replacement, head: head, rows: rows, valueBias: valueBias(head)))
    }
  }
}

extension LayerAttention {
  /// The vectors that replace a head's sums of values at some queries: `[rows, D]`.
  ///
  /// - Precondition: The values were kept.
  func replacement(
    _ replacement: HeadAblation.Replacement, head: Int, rows: [Int], valueBias: [Float]?
  ) -> [Float] {
    let values = values(ofHead: head)
    func everywhere(_ vector: [Float]) -> [Float] { rows.flatMap { _ in vector } }
    switch replacement {
    case .zero: return everywhere([Float](repeating: 0, count: values.size))
    case .zeroKeepBias:
      return everywhere(valueBias ?? [Float](repeating: 0, count: values.size))
    case .mean: return everywhere(weightedValues(head: head).mean)
    case .first:
      return rows.flatMap {
        values.row(mask.visibleKeys(query: $0, keyCount: keyCount).lowerBound)
      }
    }
  }

  /// Puts vectors in the place of a head's sums at some queries; those of other queries stay.
  fileprivate mutating func replace(head: Int, at rows: [Int], by vectors: [Float]) {
    guard !rows.isEmpty else { return }
    let new = ReplacedSums(rows: rows, values: vectors)
    guard let old = replaced[head] else {
      replaced[head] = new
      return
    }
    let kept = old.rows.indices.filter { !rows.contains(old.rows[$0]) }
    replaced[head] = ReplacedSums(
      rows: kept.map { old.rows[$0] } + rows,
      values: kept.flatMap { old.values[$0 * old.size..<($0 + 1) * old.size] } + vectors)
  }
}

extension HiddenStates {
  /// The mean of all vectors.
  var mean: [Float] {
    var sum = [Double](repeating: 0, count: size)
    for token in 0..<tokenCount {
      for (index, value) in row(token).enumerated() { sum[index] += Double(value) }
    }
    return sum.map { Float($0 / Double(tokenCount)) }
  }
}

extension TransformerStack {
  /// The extent that interventions in the attention to the own side, or to the encoder, must fit.
  func extent(_ kind: AttentionKind, queryCount: Int, keyCount: Int) -> AttentionExtent {
    let attention = layers.compactMap { kind == .cross ? $0.cross?.body : $0.attention.body }
    return AttentionExtent(
      kind, masks: attention.map(\.mask), headCounts: attention.map(\.headCount),
      queryCount: queryCount, keyCount: keyCount)
  }
}
