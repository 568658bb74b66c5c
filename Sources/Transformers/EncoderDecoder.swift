import Attention
import CKernels

/// A model whose decoder generates while it looks at what an encoder made of the input.
struct EncoderDecoder: TransformerModel {
  let encoder: TransformerStack
  let decoder: TransformerStack
  /// nil if the checkpoint has none.
  let head: LanguageModelHead?
  let generation: GenerationSettings
  let summary: ModelSummary

  /// - Parameters:
  ///   - positionCount: The longest input of both sides.
  ///   - reader: The scope of the whole checkpoint, of which all has been read by now.
  init(
    family: String, encoder: TransformerStack, decoder: TransformerStack,
    head: LanguageModelHead?, generation: GenerationSettings, positionCount: Int,
    _ reader: WeightReader
  ) {
    self.encoder = encoder
    self.decoder = decoder
    self.head = head
    self.generation = generation
    summary = ModelSummary(
      family: family, layerCount: encoder.layers.count, headCount: encoder.headCount,
      hiddenSize: encoder.hiddenSize, positionCount: positionCount,
      vocabularySize: encoder.embeddings.words.weight.rowCount, predictsTokens: head != nil,
      decoder: DecoderSummary(
        layerCount: decoder.layers.count, headCount: decoder.headCount,
        positionCount: positionCount, startID: generation.startID),
      unusedTensors: reader.unusedNames, roundedFormats: reader.roundedFormats)
  }

  func forward(
    _ input: ModelInput, progress: (ModelProgress) throws -> Void
  ) throws -> ModelOutput {
    try input.checkLength(limit: summary.positionCount)
    var input = input.withoutMemoryIfChanged
    var changes = RunChanges()
    var writtenIDs: [Int]?
    if !input.interventions.isEmpty {
      // The text that the model generates is that of the model as it is, so that what changes can be compared.
      let clean = try forward(input.clean)
      if let ids = clean.generatedIDs, let tokens = clean.stacks.last?.queries {
        input.target = .given(tokens: tokens, ids: ids)
        writtenIDs = ids
      }
      let (count, targetCount) = (input.ids.count, clean.stacks[1].queries.count)
      try input.interventions.check(
        [
          encoder.extent(.encoder, queryCount: count, keyCount: count),
          decoder.extent(.decoder, queryCount: targetCount, keyCount: targetCount),
          decoder.extent(.cross, queryCount: targetCount, keyCount: count),
        ], patched: input.patchedSums)
      changes = RunChanges(
        input.interventions, clean: clean.stacks, given: input.patchedSums)
    }
    let (encoderCount, decoderCount) = (encoder.layers.count, decoder.layers.count)
    func report(_ finished: Int, _ stacks: [AttentionStack?]) throws {
      try progress(
        ModelProgress(
          finished: finished, total: encoderCount + decoderCount,
          stacks: stacks.compactMap(\.self)))
    }

    let known = input.memory?.encoder.flatMap {
      $0.ids == input.ids && input.recording.states.isEmpty ? $0 : nil
    }
    var encoderRun = LayerRun(
      .encoder,
      recorder: Recorder(
        input.recording,
        [AttentionRecorder(.encoder, queries: input.tokens, keys: input.tokens)]),
      changes: changes)
    let states =
      try known?.states
      ?? encoder.run(input.ids, in: &encoderRun) {
        try report($0, [$1.stack(.encoder, ofLayers: encoderCount)])
      }
    let encoderStack = known?.attention ?? encoderRun.stack(.encoder, ofLayers: encoderCount)
    let encoded =
      known?.encoded
      ?? decoder.layers.compactMap { $0.cross?.body.projections.keysAndValues(states) }

    let target = try target(of: input, encoded: encoded) {
      try report(encoderCount, [encoderStack])
    }
    let start =
      known == nil
      ? 0
      : input.memory?.sharedCount(
        with: target.ids, in: decoder, needed: [], recording: input.recording) ?? 0
    let keepsMemory = input.keepsMemory && decoder.isUnchanged(from: 1, to: target.ids.count)
    var run = LayerRun(
      .decoder,
      cache: KeyValueCache(input.memory?.cache, first: start, isKept: keepsMemory),
      encoded: encoded,
      recorder: Recorder(
        input.recording,
        [
          AttentionRecorder(
            .decoder, queries: target.tokens, keys: target.tokens,
            earlier: input.memory?.own, start: start, keepsMemory: keepsMemory),
          AttentionRecorder(
            .cross, queries: target.tokens, keys: input.tokens, earlier: known?.cross,
            start: start, keepsMemory: keepsMemory),
        ]),
      changes: changes)
    func stacks(_ run: LayerRun) -> [AttentionStack?] {
      [
        encoderStack, run.stack(.decoder, ofLayers: decoderCount),
        run.stack(.cross, ofLayers: decoderCount),
      ]
    }
    let decoded = try decoder.run(Array(target.ids[start...]), in: &run) {
      try report(encoderCount + $0, stacks($1))
    }

    let logits = head?.logits(decoded.rows([decoded.tokenCount - 1]))
    var output = ModelOutput(
      stacks: stacks(run).compactMap(\.self),
      predictions: try logits?.likelyTokens(at: [target.ids.count - 1]) ?? [],
      logits: input.recording.logits ? logits : nil,
      generatedIDs: target.isGenerated ? target.ids : writtenIDs,
      interventions: input.interventions)
    output.patchedSums = input.patchedSums
    output.traces[.encoder] = encoderRun.trace
    output.traces[.decoder] = run.trace
    if keepsMemory, let cache = run.cache, let encoderStack {
      output.memory = PassMemory(
        ids: target.ids, cache: cache,
        own: run.memory(.decoder),
        encoder: EncoderMemory(
          ids: input.ids, states: states, attention: encoderStack, encoded: encoded,
          cross: run.memory(.cross)))
    }
    return output
  }
}

