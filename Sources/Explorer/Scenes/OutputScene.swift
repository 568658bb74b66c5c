import Attention
import TerminalUI

/// The composition of the output, as it is shown: the parts of the model in their order, what is known of each, and
/// how they add up.
package struct OutputScene {
  /// A number that is told of each part.
  package enum Column: Sendable {
    case direct, removal, total, repaired
    /// By how much the share is larger than in the run that is compared with.
    case change
    /// Of a model that predicts nothing: how far the first token's last state moves, and the mean of all.
    case first, mean
  }

  package struct Part: Sendable {
    package let source: OutputReport.Source
    /// `1.2`, with the mark of a head that is off; `mlp 3`, `embed`, `norm bias`.
    package let name: String
    /// One for each column; nil where there is none, or it is not known yet.
    package let numbers: [Float?]
    /// The values at which its bar begins and ends: along the running sum, or from 0.
    package let start: Float
    package let end: Float
  }

  package let report: OutputReport
  package let effects: HeadEffects?
  package let columns: [Column]
  package let parts: [Part]
  /// The range that bars are drawn on; contains 0.
  package let extent: ClosedRange<Float>
  /// Whether bars go on where the last one ends.
  package let isWaterfall: Bool
  /// The column that the parts are sorted by; nil in the order of the model.
  package let sorting: Column?
  private let firstToken: String

  /// nil as long as nothing is known.
  package init?(_ state: ExplorerState) {
    guard let report = state.outputReport else { return nil }
    self.report = report
    let effects = state.outputEffects
    self.effects = effects
    firstToken = state.session.record.stacks[0].queries.first?.text ?? ""
    var sources = report.shares.parts.map(\.source)
    let otherShares = Dictionary(
      uniqueKeysWithValues: (state.differenceReport?.otherOutput?.shares.parts ?? [])
        .map { ($0.source, $0.share) })
    let change: [Column] = otherShares.isEmpty ? [] : [.change]
    switch report.shares {
    case .known: columns = [.direct] + change + [.total, .repaired]
    case .removal: columns = [.removal] + change + [.total]
    case .unknown:
      columns = report.outcome == nil ? [.first, .mean] : [.total]
      sources = (effects?.effects.keys.sorted() ?? []).map { .head($0) }
    }
    isWaterfall = if case .known = report.shares { true } else { false }
    let shares = Dictionary(
      uniqueKeysWithValues: report.shares.parts.map { ($0.source, $0.share) })
    func number(_ column: Column, _ source: OutputReport.Source) -> Float? {
      let effect = source.head.flatMap { effects?.effects[$0] }
      return switch column {
      case .direct, .removal: shares[source]
      case .total, .first: effect?.total
      case .change: shares[source].flatMap { share in otherShares[source].map { share - $0 } }
      case .repaired: effect.flatMap { effect in shares[source].map { $0 - effect.total } }
      case .mean: effect?.meanDistance
      }
    }
    // Where there are no shares, it is by what there is.
    sorting =
      switch state.display.outputOrder {
      case .share: columns[0]
      case .total: columns.contains(.total) ? .total : columns[0]
      case .model: nil
      }
    // The sort is stable; what is not known comes last.
    let sorted =
      sorting.map { column in
        sources.map { ($0, number(column, $0).map(abs) ?? -1) }.sorted { $0.1 > $1.1 }.map(\.0)
      } ?? sources
    var sum: Float = 0
    var parts: [Part] = []
    for source in sorted {
      let numbers = columns.map { number($0, source) }
      let length = numbers[0] ?? 0
      let start = isWaterfall ? sum : 0
      sum += length
      parts.append(
        Part(
          source: source, name: state.name(of: source), numbers: numbers, start: start,
          end: start + length))
    }
    self.parts = parts
    let ends: [Float] = parts.map(\.start) + parts.map(\.end)
    extent = min(0, ends.min() ?? 0)...max(0, ends.max() ?? 0)
  }

  /// Whether what the parts are sorted by is known of all that it will be known of.
  var isSettled: Bool {
    report.shares.parts.isEmpty ? effects?.isComplete ?? false : !parts.isEmpty
  }

  package func title(of column: Column) -> String {
    switch column {
    case .direct: "direct"
    case .removal: "removal"
    case .total: "total"
    case .repaired: "repaired"
    case .change: "change"
    case .first: firstToken
    case .mean: "mean"
    }
  }

  package func text(_ number: Float, _ column: Column, _ glyphs: Glyphs) -> String {
    switch column {
    // A distance is no gain.
    case .first, .mean: NumberText.plain(number, digits: 4, glyphs: glyphs)
    case .direct, .removal, .change, .total, .repaired:
      // What rounds to nothing is neither gain nor loss.
      NumberText.signed(abs(number) < 0.0005 ? 0 : number, digits: 3, glyphs: glyphs)
    }
  }

  /// `Σ 13.847  model 13.847`: that the parts make up the score is shown, and not promised.
  package func closing(_ glyphs: Glyphs) -> String? {
    guard case .known(_, let score, let sum) = report.shares else { return nil }
    return "\(glyphs.sum) \(NumberText.plain(sum, digits: 3, glyphs: glyphs))"
      + "  model \(NumberText.plain(score, digits: 3, glyphs: glyphs))"
  }

  /// The notes on what the numbers are and are not, a line each, the most important first.
  package func notes(_ glyphs: Glyphs) -> [String] {
    var notes: [String] = []
    switch report.shares {
    case .known:
      notes.append("direct: share of this output, norms frozen; not what is lost without the part")
    case .removal:
      notes.append("removal: lost without a head's write; no share, the MLM head is not linear")
    case .unknown(let reason):
      notes.append(
        report.outcome == nil
          ? "the model predicts nothing: distances (1 \(glyphs.minus) cosine) that last states move "
            + "without a head"
          : reason)
    }
    if let effects {
      let rows = effects.rows == .all ? "all rows" : "row \(effects.query)"
      let manner = "\(effects.replacement.rawValue), \(rows)"
      notes.append(
        report.outcome == nil
          ? "heads off: \(manner); later layers may repair; one text: an anecdote"
          : "total: lost without it (\(manner)); later layers may repair; one text")
    }
    if !report.lens.isEmpty { notes.append("lens: a readout, not what the model would say") }
    return notes
  }
}

/// The order of the parts of an output, the most first.
public enum OutputOrder: String, CaseIterable, Sendable {
  /// By the share, or what is lost by removal.
  case share
  /// By what is lost without the head.
  case total
  /// As the model has them.
  case model
}

extension ExplorerState {
  /// A part of the output as a list says it.
  func name(of source: OutputReport.Source) -> String {
    guard let head = source.head else {
      return switch source {
      case .valueBiases: "v bias"
      case .outputBiases: "attn bias"
      case .normBiases: "norm bias"
      case .headBias: "head bias"
      default: source.name
      }
    }
    return mark(of: head) + head.description
  }

  /// A place in the lens: `embed`, `3 attn`, `3 mlp`, or `3` for a block whose parts run side by side.
  package func name(of reading: OutputReport.Reading) -> String {
    switch reading.state {
    case "resid_pre": return "embed"
    case "resid_mid": return "\(reading.layer) attn"
    case "resid_cross": return "\(reading.layer) cross"
    default:
      let hasParts = outputReport?.lens.contains { $0.state == "resid_mid" } ?? false
      return "\(reading.layer)" + (hasParts ? " mlp" : "")
    }
  }
}
