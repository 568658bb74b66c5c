import Attention

/// The progress of a pass through a model, and what is known by then.
public struct ModelProgress: Sendable {
  /// Layers that have run; the same again while a decoder generates, after each token.
  public let finished: Int
  /// Layers that there are.
  public let total: Int
  /// The stacks of the output, as far as their layers have run; without those of which none has.
  public let stacks: [AttentionStack]
}
