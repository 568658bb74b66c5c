import Attention
import HeadPatterns

@testable import Explorer

/// Records whose scores have what models add to the plain one.
enum NeuronSamples {
  /// `record` with its first stack's scores changed.
  static func changing(
    _ record: AttentionRecord, _ change: (inout LayerAttention.Score) -> Void
  ) -> AttentionRecord {
    let stack = record.stacks[0]
    let layers = stack.layers.map { layer in
      guard var score = layer.score else { return layer }
      change(&score)
      return LayerAttention(index: layer.index, mask: layer.mask, score: score)
    }
    return replacingLayers(of: record, with: layers)
  }

  /// Each key further away costs a little more, as in ALiBi.
  static func biased(_ record: AttentionRecord) -> AttentionRecord {
    changing(record) { score in
      var bias: [Float] = []
      for head in 0..<score.queries.headCount {
        for query in 0..<score.queries.rowCount {
          bias += (0..<score.keys.rowCount).map { Float(-abs(query - $0)) / Float(head + 2) }
        }
      }
      score.bias = dense(bias, for: score)
    }
  }

  /// - Parameter values: `[heads, queries, keys]`.
  static func dense(_ values: [Float], for score: LayerAttention.Score) -> AttentionBias {
    AttentionBias(
      dense: values, headCount: score.queries.headCount, queryCount: score.queries.rowCount,
      keyCount: score.keys.rowCount)
  }

  static func capped(_ record: AttentionRecord) -> AttentionRecord {
    changing(record) { score in
      score.softcap = 2
      score.scale = 1
    }
  }

  /// Every two heads share a key head.
  static func grouped(_ record: AttentionRecord) -> AttentionRecord {
    changing(record) { score in
      let count = score.keys.headCount / 2
      let size = score.keys.rowCount * score.keys.headSize
      score.keys = HeadVectors(
        headCount: count, rowCount: score.keys.rowCount, headSize: score.keys.headSize,
        values: Array(score.keys.values.prefix(count * size)))
    }
  }

  /// Vectors as large as those of trained models, so that every colour occurs.
  static func enlarged(_ record: AttentionRecord, by factor: Float = 3) -> AttentionRecord {
    changing(record) { score in
      score.queries = scaled(score.queries, by: factor)
      score.keys = scaled(score.keys, by: factor)
      score.scale /= factor * factor
    }
  }

  private static func scaled(_ vectors: HeadVectors, by factor: Float) -> HeadVectors {
    HeadVectors(
      headCount: vectors.headCount, rowCount: vectors.rowCount, headSize: vectors.headSize,
      values: vectors.values.map { $0 * factor })
  }

  /// Said to have been turned by its positions: the first pair by a quarter turn a position, each other one half as
  /// fast as the one before.
  static func rotary(_ record: AttentionRecord) -> AttentionRecord {
    changing(record) { score in
      score.rotation = Rotation(
        pairing: .halves,
        frequencies: (0..<score.queries.headSize / 2).map { Float.pi / Float(2 << $0) })
    }
  }

  /// As a file brings it: the weights without queries and keys.
  static func weightsOnly(_ record: AttentionRecord) -> AttentionRecord {
    replacingLayers(
      of: record,
      with: record.stacks[0].layers.map { layer in
        LayerAttention(
          index: layer.index, mask: layer.mask,
          weights: (0..<layer.headCount).map { layer.weights(head: $0) })
      })
  }

  private static func replacingLayers(
    of record: AttentionRecord, with layers: [LayerAttention]
  ) -> AttentionRecord {
    let stack = record.stacks[0]
    return AttentionRecord(
      model: record.model,
      stacks: [
        AttentionStack(
          kind: stack.kind, queries: stack.queries, keys: stack.keys, layers: layers,
          summaries: stack.summaries)
      ])
  }
}

extension NeuronSamples {
  /// Numbers that can be followed by hand: the score of "b" is 6 / 2 = 3 with "a" and 2 / 2 = 1 with itself.
  static func tiny(mask: AttentionMask = .bidirectional) -> AttentionRecord {
    let tokens = ["a", "b"].map { SampleRecord.token($0, segment: 0) }
    let score = LayerAttention.Score(
      queries: HeadVectors(headCount: 1, rowCount: 2, headSize: 2, values: [1, 2, 3, -1]),
      keys: HeadVectors(headCount: 1, rowCount: 2, headSize: 2, values: [2, 0, 1, 1]), scale: 0.5)
    return AttentionRecord(
      model: "tiny",
      stacks: [
        AttentionStack(
          kind: .own, queries: tokens, keys: tokens,
          layers: [LayerAttention(index: 0, mask: mask, score: score)],
          summaries: [
            [
              HeadSummary(
                measuring: LayerAttention(index: 0, mask: mask, score: score).weights(head: 0),
                mask: mask, queries: tokens, keys: tokens, kind: .own)
            ]
          ])
      ])
  }

  /// A decoder that looks at its encoder: five queries, nine keys.
  static func cross() -> AttentionRecord {
    let queries = ["le", "chat", "dort", ".", "</s>"].map { SampleRecord.token($0, segment: 0) }
    let keys = SampleRecord.sentence.map { SampleRecord.token($0, segment: 0) }
    return AttentionRecord(
      model: "sample-t5",
      stacks: [
        SampleRecord.stack(
          .encoder, queries: keys, keys: keys, layers: 2, heads: 4, headSize: 16),
        SampleRecord.stack(
          .cross, queries: queries, keys: keys, layers: 2, heads: 3, headSize: 16),
      ])
  }
}
