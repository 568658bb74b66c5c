/// A change that is made to what heads do while a model runs. A run knows all of its own.
public enum Intervention: Hashable, Sendable {
  case ablation(HeadAblation)
  case cut(EdgeCut)
  case patch(HeadPatch)

  var kind: AttentionKind {
    switch self {
    case .ablation(let ablation): ablation.head.kind
    case .cut(let cut): cut.kind
    case .patch(let patch): patch.head.kind
    }
  }

  var layers: ClosedRange<Int> {
    switch self {
    case .ablation(let ablation): ablation.head.layer...ablation.head.layer
    case .cut(let cut): cut.layers
    case .patch(let patch): patch.head.layer...patch.head.layer
    }
  }

  /// Whether it changes what happens in a layer.
  package func concerns(_ kind: AttentionKind, layer: Int) -> Bool {
    self.kind == kind && layers.contains(layer)
  }

  /// The first layer in which anything changes, and of which kind of attention.
  package var start: (kind: AttentionKind, layer: Int) { (kind, layers.lowerBound) }
}

/// As notes say it: `head 9.9 off (zero, rows all)`, `cut 3-5:12>4 (renormalised)`, `head 9.9 as in "He"`.
extension Intervention: CustomStringConvertible {
  public var description: String {
    switch self {
    case .ablation(let ablation):
      "head \(ablation.head) off (\(ablation.replacement.rawValue), rows \(ablation.rows))"
    case .cut(let cut):
      "cut \(cut) (\(cut.keepsSum ? "renormalised" : "not renormalised"))"
    case .patch(let patch): "head \(patch.head) as in \(patch.source.name)"
    }
  }
}

/// The extent of one kind of attention of a model on one text: what interventions have to fit.
package struct AttentionExtent: Sendable {
  package let kind: AttentionKind
  /// One for each layer.
  package let masks: [AttentionMask]
  package let headCounts: [Int]
  package let queryCount: Int
  package let keyCount: Int

  package init(
    _ kind: AttentionKind, masks: [AttentionMask], headCounts: [Int], queryCount: Int,
    keyCount: Int
  ) {
    precondition(masks.count == headCounts.count)
    self.kind = kind
    self.masks = masks
    self.headCounts = headCounts
    self.queryCount = queryCount
    self.keyCount = keyCount
  }
}

extension [Intervention] {
  public var ablations: [HeadAblation] {
    compactMap { if case .ablation(let ablation) = $0 { ablation } else { nil } }
  }

  public var cuts: [EdgeCut] {
    compactMap { if case .cut(let cut) = $0 { cut } else { nil } }
  }

  public var patches: [HeadPatch] {
    compactMap { if case .patch(let patch) = $0 { patch } else { nil } }
  }

  /// Whether what an ablation puts in has to be known before the run: what the text gave in a run without changes, but
  /// for the first layer, where nothing has changed yet.
  package var needCleanRun: Bool {
    count > 1 && ablations.contains { $0.replacement.isOfText }
  }

  /// Checks that there is what they name.
  ///
  /// - Parameter patched: What patches take from other runs.
  /// - Throws: `InterventionError`.
  package func check(
    _ extents: [AttentionExtent], patched: [HeadAddress: ReplacedSums] = [:]
  ) throws(InterventionError) {
    for intervention in self {
      guard let extent = extents.first(where: { $0.kind == intervention.kind }) else {
        throw .noKind(intervention, kinds: extents.map(\.kind))
      }
      switch intervention {
      case .ablation(let ablation): try ablation.check(extent)
      case .cut(let cut): try cut.check(extent)
      case .patch(let patch):
        try extent.check(patch.head, of: intervention)
        if let count = patched[patch.head]?.rows.count, count != extent.queryCount {
          throw .otherLength(patch, count: count, expected: extent.queryCount)
        }
      }
    }
    for extent in extents { try checkRowsKeepKeys(extent) }
  }

  /// Cuts that leave a key each may leave none together.
  private func checkRowsKeepKeys(_ extent: AttentionExtent) throws(InterventionError) {
    let cuts = cuts.filter { $0.kind == extent.kind }
    guard !cuts.isEmpty else { return }
    for layer in extent.masks.indices {
      let concerned = cuts.filter { $0.layers.contains(layer) }
      let rows = Set(concerned.flatMap { $0.queries.indices(count: extent.queryCount) })
      for row in rows.sorted() {
        for head in 0..<extent.headCounts[layer] {
          let gone = concerned.filter {
            $0.concerns(head: head, query: row, of: extent.queryCount)
          }
          let visible = extent.masks[layer].visibleKeys(query: row, keyCount: extent.keyCount)
          guard
            gone.isEmpty
              || visible.contains(where: { key in
                !gone.contains { $0.keys.contains(key) }
              })
          else {
            throw .rowWithoutKey(
              HeadAddress(extent.kind, layer: layer, head: head), query: row, cut: gone[0])
          }
        }
      }
    }
  }
}

extension AttentionExtent {
  fileprivate func check(
    _ head: HeadAddress, of intervention: Intervention
  ) throws(InterventionError) {
    guard headCounts.indices.contains(head.layer) else {
      throw .noLayer(head.layer, in: intervention, count: headCounts.count)
    }
    let count = headCounts[head.layer]
    guard head.head < count else { throw .noHead(head.head, in: intervention, count: count) }
  }
}

extension HeadAblation {
  fileprivate func check(_ extent: AttentionExtent) throws(InterventionError) {
    try extent.check(head, of: .ablation(self))
    let rows = rows.indices(count: extent.queryCount)
    if let row = rows.first(where: { $0 >= extent.queryCount }) {
      throw .noToken(row, in: .ablation(self), count: extent.queryCount)
    }
    if replacement == .first {
      let mask = extent.masks[head.layer]
      if let row = rows.first(where: {
        mask.visibleKeys(query: $0, keyCount: extent.keyCount).isEmpty
      }) {
        throw .nothingToReplaceWith(self, query: row)
      }
    }
  }
}

extension EdgeCut {
  fileprivate func check(_ extent: AttentionExtent) throws(InterventionError) {
    guard layers.upperBound < extent.headCounts.count else {
      throw .noLayer(layers.upperBound, in: .cut(self), count: extent.headCounts.count)
    }
    let count = layers.map { extent.headCounts[$0] }.min() ?? 0
    if let heads, heads.upperBound >= count {
      throw .noHead(heads.upperBound, in: .cut(self), count: count)
    }
    if case .numbered(let rows) = queries, let row = rows.last, row >= extent.queryCount {
      throw .noToken(row, in: .cut(self), count: extent.queryCount)
    }
    guard keys.upperBound < extent.keyCount else {
      throw .noToken(keys.upperBound, in: .cut(self), count: extent.keyCount)
    }
  }
}
