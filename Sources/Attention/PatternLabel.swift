/// What a head seems to do: a hypothesis drawn from one input, to be checked on others.
public enum PatternLabel: String, CaseIterable, Sendable {
  case previous = "prev"
  case next
  case own = "self"
  case decay
  case offset = "off"
  case first
  case delimiter = "delim"
  case punctuation = "punct"
  case vertical = "vert"
  case same
  case induction = "induct"
  case subword
  case alignment = "align"
  case broad
  case block
  case mixed

  /// Labels of one family share a colour.
  public enum Family: Int, CaseIterable, Sendable {
    case position, sinks, content, broad, mixed
  }

  public var family: Family {
    switch self {
    case .previous, .next, .own, .decay, .offset: .position
    case .first, .delimiter, .punctuation, .vertical: .sinks
    case .same, .induction, .subword, .alignment: .content
    case .broad, .block: .broad
    case .mixed: .mixed
    }
  }
}
