import Attention

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

extension TransformerStack {
  /// Runs the layers over some tokens.
  ///
  /// - Parameters:
  ///   - memory: One per layer, of the tokens before these.
  ///   - progress: Called after each layer with the number of layers done and what is known of them; what it
  ///     throws ends the run.
  /// - Returns: The embeddings and the output of each layer, or only the last output if the states are not
  ///   to be kept; that one is normed.
  func run(
    _ ids: [Int], memory: inout [LayerMemory], in pass: inout StackPass, keepsStates: Bool = false,
    progress: (_ finished: Int, _ pass: StackPass) throws -> Void = { _, _ in }
  ) throws -> [HiddenStates] {
    let start = memory.first?.tokenCount ?? 0
    let end = start + ids.count
    let bias = bias(queries: start..<end, keyCount: end)
    var x = try embed(ids, from: start)
    var states: [HiddenStates] = []
    for (index, layer) in layers.enumerated() {
      if keepsStates { states.append(x) }
      x = try layer(x, bias: bias, memory: &memory[index], in: &pass)
      try progress(index + 1, pass)
    }
    return states + [finish(x)]
  }
}
