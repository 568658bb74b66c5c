import Attention

/// How far a pass through a model is, and what is known by then.
public struct ModelProgress: Sendable {
  /// Layers that have run; the same again while a decoder writes, after each token.
  public let finished: Int
  /// Layers that there are.
  public let total: Int
  /// The stacks of the output, as far as their layers have run; without those of which none has.
  public let stacks: [AttentionStack]
}
