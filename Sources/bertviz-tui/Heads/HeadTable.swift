import Attention
import Explorer
import TerminalUI

extension TextTable {
  /// The table of heads as a person reads it.
  init(_ rows: [HeadRow], sortedBy measure: HeadMeasure?) {
    func number(_ title: String, _ value: (HeadRow) -> String?) -> Column {
      Column(title, isNumber: true, rows.map { value($0) ?? "-" })
    }
    func text(_ title: String, _ value: (HeadRow) -> String) -> Column {
      Column(title, isNumber: false, rows.map(value))
    }
    func measured(_ measure: HeadMeasure) -> Column {
      number(measure.description) { row in row.value(of: measure).map(Self.decimals) }
    }
    func label(_ place: Int) -> [Column] {
      func pattern(_ row: HeadRow) -> HeadSummary.Pattern? {
        place < row.labels.count ? row.labels[place] : nil
      }
      return [
        text(place == 0 ? "label" : "second") { pattern($0)?.tableName ?? (place == 0 ? "-" : "") },
        number("score") { pattern($0)?.shownScore.map(Self.decimals) },
        number("chance") { pattern($0)?.chance.map(Self.decimals) },
        number("lift") {
          pattern($0)?.lift.map { NumberText.plain($0, digits: 1, glyphs: .ascii) }
        },
      ]
    }
    let hasKinds = Set(rows.map(\.kind)).count > 1
    let sorted = measure.map { [measured($0)] } ?? []
    let others = Self.order.filter { $0 != measure }
    let effects =
      rows.contains { $0.consequence != nil }
      ? EffectColumn.allCases.map { column in
        column == .topAfter
          ? text(column.rawValue) { row in
            row.consequence?.effect.best.map { TextWidth.printable($0.display) } ?? "-"
          }
          : number(column.rawValue) { row in
            row.consequence.flatMap(column.number).map(Self.decimals)
          }
      } : []
    columns =
      (hasKinds ? [text("kind", { $0.kind.rawValue })] : [])
      + [number("layer") { "\($0.layer)" }, number("head") { "\($0.head)" }]
      + effects + sorted + label(0) + label(1).prefix(2) + others.map(measured)
  }

  /// The columns, the most telling first and the scores of labels last.
  private static let order: [HeadMeasure] =
    [.sinks, .peak, .maximum, .entropy, .distance]
    + HeadMeasure.allCases.filter { if case .score = $0 { true } else { false } }

  private static func decimals(_ value: Float) -> String {
    NumberText.plain(value, digits: 2, glyphs: .ascii)
  }
}

extension HeadSummary.Pattern {
  /// `off -2`, `prev*`: the star says that the score leaves the sinks out.
  fileprivate var tableName: String {
    let operand = operand.map { label == .offset && $0 > 0 ? " +\($0)" : " \($0)" } ?? ""
    return label.rawValue + operand + (isBesidesSinks ? "*" : "")
  }
}
