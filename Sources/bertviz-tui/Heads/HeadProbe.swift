import ArgumentParser
import Attention
import Explorer
import Files
import Runs

extension Probe: ExpressibleByArgument {}

/// A probe's findings, for people and for other programs. Most of the score comes first, or of what is asked for.
extension ProbeReport {
  private typealias Row = (head: HeadAddress, score: Score)

  /// - Parameters:
  ///   - order: `direct` or `total`; nil for the score.
  ///   - top: How many heads at most.
  func text(
    model: String, as format: HeadFormat, by order: EffectColumn?, top: Int?,
    keeping: (HeadAddress) -> Bool
  ) -> String {
    func key(_ score: Score) -> Float {
      switch order {
      case .direct: score.direct ?? -.infinity
      case .total: score.total ?? -.infinity
      default: score.score
      }
    }
    let sorted = heads.filter { keeping($0.key) }.map { Row($0.key, $0.value) }.sorted {
      let (a, b) = (key($0.score), key($1.score))
      return a != b ? a > b : $0.head < $1.head
    }
    let rows = Array(sorted.prefix(top ?? sorted.count))
    switch format {
    case .json: return json(model: model, rows).text + "\n"
    case .csv:
      let lines = rows.map { row -> String in
        let numbers: [Float?] = [
          row.score.score, chance, row.score.score / chance, row.score.direct, row.score.total,
        ]
        return "\(row.head.kind.rawValue),\(row.head.layer),\(row.head.head),"
          + numbers.map { $0?.description ?? "" }.joined(separator: ",")
      }
      return (["kind,layer,head,score,chance,lift,direct,total"] + lines).map { $0 + "\n" }.joined()
    case .table: return table(rows)
    }
  }

  private func table(_ rows: [Row]) -> String {
    func number(_ value: Float?) -> String {
      (value.map { NumberText.plain($0, digits: 2, glyphs: .ascii) } ?? "-").rightAligned(8)
    }
    let width = max(4, rows.map { "\($0.head)".count }.max() ?? 0)
    let heading = ["score", "chance", "lift", "direct", "total"].map { $0.rightAligned(8) }
    let lines = rows.map { row in
      "\(row.head)".rightAligned(width)
        + [
          row.score.score, chance, row.score.score / chance, row.score.direct, row.score.total,
        ].map(number).joined()
    }
    return (["head".rightAligned(width) + heading.joined()] + lines).map { $0 + "\n" }.joined()
  }

  private func json(model: String, _ rows: [Row]) -> JSONNode {
    func number(_ value: Float?) -> JSONNode { value.map { .number($0) } ?? .null }
    return .object([
      ("model", .string(model)), ("probe", .string(probe.rawValue)), ("texts", .string(texts)),
      ("chance", .number(chance)), ("probability", number(probability)),
      (
        "heads",
        .list(
          rows.map { row in
            .object([
              ("kind", .string(row.head.kind.rawValue)), ("layer", .integer(row.head.layer)),
              ("head", .integer(row.head.head)), ("score", .number(row.score.score)),
              ("lift", .number(row.score.score / chance)), ("direct", number(row.score.direct)),
              ("total", number(row.score.total)),
            ])
          })
      ),
    ])
  }

  /// The notes on what was read, and on what the numbers are.
  var notes: [String] {
    let asked =
      probability.map {
        "; the model gives what they ask for \(NumberText.plain($0, digits: 2, glyphs: .ascii)), "
          + "and direct and total are of its score (zero, the last row)"
      } ?? ""
    return ["\(probe.rawValue): \(probe.title); \(texts)\(asked)"]
  }
}
