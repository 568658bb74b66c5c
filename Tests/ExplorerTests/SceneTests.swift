import Attention
import TerminalUI
import Testing

@testable import Explorer

@Suite struct SceneTests {
  private let record = SampleRecord.bert()

  private func state(_ change: (inout ExplorerState) -> Void = { _ in }) -> ExplorerState {
    var state = ExplorerState(record: record, request: nil, width: 80, height: 24)
    state.selection.activeHeads = [3]
    state.selection.head = 3
    change(&state)
    return state
  }

  @Test func strengthsCountByTheirAmount() {
    let combined = AttentionSlice.combine(
      [[0.2, -0.1], [-0.5, 0.05]], of: [1, 4], by: .max)
    #expect(combined.map(\.weight) == [-0.5, -0.1])
    #expect(combined.map(\.head) == [4, 1])
    let losses = [0.1, -0.4, 0.3].map { AttentionSlice.Strength(weight: $0, head: 0) }
    #expect(losses.rankedPositions == [1, 2, 0])
    #expect([Float?](arrayLiteral: nil, -0.2, 0.1).rankedPositions == [1, 2])
    #expect(Emphasis(of: -0.2).isBold)
    #expect(Emphasis(of: -0.01).ink == .dim)
    let line = PairLine(query: 0, key: 0, strength: losses[1], relative: -0.4)
    #expect(line.level == Theme.level(of: 0.4))
  }

  @Test func longerInputsHaveFewerOtherLines() {
    #expect([12, 13, 24, 25].map(Threshold.otherLine) == [0.12, 0.2, 0.2, 0.3])
  }

  @Test func linesAreMeasuredByTheScale() {
    let scene = HeadScene(state { $0.display.scale = .head })
    let largest = record.stacks[0].summaries[0][3].maximum
    let row = record.row(stack: 0, layer: 0, head: 3, query: 0)
    let expected = row.map { $0 / largest }.filter { $0 >= 0.01 }
    #expect(scene.cursorLines.map(\.relative) == expected)
    #expect(scene.cursorLines.map(\.strength.weight) == row.filter { $0 / largest >= 0.01 })
  }

  @Test func aMirroredSceneHasTheQueriesFar() {
    let scene = HeadScene(
      state {
        $0.selection.side = .key
        $0.selection.key = 4
        $0.display.sortsKeys = true
      })
    let column = record.column(stack: 0, layer: 0, head: 3, key: 4)
    #expect(scene.far.count == column.count)
    #expect(scene.order.map { column[$0] } == column.sorted(by: >))
    #expect(scene.places[scene.order[2]] == 2)
    let queries = Array(column.indices)
    #expect(scene.otherLines(ofQueries: queries).allSatisfy { $0.key != 4 })
    #expect(!scene.otherLines(ofQueries: queries).isEmpty)
  }

  @Test func theLinesOfAHeadAreItsWeightsFromTheThresholdOn() {
    let scene = ModelScene(state { $0.view = .model })
    let place = HeadPlace(layer: 1, head: 2)
    let weights = record.weights(stack: 0, layer: 1, head: 2)
    let lines = scene.lines(place)
    #expect(lines.count == weights.values.count { $0 >= 0.12 })
    #expect(lines.allSatisfy { weights[$0.query, $0.key] == $0.strength.weight })
  }
}
