import Attention
import CKernels

/// A model whose decoder writes while it looks at what an encoder made of the input.
struct EncoderDecoder<Stack: TransformerStack>: TransformerModel {
  let encoder: Stack
  let decoder: Stack
  /// nil if the checkpoint has none.
  let head: LanguageModelHead?
  let generation: GenerationSettings
  let summary: ModelSummary

  func forward(
    _ input: ModelInput, progress: (ModelProgress) throws -> Void
  ) throws -> ModelOutput {
    try input.checkLength(limit: summary.positionCount)
    let encoderCount = encoder.layers.count
    let decoderCount = decoder.layers.count
    func report(_ finished: Int, _ stacks: [AttentionStack]) throws {
      try progress(
        ModelProgress(finished: finished, total: encoderCount + decoderCount, stacks: stacks))
    }

    var pass = StackPass(
      own: AttentionPass(
        .encoder, mask: .bidirectional, queries: input.tokens, keys: input.tokens))
    var memory = encoder.layers.map { _ in LayerMemory() }
    let encoded = try encoder.run(
      input.ids, memory: &memory, in: &pass, keepsStates: input.keepsHiddenStates
    ) { try report($0, [$1.own.stack(ofLayers: encoderCount)]) }
    let encoderStack = pass.own.stack(ofLayers: encoderCount)

    memory = decoder.layers.map { LayerMemory(encoded: $0.encoded(encoded[encoded.count - 1])) }
    let target = try target(of: input, memory: memory) {
      try report(encoderCount, [encoderStack])
    }
    var decoderPass = StackPass(
      own: AttentionPass(.decoder, mask: .causal, queries: target.tokens, keys: target.tokens),
      cross: AttentionPass(
        .cross, mask: .bidirectional, queries: target.tokens, keys: input.tokens))
    func stacks(_ pass: StackPass) -> [AttentionStack] {
      [
        encoderStack, pass.own.stack(ofLayers: decoderCount),
        pass.cross.stack(ofLayers: decoderCount),
      ]
    }
    let decoded = try decoder.run(
      target.ids, memory: &memory, in: &decoderPass, keepsStates: input.keepsHiddenStates
    ) { try report(encoderCount + $0, stacks($1)) }

    return ModelOutput(
      stacks: stacks(decoderPass),
      predictions: try head?(decoded[decoded.count - 1], at: [target.ids.count - 1]) ?? [],
      generatedIDs: target.isGenerated ? target.ids : nil,
      hiddenStates: input.keepsHiddenStates ? [.encoder: encoded, .decoder: decoded] : [:])
  }
}

// MARK: Target

extension EncoderDecoder {
  /// - Parameter memory: Of no tokens yet, one per layer of the decoder.
  private func target(
    of input: ModelInput, memory: [LayerMemory], afterEachToken progress: () throws -> Void
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
      let ids = try write(firstID: firstID, memory: memory, afterEachToken: progress)
      return (tokens(ids), ids, true)
    }
  }

  private func write(
    firstID: Int?, memory: [LayerMemory], afterEachToken progress: () throws -> Void
  ) throws -> [Int] {
    // Where the files name no start, the language is it.
    guard let startID = generation.startID ?? firstID else { throw TransformerError.noStartID }
    let firstID = generation.startID == nil ? nil : firstID
    guard let head else { throw TransformerError.cannotWrite }
    var memory = memory
    var position = 0
    return try generation.greedy(from: startID, firstID: firstID) { id in
      var pass = StackPass(own: AttentionPass(unrecorded: .decoder))
      let states = try decoder.run([id], memory: &memory, in: &pass)
      try progress()
      defer { position += 1 }
      return try head.likeliestID(
        states[states.count - 1], at: position, besides: generation.forbiddenIDs)
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
