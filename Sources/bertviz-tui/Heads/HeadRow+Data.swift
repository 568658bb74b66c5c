import Attention
import Files
import Runs

/// The rows for other programs. Names and order are stable: what is new comes last.
extension HeadRow {
  /// `kind`, `layer`, `head`; `labels`, the two best ones, best first, each with `label`, `score`, `chance`,
  /// `lift`, `at` (the distance of `off`, the key of `vert`) and `besides_sinks`; `measures` by name. What
  /// there is none of is null. `effect` where it was asked for.
  var json: JSONNode {
    .object(
      [
        ("kind", .string(kind.rawValue)), ("layer", .integer(layer)), ("head", .integer(head)),
        ("labels", .list(labels.map(\.json))),
        (
          "measures",
          .object(
            HeadMeasure.allCases.map { measure in
              (measure.description, value(of: measure).map { .number($0) } ?? .null)
            })
        ),
      ] + (consequence.map { [("effect", Self.json(of: $0))] } ?? []))
  }

  private static func json(of consequence: HeadConsequence) -> JSONNode {
    .object(
      EffectColumn.allCases.map { column in
        (
          column.rawValue,
          column == .topAfter
            ? consequence.effect.best.map { .string($0.text) } ?? .null
            : column.number(consequence).map { .number($0) } ?? .null
        )
      })
  }

  /// The names of `csv`.
  static func csvHeader(hasEffects: Bool) -> String {
    let label = ["label", "score", "chance", "lift", "at", "besides_sinks"]
    return
      (["kind", "layer", "head"] + label + label.map { $0 + "_2" }
      + HeadMeasure.allCases.map(\.description)
      + (hasEffects ? EffectColumn.allCases.map(\.rawValue) : [])).joined(separator: ",")
  }

  /// A line of comma-separated values, empty where there is none. Only a token needs quotes.
  var csv: String {
    var fields = [kind.rawValue, String(layer), String(head)]
    for place in 0..<2 {
      let pattern = place < labels.count ? labels[place] : nil
      fields += [
        pattern?.label.rawValue, pattern?.shownScore?.description, pattern?.chance?.description,
        pattern?.lift?.description, pattern?.operand?.description,
        pattern.map { $0.isBesidesSinks ? "yes" : "no" },
      ].map { $0 ?? "" }
    }
    fields += HeadMeasure.allCases.map { value(of: $0)?.description ?? "" }
    if let consequence {
      fields += EffectColumn.allCases.map { column in
        column == .topAfter
          ? consequence.effect.best.map { "\"\($0.text.replacing("\"", with: "\"\""))\"" } ?? ""
          : column.number(consequence)?.description ?? ""
      }
    }
    return fields.joined(separator: ",")
  }
}

extension HeadSummary.Pattern {
  fileprivate var json: JSONNode {
    .object([
      ("label", .string(label.rawValue)), ("score", shownScore.map { .number($0) } ?? .null),
      ("chance", chance.map { .number($0) } ?? .null),
      ("lift", lift.map { .number($0) } ?? .null),
      ("at", operand.map { .integer($0) } ?? .null),
      ("besides_sinks", .bool(isBesidesSinks)),
    ])
  }
}
