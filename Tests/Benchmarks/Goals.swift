/// The goals that a run has measured, printed as a table at its end.
struct Goals {
  private var rows: [(what: String, goal: String, measured: String)] = []

  enum Limit {
    case atMost(Double)
    case atLeast(Double)

    fileprivate var number: Double {
      switch self {
      case .atMost(let number), .atLeast(let number): number
      }
    }

    fileprivate var sign: String {
      switch self {
      case .atMost: "≤"
      case .atLeast: "≥"
      }
    }

    fileprivate func isMet(by measured: Double) -> Bool {
      switch self {
      case .atMost(let number): measured <= number
      case .atLeast(let number): measured >= number
      }
    }
  }

  /// Notes what was measured, if it was; what falls short is printed in bold.
  mutating func note(
    _ what: String, _ limit: Limit, _ measured: Double?, as text: (Double) -> String
  ) {
    guard let measured else { return }
    let words = text(measured)
    rows.append(
      (
        what, "\(limit.sign) \(text(limit.number))",
        limit.isMet(by: measured) ? words : "**\(words)**"
      ))
  }

  func report() {
    guard !rows.isEmpty else { return }
    let table = Table("Against the goals", "what", "goal", "measured")
    for row in rows { table.row(row.what, row.goal, row.measured) }
  }

  static func times(_ number: Double) -> String { "\(number.fixed(number < 10 ? 1 : 0)) times" }
  static func share(_ number: Double) -> String { number.fixed(2) }
  static func percent(_ number: Double) -> String { "\((100 * number).fixed(0)) %" }
  static func seconds(_ number: Double) -> String {
    number < 1 ? number.milliseconds : "\(number.fixed(1)) s"
  }
  static func kilobytes(_ number: Double) -> String { "\((number / 1000).fixed(1)) KB" }
  static func megabytes(_ number: Double) -> String { "\(number.fixed(0)) MB" }
}
