import Attention
import TerminalUI
import Testing

@testable import Explorer

/// Layers and heads that are kept; numbers stay those of the model.
@Suite struct HeadRestrictionTests {
  private func state(
    _ view: ViewKind = .model, layers: Set<Int>? = [1, 4], heads: Set<Int>? = [0, 2, 3, 11],
    _ steps: Action...
  ) -> ExplorerState {
    var state = ExplorerState(
      record: ModelSample.bert(), request: nil, view: view, width: 100, height: 24)
    _ = state.update(.keep(HeadRestriction(layers: layers, heads: heads)))
    for step in steps { _ = state.update(step) }
    return state
  }

  private func line(_ y: Int, of state: ExplorerState) -> String {
    let theme = Theme(.dark, depth: .indexed256, glyphs: .ascii)
    return String(
      state.rows(theme)[y])
  }

  @Test func theSelectionGoesAmongThem() {
    #expect(state().place == HeadPlace(layer: 1, head: 0))
    var last = ExplorerState(
      record: ModelSample.bert(), request: nil, view: .head, width: 100, height: 24)
    last.selection.layer = 5
    last.selection.head = 7
    last.selection.activeHeads = [7, 8]
    _ = last.update(.keep(HeadRestriction(layers: [1, 4], heads: [0, 2, 3])))
    #expect(last.place == HeadPlace(layer: 4, head: 3))
    #expect(last.activeHeads == [3])
  }

  @Test func stepsPassOverTheOthers() {
    #expect(state(.head, .stepLayer(1)).selection.layer == 4)
    #expect(state(.head, .stepLayer(1), .stepLayer(1)).selection.layer == 4)
    #expect(state(.neuron, .stepHead(1)).selection.head == 2)
    #expect(state(.matrix, .stepHead(1), .stepHead(2)).selection.head == 11)
    #expect(state(.model, .move(.down), .move(.right)).place == HeadPlace(layer: 4, head: 2))
    #expect(state(.model, .moveToLast).selection.layer == 4)
  }

  @Test func allHeadsAreThoseThatAreKept() {
    #expect(state(.head, .soloHead).activeHeads == [0])
    #expect(state(.head, .soloHead, .soloHead).activeHeads == [0, 2, 3, 11])
    #expect(state(.head, .soloHead, .allHeads).activeHeads == [0, 2, 3, 11])
  }

  @Test func theModelViewShowsThemLarger() {
    let kept = state()
    let layout = ModelLayout(kept)
    #expect(layout.rowCount == 2 && layout.columnCount == 4)
    #expect(layout.cellHeight > ModelLayout(state(layers: nil, heads: nil)).cellHeight)
    #expect(line(1, of: kept).contains(" layers kept 1,4   heads kept 0,2-3,11"))
    #expect(line(3, of: kept).hasPrefix("lay     0         2         3        11    "))
    #expect(line(layout.numberY(ofRow: 0), of: kept).hasPrefix("  1["))
    #expect(line(layout.numberY(ofRow: 1), of: kept).hasPrefix("  4 "))
  }

  @Test func squaresKeepTheirNumbers() {
    #expect(line(2, of: state(.head)).hasPrefix(" heads  <0>  2   3  11"))
    var clicked = state(.head)
    _ = clicked.handle(.mouse(MouseEvent(.click, x: 7 + 3 * 4, y: 2)))
    #expect(clicked.selection.head == 11)
    #expect(clicked.activeHeads == [0, 2, 3])
    #expect(line(1, of: clicked).contains("heads 3/4"))
  }

  @Test func rankingsLookAtThemOnly() {
    let ranked = state(.model, .rank(HeadRanking(by: .maximum)))
    #expect(ranked.rankedPlaces?.count == 8)
    #expect(Set(ranked.rankedPlaces?.map(\.head) ?? []) == [0, 2, 3, 11])
    #expect(
      state(.model, .rank(HeadRanking(by: .maximum)), .keep(.init())).rankedPlaces?.count == 72)
  }

  /// The encoder has layers 0 and 1 of three heads, the decoder 0 … 3 of five.
  @Test func aKindThatHasNoneOfThemShowsAll() {
    let tokens = ["a", "b", "c"].map { SampleRecord.token($0, segment: 0) }
    let stacks = [(AttentionKind.encoder, 2, 3), (.decoder, 4, 5)].map { kind, layers, heads in
      SampleRecord.stack(
        kind, queries: tokens, keys: tokens, layers: layers, heads: heads, headSize: 4)
    }
    var state = ExplorerState(
      record: AttentionRecord(model: "m", stacks: stacks), request: nil, view: .head, width: 100,
      height: 24)
    _ = state.update(.cycleKind)
    _ = state.update(.keep(HeadRestriction(layers: [3], heads: [4])))
    #expect(state.place == HeadPlace(layer: 3, head: 4))
    #expect(line(1, of: state).contains("layers kept 3"))
    _ = state.update(.cycleKind)
    #expect(state.keptLayers == [0, 1])
    #expect(state.keptHeads == [0, 1, 2])
    #expect(!line(1, of: state).contains("kept"))
  }

  @Test func aLayerWithoutTheHeadsIsLeftOut() {
    let tokens = ["a", "b"].map { SampleRecord.token($0, segment: 0) }
    let weights = HeadWeights(queryCount: 2, keyCount: 2, values: [1, 0, 0.5, 0.5])
    let layers = [(3, 3), (7, 1)].map { index, heads in
      LayerAttention(
        index: index, mask: .causal, weights: Array(repeating: weights, count: heads))
    }
    let record = AttentionRecord(
      model: "uneven", stacks: [ModelSample.stack(tokens, layers: layers)])
    var state = ExplorerState(record: record, request: nil, view: .model, width: 80, height: 24)
    _ = state.update(.keep(HeadRestriction(heads: [1, 2])))
    #expect(state.keptLayers == [0])
    #expect(state.keptPlaces.map(\.head) == [1, 2])
  }
}
