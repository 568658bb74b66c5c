import Attention
import TerminalUI
import TestSupport
import Testing

@testable import Explorer

/// A sink is a key more, and the experts of a token stand in the readout.
@Suite struct SinkTests {
  private var record: AttentionRecord {
    let plain = SampleRecord.causal(count: 6)
    let stack = plain.stacks[0]
    let layers = stack.layers.map { layer in
      var score = layer.score!
      score.sinks = [1, 2, 0.5, -1]
      var new = LayerAttention(index: layer.index, mask: layer.mask, score: score)
      new.experts = ExpertChoices(
        expertCount: 8, countPerToken: 2, experts: (0..<12).map { $0 % 8 },
        weights: (0..<12).map { $0.isMultiple(of: 2) ? 0.75 : 0.25 })
      return new
    }
    return AttentionRecord(
      model: "sample-oss",
      stacks: [
        AttentionStack(
          kind: .own, queries: stack.queries, keys: stack.keys, layers: layers,
          summaries: stack.summaries)
      ])
  }

  private func state(_ view: ViewKind) -> ExplorerState {
    var state = ExplorerState(record: record, request: nil, width: 100, height: 30)
    state.view = view
    state.selection.query = 5
    return state
  }

  @Test func shownRowsSumToOne() {
    let slice = state(.matrix).slice
    #expect(slice.keys.count == 7 && slice.queries.count == 6 && slice.isWhole)
    #expect(slice.keys.items[6].label == "sink")
    for query in 0..<6 {
      let row = slice.row(head: 1, query: query)
      #expect(abs(row.reduce(0, +) - 1) < 1e-6)
      #expect(slice.column(head: 1, key: 6)[query] == row[6])
      #expect(slice.visibleRow(head: 1, query: query)[6] == row[6])
    }
    #expect(slice.picture(head: 1).keyCount == 7)
  }

  @Test(arguments: [
    ViewKind.head, .neuron, .matrix, .model,
  ])
  func everyViewShowsIt(_ view: ViewKind) {
    var state = state(view)
    for key in 0..<7 {
      state.selection.key = key
      let text = state.render(theme: Theme(.mono, depth: .none, glyphs: .unicode)).text
      if view != .model { #expect(text.contains("sink")) }
    }
    #expect(state.readoutText.contains("experts 2 .75, 3 .25") == (view != .model))
  }
}
