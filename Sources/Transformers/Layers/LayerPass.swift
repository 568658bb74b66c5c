import Attention

/// One pass through the layers of a model that attends to its own input, and what is kept of it.
struct LayerPass {
  private let input: ModelInput
  /// The output of the last layer that ran, at first the embeddings.
  private(set) var states: HiddenStates
  private var keptStates: [HiddenStates]
  private var attentions: [LayerAttention] = []
  private var summaries: [[HeadSummary]] = []

  init(_ input: ModelInput, embeddings: HiddenStates) {
    self.input = input
    states = embeddings
    keptStates = input.keepsHiddenStates ? [embeddings] : []
  }

  /// Runs the layers one after the other.
  ///
  /// - Parameters:
  ///   - mask: The mask of a layer.
  ///   - run: The output of a layer, and its attention.
  mutating func run<Layer>(
    _ layers: [Layer], mask: (Layer) -> AttentionMask,
    progress: (_ finished: Int, _ total: Int) throws -> Void,
    _ run: (Layer, HiddenStates, PatternContext) throws -> (HiddenStates, AttentionLayer.Output)
  ) throws {
    // What patterns are told by takes longer to make than some layers do.
    var contexts: [AttentionMask: PatternContext] = [:]
    for layer in layers {
      let mask = mask(layer)
      let context =
        contexts[mask]
        ?? PatternContext(mask: mask, queries: input.tokens, keys: input.tokens, kind: .own)
      contexts[mask] = context
      let (output, attended) = try run(layer, states, context)
      states = output
      if input.keepsHiddenStates { keptStates.append(output) }
      attentions.append(attended.attention)
      summaries.append(attended.summaries)
      try progress(attentions.count, layers.count)
    }
  }

  /// The norm behind the last layer, which counts as part of that layer's output.
  mutating func finish(_ norm: (HiddenStates) -> HiddenStates) {
    states = norm(states)
    if input.keepsHiddenStates { keptStates[keptStates.count - 1] = states }
  }

  func output(predictions: [TokenProbability]) -> ModelOutput {
    ModelOutput(
      stacks: [
        AttentionStack(
          kind: .own, queries: input.tokens, keys: input.tokens, layers: attentions,
          summaries: summaries)
      ],
      predictions: predictions, hiddenStates: input.keepsHiddenStates ? [.own: keptStates] : [:])
  }
}
