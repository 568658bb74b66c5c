/// An encoder or a decoder: embeddings, layers, and what stands behind the last one.
struct TransformerStack: Sendable {
  var embeddings: InputEmbeddings
  let layers: [TransformerLayer]
  /// nil where the last layer ends with a norm (BERT).
  let finalNorm: (any Norm)?
  /// The inputs of each layer besides the states (Gemma 4).
  var layerInputs: LayerInputs?
  /// The part that makes several streams of the embeddings, and one of these behind the last layer (Gemma 3n).
  var streams: StateStreams?
  /// From the layers' size to that of the vocabulary's vectors (OPT).
  var projection: Linear?

  init(
    embeddings: InputEmbeddings, layers: [TransformerLayer], finalNorm: (any Norm)? = nil
  ) {
    self.embeddings = embeddings
    self.layers = layers
    self.finalNorm = finalNorm
  }

  /// Runs the layers over some tokens.
  ///
  /// - Parameters:
  ///   - tokenTypeIDs: One for each id, or nil for all 0.
  ///   - progress: Called after each layer with the number of layers done; what it throws ends the run.
  /// - Returns: The last states of these tokens, normed: `[T, C]`.
  func run(
    _ ids: [Int], tokenTypeIDs: [Int]? = nil, in run: inout LayerRun,
    progress: (_ finished: Int, _ run: LayerRun) throws -> Void = { _, _ in }
  ) throws -> HiddenStates {
    let x = try embeddings(ids, tokenTypeIDs: tokenTypeIDs, from: run.start)
    run.layerInputs = try layerInputs?(ids, embedded: x)
    return try self.run(streams?.expand(x) ?? x, from: 0, in: &run, progress: progress)
  }

  /// Runs the layers from one on.
  ///
  /// - Parameter x: What that layer reads, `[T, C]`.
  func run(
    _ x: HiddenStates, from first: Int, in run: inout LayerRun,
    progress: (_ finished: Int, _ run: LayerRun) throws -> Void = { _, _ in }
  ) throws -> HiddenStates {
    var x = x
    for index in first..<layers.count {
      run.enter(layer: index)
      x = try layers[index](x, in: &run)
      try progress(index + 1, run)
    }
    let last = lastStates(of: x)
    run.takeLast(last, scales: finalNorm?.scales(of: streams?.collect(x) ?? x))
    return last
  }

  /// The states behind the last layer.
  func lastStates(of x: HiddenStates) -> HiddenStates {
    let x = streams?.collect(x) ?? x
    let normed = finalNorm?(x) ?? x
    return projection?(normed) ?? normed
  }

  /// The number of heads of the first layer.
  var headCount: Int { layers.first?.attention.body.headCount ?? 0 }

  /// C.
  var hiddenSize: Int { layers.first?.attention.body.output.weight.rowCount ?? 0 }

  /// Whether tokens are the same whatever follows them, if the text grows from one length to another.
  func isUnchanged(from length: Int, to longer: Int) -> Bool {
    layers.allSatisfy { layer in
      let attention = layer.attention.body
      return attention.mask.isCausal
        && attention.rotary?.rotation(length: length)
          == attention.rotary?.rotation(length: longer)
    }
  }
}
