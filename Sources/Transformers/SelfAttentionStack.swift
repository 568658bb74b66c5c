import Attention

/// One of the layers of a stack whose tokens look at each other.
protocol SelfAttentionStackLayer: Sendable {
  var mask: AttentionMask { get }

  /// - Parameter patterns: Made for this layer's mask.
  /// - Throws: `nonFiniteScores`.
  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output)
}

/// What a stack of layers made of its input.
struct SelfAttentionStack: Sendable {
  let attention: AttentionStack
  /// The input and the output of each layer, or only the last output if the states were not to be kept.
  let states: [HiddenStates]

  /// Runs the layers one behind the other.
  ///
  /// - Parameter progress: Called after each layer; what it throws ends the run.
  init(
    running layers: [some SelfAttentionStackLayer], on embeddings: HiddenStates, tokens: [Token],
    kind: AttentionKind = .own, keepsStates: Bool,
    progress: (ModelProgress) throws -> Void
  ) throws {
    var patterns: [AttentionMask: PatternContext] = [:]
    for mask in Set(layers.map(\.mask)) {
      patterns[mask] = PatternContext(mask: mask, queries: tokens, keys: tokens, kind: kind)
    }
    var states = [embeddings]
    var attentions: [LayerAttention] = []
    var summaries: [[HeadSummary]] = []
    var attention: AttentionStack {
      AttentionStack(
        kind: kind, queries: tokens, keys: tokens, layers: attentions, summaries: summaries,
        layerCount: layers.count)
    }
    for layer in layers {
      guard let patterns = patterns[layer.mask], let x = states.last else { continue }
      let (y, attended) = try layer(x, patterns: patterns)
      if keepsStates { states.append(y) } else { states = [y] }
      attentions.append(attended.attention)
      summaries.append(attended.summaries)
      try progress(
        ModelProgress(finished: attentions.count, total: layers.count, stacks: [attention]))
    }
    self.attention = attention
    self.states = states
  }
}
