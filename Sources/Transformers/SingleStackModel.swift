import Attention

/// A model of one stack of layers, be it an encoder or a decoder: embeddings, layers whose tokens look at each other,
/// and what predicts tokens.
struct SingleStackModel: TransformerModel {
  let stack: TransformerStack
  /// nil if the checkpoint has none.
  let head: (any PredictionHead)?
  let summary: ModelSummary

  /// - Parameters:
  ///   - positionCount: The longest input.
  ///   - reader: The scope of the whole checkpoint, of which all has been read by now.
  init(
    family: String, _ stack: TransformerStack, head: (any PredictionHead)?, positionCount: Int,
    _ reader: WeightReader
  ) {
    self.stack = stack
    self.head = head
    summary = ModelSummary(
      family: family, layerCount: stack.layers.count, headCount: stack.headCount,
      hiddenSize: stack.hiddenSize, positionCount: positionCount,
      vocabularySize: stack.embeddings.words.weight.rowCount, predictsTokens: head != nil,
      readsTokenTypes: (stack.embeddings.tokenTypes?.weight.rowCount ?? 0) > 1,
      unusedTensors: reader.unusedNames, roundedFormats: reader.roundedFormats)
  }

  func forward(
    _ input: ModelInput, progress: (ModelProgress) throws -> Void
  ) throws -> ModelOutput {
    try input.checkLength(limit: summary.positionCount)
    let input = input.withoutMemoryIfChanged
    try input.interventions.check(
      [stack.extent(.own, queryCount: input.ids.count, keyCount: input.ids.count)],
      patched: input.patchedSums)
    let changes = RunChanges(
      input.interventions,
      clean: input.interventions.needCleanRun ? try forward(input.clean).stacks : nil,
      given: input.patchedSums)
    let start =
      input.memory?.sharedCount(
        with: input.ids, in: stack, needed: input.predictionPositions, recording: input.recording)
      ?? 0
    let keepsMemory = input.keepsMemory && stack.isUnchanged(from: 1, to: input.ids.count)
    var run = LayerRun(
      .own,
      cache: KeyValueCache(input.memory?.cache, first: start, isKept: keepsMemory),
      recorder: Recorder(
        input.recording,
        [
          AttentionRecorder(
            .own, queries: input.tokens, keys: input.tokens, earlier: input.memory?.own,
            start: start, keepsMemory: keepsMemory)
        ]),
      changes: changes)
    func attention(_ run: LayerRun) -> [AttentionStack] {
      run.stack(.own, ofLayers: stack.layers.count).map { [$0] } ?? []
    }
    let last = try stack.run(
      Array(input.ids[start...]), tokenTypeIDs: input.tokenTypeIds, in: &run
    ) { finished, run in
      try progress(
        ModelProgress(finished: finished, total: stack.layers.count, stacks: attention(run)))
    }
    let positions = input.predictionPositions
    let logits = head?.logits(last.rows(positions.map { $0 - start }))
    var output = ModelOutput(
      stacks: attention(run), predictions: try logits?.likelyTokens(at: positions) ?? [],
      logits: input.recording.logits ? logits : nil,
      traces: run.trace.map { [.own: $0] } ?? [:], interventions: input.interventions,
      memory: run.cache.map { cache in
        PassMemory(
          ids: input.ids, cache: cache, own: run.memory(.own))
      })
    output.patchedSums = input.patchedSums
    return output
  }
}

extension SingleStackModel {
  var structure: ModelStructure { ModelStructure(stack, head: head) }
}

/// A head that predicts tokens from the output of the layers.
protocol PredictionHead: Sendable {
  /// The scores of all tokens of the vocabulary: `[rows, vocabulary]`.
  ///
  /// - Parameter x: Last states, `[rows, C]`.
  func logits(_ x: HiddenStates) -> HiddenStates

  /// The size of the vocabulary that it tells apart.
  var scoreCount: Int { get }
}
