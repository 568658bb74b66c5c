/// The experts of a layer's feed-forward block that were chosen for each token, and the weight of each of them.
///
/// Shape letters: T tokens, E experts, K of them for each token.
public struct ExpertChoices: Hashable, Sendable {
  /// E.
  public let expertCount: Int
  /// K.
  public let countPerToken: Int
  /// `[T, K]`, in the order in which the router has them: the most important first.
  public let experts: [Int]
  /// The factor of each expert's output: `[T, K]`.
  public let weights: [Float]

  public init(expertCount: Int, countPerToken: Int, experts: [Int], weights: [Float]) {
    precondition(countPerToken > 0 && experts.count.isMultiple(of: countPerToken))
    precondition(experts.count == weights.count)
    precondition(experts.allSatisfy { (0..<expertCount).contains($0) })
    self.expertCount = expertCount
    self.countPerToken = countPerToken
    self.experts = experts
    self.weights = weights
  }

  /// T.
  public var tokenCount: Int { experts.count / countPerToken }

  /// Those of one token.
  public func choices(ofToken token: Int) -> [(expert: Int, weight: Float)] {
    let range = token * countPerToken..<(token + 1) * countPerToken
    return range.map { (experts[$0], weights[$0]) }
  }

  /// Those of the first tokens.
  package func prefix(_ count: Int) -> ExpertChoices {
    ExpertChoices(
      expertCount: expertCount, countPerToken: countPerToken,
      experts: Array(experts.prefix(count * countPerToken)),
      weights: Array(weights.prefix(count * countPerToken)))
  }

  /// Those of these tokens, and behind them those of further ones of the same layer.
  package func appending(_ other: ExpertChoices) -> ExpertChoices {
    precondition(expertCount == other.expertCount && countPerToken == other.countPerToken)
    return ExpertChoices(
      expertCount: expertCount, countPerToken: countPerToken, experts: experts + other.experts,
      weights: weights + other.weights)
  }
}
