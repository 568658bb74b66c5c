/// A layer of an encoder or decoder: attention to the own side, in an encoder-decoder's decoder attention to the encoder,
/// feed-forward.
struct TransformerLayer: Sendable {
  var attention: Sublayer<MultiHeadAttention>
  var cross: Sublayer<MultiHeadAttention>?
  let feedForward: Sublayer<any TokenMap>
  var order = Order.sequential
  /// The part that makes the blocks' input of the layer's, and comes between them (Gemma 3n).
  var entry: (any LayerEntry)?
  /// The part that changes the layer's output with a look at its input (DeBERTa's convolution).
  var beside: (any LayerCompanion)?

  /// The input of the feed-forward block.
  enum Order: Sendable {
    /// The attention's output, added to the input.
    case sequential
    /// The layer's input, under a norm of its own; both blocks are added to it together (GPT-NeoX, Falcon 40B).
    case parallel
    /// The attention's input (GPT-J, Phi, Falcon 7B).
    case parallelSharingNorm
  }

  /// - Throws: `nonFiniteScores`.
  func callAsFunction(
    _ x: HiddenStates, in run: inout LayerRun
  ) throws(TransformerError) -> HiddenStates {
    run.take(.before, x)
    let states = entry?.enter(x) ?? x
    let input = attention.input(states)
    switch order {
    case .sequential:
      var y = attention.sum(
        try attention.body(input, in: &run), to: states, input: input, as: .attention, in: &run)
      if let entry { y = entry.middle(y, input: input) }
      if let cross, let encoded = run.encoded {
        let input = cross.input(y)
        y = cross.sum(
          try cross.body(input, to: encoded, in: &run), to: y, input: input, as: .cross, in: &run)
      }
      let nextInput = feedForward.input(y)
      y = feedForward.sum(
        feedForward.body(nextInput, in: &run), to: y, input: nextInput, as: .feedForward, in: &run)
      return beside?(x, output: y, in: &run) ?? y
    case .parallel, .parallelSharingNorm:
      var y = attention.branch(
        try attention.body(input, in: &run), as: .attention, in: &run)
      y += x
      y += feedForward.branch(
        feedForward.body(order == .parallel ? feedForward.input(x) : input, in: &run),
        as: .feedForward, in: &run)
      run.take(.after, y)
      return y
    }
  }
}

/// A part that turns a layer's input into that of its blocks.
protocol LayerEntry: Sendable {
  func enter(_ x: HiddenStates) -> HiddenStates

  /// The input of the feed-forward block.
  ///
  /// - Parameters:
  ///   - y: What the attention put out, added to what was entered.
  ///   - input: What the attention read.
  func middle(_ y: HiddenStates, input: HiddenStates) -> HiddenStates
}

/// A part that runs beside a whole layer.
protocol LayerCompanion: Sendable {
  /// - Parameters:
  ///   - x: What the layer read.
  ///   - output: What it put out.
  func callAsFunction(
    _ x: HiddenStates, output: HiddenStates, in run: inout LayerRun
  ) -> HiddenStates
}
