import Attention
import HeadPatterns

/// Records for the model view, with labels that stay what they are however heads are measured.
enum ModelSample {
  static func bert(
    layers: Int = 6, heads: Int = 12, headSize: Int = 32, isPair: Bool = false
  ) -> AttentionRecord {
    labelled(SampleRecord.bert(layers: layers, heads: heads, headSize: headSize, isPair: isPair))
  }

  static func causal(count: Int, layers: Int = 4, heads: Int = 6) -> AttentionRecord {
    labelled(SampleRecord.causal(count: count, layers: layers, heads: heads))
  }

  /// The record with a label for each head: its pattern in `SampleRecord`, and now and then a rarer one.
  static func labelled(_ record: AttentionRecord) -> AttentionRecord {
    let stacks = record.stacks.map { stack in
      let summaries = stack.layers.indices.map { layer in
        (0..<stack.layers[layer].headCount).map { head in
          summary(layer, head, measured: stack.summaries[layer][head])
        }
      }
      return AttentionStack(
        kind: stack.kind, queries: stack.queries, keys: stack.keys, layers: stack.layers,
        summaries: summaries)
    }
    return AttentionRecord(model: record.model, stacks: stacks)
  }

  /// One kind of attention, from layers that a file might bring.
  static func stack(_ tokens: [Token], layers: [LayerAttention]) -> AttentionStack {
    let summaries = layers.map { layer in
      (0..<layer.headCount).map {
        HeadSummary(
          measuring: layer.weights(head: $0), mask: layer.mask, queries: tokens, keys: tokens,
          kind: .own)
      }
    }
    return AttentionStack(
      kind: .own, queries: tokens, keys: tokens, layers: layers, summaries: summaries)
  }

  private static func summary(_ layer: Int, _ head: Int, measured: HeadSummary) -> HeadSummary {
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
      measured: measured.measured, spread: measured.spread, topPairs: measured.topPairs,
      maximum: measured.maximum, pooled: measured.pooled)
  }
}
