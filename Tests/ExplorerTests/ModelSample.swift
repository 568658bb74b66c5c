import Attention

@testable import Explorer

/// Records for the model view: with labels and heaviest pairs, as a model's run would measure them.
enum ModelSample {
  static func bert(
    layers: Int = 6, heads: Int = 12, isPair: Bool = false
  ) -> AttentionRecord {
    labelled(SampleRecord.bert(layers: layers, heads: heads, isPair: isPair))
  }

  static func causal(count: Int, layers: Int = 4, heads: Int = 6) -> AttentionRecord {
    labelled(SampleRecord.causal(count: count, layers: layers, heads: heads))
  }

  /// The record with a label for each head: its pattern in `SampleRecord`, and now and then a rarer one.
  static func labelled(_ record: AttentionRecord) -> AttentionRecord {
    let stacks = record.stacks.map { stack in
      let summaries = stack.layers.indices.map { layer in
        (0..<stack.layers[layer].headCount).map { head in
          summary(layer, head, weights: stack.layers[layer].weights(head: head))
        }
      }
      return AttentionStack(
        kind: stack.kind, queries: stack.queries, keys: stack.keys, layers: stack.layers,
        summaries: summaries)
    }
    return AttentionRecord(model: record.model, stacks: stacks)
  }

  private static func summary(_ layer: Int, _ head: Int, weights: HeadWeights) -> HeadSummary {
    let usual: [PatternLabel] = [.own, .same, .first, .next, .broad]
    let rare = PatternLabel.allCases
    let isRare = (layer * 3 + head * 5) % 7 == 0
    let label = isRare ? rare[(layer * 5 + head) % rare.count] : usual[(layer + head) % 5]
    let score = 0.25 + Float((layer * 5 + head * 7) % 8) / 10
    return HeadSummary(
      patterns: [
        HeadSummary.Pattern(label: label, score: score),
        HeadSummary.Pattern(label: .delimiter, score: score / 2),
      ],
      topPairs: weights.heaviestPairs(limit: HeadSummary.pairLimit),
      maximum: weights.values.max() ?? 0,
      pooled: weights.pooled(limit: HeadSummary.pooledLimit))
  }
}
