/// The heads worth looking at: those that bear a label, or of which there is enough (or little enough).
public enum HeadFilter: Hashable, Sendable {
  /// The label is one of the head's two best.
  case label(PatternLabel)
  case above(HeadMeasure, Float)
  case below(HeadMeasure, Float)

  /// A head of which nothing could be measured passes no filter.
  public func contains(_ head: HeadSummary) -> Bool {
    switch self {
    case .label(let label): head.patterns.contains { $0.label == label }
    case .above(let measure, let bound): measure.value(of: head).map { $0 > bound } ?? false
    case .below(let measure, let bound): measure.value(of: head).map { $0 < bound } ?? false
    }
  }

  /// The measure it compares.
  public var measure: HeadMeasure {
    switch self {
    case .label(let label): HeadMeasure(label)
    case .above(let measure, _), .below(let measure, _): measure
    }
  }
}

/// As commands spell it: `prev`, `entropy<1.5`, `same > .6`.
extension HeadFilter: LosslessStringConvertible {
  public init?(_ description: String) {
    let text = description.filter { $0 != " " }
    guard let sign = text.firstIndex(where: { $0 == ">" || $0 == "<" }) else {
      guard let label = PatternLabel(rawValue: text) else { return nil }
      self = .label(label)
      return
    }
    guard let measure = HeadMeasure(String(text[..<sign])),
      let bound = Float(text[text.index(after: sign)...]), bound.isFinite
    else { return nil }
    self = text[sign] == ">" ? .above(measure, bound) : .below(measure, bound)
  }

  public var description: String {
    switch self {
    case .label(let label): label.rawValue
    case .above(let measure, let bound): "\(measure)>\(bound)"
    case .below(let measure, let bound): "\(measure)<\(bound)"
    }
  }
}
