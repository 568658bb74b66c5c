import Attention

/// A layer's self-attention, whatever its family: projections to heads, positions, weights, and a projection back.
///
/// Shape letters: T tokens, H query heads, G key heads, D head size.
struct SelfAttention: Sendable {
  let projections: QueryKeyValue
  let output: Linear
  let attention: AttentionLayer
  /// What q·k is multiplied with.
  let scale: Float
  /// Scores become `cap · tanh(score / cap)` (Gemma 2).
  var softcap: Float?
  var rotary: RotaryEmbedding?
  var alibi: Alibi?
  /// Norms of each head's queries and keys, before they turn (Qwen3, Gemma 3).
  var queryNorm: (any HeadNorm)?
  var keyNorm: (any HeadNorm)?

  /// - Parameter scale: 1 / √D where nil.
  init(
    _ projections: QueryKeyValue, output: Linear, layer: Int, mask: AttentionMask,
    scale: Float? = nil, rotary: RotaryEmbedding? = nil
  ) {
    self.projections = projections
    self.output = output
    attention = AttentionLayer(index: layer, kind: .own, mask: mask)
    self.scale = scale ?? 1 / Float(projections.headSize).squareRoot()
    self.rotary = rotary
  }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    var (queries, keys, values) = projections(x)
    if let queryNorm { queries = queryNorm(queries) }
    if let keyNorm { keys = keyNorm(keys) }
    let rotation = rotary?.rotation(length: x.tokenCount)
    if let rotation { (queries, keys) = rotation(queries, keys) }
    let score = LayerAttention.Score(
      queries: queries, keys: keys, scale: scale, softcap: softcap,
      bias: alibi?.bias(queryCount: x.tokenCount, keyCount: x.tokenCount), rotation: rotation)
    let attended = try attention(score, values: values, patterns: patterns)
    return (output(attended.context), attended)
  }
}
