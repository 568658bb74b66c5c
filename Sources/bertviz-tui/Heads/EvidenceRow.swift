import Attention
import Explorer
import Runs
import TerminalUI

/// A head with what texts say of it: a row of the table.
struct EvidenceRow {
  let head: HeadAddress
  let evidence: HeadEvidence
  /// The measure that the row tells of, and the label whose fit that is.
  let measure: HeadMeasure
  let label: PatternLabel?

  /// - Parameters:
  ///   - measure: What is told of all heads; nil for the label that was first in most texts.
  ///   - label: The label that the measure is the fit of.
  init(
    _ head: HeadAddress, _ evidence: HeadEvidence, _ measure: HeadMeasure?, _ label: PatternLabel?
  ) {
    self.head = head
    self.evidence = evidence
    self.measure = measure ?? HeadMeasure(evidence.label)
    self.label = measure == nil ? evidence.label : label
  }

  /// nil where it could not be measured, and for what says only that no label fits.
  var figures: HeadEvidence.Measure? {
    label?.hasScore == false ? nil : evidence.measures[measure]
  }

  var share: HeadEvidence.Share? { label.flatMap(evidence.share) }
  var verdict: HeadEvidence.Verdict? { label.flatMap(evidence.verdict) }
  var name: String { label?.rawValue ?? measure.description }
}

extension HeadFilter {
  /// Whether a head passes by what texts say of it: with the label first in one at least, or enough of a measure on
  /// average.
  func contains(_ head: HeadEvidence) -> Bool {
    switch self {
    case .label(let label): head.firsts[label, default: 0] > 0
    case .above(let measure, let bound): head.measures[measure].map { $0.mean > bound } ?? false
    case .below(let measure, let bound): head.measures[measure].map { $0.mean < bound } ?? false
    }
  }
}

extension TextTable {
  /// The table of heads over texts.
  init(_ rows: [EvidenceRow]) {
    func number(_ title: String, _ value: (EvidenceRow) -> String?) -> Column {
      Column(title, isNumber: true, rows.map { value($0) ?? "-" })
    }
    func text(_ title: String, _ value: (EvidenceRow) -> String?) -> Column {
      Column(title, isNumber: false, rows.map { value($0) ?? "-" })
    }
    func plain(_ value: Float?, digits: Int) -> String? {
      value.map { NumberText.plain($0, digits: digits, glyphs: .ascii) }
    }
    let hasKinds = Set(rows.map(\.head.kind)).count > 1
    columns =
      (hasKinds ? [text("kind") { $0.head.kind.rawValue }] : [])
      + [
        number("layer") { "\($0.head.layer)" }, number("head") { "\($0.head.head)" },
        text("label") { $0.name },
        number("mean") { row in row.figures.map { row.measure.text($0.mean) } },
        text("95 %") { row in row.figures?.interval.map { row.measure.text($0) } },
        text("first in") { row in row.share.map { "\($0.count)/\($0.textCount)" } },
        text("verdict") { $0.verdict?.rawValue },
        number("lift") { plain($0.figures?.lift, digits: 1) },
        number("p") { plain($0.figures?.p, digits: 4) },
        number("q") { plain($0.figures?.q, digits: 4) },
        number("sd") { plain($0.figures?.deviation, digits: 3) },
        number("share") { plain($0.share?.value, digits: 2) },
        text("95 %") { row in row.share.map { HeadMeasure.peak.text($0.interval) } },
      ]
  }
}

extension TextTable {
  /// The exemplars of a head.
  init(_ exemplars: HeadExemplars) {
    let rows =
      exemplars.top.enumerated().map { ("\($0 + 1)", $1) }
      + exemplars.deciles.enumerated().map { ("\(10 * $0)-\(10 * $0 + 10) %", $1) }
    func token(_ number: Int, _ text: String) -> String {
      "\(number) \(TextWidth.printable(text))"
    }
    columns = [
      Column("of size", isNumber: true, rows.map(\.0)),
      Column("write", isNumber: true, rows.map { NumberText.amount($0.1.size, digits: 3) }),
      Column("line", isNumber: true, rows.map { "\($0.1.line)" }),
      Column("query", isNumber: false, rows.map { token($0.1.query, $0.1.queryToken) }),
      Column("strongest key", isNumber: false, rows.map { token($0.1.key, $0.1.keyToken) }),
      Column("weight", isNumber: true, rows.map { NumberText.weight($0.1.weight) }),
    ]
  }
}

extension EvidenceRow {
  static let csvHeader =
    "kind,layer,head,measure,texts,mean,sd,low,high,chance,lift,p,q,first,share,share_low,share_high,verdict"

  /// A line of comma-separated values, empty where there is none.
  var csv: String {
    func text(_ value: Float?) -> String { value?.description ?? "" }
    let (figures, share) = (evidence.measures[measure], share)
    let fields = [
      head.kind.rawValue, "\(head.layer)", "\(head.head)", name,
      (figures?.textCount).map(String.init) ?? "",
      text(figures?.mean), text(figures?.deviation), text(figures?.interval?.low),
      text(figures?.interval?.high), text(figures?.chance), text(figures?.lift), text(figures?.p),
      text(figures?.q), (share?.count).map(String.init) ?? "", text(share?.value),
      text(share?.interval.low), text(share?.interval.high), verdict?.rawValue ?? "",
    ]
    return fields.joined(separator: ",")
  }

  /// A row for each measure of the head.
  var byMeasure: [EvidenceRow] {
    HeadMeasure.allCases.filter { evidence.measures[$0] != nil }.map { measure in
      if case .score(let label) = measure {
        EvidenceRow(head, evidence, measure, label)
      } else {
        EvidenceRow(head, evidence, measure, nil)
      }
    }
  }
}
