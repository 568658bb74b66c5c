import Attention
import Explorer
import Runs

/// A head of a record, with what is known of it: a row of the table.
struct HeadRow {
  let kind: AttentionKind
  let layer: Int
  let head: Int
  let summary: HeadSummary
  /// nil where it was not asked for, or cannot be told.
  let consequence: HeadConsequence?

  /// All heads in the order of the model.
  static func all(
    of record: AttentionRecord, _ consequences: [HeadAddress: HeadConsequence]
  ) -> [HeadRow] {
    record.stacks.flatMap { stack in
      zip(stack.layers, stack.summaries).flatMap { layer, summaries in
        summaries.enumerated().map { head, summary in
          HeadRow(
            kind: stack.kind, layer: layer.index, head: head, summary: summary,
            consequence: consequences[HeadAddress(stack.kind, layer: layer.index, head: head)])
        }
      }
    }
  }

  /// The best labels, best first; none where there was no row to measure, so that none can fit.
  var labels: [HeadSummary.Pattern] { summary.spread == nil ? [] : summary.patterns }

  func value(of measure: HeadMeasure) -> Float? { measure.value(of: summary) }
}

extension HeadRanking {
  /// The rows that pass, those with most of what is asked for first. Heads without a value come last; of
  /// equal ones the first of the model comes first.
  func apply(to rows: [HeadRow]) -> [HeadRow] {
    let passing = rows.filter { row in filter?.contains(row.summary) ?? true }
    guard let measure else { return passing }
    // The sort is stable.
    return passing.sorted {
      ($0.value(of: measure) ?? -.infinity) > ($1.value(of: measure) ?? -.infinity)
    }
  }
}
