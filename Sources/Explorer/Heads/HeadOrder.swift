import Attention
import TerminalUI

/// Something that the model view ranks heads by: most of it comes first.
public enum HeadOrder: Hashable, Sendable {
  case measure(HeadMeasure)
  /// The strength with which a head links the chosen pair.
  case pair
  /// The sizes of what a head moves to the chosen query, summed over the keys.
  case write
  /// The share of the outcome that a head has where the model predicts.
  case direct
  /// The loss of the outcome without the head.
  case effect
  /// The difference from the run that is compared with.
  case difference(DifferenceMeasure)
  /// The score of a test on texts of the program's own.
  case probe(Probe)

  /// Those that `:sort` names; probes have a command of their own.
  static let allCases =
    HeadMeasure.allCases.map(Self.measure) + [.pair, .write, .direct, .effect]
    + DifferenceMeasure.allCases.filter { $0 != .restored }.map(Self.difference)

  /// The measure of attention alone; nil where it is something else.
  var asMeasure: HeadMeasure? {
    if case .measure(let measure) = self { measure } else { nil }
  }

  var title: String {
    switch self {
    case .measure(let measure): measure.title
    case .pair: "strength of the chosen pair"
    case .write: "sizes of what is moved to the chosen query, summed"
    case .direct: "share of the outcome, norms frozen"
    case .effect: "loss of the outcome without the head"
    case .difference(let measure): measure.title
    case .probe(let probe): probe.title
    }
  }
}

extension HeadOrder: CustomStringConvertible {
  public var description: String {
    switch self {
    case .measure(let measure): measure.description
    case .pair: "pair"
    case .write: "write"
    case .direct: "direct"
    case .effect: "effect"
    case .difference(let measure): measure.rawValue
    case .probe(let probe): "probe \(probe.rawValue)"
    }
  }
}

/// The state on which an order by findings, or by the chosen pair, depends.
struct RankingBasis: Hashable, Sendable {
  var numbers: EdgeNumbers
  var query: Int
  var key: Int
  var filter: SentenceFilter
  var mergesWords: Bool
  var hidesSpecials: Bool
  var outcome: String?
  /// Heads of which something is known.
  var knownCount: Int
}

extension ExplorerState {
  /// The question that the ranking of heads depends on; nil where the record itself tells.
  func question(for order: HeadOrder) -> Question? {
    switch order {
    case .measure, .pair: nil
    case .write: .writes
    case .direct: .shares(outcome)
    case .effect: effectsQuestion
    case .difference: differenceQuestion
    case .probe(let probe): .probe(probe)
    }
  }

  /// The reason why heads cannot be ranked so; nil where they can, or nobody knows yet.
  func objection(to order: HeadOrder) -> String? {
    guard let question = question(for: order) else {
      if case .difference = order { return noComparison }
      return nil
    }
    if session.request == nil { return "attention from a file has no values: this needs the model" }
    return session.findings.failures[question]?.text
  }

  /// A head's value; nil where it is not known yet, or cannot be measured.
  func value(of order: HeadOrder, _ place: HeadPlace) -> Float? {
    let address = HeadAddress(stack.kind, layer: place.layer, head: place.head)
    func sum(of question: Question, query: Int) -> Float? {
      guard let numbers = session.findings.numbers[question], numbers.has(address) else {
        return nil
      }
      return numbers.row(
        in: session.record, stack: selection.stack, layer: place.layer, head: place.head,
        query: query
      ).reduce(0, +)
    }
    switch order {
    case .measure(let measure): return measure.value(of: summary(place))
    case .pair:
      let slice = slice.ofLayer(place.layer)
      guard let query = slice.queries.position(of: selection.query),
        let key = slice.keys.position(of: selection.key)
      else { return nil }
      return slice.row(head: place.head, query: query)[key]
    case .write: return sum(of: .writes, query: selection.query)
    case .direct:
      guard let row = session.record.predictions.first?.position,
        stack.queries.indices.contains(row)
      else { return nil }
      return sum(of: .shares(outcome), query: row)
    case .probe(let probe): return score(of: probe, address)?.score
    case .effect: return outputEffects?.effects[address]?.total
    case .difference(let measure):
      return differenceReport?.heads[address].flatMap(measure.value)
    }
  }

