/// Something that heads can be ranked by: more of it comes first.
public enum HeadMeasure: Hashable, Sendable {
  /// The fit of a label, whether it is among the head's best or not.
  case score(PatternLabel)
  case sinks
  case peak
  case maximum
  case entropy
  case distance

  /// The quantity that a label's score is a value of.
  public init(_ label: PatternLabel) {
    self = label.family == .mixed ? .peak : .score(label)
  }

  /// The value of a head; nil where there is nothing to measure, such as words that come twice.
  public func value(of head: HeadSummary) -> Float? {
    let value: Float? =
      switch self {
      case .score(let label): head.measured(label)?.score
      case .sinks: head.spread?.sinks
      case .peak: head.spread?.peak
      case .maximum: head.maximum == 0 ? nil : head.maximum
      case .entropy: head.spread?.entropy
      case .distance: head.spread?.distance
      }
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Whether it goes from 0 to 1, as weights do.
  public var isShare: Bool { self != .entropy && self != .distance }

  /// A description, with its unit where it is no share of the weight.
  public var title: String {
    switch self {
    case .score(let label): label.title
    case .sinks: "weight on the first token and the delimiters"
    case .peak: "largest weight of a query, on average"
    case .maximum: "largest weight of all"
    case .entropy: "entropy of a query's weights in bits, on average"
    case .distance: "distance from query to key in tokens, on average"
    }
  }
}

extension HeadMeasure: CaseIterable {
  /// `sharp` and `mixed` say that no label fits; how sharp is `peak`.
  public static let allCases: [HeadMeasure] =
    PatternLabel.allCases.filter { $0.family != .mixed }.map(HeadMeasure.score)
    + [.sinks, .peak, .maximum, .entropy, .distance]
}

/// By the name that commands and tables use: `prev`, `entropy`.
extension HeadMeasure: LosslessStringConvertible {
  public init?(_ description: String) {
    guard let measure = Self.allCases.first(where: { $0.description == description }) else {
      return nil
    }
    self = measure
  }

  public var description: String {
    switch self {
    case .score(let label): label.rawValue
    case .sinks: "sinks"
    case .peak: "peak"
    case .maximum: "max"
    case .entropy: "entropy"
    case .distance: "distance"
    }
  }
}
