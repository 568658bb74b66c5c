import ArgumentParser
import Attention
import Explorer
import Runs

/// The effect of turning a head off, and the size of what it adds.
struct HeadConsequence {
  let effect: HeadEffects.Effect
  /// The size of what it adds at the row that is looked at; nil in an encoder that another stack reads.
  let write: Float?
}

/// The same by columns, in the order of the columns.
enum EffectColumn: String, CaseIterable {
  case direct, total, repaired, kl
  case topAfter = "top_after"
  case write

  /// nil for a text, and for what is not known of a head.
  func number(_ consequence: HeadConsequence) -> Float? {
    switch self {
    case .direct: consequence.effect.direct
    case .total: consequence.effect.total
    case .repaired: consequence.effect.repaired
    case .kl: consequence.effect.divergence
    case .topAfter: nil
    case .write: consequence.write
    }
  }

  /// The rows with most first; those without a value last.
  func apply(to rows: [HeadRow]) -> [HeadRow] {
    func value(_ row: HeadRow) -> Float { row.consequence.flatMap(number) ?? -.infinity }
    // The sort is stable.
    return rows.sorted { value($0) > value($1) }
  }
}

/// The value that heads are sorted by.
enum HeadOrder: ExpressibleByArgument {
  case byMeasure(HeadMeasure)
  case byEffect(EffectColumn)

  init?(argument: String) {
    if let effect = EffectColumn(rawValue: argument), effect != .topAfter {
      self = .byEffect(effect)
    } else if let measure = HeadMeasure(argument: argument) {
      self = .byMeasure(measure)
    } else {
      return nil
    }
  }

  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

  static var allValueStrings: [String] {
    HeadMeasure.allValueStrings
      + EffectColumn.allCases.filter { $0 != .topAfter }.map(\.rawValue)
  }

  var measure: HeadMeasure? { if case .byMeasure(let measure) = self { measure } else { nil } }
  var effect: EffectColumn? { if case .byEffect(let effect) = self { effect } else { nil } }
}
