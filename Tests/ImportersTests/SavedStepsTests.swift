import Attention
import Files
import TestSupport
import Testing

@testable import Importers

/// What `generate()` returns, a list of steps with a list of layers each, becomes one matrix a layer.
@Suite struct SavedStepsTests {
  /// A layer over four tokens; of two heads, the second is the first with other numbers.
  private static let layers: [[[[Float]]]] = [1, 2].map { layer in
    [3, 5].map { head in
      (0..<4).map { query in
        let parts = (0..<4).map { $0 > query ? 0 : Float(1 + ($0 * head + query * layer) % 4) }
        return parts.map { $0 / parts.reduce(0, +) }
      }
    }
  }

  /// JSON of some queries and keys of each layer, `[1, heads, queries, keys]`.
  private func step(_ queries: Range<Int>, keys: Int, batch: Int = 1) -> String {
    let layers = Self.layers.map { heads in
      "["
        + Array(
          repeating:
            "\(heads.map { $0[queries].map { row in (0..<keys).map { $0 < 4 ? row[$0] : 0 } } })",
          count: batch
        )
        .joined(separator: ",") + "]"
    }
    return "[\(layers.joined(separator: ","))]"
  }

  private func record(_ json: String, _ options: ImportOptions = .init()) throws -> AttentionRecord
  {
    try AttentionFile.read(FileBytes(name: "f", Array(json.utf8)), options)
  }

  private func failure(_ json: String) -> String {
    do { return "\(try record(json).notes)" } catch { return "\(error)" }
  }

  private func expectAll(_ json: String, tokens: [String]? = nil) throws {
    let record = try record(json)
    let stack = try #require(record.stacks.first)
    #expect(stack.layers.count == 2)
    for (layer, heads) in zip(stack.layers, Self.layers) {
      for (head, rows) in heads.enumerated() {
        #expect(
          zip(layer.weights(head: head).values, rows.joined()).allSatisfy { abs($0 - $1) < 1e-6 })
        for query in 0..<4 { #expect(layer.row(head: head, query: query).count == 4) }
      }
      #expect(layer.mask == .causal)
    }
    #expect(
      record.notes.first
        == "3 steps of a generation, put together: a row for each token that the model read")
    if let tokens { #expect(stack.queries.map(\.text) == tokens) }
  }

  private var cached: String {
    [step(0..<2, keys: 2), step(2..<3, keys: 3), step(3..<4, keys: 4)].joined(separator: ",")
  }

  @Test func withACache() throws {
    try expectAll("[\(cached)]")
    try expectAll("{\"attentions\": [\(cached)]}")
  }

  @Test func theLastTokenWrittenHasNoRow() throws {
    try expectAll(
      "{\"attentions\": [\(cached)], \"tokens\": [\"a\", \"b\", \"c\", \"d\", \"e\"]}",
      tokens: ["a", "b", "c", "d"])
  }

  @Test func withoutACache() throws {
    let steps = [step(0..<2, keys: 2), step(0..<3, keys: 3), step(0..<4, keys: 4)]
    try expectAll("[\(steps.joined(separator: ","))]")
  }

  @Test func withACacheOfFixedSize() throws {
    let steps = [step(0..<2, keys: 9), step(2..<3, keys: 9), step(3..<4, keys: 9)]
    try expectAll("[\(steps.joined(separator: ","))]")
  }

  @Test func crossAttention() throws {
    // Rows of other keys than the decoder's own: all four are seen.
    let rows = ["[0.25,0.75]", "[0.5,0.5]", "[1,0]"]
    // As layers of as many heads would, these could be read as one array.
    let steps = rows.map { "[[[[\($0)]]], [[[\($0)], [\($0)]]]]" }.joined(separator: ",")
    let record = try record("{\"cross_attentions\": [\(steps)]}")
    #expect(record.stacks.map(\.kind) == [.cross])
    #expect(record.stacks[0].layers[0].weights(head: 0).values == [0.25, 0.75, 0.5, 0.5, 1, 0])
  }

  @Test func oneExampleOfABatch() throws {
    let json = "[\(step(0..<3, keys: 3, batch: 2)), \(step(3..<4, keys: 4, batch: 2))]"
    #expect(failure(json).hasPrefix("f: 2 examples in tensor 0"))
    let values = try record(json, ImportOptions(batch: 1)).stacks[0].layers[1].weights(head: 1)
    #expect(zip(values.values, Self.layers[1][1].joined()).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func whatAreNoStepsOfOneText() {
    // A step is missing.
    #expect(
      failure("[\(step(0..<2, keys: 2)), \(step(3..<4, keys: 4))]")
        == "f: tensor 1 has 1 queries and 4 keys, and does not follow the steps before it; save the attention of one pass over the whole text"
    )
    // Two texts, the second longer.
    let other =
      "[[[[[1,0,0],[0.1,0.9,0],[0.2,0.2,0.6]],[[1,0,0],[0.1,0.9,0],[0.2,0.2,0.6]]]],"
      + "[[[[1,0,0],[0.1,0.9,0],[0.2,0.2,0.6]],[[1,0,0],[0.1,0.9,0],[0.2,0.2,0.6]]]]]"
    #expect(
      failure("[\(step(0..<2, keys: 2)), \(other)]").contains("does not follow the steps before it")
    )
    let beams =
      "f: steps of a beam search, whose rows are of different texts; generate with num_beams=1, or save the attention of one pass over the whole text"
    #expect(failure("{\"attentions\": [\(cached)], \"beam_indices\": [[0, 1, 0]]}") == beams)
    let batch = [step(0..<1, keys: 1, batch: 2), step(1..<2, keys: 2, batch: 2)]
      .joined(separator: ",")
    #expect(
      failure(
        "{\"encoder_attentions\": \(step(0..<4, keys: 4)), \"decoder_attentions\": [\(batch)]}"
      ).hasPrefix("f: 2 examples in decoder_attentions.0?"))
  }

  // MARK: Patterns and scores

  @Test func patternsAreTakenAndScoresAreNot() throws {
    let scores = "\"blocks.0.attn.hook_attn_scores\": [[[[3, 0], [1, 2]]]]"
    let queries = "\"blocks.0.attn.hook_q\": [[[[3, 0]], [[1, 2]]]]"
    let pattern = "\"blocks.0.attn.hook_pattern\": [[[[1, 0], [0.25, 0.75]]]]"
    let record = try record("{\(scores), \(queries), \(pattern)}")
    #expect(record.stacks[0].layers[0].weights(head: 0).values == [1, 0, 0.25, 0.75])
    #expect(
      failure("{\(scores), \(queries)}")
        == "f: blocks.0.attn.hook_attn_scores holds scores, of which the weights are the softmax; save these, in TransformerLens hook_pattern"
    )
    // Called so, but with rows of a softmax.
    #expect(
      try self.record("{\"attention_scores\": [[[1, 0], [0.25, 0.75]]]}").stacks[0].layers[0]
        .weights(head: 0).values == [1, 0, 0.25, 0.75])
    #expect(failure("{\"attention_scores\": [[[1, 0], [2, 0.75]]]}").contains("holds scores"))
  }
}
