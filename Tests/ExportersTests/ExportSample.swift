import Attention
import Explorer
import HeadPatterns
import TestSupport

/// Small records for drawings and pages, seeded, so that they stay the same.
enum ExportSample {
  static func token(_ text: String, segment: Int = 0, isSpecial: Bool = false) -> Token {
    Token(
      text: text, display: text, isSpecial: isSpecial || text.hasPrefix("["), segment: segment)
  }

  static let pairTokens =
    ["[CLS]", "the", "cat", "[SEP]"].map { token($0) }
    + ["a", "dog", "[SEP]"].map { token($0, segment: 1) }

  /// Three layers of four heads on a pair of sentences; of a model that looks both ways.
  static var pair: AttentionRecord {
    AttentionRecord(
      model: "sample", stacks: [stack(.own, pairTokens, pairTokens, layers: [0, 1, 2])])
  }

  /// A decoder with everything that a score can have: heads that share keys, a cap, a bias.
  static var causal: AttentionRecord {
    let tokens = ["once", "upon", "a", "time", "once"].map { token($0) }
    return AttentionRecord(
      model: "sample-decoder",
      stacks: [
        stack(.own, tokens, tokens, layers: [0, 5], mask: .causal) { score, random in
          score.keys = vectors(headCount: 2, rowCount: 5, &random)
          score.softcap = 3
          score.bias = AttentionBias(
            byDistance: (0..<36).map { _ in Float.random(in: -1...1, using: &random) },
            headCount: 4, queryCount: 5, keyCount: 5)
        }
      ])
  }

  static var translation: AttentionRecord {
    let source = ["Katze", "saß", "</s>"].map { token($0) }
    let target = ["<pad>", "cat", "sat", "down"].map { token($0) }
    return AttentionRecord(
      model: "sample-translation",
      stacks: [
        stack(.encoder, source, source, layers: [0]),
        stack(.decoder, target, target, layers: [0], mask: .causal),
        stack(.cross, target, source, layers: [0]),
      ])
  }

  /// What a file may bring: weights alone.
  static func weights(_ tokens: [Token], _ weight: (Int, Int) -> Float) -> AttentionRecord {
    let values = tokens.indices.flatMap { query in tokens.indices.map { weight(query, $0) } }
    let weights = HeadWeights(queryCount: tokens.count, keyCount: tokens.count, values: values)
    let layer = LayerAttention(index: 0, mask: .bidirectional, weights: [weights])
    return AttentionRecord(
      model: "weights", stacks: [stack(.own, tokens, tokens, layers: [layer])])
  }

  // MARK: Parts

  static func vectors(
    headCount: Int, rowCount: Int, size: Int = 8, _ random: inout SeededGenerator
  ) -> HeadVectors {
    HeadVectors(
      headCount: headCount, rowCount: rowCount, headSize: size,
      values: (0..<headCount * rowCount * size).map { _ in
        Float.random(in: -3...3, using: &random)
      })
  }

  static func stack(
    _ kind: AttentionKind, _ queries: [Token], _ keys: [Token], layers: [Int],
    mask: AttentionMask = .bidirectional,
    change: (inout LayerAttention.Score, inout SeededGenerator) -> Void = { _, _ in }
  ) -> AttentionStack {
    var random = SeededGenerator(seed: 11)
    let layers = layers.map { index in
      var score = LayerAttention.Score(
        queries: vectors(headCount: 4, rowCount: queries.count, &random),
        keys: vectors(headCount: 4, rowCount: keys.count, &random), scale: 0.35)
      change(&score, &random)
      return LayerAttention(index: index, mask: mask, score: score)
    }
    return stack(kind, queries, keys, layers: layers)
  }

  static func stack(
    _ kind: AttentionKind, _ queries: [Token], _ keys: [Token], layers: [LayerAttention]
  ) -> AttentionStack {
    AttentionStack(
      kind: kind, queries: queries, keys: keys, layers: layers,
      summaries: layers.map { layer in
        (0..<layer.headCount).map {
          HeadSummary(
            measuring: layer.weights(head: $0), mask: layer.mask, queries: queries, keys: keys,
            kind: kind)
        }
      })
  }

  /// Texts that try to end what they stand in, to be markup, or to be no text at all.
  static let hostileTokens = [
    "</script><script>alert(1)</script>", "<!--", "]]>", "\"'&amp;", "\u{2028}\u{2029}",
    "\u{1B}[31m\u{0}\u{FFFE}", "<img src=http://example.invalid onerror=alert(1)>", "\u{202E}x",
  ].map { token($0) }

  static var hostile: AttentionRecord {
    let record = weights(hostileTokens) { query, key in query == key ? 0.5 : 0.5 / 7 }
    return AttentionRecord(
      model: "</title><script>alert(2)</script>&", stacks: record.stacks, notes: ["<b>&\u{0}"])
  }

  static func state(_ record: AttentionRecord, _ view: ViewKind = .head) -> ExplorerState {
    ExplorerState(record: record, request: nil, view: view, width: 80, height: 24)
  }

  /// A state whose questions were answered: shares of `" moon"`, every second one a loss, and the output.
  static func answered(_ view: ViewKind, shows quantity: Quantity = .attention) -> ExplorerState {
    let record = causal
    var state = ExplorerState(
      record: record, request: ModelRequest(text: "a"), view: view, width: 80, height: 24)
    state.display.quantity = quantity
    let word = Token(text: "moon", display: " <moon>", id: 7)
    let outcome = NamedOutcome(.token(7), tokens: [word])
    let edges = EdgeValues(outcome: quantity == .share ? outcome : nil) { head in
      let weights = record.weights(stack: 0, layer: head.layer, head: head.head)
      return HeadWeights(
        queryCount: weights.queryCount, keyCount: weights.keyCount,
        values: weights.values.enumerated().map { place, weight in
          quantity == .share && place % 2 == 1 ? -2 * weight : 2 * weight
        })
    }
    let prediction = Prediction(position: 2, token: word, probability: 0.5)
    let report = OutputReport(
      query: 2, predictions: [prediction], outcome: outcome,
      shares: .known(
        [.init(.head(HeadAddress(layer: 0, head: 0)), 3), .init(.feedForward(layer: 0), -1)],
        score: 2, sum: 2),
      lens: [
        .init(
          layer: 0, state: "resid_post", best: [prediction], logits: [2], probabilities: [0.5],
          ranks: [0])
      ])
    for case .ask(let question, _, let number) in state.inquire() {
      switch question {
      case .output: state.take(.finished(.success(.output(report))), to: number)
      case .writes, .shares: state.take(.finished(.success(.edges(edges))), to: number)
      default: break
      }
    }
    return state
  }
}
