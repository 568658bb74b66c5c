import Attention

/// The attention of a layer, whatever its family: projections to heads, positions, weights, and a projection back.
///
/// `output(softmax(cap(q·k · scale) + bias) · v)`, where queries and keys may be normed and turned before.
///
/// Shape letters: T queries, S keys, H query heads, G key heads, D head size, C hidden size.
struct MultiHeadAttention: Sendable {
  let projections: QueryKeyValue
  /// `[C, H · D]`.
  let output: Linear
  let mask: AttentionMask
  /// What q·k is multiplied with.
  let scale: Float
  /// Scores become `cap · tanh(score / cap)` (Gemma 2).
  var softcap: Float?
  var rotary: RotaryEmbedding?
  /// Norms of queries and keys, before they turn (Qwen3, Gemma 3, OLMo 2).
  var queryNorm: (any HeadNorm)?
  var keyNorm: (any HeadNorm)?
  var bias: (any ScoreBias)?

  /// - Parameter scale: 1 / √D where nil.
  init(
    _ projections: QueryKeyValue, output: Linear, mask: AttentionMask, scale: Float? = nil,
    rotary: RotaryEmbedding? = nil
  ) {
    precondition(output.weight.columnCount == projections.headCount * projections.headSize)
    self.projections = projections
    self.output = output
    self.mask = mask
    self.scale = scale ?? 1 / Float(projections.headSize).squareRoot()
    self.rotary = rotary
  }

  var headCount: Int { projections.headCount }

  /// The attention of tokens to those of their own side, up to themselves or all.
  ///
  /// - Throws: `nonFiniteScores`.
  func callAsFunction(
    _ x: HiddenStates, in run: inout LayerRun
  ) throws(TransformerError) -> HiddenStates {
    var queries = projections.queries(x)
    var new = projections.keysAndValues(x)
    if let queryNorm { queries = queryNorm(queries) }
    if let keyNorm { new.keys = keyNorm(new.keys) }
    let rotation = rotary?.rotation(length: run.length(running: x.tokenCount))
    if let rotation {
      (queries, new.keys) = rotation(
        queries, new.keys, at: run.positions(count: x.tokenCount))
    }
    let known = run.known(with: new)
    return output(
      try run.attend(
        queries, to: known, mask: mask, kind: run.kind, valueBias: projections.valueBias
      ) { queries, first in
        LayerAttention.Score(
          queries: queries, keys: known.keys, scale: scale, softcap: softcap,
          bias: bias?(queries: queries, keys: known.keys, firstQuery: first),
          rotation: rotation, firstQuery: first)
      })
  }

  /// The attention of a decoder's tokens to those of the encoder.
  ///
  /// - Throws: `nonFiniteScores`.
  func callAsFunction(
    _ x: HiddenStates, to encoded: KeysAndValues, in run: inout LayerRun
  ) throws(TransformerError) -> HiddenStates {
    output(
      try run.attend(
        projections.queries(x), to: encoded, mask: mask, kind: .cross,
        valueBias: projections.valueBias
      ) { queries, _ in
        LayerAttention.Score(queries: queries, keys: encoded.keys, scale: scale)
      })
  }
}

extension MultiHeadAttention {
  /// What vectors of one head become on their way into the hidden state, without the output's bias: `[rows, C]`.
  ///
  /// - Parameters:
  ///   - vectors: `[rows, D]`, such as a head's values, or their weighted sums.
  ///   - head: Of H.
  func write(_ vectors: HiddenStates, head: Int) -> HiddenStates {
    precondition(vectors.size == projections.headSize)
    let size = vectors.size
    // The other heads' columns meet zeros: a part of a quantised matrix could not be cut out.
    var context = HiddenStates(tokenCount: vectors.tokenCount, size: headCount * size)
    for row in 0..<vectors.tokenCount {
      let place = row * context.size + head * size
      context.values.replaceSubrange(
        place..<place + size, with: vectors.values[row * size..<(row + 1) * size])
    }
    return Linear(weight: output.weight, bias: nil)(context)
  }
}
