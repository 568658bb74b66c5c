import Attention

/// A decoder-only model: embeddings, layers that look back, and what predicts the next token.
protocol DecoderModel: TransformerModel {
  associatedtype Layer: SelfAttentionStackLayer

  var layers: [Layer] { get }
  /// nil if the checkpoint has none.
  var head: LanguageModelHead? { get }

  /// What the first layer is given.
  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates

  /// What stands between the last layer and the head: a norm, as a rule.
  func finish(_ x: HiddenStates) -> HiddenStates
}

extension DecoderModel {
  func forward(
    _ input: ModelInput, progress: (_ finished: Int, _ total: Int) throws -> Void
  ) throws -> ModelOutput {
    try input.checkLength(limit: summary.positionCount)
    let stack = try SelfAttentionStack(
      running: layers, on: embed(input.ids), tokens: input.tokens,
      keepsStates: input.keepsHiddenStates, progress: progress)
    var states = stack.states
    let last = finish(states.removeLast())
    return ModelOutput(
      stacks: [stack.attention],
      predictions: try head?(last, at: input.predictionPositions) ?? [],
      hiddenStates: input.keepsHiddenStates ? [.own: states + [last]] : [:])
  }
}
