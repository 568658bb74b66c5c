/// The output at one query: what the model predicts, what its parts add to an outcome, and what its layers would say.
public struct OutputReport: Sendable {
  public let query: Int
  /// Likeliest first; empty for a model that predicts nothing.
  public let predictions: [Prediction]
  /// nil for a model that predicts nothing.
  public let outcome: NamedOutcome?
  public let shares: Shares
  /// The embeddings and what stands behind each block, in order; empty for a model that predicts nothing.
  public let lens: [Reading]

  public init(
    query: Int, predictions: [Prediction], outcome: NamedOutcome?, shares: Shares, lens: [Reading]
  ) {
    self.query = query
    self.predictions = predictions
    self.outcome = outcome
    self.shares = shares
    self.lens = lens
  }

  /// The outcome's score, part by part, in the order of the model.
  public enum Shares: Sendable {
    /// - score: The model's, before a cap; of a single token less the vocabulary's mean.
    /// - sum: That of the parts.
    case known([Part], score: Float, sum: Float)
    /// The losses of the outcome's score once a head's addition is taken out of the last state, the rest recomputed,
    /// because what heads add passes something that is not linear; with the reason.
    case removal([Part], because: String)
    /// With the reason.
    case unknown(String)

    public var parts: [Part] {
      switch self {
      case .known(let parts, _, _), .removal(let parts, _): parts
      case .unknown: []
      }
    }
  }

  /// A part of the model and its share.
  public struct Part: Hashable, Sendable {
    public let source: Source
    public let share: Float

    public init(_ source: Source, _ share: Float) {
      self.source = source
      self.share = share
    }
  }

  public enum Source: Hashable, Sendable {
    case head(HeadAddress)
    case feedForward(layer: Int)
    case embedding
    /// Biases say nothing of the text; they stand together by what they belong to.
    case valueBiases, outputBiases, normBiases, headBias

    public var head: HeadAddress? { if case .head(let head) = self { head } else { nil } }

    /// `head 1.2`, `mlp 3`, `embed`, `bias of values`.
    public var name: String {
      switch self {
      case .head(let head): "head \(head)"
      case .feedForward(let layer): "mlp \(layer)"
      case .embedding: "embed"
      case .valueBiases: "bias of values"
      case .outputBiases: "bias of attention"
      case .normBiases: "bias of norms"
      case .headBias: "bias of the head"
      }
    }
  }

  /// The state at one place, read as the last one is.
  public struct Reading: Sendable {
    public let layer: Int
    /// `resid_pre`, `resid_mid`, `resid_post` and the like.
    public let state: String
    /// Likeliest first.
    public let best: [Prediction]
    /// Of the outcome's tokens, in order: the score, the probability, and the number of likelier tokens.
    public let logits: [Float]
    public let probabilities: [Float]
    public let ranks: [Int]

    public init(
      layer: Int, state: String, best: [Prediction], logits: [Float], probabilities: [Float],
      ranks: [Int]
    ) {
      self.layer = layer
      self.state = state
      self.best = best
      self.logits = logits
      self.probabilities = probabilities
      self.ranks = ranks
    }
  }
}
