/// Two linear layers with an activation in between.
struct FeedForward: Sendable {
  let input: Linear
  let output: Linear
  let activation: Activation

  func callAsFunction(_ x: HiddenStates) -> HiddenStates { output(activation(input(x))) }
}

/// A feed-forward block of which one half decides how much of the other goes on: `down(act(gate(x)) · up(x))`
/// (arXiv:2002.05202).
struct GatedFeedForward: Sendable {
  let gate: Linear
  let up: Linear
  let down: Linear
  let activation: Activation

  func callAsFunction(_ x: HiddenStates) -> HiddenStates {
    var y = activation(gate(x))
    y *= up(x)
    return down(y)
  }
}
