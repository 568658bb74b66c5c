import Attention

/// The memory of a pass, so that one over a longer text runs new tokens only: keys, values and queries of a decoder,
/// and in an encoder-decoder the results of the encoder.
public struct PassMemory: Sendable {
  /// The decoder's, as they ran.
  let ids: [Int]
  let cache: KeyValueCache
  let own: AttentionMemory?
  var encoder: EncoderMemory?

  /// The number of a further pass's tokens that need not run: those it begins with alike, but the last one, which has
  /// predictions to make.
  ///
  /// - Parameter needed: Positions whose outputs are asked for.
  func sharedCount(
    with ids: [Int], in stack: TransformerStack, needed: [Int], recording: Recording
  ) -> Int {
    guard recording.states.isEmpty, stack.isUnchanged(from: self.ids.count, to: ids.count)
    else { return 0 }
    let shared = zip(self.ids, ids).prefix { $0 == $1 }.count
    return max(0, min(shared, ids.count - 1, needed.min() ?? shared))
  }
}

/// The results of the encoder, which runs again only for another input.
struct EncoderMemory: Sendable {
  let ids: [Int]
  let states: HiddenStates
  let attention: AttentionStack
  /// For each layer of the decoder.
  let encoded: [KeysAndValues]
  let cross: AttentionMemory?
}

/// The memory of the queries of one kind of attention.
struct AttentionMemory: Sendable {
  let layers: [LayerAttention]
  /// By layer and head, what was measured of all queries but the last ones; nil where that is nothing.
  let tallies: [[(any HeadTally)?]]

  /// The queries at the end that are measured anew: a word that is being typed is often other tokens with each letter.
  static let lastCount = 8
}
