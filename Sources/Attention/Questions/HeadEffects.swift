/// The effects of turning heads off, one head at a time.
public struct HeadEffects: Sendable {
  public let replacement: HeadAblation.Replacement
  public let rows: EffectRows
  /// The query whose prediction is looked at.
  public let query: Int
  /// nil for a model that predicts nothing.
  public let outcome: NamedOutcome?
  /// The outcome's score as long as all heads are on; nil for a model that predicts nothing.
  public let score: Float?
  /// The likeliest token then.
  public let best: Token?
  /// The number of heads once all have been turned off.
  public let count: Int
  public var effects: [HeadAddress: Effect] = [:]

  public struct Effect: Hashable, Sendable {
    /// The loss of the outcome's score; for a model that predicts nothing, how far the first token's last state moved
    /// (1 − cosine).
    public let total: Float
    /// The outcome's direct share; nil where there is none.
    public let direct: Float?
    /// KL(unchanged ‖ changed) over the vocabulary, in nats; nil for a model that predicts nothing.
    public let divergence: Float?
    /// For a model that predicts nothing, how far the mean of the last states moved (1 − cosine).
    public let meanDistance: Float?
    /// The likeliest token without the head; nil for a model that predicts nothing.
    public let best: Token?

    public init(
      total: Float, direct: Float? = nil, divergence: Float? = nil, meanDistance: Float? = nil,
      best: Token? = nil
    ) {
      self.total = total
      self.direct = direct
      self.divergence = divergence
      self.meanDistance = meanDistance
      self.best = best
    }

    /// The part of the direct share that later layers make up for.
    public var repaired: Float? { direct.map { $0 - total } }
  }

  public init(
    of replacement: HeadAblation.Replacement, rows: EffectRows, query: Int, outcome: NamedOutcome?,
    score: Float?, best: Token?, count: Int
  ) {
    self.replacement = replacement
    self.rows = rows
    self.query = query
    self.outcome = outcome
    self.score = score
    self.best = best
    self.count = count
  }

  public var isComplete: Bool { effects.count == count }
}
