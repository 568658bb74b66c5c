import Attention
import TerminalUI
import Testing

@testable import Explorer

/// Where a look at a model begins, and what of a head tells most.
@Suite struct OpeningTests {
  private func summary(
    _ patterns: HeadSummary.Pattern..., peak: Float = 0.5, sinks: Float = 0.2
  ) -> HeadSummary {
    HeadSummary(
      patterns: patterns, measured: patterns,
      spread: .init(entropy: 1, peak: peak, sinks: sinks, distance: 1), topPairs: [],
      maximum: peak, pooled: HeadWeights(queryCount: 1, keyCount: 1, values: [peak]))
  }

  private let first = HeadSummary.Pattern(label: .first, score: 0.9, chance: 0.06)
  private let previous = HeadSummary.Pattern(label: .previous, score: 0.97, chance: 0.06)
  private let same = HeadSummary.Pattern(
    label: .same, score: 0.6, chance: 0.1, isBesidesSinks: true)
  private let mixed = HeadSummary.Pattern(label: .mixed, score: 0.9)

  /// One layer for each list of heads, all with the same weights.
  private func record(
    _ layers: [[HeadSummary]], kind: AttentionKind = .own, weights: [[Float]]
  ) -> AttentionRecord {
    let words = ["[CLS]", "a", "cat", "saw", ",", "cat"].prefix(weights.count)
    let tokens = words.map { SampleRecord.token($0, segment: 0) }
    let head = HeadWeights(
      queryCount: tokens.count, keyCount: tokens.count, values: weights.flatMap { $0 })
    return AttentionRecord(
      model: "made up",
      stacks: [
        AttentionStack(
          kind: kind, queries: tokens, keys: tokens,
          layers: layers.indices.map {
            LayerAttention(
              index: $0, mask: .bidirectional,
              weights: Array(repeating: head, count: layers[$0].count))
          }, summaries: layers)
      ])
  }

  /// Most of every row lies on the first token or the comma; of the words, the two cats have most.
  private let weights: [[Float]] = [
    [0.9, 0, 0.05, 0, 0.05, 0], [0.8, 0.1, 0, 0, 0.1, 0], [0.3, 0, 0.4, 0, 0, 0.3],
    [0.5, 0.1, 0, 0, 0.4, 0], [0.9, 0, 0, 0, 0.1, 0], [0.6, 0, 0.2, 0, 0.2, 0],
  ]

  private func begun(
    _ record: AttentionRecord, at opening: ExplorerState.Opening = .init()
  ) -> ExplorerState {
    var state = ExplorerState(
      record: record, request: ModelRequest(text: "x"), width: 80, height: 24)
    state.begin(at: opening)
    return state
  }

  @Test func contentTellsMoreThanPositionAndBothMoreThanSinks() {
    #expect(summary(first, same).telling == same)
    #expect(summary(previous, same).telling == same)
    #expect(summary(first, previous).telling == previous)
    #expect(summary(first).telling == first)
    let layers = [[summary(first), summary(mixed)], [summary(previous), summary(first, same)]]
    let state = begun(record(layers, weights: weights))
    #expect(state.place == HeadPlace(layer: 1, head: 1))
    #expect(state.activeHeads == [1])
  }

  @Test func withoutALabelTheSharpestBesideSinksIsShown() {
    let layers = [
      [summary(mixed, peak: 0.95, sinks: 0.6), summary(mixed, peak: 0.8, sinks: 0)],
      [summary(mixed, peak: 0.7, sinks: 0), summary(first, peak: 0.99, sinks: 0.9)],
    ]
    #expect(begun(record(layers, weights: weights)).place == HeadPlace(layer: 0, head: 1))
  }

  /// Neither a special token nor punctuation, nor a word with itself.
  @Test func thePairIsOneOfWords() {
    let state = begun(record([[summary(first, same)]], weights: weights))
    #expect(state.selection.query == 2)
    #expect(state.selection.key == 5)
    // A move goes on from there.
    var moved = state
    _ = moved.update(.move(.down))
    #expect(moved.selection.query == 3)
    #expect(moved.selection.key == 0)
    let own = HeadSummary.Pattern(label: .own, score: 0.9, chance: 0.1)
    #expect(begun(record([[summary(own)]], weights: weights)).selection.key == 2)
    let cross = begun(record([[summary(mixed)]], kind: .cross, weights: weights))
    #expect(cross.selection.query == 2)
    #expect(cross.selection.key == 2)
  }

  @Test func withoutSuchAPairTheKeyIsThePeak() {
    let state = begun(record([[summary(first)]], weights: [[0.4, 0.6], [0.4, 0.6]]))
    #expect(state.selection.key == 1)
  }

  @Test func whatIsAskedForIsKept() {
    let layers = [[summary(first), summary(previous)], [summary(first, same), summary(mixed)]]
    let record = record(layers, weights: weights)
    #expect(begun(record, at: .init(layer: 0)).place == HeadPlace(layer: 0, head: 1))
    #expect(begun(record, at: .init(layer: 1, heads: [1])).place == HeadPlace(layer: 1, head: 1))
    let two = begun(record, at: .init(heads: [1, 0]))
    #expect(two.place == HeadPlace(layer: 0, head: 1))
    #expect(two.activeHeads == [0, 1])
  }

  @Test func anEncoderDecoderBeginsWhereItsSidesMeet() {
    let record = SampleRecord.encoderDecoder()
    #expect(begun(record).stack.kind == .cross)
    #expect(begun(record, at: .init(kind: .decoder)).stack.kind == .decoder)
  }

  /// While layers come, the best of those that have run is shown; of all of them at the end, unless somebody has
  /// begun to look around.
  @Test func theOpeningWaitsForAllLayers() throws {
    let whole = record([[summary(mixed)], [summary(first, same)]], weights: weights)
    func running() -> ExplorerState {
      var state = ExplorerState(
        record: SampleRecord.beginning(1, of: whole), request: ModelRequest(text: "x"),
        progress: RunProgress(finished: 1, total: 2), width: 80, height: 24)
      state.begin()
      _ = state.handle(.resize(width: 100, height: 30))
      return state
    }
    var untouched = running()
    #expect(untouched.selection.layer == 0)
    untouched.finish(0, with: .success(whole))
    #expect(untouched.selection.layer == 1)
    #expect(untouched.selection.key == 5)
    var touched = running()
    _ = touched.handle(.key("j"))
    touched.finish(0, with: .success(whole))
    #expect(touched.selection.layer == 0)
  }
}
