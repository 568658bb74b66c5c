/// A function of each token's vector alone.
protocol TokenMap: Sendable {
  func callAsFunction(_ x: HiddenStates) -> HiddenStates

  /// The same, leaving in the run what it has to tell of itself.
  func callAsFunction(_ x: HiddenStates, in run: inout LayerRun) -> HiddenStates
}

extension TokenMap {
  func callAsFunction(_ x: HiddenStates, in run: inout LayerRun) -> HiddenStates { self(x) }
}

/// Two linear layers with an activation in between.
struct FeedForward: TokenMap {
  let input: Linear
  let output: Linear
  let activation: Activation

  func callAsFunction(_ x: HiddenStates) -> HiddenStates { output(activation(input(x))) }
}

extension FeedForward {
  /// Reads the two layers from their scopes.
  init(
    _ input: WeightReader, _ output: WeightReader, size: Int, innerSize: Int,
    activation: Activation, hasBias: Bool = true, layout: WeightMatrix.Layout = .rows
  ) throws(TransformerError) {
    self.init(
      input: try Linear(
        input, inputSize: size, outputSize: innerSize, hasBias: hasBias, layout: layout),
      output: try Linear(
        output, inputSize: innerSize, outputSize: size, hasBias: hasBias, layout: layout),
      activation: activation)
  }
}

/// A feed-forward block of which one half decides how much of the other goes on: `down(act(gate(x)) · up(x))`
/// (arXiv:2002.05202).
struct GatedFeedForward: TokenMap {
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

extension GatedFeedForward {
  /// From the scopes `gate_proj` and `up_proj`, or the two behind one another in `gate_up_proj`, and `down_proj`.
  init(
    _ reader: WeightReader, size: Int, innerSize: Int, activation: Activation,
    hasBias: Bool = false, isFused: Bool = false
  ) throws(TransformerError) {
    func linear(_ name: String, _ outputSize: Int) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: size, outputSize: outputSize, hasBias: hasBias)
    }
    let down = try Linear(
      reader["down_proj"], inputSize: innerSize, outputSize: size, hasBias: hasBias)
    if isFused {
      let both = try linear("gate_up_proj", 2 * innerSize)
      self.init(
        gate: both[0..<innerSize], up: both[innerSize..<2 * innerSize], down: down,
        activation: activation)
    } else {
      self.init(
        gate: try linear("gate_proj", innerSize), up: try linear("up_proj", innerSize),
        down: down, activation: activation)
    }
  }
}