  private func score(of probe: Probe, _ head: HeadAddress) -> ProbeReport.Score? {
    guard case .probe(let report)? = session.findings[.probe(probe)] else { return nil }
    return report.heads[head]
  }

  /// The items with a probe's findings about a head: its effect stands beside the pattern.
  func probeItems(_ place: HeadPlace) -> [FrameItem] {
    guard case .probe(let probe) = display.ranking.order,
      case .probe(let report)? = session.findings[.probe(probe)],
      let score = report.heads[address(of: place)]
    else { return [] }
    let effects = [("direct", score.direct), ("total", score.total)].compactMap { name, value in
      value.map {
        FrameItem.labelled(name, NumberText.signedAmount($0, digits: 3, glyphs: display.glyphs))
      }
    }
    return [
      .labelled(
        "\(probe.rawValue)",
        "\(NumberText.weight(score.score)) of chance \(NumberText.weight(report.chance))")
    ] + effects
  }

  /// A value in at most five columns, of those that nothing bounds with `digits` that count.
  func text(_ value: Float, of order: HeadOrder, digits: Int = 2) -> String {
    switch order {
    case .measure(let measure): measure.text(value)
    case .pair: slice.text(value, display.glyphs)
    case .probe: NumberText.weight(value)
    case .write: NumberText.amount(value, digits: digits)
    case .direct, .effect, .difference(.share), .difference(.restored):
      NumberText.signedAmount(value, digits: digits, glyphs: display.glyphs)
    case .difference: NumberText.amount(value, digits: digits)
    }
  }

  /// Whether values of it are gains and losses.
  func isSigned(_ order: HeadOrder) -> Bool {
    switch order {
    case .direct, .effect, .difference(.share), .difference(.restored): true
    case .measure, .write, .probe, .difference: false
    case .pair: slice.numbers.isSigned
    }
  }

  /// Whether every head's value is known that will be: until then heads keep their places.
  func isKnown(_ order: HeadOrder) -> Bool {
    guard let question = question(for: order) else { return true }
    return session.findings.isSettled(question)
  }

  /// nil for what the record alone tells.
  func rankingBasis(_ order: HeadOrder) -> RankingBasis? {
    if order.asMeasure != nil { return nil }
    let isFound = question(for: order).map { session.findings[$0] != nil } ?? false
    return RankingBasis(
      numbers: shownNumbers, query: selection.query, key: selection.key, filter: display.filter,
      mergesWords: display.mergesWords, hidesSpecials: display.hidesSpecials,
      outcome: outcome,
      knownCount: order == .effect ? outputEffects?.effects.count ?? 0 : isFound ? 1 : 0)
  }

  /// The full name of what heads are ranked by.
  func rankingText(_ order: HeadOrder) -> String {
    switch order {
    case .measure: return "\(order)"
    case .pair:
      return "pair q \(selection.query) \(display.glyphs.right) k \(selection.key)"
    case .write: return "write, q \(selection.query)"
    case .difference: return "\(order)"
    case .probe(let probe):
      guard case .probe(let report)? = session.findings[.probe(probe)] else { return "\(order)" }
      return "\(order), \(report.texts)"
    case .direct:
      let outcome = session.findings.numbers[.shares(self.outcome)]?.outcome
      return "direct" + (outcome.map { " share of \(name(of: $0, display.glyphs))" } ?? "")
    case .effect:
      let rows = effectRows == .all ? "all rows" : "last row"
      let outcome = outputEffects?.outcome.map { " on \(name(of: $0, display.glyphs))" } ?? ""
      return "effect\(outcome), \(ablation.replacement.rawValue), \(rows)"
    }
  }

  /// Shows the heads that link the chosen pair; a second time, all heads in their places.
  mutating func toggleRankingByPair() {
    let isRanked = view == .model && display.ranking.order == .pair
    view = .model
    rank(isRanked ? HeadRanking() : HeadRanking(by: .pair, only: display.ranking.filter))
  }
}
