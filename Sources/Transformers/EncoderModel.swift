import Attention

/// The encoder of an encoder-decoder by itself: what makes vectors of texts, for a search or for pictures.
struct EncoderModel<Stack: TransformerStack>: TransformerModel {
  let encoder: Stack
  let summary: ModelSummary

  func forward(
    _ input: ModelInput, progress: (ModelProgress) throws -> Void
  ) throws -> ModelOutput {
    try input.checkLength(limit: summary.positionCount)
    let layerCount = encoder.layers.count
    var pass = StackPass(
      own: AttentionPass(.own, mask: .bidirectional, queries: input.tokens, keys: input.tokens))
    var memory = encoder.layers.map { _ in LayerMemory() }
    let states = try encoder.run(
      input.ids, memory: &memory, in: &pass, keepsStates: input.keepsHiddenStates
    ) {
      try progress(
        ModelProgress(
          finished: $0, total: layerCount, stacks: [$1.own.stack(ofLayers: layerCount)]))
    }
    return ModelOutput(
      stacks: [pass.own.stack(ofLayers: layerCount)],
      hiddenStates: input.keepsHiddenStates ? [.own: states] : [:])
  }
}
