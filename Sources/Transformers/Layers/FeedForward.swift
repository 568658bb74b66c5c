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
  /// From three matrices.
  init(
    _ reader: WeightReader,
    names: (gate: String, up: String, down: String) = ("gate_proj", "up_proj", "down_proj"),
    size: Int, innerSize: Int, activation: Activation, hasBias: Bool = false
  ) throws(TransformerError) {
    func inner(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: size, outputSize: innerSize, hasBias: hasBias)
    }
    self.init(
      gate: try inner(names.gate), up: try inner(names.up),
      down: try Linear(
        reader[names.down], inputSize: innerSize, outputSize: size, hasBias: hasBias),
      activation: activation)
  }

  /// From two matrices, in the first of which gate and up lie behind one another.
  init(
    gateUp: WeightReader, down: WeightReader, size: Int, innerSize: Int, activation: Activation,
    hasBias: Bool = false
  ) throws(TransformerError) {
    self.init(
      gateUp: try Linear(
        gateUp, inputSize: size, outputSize: 2 * innerSize, hasBias: hasBias),
      down: try Linear(down, inputSize: innerSize, outputSize: size, hasBias: hasBias),
      activation: activation)
  }

  init(gateUp: Linear, down: Linear, activation: Activation) {
    let size = gateUp.weight.rowCount / 2
    self.init(
      gate: gateUp[0..<size], up: gateUp[size..<2 * size], down: down, activation: activation)
  }
}
