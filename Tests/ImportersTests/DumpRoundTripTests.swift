import Attention
import Explorer
import Exporters
import Foundation
import HeadPatterns
import TestSupport
import Testing

@testable import Importers

/// What `dump` writes is read back as it was.
@Suite struct DumpRoundTripTests {
  /// A record with everything that one can have: groups of heads, a bias, soft caps, masks, layers left out.
  static func record(seed: UInt64 = 1) -> AttentionRecord {
    var random = SeededGenerator(seed: seed)
    let texts = ["[CLS]", "un", "##happy", "\n\"é\u{1B}", "[SEP]", "ok", "[SEP]"]
    let tokens = texts.enumerated().map { index, text in
      Token(
        text: text, display: text.replacingOccurrences(of: "##", with: ""), id: 100 + index,
        isSpecial: text.hasPrefix("["), continuesWord: text.hasPrefix("##"),
        sourceRange: text.hasPrefix("[") ? nil : index..<index + 2, segment: index < 5 ? 0 : 1)
    }
    let masks: [AttentionMask] = [
      .bidirectional, .causal, .causalWindow(width: 2), .band(distance: 1),
    ]
    let layers = masks.enumerated().map { position, mask in
      var score = LayerAttention.Score(
        queries: HeadVectors(
          headCount: 4, rowCount: 7, headSize: 3, values: random.floats(4 * 7 * 3)),
        keys: HeadVectors(
          headCount: 2, rowCount: 7, headSize: 3, values: random.floats(2 * 7 * 3)),
        scale: 0.1 + Float(position) / 3, softcap: position == 1 ? 0.7 : nil,
        bias: position == 2
          ? AttentionBias(
            byKey: random.floats(4 * 7), headCount: 4, queryCount: 7, keyCount: 7) : nil)
      if position == 3 { score.sinks = [0.5, -1, 2, 0] }
      return LayerAttention(index: 2 * position + 1, mask: mask, score: score)
    }
    let predictions = [
      Prediction(
        position: 3, token: Token(text: "##x", display: "x", id: 7), probability: 0.1234567)
    ]
    return AttentionRecord(
      model: "[org]/model", stacks: [stack(.own, tokens, tokens, layers)],
      tokenTypeIDs: [0, 0, 0, 0, 0, 1, 1], predictions: predictions, notes: ["cut", "more"])
  }

