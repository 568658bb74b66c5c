/// A test that finds a known kind of head, on texts of the program's own.
public enum Probe: String, CaseIterable, Sendable {
  /// Attention to what followed the same token before (Olsson et al., 2022, arXiv:2209.11895).
  case induction
  /// Attention to the token before.
  case previous
  /// Attention to the same token before.
  case duplicate
  /// Writing the token that is read.
  case copying
  /// Writing the item that follows the one that is read, in days, months, numbers and letters (Gould et al., 2023,
  /// arXiv:2312.09230).
  case successor

  public var title: String {
    switch self {
    case .induction: "looks at what followed the same token before"
    case .previous: "looks at the token before"
    case .duplicate: "looks at the same token before"
    case .copying: "writes the token that it reads"
    case .successor: "writes what follows the item that it reads"
    }
  }
}

/// A probe's findings about each head.
public struct ProbeReport: Sendable {
  public let probe: Probe
  /// The texts that were read: `4 texts of 101 tokens: 50 random ones, twice; seeds 1-4`.
  public let texts: String
  /// The score of a head that does nothing of the kind.
  public let chance: Float
  /// Of the token that the texts ask for at their end; nil for a model that predicts nothing.
  public let probability: Float?
  public let heads: [HeadAddress: Score]

  /// Means over the texts.
  public struct Score: Hashable, Sendable {
    /// 0 … 1.
    public var score: Float
    /// The head's contribution to the score of the token that the text asks for; nil where there are no shares.
    public var direct: Float?
    /// The loss of that score without the head.
    public var total: Float?

    public init(score: Float, direct: Float? = nil, total: Float? = nil) {
      self.score = score
      self.direct = direct
      self.total = total
    }
  }

  public init(
    probe: Probe, texts: String, chance: Float, probability: Float?, heads: [HeadAddress: Score]
  ) {
    self.probe = probe
    self.texts = texts
    self.chance = chance
    self.probability = probability
    self.heads = heads
  }
}