extension EncoderDecoder {
  var structure: ModelStructure { ModelStructure(encoder: encoder, decoder, head: head) }
}

// MARK: Target

extension EncoderDecoder {
  /// - Parameter encoded: One for each layer of the decoder.
  private func target(
    of input: ModelInput, encoded: [KeysAndValues], afterEachToken progress: () throws -> Void
  ) throws -> (tokens: [Token], ids: [Int], isGenerated: Bool) {
    let limit = summary.decoder?.positionCount ?? 0
    switch input.target {
    case .given(let tokens, let ids):
      precondition(tokens.count == ids.count)
      guard !ids.isEmpty else { throw TransformerError.noTargetTokens }
      guard ids.count <= limit else {
        throw TransformerError.tooManyTargetTokens(count: ids.count, limit: limit)
      }
      return (tokens, ids, false)
    case .generated(let firstID, let tokens):
      let ids = try write(firstID: firstID, encoded: encoded, afterEachToken: progress)
      return (tokens(ids), ids, true)
    }
  }

  private func write(
    firstID: Int?, encoded: [KeysAndValues], afterEachToken progress: () throws -> Void
  ) throws -> [Int] {
    // Where the files name no start, the language is it.
    guard let startID = generation.startID ?? firstID else { throw TransformerError.noStartID }
    let firstID = generation.startID == nil ? nil : firstID
    guard let head else { throw TransformerError.cannotWrite }
    var cache = KeyValueCache()
    return try generation.greedy(from: startID, firstID: firstID) { id in
      // What it wrote is recorded afterwards, as a whole.
      var run = LayerRun(.decoder, cache: cache, encoded: encoded)
      let x = try decoder.run([id], in: &run)
      defer { cache = run.cache ?? cache }
      try progress()
      return try head.likeliestID(x, at: run.start, besides: generation.forbiddenIDs)
    }
  }
}

extension LanguageModelHead {
  /// The token with the highest score; neither scale nor cap makes another one of it.
  ///
  /// - Parameter x: One vector.
  fileprivate func likeliestID(
    _ x: HiddenStates, at position: Int, besides forbidden: Set<Int>
  ) throws(TransformerError) -> Int {
    let logits = linear(x).values
    let isFinite = logits.withUnsafeBufferPointer { logits in
      logits.baseAddress.map { ck_is_finite($0, logits.count) } ?? true
    }
    guard isFinite else { throw .nonFiniteLogits(position: position) }
    var best: (id: Int, logit: Float) = (0, -.infinity)
    for (id, logit) in logits.enumerated() where logit > best.logit && !forbidden.contains(id) {
      best = (id, logit)
    }
    return best.id
  }
}
