/// The measure by which the output is judged: the score of a token, or the difference of two.
public enum Outcome: Hashable, Sendable {
  case token(Int)
  /// The first less the second.
  case difference(Int, Int)

  /// The tokens whose scores it takes.
  public var ids: [Int] {
    switch self {
    case .token(let id): [id]
    case .difference(let id, let other): [id, other]
    }
  }

  /// From the scores of `ids`.
  public func value(ofLogits logits: [Float]) -> Float {
    switch self {
    case .token: logits[0]
    case .difference: logits[0] - logits[1]
    }
  }
}
