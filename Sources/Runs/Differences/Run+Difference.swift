import Attention
import Transformers

extension Run {
  /// The difference of this run from another one, which comes first: gains are what this run has more.
  ///
  /// - Parameters:
  ///   - name: The other run, as it was asked for.
  ///   - text: The outcome, as `outcome(_:)` reads it; nil for the likeliest token of this run.
  ///   - unpatched: This run without what it takes from others; nil where it takes nothing.
  /// - Precondition: The runs kept the `recording` of `Question.difference`.
  /// - Throws: `RunError.otherShape`, and as `outcome(_:)`.
  func difference(
    from other: Run, _ name: ComparedRun, outcome text: String?, unpatched: Run? = nil
  ) throws -> DifferenceReport {
    let outcome = text ?? (try? likeliestIDs(1))?.first.map { "#\($0)" }
    let difference = try RunDifference(other, self, outcome: outcome)
    return DifferenceReport(
      other: other.record, alignments: difference.alignments,
      edges: EdgeValues(from: name) { difference.edges(of: $0) }, heads: difference.heads,
      otherOutput: try? other.output(outcome),
      restoration: unpatched.flatMap { try? restoration(from: other, $0, outcome: text) })
  }

  private func restoration(
    from other: Run, _ unpatched: Run, outcome text: String?
  ) throws -> Restoration? {
    guard let pass, let outcome = try RunDifference(other, unpatched).patchedOutcome(text) else {
      return nil
    }
    func score(_ run: Run) throws -> Float {
      let scores = try LogitLens.scores(
        run.requiredPass.output, of: pass.model.model, row: run.outcomeRow)
      return outcome.value(ofLogits: outcome.ids.map { scores[$0] })
    }
    return Restoration(
      outcome: NamedOutcome(outcome, tokens: outcome.ids.map(pass.model.token)),
      score: try score(self), without: try score(unpatched), other: try score(other))
  }
}

extension RunDifference {
  /// By how much a head's weights are larger in the second run, between its tokens; 0 between those without partners.
  fileprivate func edges(of head: HeadAddress) -> HeadWeights? {
    guard let one = first.record.stacks.first(where: { $0.kind == head.kind }),
      let two = second.record.stacks.first(where: { $0.kind == head.kind }),
      let alignment = alignments[head.kind], two.layers.indices.contains(head.layer)
    else { return nil }
    let (layer, other) = (two.layers[head.layer], one.layers[head.layer])
    guard head.head < layer.headCount else { return nil }
    var values = [Float](repeating: 0, count: layer.queryCount * layer.keyCount)
    for query in alignment.queries.pairs {
      let now = layer.row(head: head.head, query: query.second)
      let before = other.row(head: head.head, query: query.first)
      for key in alignment.keys.pairs {
        values[query.second * layer.keyCount + key.second] = now[key.second] - before[key.first]
      }
    }
    return HeadWeights(
      queryCount: layer.queryCount, keyCount: layer.keyCount, values: values)
  }
}
