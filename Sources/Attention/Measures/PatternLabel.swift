/// A label of what a head seems to do: a hypothesis drawn from one input, to be checked on others.
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
  case sameAcross = "same-x"
  case induction = "induct"
  case subword
  case alignment = "align"
  case broad
  case block
  case sharp
  case mixed

  /// Labels of one family share a colour.
  public enum Family: Int, CaseIterable, Sendable {
    case position, sinks, content, broad, mixed
  }

  public var family: Family {
    switch self {
    case .previous, .next, .own, .decay, .offset: .position
    case .first, .delimiter, .punctuation, .vertical: .sinks
    case .same, .sameAcross, .induction, .subword, .alignment: .content
    case .broad, .block: .broad
    case .sharp, .mixed: .mixed
    }
  }

  /// Whether there is more or less of it: `mixed` only says that nothing else fits.
  public var hasScore: Bool { self != .mixed }

  /// The meaning of its score.
  public var title: String {
    switch self {
    case .previous: "weight on the token before"
    case .next: "weight on the token after"
    case .own: "weight on the token itself"
    case .decay: "how steadily weight falls with the distance"
    case .offset: "weight at the one other distance with most"
    case .first: "weight on the first token"
    case .delimiter: "weight on special tokens but the first"
    case .punctuation: "weight on punctuation"
    case .vertical: "weight on the one ordinary token with most"
    case .same: "weight on the same word elsewhere"
    case .sameAcross: "weight on the same word in the other sentence"
    case .induction: "weight on what followed the same token before"
    case .subword: "weight on the other pieces of the word"
    case .alignment: "weight on keys that go on with the queries"
    case .broad: "entropy as a share of even attention's"
    case .block: "weight inside the sentence, evenly"
    case .sharp: "largest weight of a query, if no other fits"
    case .mixed: "no other fits"
    }
  }
}
