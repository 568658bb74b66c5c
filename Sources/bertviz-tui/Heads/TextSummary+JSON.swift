import Attention
import Files
import Runs

/// The summary for other programs, and for `--merge`. Names and order are stable: what is new comes last.
extension TextSummary {
  static let mark = "heads over texts"

  /// - Parameters:
  ///   - rows: The heads that are told of.
  ///   - isWhole: Whether these are all: then what was measured of each text comes with them.
  func json(_ rows: [EvidenceRow], isWhole: Bool) -> JSONNode {
    .object([
      ("summary", .string(Self.mark)), ("model", .string(model)),
      ("changes", .list(changes.map { .string($0) })), ("seed", .integer(seed)),
      ("draws", .integer(Resampling.count)), ("shard", .string("\(shard)")),
      ("exemplars", exemplarLimit.map { .integer($0) } ?? .null),
      (
        "texts",
        .list(
          measures.texts.map {
            .object([
              ("line", .integer($0.line)),
              ("fingerprint", .integer(Int(Int64(bitPattern: $0.fingerprint)))),
            ])
          })
      ),
      ("heads", .list(rows.map { json($0, isWhole: isWhole) })),
    ])
  }

  private func json(_ row: EvidenceRow, isWhole: Bool) -> JSONNode {
    let label = row.evidence.label
    var members: [(String, JSONNode)] = [
      ("kind", .string(row.head.kind.rawValue)), ("layer", .integer(row.head.layer)),
      ("head", .integer(row.head.head)), ("label", .string(label.rawValue)),
      ("verdict", row.evidence.verdict(of: label).map { .string($0.rawValue) } ?? .null),
      (
        "firsts",
        .object(
          PatternLabel.allCases.compactMap { label in
            row.evidence.firsts[label].map { (label.rawValue, .integer($0)) }
          })
      ),
      (
        "measures",
        .object(
          HeadMeasure.allCases.compactMap { measure in
            row.evidence.measures[measure].map {
              (measure.description, Self.json($0, measure, of: row.evidence))
            }
          })
      ),
    ]
    if isWhole, let head = measures.heads[row.head] {
      func numbers(_ values: [[Float]]) -> JSONNode {
        .object(
          zip(HeadMeasure.allCases, values).compactMap { measure, values in
            // JSON has no NaN: what could not be measured is null.
            values.allSatisfy(\.isNaN)
              ? nil : (measure.description, .list(values.map { .number($0) }))
          })
      }
      members += [
        ("labels", .list(head.labels.map { label in label.map { .string($0.rawValue) } ?? .null })),
        ("values", numbers(head.values)), ("chances", numbers(head.chances)),
      ]
    }
    if let exemplars = exemplars[row.head] {
      members.append(
        (
          "exemplars",
          .object(
            [
              ("top", .list(exemplars.top.map(Self.json))),
              ("deciles", .list(exemplars.deciles.map(Self.json))),
            ]
              + (isWhole
                ? [
                  (
                    "sample",
                    .list(
                      exemplars.sample.map {
                        Self.json(
                          $0.exemplar, order: Int(Int64(bitPattern: $0.order)))
                      })
                  )
                ] : []))
        ))
    }
    return .object(members)
  }

  private static func json(
    _ figures: HeadEvidence.Measure, _ measure: HeadMeasure, of evidence: HeadEvidence
  ) -> JSONNode {
    func number(_ value: Float?) -> JSONNode { value.map { .number($0) } ?? .null }
    var members: [(String, JSONNode)] = [
      ("texts", .integer(figures.textCount)), ("mean", .number(figures.mean)),
      ("sd", number(figures.deviation)), ("low", number(figures.interval?.low)),
      ("high", number(figures.interval?.high)), ("chance", number(figures.chance)),
      ("lift", number(figures.lift)), ("p", number(figures.p)), ("q", number(figures.q)),
    ]
    if case .score(let label) = measure, let share = evidence.share(of: label) {
      members += [
        ("first", .integer(share.count)), ("share", .number(share.value)),
        ("share_low", .number(share.interval.low)), ("share_high", .number(share.interval.high)),
        ("verdict", evidence.verdict(of: label).map { .string($0.rawValue) } ?? .null),
      ]
    }
    return .object(members)
  }

  private static func json(_ exemplar: HeadExemplar) -> JSONNode { json(exemplar, order: nil) }

  private static func json(_ exemplar: HeadExemplar, order: Int?) -> JSONNode {
    .object(
      [
        ("line", .integer(exemplar.line)), ("query", .integer(exemplar.query)),
        ("query_token", .string(exemplar.queryToken)), ("key", .integer(exemplar.key)),
        ("key_token", .string(exemplar.keyToken)), ("weight", .number(exemplar.weight)),
        ("write", .number(exemplar.size)),
      ] + (order.map { [("order", .integer($0))] } ?? []))
  }
}
