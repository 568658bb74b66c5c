/// What one look over a head's weights tells, kept after the weights are gone.
public struct HeadSummary: Hashable, Sendable {
  public struct Pattern: Hashable, Sendable {
    public let label: PatternLabel
    /// Mean weight that fits the pattern (or what else the label measures), 0 … 1.
    public let score: Float

    public init(label: PatternLabel, score: Float) {
      self.label = label
      self.score = score
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

  /// The two best labels, best first; `mixed` alone where none fits.
  public let patterns: [Pattern]
  /// The heaviest pairs, heaviest first, at most `pairLimit`.
  public let topPairs: [Pair]

  public static let pairLimit = 32

  public init(patterns: [Pattern], topPairs: [Pair]) {
    precondition(!patterns.isEmpty)
    self.patterns = patterns
    self.topPairs = topPairs
  }
}