  static func stack(
    _ kind: AttentionKind, _ queries: [Token], _ keys: [Token], _ layers: [LayerAttention]
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

  static func encoderDecoder() -> AttentionRecord {
    var random = SeededGenerator(seed: 2)
    func tokens(_ texts: [String], hasIDs: Bool) -> [Token] {
      texts.enumerated().map {
        Token(text: $0.element, display: $0.element, id: hasIDs ? $0.offset : nil)
      }
    }
    let source = tokens(["▁das", "▁Haus", "</s>"], hasIDs: true)
    let target = tokens(["<pad>", "▁house"], hasIDs: false)
    func layer(_ kind: AttentionKind, _ queries: Int, _ keys: Int) -> LayerAttention {
      LayerAttention(
        index: 0, mask: kind == .decoder ? .causal : .bidirectional,
        score: LayerAttention.Score(
          queries: HeadVectors(
            headCount: 2, rowCount: queries, headSize: 2, values: random.floats(4 * queries)),
          keys: HeadVectors(
            headCount: 2, rowCount: keys, headSize: 2, values: random.floats(4 * keys)), scale: 1))
    }
    return AttentionRecord(
      model: "t",
      stacks: [
        stack(.encoder, source, source, [layer(.encoder, 3, 3)]),
        stack(.decoder, target, target, [layer(.decoder, 2, 2)]),
        stack(.cross, target, source, [layer(.cross, 2, 3)]),
      ])
  }

  static func weightsAlone() -> AttentionRecord {
    let weights = HeadWeights(queryCount: 2, keyCount: 2, values: [1, 0, 0.25, 0.5])
    let tokens = ["a", "b"].map { Token(text: $0, display: $0) }
    return AttentionRecord(
      model: "w",
      stacks: [
        stack(
          .own, tokens, tokens, [LayerAttention(index: 0, mask: .causal, weights: [weights])])
      ])
  }

  private func roundTrip(
    _ record: AttentionRecord, _ format: String, keeping restriction: HeadRestriction = .init()
  ) throws -> AttentionRecord {
    let url = FileManager.default.temporaryDirectory.appending(
      component: "round-trip-\(UUID().uuidString).\(format)")
    defer { try? FileManager.default.removeItem(at: url) }
    try AttentionDump(record, keeping: restriction).write(to: url.path)
    return try AttentionFile.read(url.path)
  }

  private func expectEqual(_ read: AttentionRecord, _ record: AttentionRecord) throws {
    #expect(read.model == record.model)
    #expect(read.tokenTypeIDs == record.tokenTypeIDs)
    #expect(read.predictions == record.predictions)
    #expect(read.stacks.map(\.kind) == record.stacks.map(\.kind))
    for (read, stack) in zip(read.stacks, record.stacks) {
      #expect(read.queries == stack.queries)
      #expect(read.keys == stack.keys)
      #expect(read.summaries == stack.summaries)
      #expect(read.layers.count == stack.layers.count)
      for (read, layer) in zip(read.layers, stack.layers) {
        #expect(read.index == layer.index)
        #expect(read.mask == layer.mask)
        for head in 0..<layer.headCount {
          #expect(read.weights(head: head) == layer.weights(head: head))
          #expect(read.score?.bias?.values(head: head) == layer.score?.bias?.values(head: head))
        }
        #expect(read.score?.queries.values == layer.score?.queries.values)
        #expect(read.score?.keys.values == layer.score?.keys.values)
        #expect(read.score?.keys.headCount == layer.score?.keys.headCount)
        #expect(read.score?.scale == layer.score?.scale)
        #expect(read.score?.softcap == layer.score?.softcap)
      }
    }
  }

  @Test(arguments: AttentionDump.Format.allCases)
  func nothingIsLost(_ format: AttentionDump.Format) throws {
    for record in [Self.record(), Self.encoderDecoder()] {
      let read = try roundTrip(record, format.rawValue)
      try expectEqual(read, record)
      #expect(read.notes == record.notes)
      // And once more: what was read can be written.
      try expectEqual(try roundTrip(read, "npz"), record)
    }
  }

  @Test(arguments: AttentionDump.Format.allCases)
  func weightsWithoutVectorsStayThat(_ format: AttentionDump.Format) throws {
    let read = try roundTrip(Self.weightsAlone(), format.rawValue)
    try expectEqual(read, Self.weightsAlone())
    #expect(read.notes == ["1 of 2 rows do not sum to 1: one sums to 0.75"])
    #expect(!read.rowsSumToOne)
  }

  /// Four heads with two key heads: 0 and 1 share one, 2 and 3 the other.
  @Test(arguments: ["safetensors", "npz", "json"])
  func whatIsKeptHasTheSameWeights(_ format: String) throws {
    let record = Self.record()
    let read = try roundTrip(record, format, keeping: .init(layers: [3, 5, 7], heads: [1, 2]))
    #expect(read.notes == ["heads 0, 1, … are the model's heads 1, 2", "cut", "more"])
    #expect(read.stacks[0].layers.map(\.index) == [3, 5, 7])
    for (read, layer) in zip(read.stacks[0].layers, record.stacks[0].layers.dropFirst()) {
      #expect(read.mask == layer.mask)
      #expect(read.headCount == 2)
      #expect(read.score != nil)
      #expect(read.weights(head: 0) == layer.weights(head: 1))
      #expect(read.weights(head: 1) == layer.weights(head: 2))
    }
  }
}
