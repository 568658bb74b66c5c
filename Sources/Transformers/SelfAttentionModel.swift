import Attention

/// A model of one stack of layers, be it an encoder or a decoder: embeddings, layers whose tokens look at
/// each other, and what predicts tokens.
protocol SelfAttentionModel: TransformerModel {
  associatedtype Layer: SelfAttentionStackLayer
  associatedtype Head: PredictionHead

  var layers: [Layer] { get }
  /// nil if the checkpoint has none.
  var head: Head? { get }

  /// What the first layer is given.
  func embed(_ input: ModelInput) throws(TransformerError) -> HiddenStates

  /// What stands between the last layer and the head: a norm, or nothing.
  func finish(_ x: HiddenStates) -> HiddenStates
}

/// What predicts tokens from the output of the layers.
protocol PredictionHead: Sendable {
  /// The most likely tokens at each of `positions`.
  /// - Throws: `nonFiniteLogits`.
  func callAsFunction(
    _ x: HiddenStates, at positions: [Int]
  ) throws(TransformerError) -> [TokenProbability]
}

extension SelfAttentionModel {
  func finish(_ x: HiddenStates) -> HiddenStates { x }

  func forward(
    _ input: ModelInput, progress: (ModelProgress) throws -> Void
  ) throws -> ModelOutput {
    try input.checkLength(limit: summary.positionCount)
    let stack = try SelfAttentionStack(
      running: layers, on: embed(input), tokens: input.tokens,
      keepsStates: input.keepsHiddenStates, progress: progress)
    var states = stack.states
    let last = finish(states.removeLast())
    return ModelOutput(
      stacks: [stack.attention],
      predictions: try head?(last, at: input.predictionPositions) ?? [],
      hiddenStates: input.keepsHiddenStates ? [.own: states + [last]] : [:])
  }
}
