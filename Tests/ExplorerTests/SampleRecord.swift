import Attention
import HeadPatterns

/// Attention made up for tests of the views: seeded, so that pictures stay the same.
enum SampleRecord {
  static let sentence = ["[CLS]", "the", "cat", "sat", "on", "the", "mat", ".", "[SEP]"]
  static let second = ["the", "cat", "lay", "on", "the", "rug", ".", "[SEP]"]

  /// A BERT of `layers` × `heads` on one sentence or two.
  static func bert(
    layers: Int = 6, heads: Int = 12, headSize: Int = 32, isPair: Bool = false
  ) -> AttentionRecord {
    var tokens = sentence.map { token($0, segment: 0) }
    if isPair { tokens += second.map { token($0, segment: 1) } }
    return AttentionRecord(
      model: "sample-bert",
      stacks: [
        stack(.own, queries: tokens, keys: tokens, layers: layers, heads: heads, headSize: headSize)
      ])
  }

  /// An encoder-decoder: nine tokens in, five out.
  static func encoderDecoder(layers: Int = 2, heads: Int = 4) -> AttentionRecord {
    let source = sentence.map { token($0, segment: 0) }
    let target = ["<pad>", "die", "Katze", "saß", "."].map { token($0, segment: 0) }
    func stack(_ kind: AttentionKind, _ queries: [Token], _ keys: [Token]) -> AttentionStack {
      Self.stack(
        kind, queries: queries, keys: keys, layers: layers, heads: heads, headSize: 16,
        mask: kind == .decoder ? .causal : .bidirectional)
    }
    return AttentionRecord(
      model: "sample-t5",
      stacks: [
        stack(.encoder, source, source), stack(.decoder, target, target),
        stack(.cross, target, source),
      ])
  }

  /// A decoder on `count` tokens.
  static func causal(
    count: Int, layers: Int = 2, heads: Int = 4, headSize: Int = 16
  ) -> AttentionRecord {
    let words = ["a", "long", "text", "of", "many", "words", "that", "go", "on", "and"]
    let tokens = (0..<count).map { token(words[$0 % words.count], segment: 0) }
    return AttentionRecord(
      model: "sample-gpt",
      stacks: [
        stack(
          .own, queries: tokens, keys: tokens, layers: layers, heads: heads, headSize: headSize,
          mask: .causal)
      ])
  }

  /// What is known of a record after so many layers of each stack, the first stacks first.
  static func beginning(_ layerCounts: Int..., of record: AttentionRecord) -> AttentionRecord {
    AttentionRecord(
      continuing: record,
      stacks: zip(record.stacks, layerCounts).map { stack, count in
        AttentionStack(
          kind: stack.kind, queries: stack.queries, keys: stack.keys,
          layers: Array(stack.layers.prefix(count)),
          summaries: Array(stack.summaries.prefix(count)),
          layerCount: stack.layerCount)
      }, predictions: [], notes: [])
  }

  /// Heads take turns: previous token, same word, first token, next token, spread out.
  static func stack(
    _ kind: AttentionKind, queries: [Token], keys: [Token], layers: Int, heads: Int, headSize: Int,
    mask: AttentionMask = .bidirectional
  ) -> AttentionStack {
    var random = SeededGenerator(state: 20)
    func noise() -> Float { Float.random(in: -1...1, using: &random) }
    var made: [LayerAttention] = []
    for layer in 0..<layers {
      var q: [Float] = []
      var k: [Float] = []
      for head in 0..<heads {
        // Key i is a direction of its own; a query asks for the direction of the key that it wants.
        let directions = keys.map { _ in (0..<headSize).map { _ in noise() } }
        let strength = 1 + Float((layer * 7 + head * 3) % 5) / 2
        for position in queries.indices {
          let wanted = wantedKey(
            pattern: (layer + head) % 5, position: position, queries: queries, keys: keys)
          q += (0..<headSize).map { directions[wanted][$0] * strength + noise() / 2 }
        }
        k += directions.flatMap { $0 }
      }
      let score = LayerAttention.Score(
        queries: HeadVectors(
          headCount: heads, rowCount: queries.count, headSize: headSize, values: q),
        keys: HeadVectors(headCount: heads, rowCount: keys.count, headSize: headSize, values: k),
        scale: 1 / Float(headSize).squareRoot())
      made.append(LayerAttention(index: layer, mask: mask, score: score))
    }
    let summaries = made.map { layer in
      (0..<heads).map { head in
        HeadSummary(
          measuring: layer.weights(head: head), mask: mask, queries: queries, keys: keys,
          kind: kind)
      }
    }
    return AttentionStack(
      kind: kind, queries: queries, keys: keys, layers: made, summaries: summaries)
  }

  private static func wantedKey(
    pattern: Int, position: Int, queries: [Token], keys: [Token]
  ) -> Int {
    switch pattern {
    case 0: max(0, min(position, keys.count) - 1)
    case 1:
      keys.indices.first { $0 != position && keys[$0].text == queries[position].text } ?? 0
    case 2: 0
    case 3: min(position + 1, keys.count - 1)
    default: (position * 5 + 2) % keys.count
    }
  }

  static func token(_ text: String, segment: Int) -> Token {
    Token(text: text, display: text, isSpecial: text.hasPrefix("["), segment: segment)
  }
}

/// A small generator with a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
