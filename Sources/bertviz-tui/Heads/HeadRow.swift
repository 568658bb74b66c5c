import Attention

/// A head of a record, with what is known of it: a row of the table.
struct HeadRow {
  let kind: AttentionKind
  let layer: Int
  let head: Int
  let summary: HeadSummary

  /// All heads in the order of the model.
  static func all(of record: AttentionRecord) -> [HeadRow] {
    record.stacks.flatMap { stack in
      zip(stack.layers, stack.summaries).flatMap { layer, summaries in
        summaries.enumerated().map { head, summary in
          HeadRow(kind: stack.kind, layer: layer.index, head: head, summary: summary)
        }
      }
    }
  }

  func value(of measure: HeadMeasure) -> Float? { measure.value(of: summary) }

  func has(_ label: PatternLabel) -> Bool { summary.patterns.contains { $0.label == label } }
}

/// Which heads, and in which order.
struct HeadRanking {
  var only: PatternLabel?
  var sort: HeadMeasure?
  var top: Int?

  /// Those that have the label, by the measure or else by the label's score, the most of it first. Heads
  /// without a value come last; of equal ones the first of the model comes first.
  func apply(to rows: [HeadRow]) -> [HeadRow] {
    var rows = rows.filter { row in only.map(row.has) ?? true }
    if let measure {
      // The sort is stable.
      rows.sort {
        ($0.value(of: measure) ?? -.infinity) > ($1.value(of: measure) ?? -.infinity)
      }
    }
    return Array(rows.prefix(top ?? rows.count))
  }

  /// What the order is by; nil for the model's own order.
  var measure: HeadMeasure? { sort ?? only.flatMap { HeadMeasure($0.rawValue) } }
}
