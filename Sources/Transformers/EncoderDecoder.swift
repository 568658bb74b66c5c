import Attention
import CKernels

/// An encoder or a decoder: embeddings, layers of one kind, a norm behind them.
protocol TransformerStack: Sendable {
  associatedtype Layer: StackLayer
  var layers: [Layer] { get }

  /// - Parameter start: The position of the first id.
  func embed(_ ids: [Int], from start: Int) throws(TransformerError) -> HiddenStates

  /// What all layers add to the scores of attention to themselves, if they add the same.
  func bias(queries: Range<Int>, keyCount: Int) -> AttentionBias?

  func finish(_ x: HiddenStates) -> HiddenStates
}

extension TransformerStack {
  func bias(queries: Range<Int>, keyCount: Int) -> AttentionBias? { nil }
}

protocol StackLayer: Sendable {
  /// What queries of a decoder's layer find in the encoder's output; nil in an encoder.
  func encoded(_ x: HiddenStates) -> KeysAndValues?

  func callAsFunction(
    _ x: HiddenStates, bias: AttentionBias?, memory: inout LayerMemory, in pass: inout StackPass
  ) throws(TransformerError) -> HiddenStates
}

/// What a layer's queries can look at: the tokens so far, and in a decoder the encoder's.
struct LayerMemory: Sendable {
  private(set) var own: KeysAndValues?
  let encoded: KeysAndValues?

  init(encoded: KeysAndValues? = nil) { self.encoded = encoded }

  var tokenCount: Int { own?.tokenCount ?? 0 }

  /// Adds those of further tokens, and gives all.
  mutating func append(_ new: KeysAndValues) -> KeysAndValues {
    var all = own
    all?.append(new)
    own = all ?? new
    return all ?? new
  }
}

/// The attentions of one walk through a stack: to itself, and in a decoder to the encoder.
struct StackPass {
  var own: AttentionPass
  var cross = AttentionPass(unrecorded: .cross)
}

/// A model whose decoder writes while it looks at what an encoder made of the input.
struct EncoderDecoder<Stack: TransformerStack>: TransformerModel {
  let encoder: Stack
  let decoder: Stack
  /// nil if the checkpoint has none.
  let head: LanguageModelHead?
  let generation: GenerationSettings
  let summary: ModelSummary

  func forward(
    _ input: ModelInput, progress: (_ finished: Int, _ total: Int) throws -> Void
  ) throws -> ModelOutput {
    try input.checkLength(limit: summary.positionCount)
    let layerCount = encoder.layers.count + decoder.layers.count
    var states: [AttentionKind: [HiddenStates]] = [:]

    var pass = StackPass(
      own: AttentionPass(
        .encoder, mask: .bidirectional, queries: input.tokens, keys: input.tokens))
    var memory = [LayerMemory](repeating: LayerMemory(), count: encoder.layers.count)
    let encoded = try run(
      encoder, input.ids, memory: &memory, in: &pass,
      states: input.keepsHiddenStates ? { states[.encoder, default: []].append($0) } : nil
    ) { try progress($0, layerCount) }

    let empty = decoder.layers.map { LayerMemory(encoded: $0.encoded(encoded)) }
    let target = try target(of: input, memory: empty) {
      try progress(encoder.layers.count, layerCount)
    }
    var decoderPass = StackPass(
      own: AttentionPass(.decoder, mask: .causal, queries: target.tokens, keys: target.tokens),
      cross: AttentionPass(
        .cross, mask: .bidirectional, queries: target.tokens, keys: input.tokens))
    memory = empty
    let decoded = try run(
      decoder, target.ids, memory: &memory, in: &decoderPass,
      states: input.keepsHiddenStates ? { states[.decoder, default: []].append($0) } : nil
    ) { try progress(encoder.layers.count + $0, layerCount) }

    let last = target.ids.count - 1
    return ModelOutput(
      stacks: [pass.own, decoderPass.own, decoderPass.cross].map(\.stack),
      predictions: try head?(decoded, at: [last]) ?? [],
      generatedIDs: target.isGenerated ? target.ids : nil, hiddenStates: states)
  }

  /// - Parameters:
  ///   - memory: One per layer, of the tokens before these.
  ///   - states: Called with the embeddings and what each layer makes of them, the last normed.
  ///   - progress: Called with the number of layers done.
  private func run(
    _ stack: Stack, _ ids: [Int], memory: inout [LayerMemory], in pass: inout StackPass,
    states: ((HiddenStates) -> Void)? = nil, progress: (Int) throws -> Void = { _ in }
  ) throws -> HiddenStates {
    let start = memory.first?.tokenCount ?? 0
    let end = start + ids.count
    var x = try stack.embed(ids, from: start)
    let bias = stack.bias(queries: start..<end, keyCount: end)
    for (index, layer) in stack.layers.enumerated() {
      states?(x)
      x = try layer(x, bias: bias, memory: &memory[index], in: &pass)
      try progress(index + 1)
    }
    x = stack.finish(x)
    states?(x)
    return x
  }

  // MARK: Target

  private typealias Target = (tokens: [Token], ids: [Int], isGenerated: Bool)

  private func target(
    of input: ModelInput, memory: [LayerMemory], afterEachToken progress: () throws -> Void
  ) throws -> Target {
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
    guard let startID = generation.startID else { throw TransformerError.noStartID }
    guard let head else { throw TransformerError.cannotWrite }
    var memory = memory
    var position = 0
    return try generation.greedy(from: startID, firstID: firstID) { id in
      var pass = StackPass(own: AttentionPass(unrecorded: .decoder))
      let x = try run(decoder, [id], memory: &memory, in: &pass)
      try progress()
      defer { position += 1 }
      return try head.likeliestID(x, at: position, besides: generation.forbiddenIDs)
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
