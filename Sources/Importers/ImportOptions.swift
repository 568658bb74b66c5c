/// Details that a person adds to a file that leaves them open.
public struct ImportOptions: Sendable {
  /// The tokens, of the encoder where there are two sides.
  public var tokens: [String]?
  public var decoderTokens: [String]?
  /// The token with which sentence B begins.
  public var pairStart: Int?
  /// The index of the example in a batch.
  public var batch: Int?
  /// The order of the tensors' axes; nil where the shapes tell.
  public var axes: [Axis]?

  public init(
    tokens: [String]? = nil, decoderTokens: [String]? = nil, pairStart: Int? = nil,
    batch: Int? = nil, axes: [Axis]? = nil
  ) {
    self.tokens = tokens
    self.decoderTokens = decoderTokens
    self.pairStart = pairStart
    self.batch = batch
    self.axes = axes
  }
}

/// The quantity that an axis of a tensor of attention counts.
public enum Axis: String, CaseIterable, Sendable {
  case layers, batch, heads, queries, keys
}
