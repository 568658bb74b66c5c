import Attention
import Glibc

/// The attention of a layer, whatever its family: projections to heads, positions, weights, and a projection back.
///
/// `output(softmax(cap(q·k · scale) + bias) · v)`, where queries and keys may be normed, clipped and turned before.
///
/// Shape letters: T queries, S keys, H query heads, G key heads, D head size, C hidden size.
struct MultiHeadAttention: Sendable {
  let projections: QueryKeyValue
  /// `[C, H · D]`.
  let output: Linear
  let mask: AttentionMask
  /// The factor of q·k.
  let scale: Float
  /// Scores become `cap · tanh(score / cap)` (Gemma 2).
  var softcap: Float?
  var rotary: RotaryEmbedding?
  /// Norms of queries and keys (Qwen3, Gemma 3, OLMo 2).
  var queryNorm: (any HeadNorm)?
  var keyNorm: (any HeadNorm)?
  /// Whether these come behind the turning rather than before it (Hunyuan).
  var normsTurned = false
  /// Queries, keys and values are cut off at ± this, before they turn (OLMo).
  var clip: Float?
  /// Of values, one for each key head (Gemma 4).
  var valueNorm: (any Norm)?
  /// The layer whose keys and values are looked at; nil for this layer's own.
  var source: Int?
  /// Whether another layer looks at this one's.
  var isSource = false
  var queryGrowth: QueryGrowth?
  var bias: (any ScoreBias)?
  /// A score of each head that belongs to no key (gpt-oss).
  var sinks: [Float]?

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
    let rotation = rotary?.rotation(length: run.length(running: x.tokenCount))
    let positions = run.positions(count: x.tokenCount)
    func finish(_ vectors: HeadVectors, _ norm: (any HeadNorm)?) -> HeadVectors {
      var vectors = vectors
      if let norm, !normsTurned { vectors = norm(vectors) }
      if let clip { vectors = vectors.clipped(to: clip) }
      if let rotation { vectors = rotation(vectors, at: positions) }
      if let norm, normsTurned { vectors = norm(vectors) }
      return vectors
    }
    queries = finish(queries, queryNorm)
    if let queryGrowth { queries = queryGrowth(queries, at: positions) }
    var new: KeysAndValues
    if let source {
      new = run.keysAndValues(ofLayer: source, count: x.tokenCount)
    } else {
      new = projections.keysAndValues(x)
      new.keys = finish(new.keys, keyNorm)
      if let valueNorm { new.values = valueNorm(new.values) }
      if let clip { new.values = new.values.clipped(to: clip) }
      if isSource { run.keep(new) }
    }
    let known = run.known(with: new)
    return output(
      try run.attend(
        queries, to: known, mask: mask, kind: run.kind, valueBias: projections.valueBias
      ) { queries, first in
        var score = LayerAttention.Score(
          queries: queries, keys: known.keys, scale: scale, softcap: softcap,
          bias: bias?(queries: queries, keys: known.keys, firstQuery: first),
          rotation: rotation, firstQuery: first)
        score.sinks = sinks
        return score
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
  /// The output projection of vectors of one head, without its bias: `[rows, C]`.
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

/// The growth of queries with their distance from the beginning, a step for each length of the first training
/// (Llama 4, Ministral 3): `1 + rate · log(1 + ⌊position / length⌋)`.
struct QueryGrowth: Sendable {
  let rate: Float
  /// In tokens.
  let length: Int

  /// - Parameter positions: One for each row.
  func callAsFunction(_ queries: HeadVectors, at positions: [Int]) -> HeadVectors {
    guard positions.contains(where: { $0 >= length }) else { return queries }
    let factors = positions.map { 1 + rate * logf(Float(1 + $0 / length)) }
    return HeadVectors(
      headCount: queries.headCount, rowCount: queries.rowCount, headSize: queries.headSize,
      values: queries.values.enumerated().map { index, value in
        value * factors[index / queries.headSize % queries.rowCount]
      })
  }
}

extension HeadVectors {
  /// All numbers not below −`limit` and not above `limit`; NaN stays.
  fileprivate func clipped(to limit: Float) -> HeadVectors {
    HeadVectors(
      headCount: headCount, rowCount: rowCount, headSize: headSize,
      values: values.map { $0 > limit ? limit : $0 < -limit ? -limit : $0 })
  }
}
