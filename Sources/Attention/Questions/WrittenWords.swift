/// The words whose scores a head raises and lowers by what it writes.
public struct WrittenWords: Sendable {
  public struct Word: Hashable, Sendable {
    public let token: Token
    public let score: Float

    public init(_ token: Token, score: Float) {
      self.token = token
      self.score = score
    }
  }

  /// Most first.
  public let raised: [Word]
  /// Least first.
  public let lowered: [Word]
  /// The size of the write, and of the state that it is added to.
  public let size: Float
  public let streamSize: Float
  /// The weight of the edge; nil for the sum over all keys.
  public let weight: Float?

  public init(
    raised: [Word], lowered: [Word], size: Float, streamSize: Float, weight: Float?
  ) {
    self.raised = raised
    self.lowered = lowered
    self.size = size
    self.streamSize = streamSize
    self.weight = weight
  }
}

/// A score, by those who wrote its query and those who wrote its key.
public struct ScoreOrigins: Sendable {
  /// A writer, and its part in the score and in what sets the score apart from its row's mean.
  public struct Writer: Hashable, Sendable {
    /// `embed`, `0.3` for a head, `0.mlp`, `0.b_O`, `const`.
    public let name: String
    public let part: Float
    public let contrast: Float

    public init(_ name: String, part: Float, contrast: Float) {
      self.name = name
      self.part = part
      self.contrast = contrast
    }
  }

  /// Those of the query, and of the key.
  public let query: [Writer]
  public let key: [Writer]
  /// The pairs that set the score apart most: writer of the query, writer of the key.
  public let pairs: [(query: String, key: String, contrast: Float)]
  /// The scaled score, and what all parts sum to.
  public let score: Float
  public let sum: Float

  public init(
    query: [Writer], key: [Writer], pairs: [(query: String, key: String, contrast: Float)],
    score: Float, sum: Float
  ) {
    self.query = query
    self.key = key
    self.pairs = pairs
    self.score = score
    self.sum = sum
  }
}
