/// A summary of a head's weights, kept after the weights are gone.
public struct HeadSummary: Hashable, Sendable {
  public struct Pattern: Hashable, Sendable {
    public let label: PatternLabel
    /// Mean weight that fits the pattern, or what else the label measures, 0 … 1; of `mixed`, which has no
    /// score to show, the mean of the rows' largest weights.
    public let score: Float
    /// The score of uniform attention over the visible keys; nil for labels that measure no weight.
    public let chance: Float?
    /// `offset`: the place of the key, counted from the query; `vertical`: the key. Else nil.
    public let operand: Int?
    /// The score is a share of what the first token and the delimiters leave, since they have most.
    public let isBesidesSinks: Bool

    public init(
      label: PatternLabel, score: Float, chance: Float? = nil, operand: Int? = nil,
      isBesidesSinks: Bool = false
    ) {
      self.label = label
      self.score = score
      self.chance = chance
      self.operand = operand
      self.isBesidesSinks = isBesidesSinks
    }

    /// Nil for a label without a score.
    public var shownScore: Float? { label.hasScore ? score : nil }

    /// The ratio of the score to chance.
    public var lift: Float? {
      chance.flatMap { $0 > 0 ? score / $0 : nil }
    }
  }

  /// The spread of the weight, whatever the pattern: means over the rows that labels are drawn from.
  public struct Spread: Hashable, Sendable {
    /// Entropy of a row in bits, without rows that see one key only; nil where there are no others.
    public let entropy: Float?
    /// Largest weight of a row.
    public let peak: Float
    /// Weight on the first token and the delimiters.
    public let sinks: Float
    /// The mean distance of the weight from its query, in tokens; nil between two texts.
    public let distance: Float?

    public init(entropy: Float?, peak: Float, sinks: Float, distance: Float?) {
      self.entropy = entropy
      self.peak = peak
      self.sinks = sinks
      self.distance = distance
    }
  }

  public struct Pair: Hashable, Sendable {
    public let query: Int
    public let key: Int
    public let weight: Float

    public init(query: Int, key: Int, weight: Float) {
      self.query = query
      self.key = key
      self.weight = weight
    }
  }

  /// The two best labels, what the head does besides resting on a sink first; `sharp` or `mixed` alone where
  /// none fits.
  public let patterns: [Pattern]
  /// Every label that could be measured, whether it fits or not; each once.
  public let measured: [Pattern]
  /// nil where nobody measured it, and where no row is measured.
  public let spread: Spread?
  /// The heaviest pairs, heaviest first, at most `pairLimit`; without those of queries that see one
  /// key only and so give it 1.
  public let topPairs: [Pair]
  /// The largest weight, with the same exception as `topPairs`; 0 where no query has a choice.
  public let maximum: Float
  /// The weights in small, at most `pooledLimit` rows and columns; see `HeadWeights.pooled(limit:)`.
  public let pooled: HeadWeights

  public static let pairLimit = 32
  public static let pooledLimit = 48

  public init(
    patterns: [Pattern], measured: [Pattern] = [], spread: Spread? = nil, topPairs: [Pair],
    maximum: Float, pooled: HeadWeights
  ) {
    precondition(!patterns.isEmpty)
    self.patterns = patterns
    self.measured = measured
    self.spread = spread
    self.topPairs = topPairs
    self.maximum = maximum
    self.pooled = pooled
  }

  /// The fit of `label`; nil where it could not be measured.
  public func measured(_ label: PatternLabel) -> Pattern? { measured.first { $0.label == label } }
}
