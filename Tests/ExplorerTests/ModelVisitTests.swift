import Attention
import TerminalUI
import Testing

@testable import Explorer

/// Visits to the model view, from the keys a person presses to what stands on the screen.
@Suite struct ModelVisitTests {
  private struct Visit {
    var state: ExplorerState

    init(_ record: AttentionRecord, width: Int = 80, height: Int = 24) {
      state = ExplorerState(
        record: record, request: nil, view: .model, width: width, height: height)
    }

    mutating func press(_ script: String) throws {
      try state.press(script)
    }

    mutating func click(_ action: MouseEvent.Action = .click, x: Int, y: Int) {
      _ = state.handle(.mouse(MouseEvent(action, x: x, y: y)))
    }

    /// Lines of the screen, from 0.
    func line(_ y: Int) -> String {
      let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
      return String(
        state.rows(theme)[y])
    }
  }

  /// 4 × 4 heads on a text of ten words, five of which come twice; head 2.1 copies what followed a word before,
  /// 0.3 looks one token back, the others at themselves.
  private static let record: AttentionRecord = {
    let words = "moon bridge coat island bell moon bridge coat island bell".split(separator: " ")
    let tokens = words.map { SampleRecord.token(String($0), segment: 0) }
    let layers = (0..<4).map { layer in
      LayerAttention(
        index: layer, mask: .causal,
        weights: (0..<4).map { head in
          let wanted: (Int) -> Int =
            switch (layer, head) {
            case (2, 1): { $0 >= 5 ? $0 - 4 : 0 }
            case (0, 3): { max(0, $0 - 1) }
            default: { $0 }
            }
          return HeadWeights(
            queryCount: 10, keyCount: 10,
            values: (0..<100).map { $0 % 10 == wanted($0 / 10) ? 1 : 0 })
        })
    }
    return AttentionRecord(model: "visited", stacks: [ModelSample.stack(tokens, layers: layers)])
  }()

  @Test func findTheInductionHeadOpenItAndComeBack() throws {
    var visit = Visit(Self.record)
    try visit.press("':sort induct' Enter g")
    #expect(visit.line(1).hasPrefix(" sort induct   zoom thumbnails"))
    #expect(visit.line(4).hasPrefix("   ▐2.1   1.0▌0.0   .00 0.1   .00 "))
    #expect(visit.line(22).hasPrefix(" layer 2 head 1  induct 1.0  strongest words q 5 \"moon\" "))

    try visit.press("Enter")
    #expect(visit.line(1).hasPrefix(" layer 2   heads 1/4 "))
    #expect(visit.state.activeHeads == [1])

    // Back among the ranked heads, then in the grid, at the same head.
    try visit.press("Esc")
    #expect(visit.line(4).hasPrefix("   ▐2.1 "))
    try visit.press("Esc")
    #expect(visit.line(1).hasPrefix(" heads 1/4   zoom index"))
    #expect(visit.line(22).hasPrefix(" layer 2 head 1  induct 1.0"))
  }

  @Test func filterThenRankThenMendACommand() throws {
    var visit = Visit(Self.record)
    try visit.press("- ':only self' Enter")
    #expect(visit.line(1).hasPrefix(" only self 14/16   zoom index"))
    #expect(visit.line(4).hasPrefix("  1 0.0 slf  0.1 slf  0.2 slf  1.0 slf "))
    // Labels that no head has are refused, and the line stays.
    try visit.press("':only punct' Enter")
    #expect(
      visit.line(21).hasPrefix(" no head is punct: punct cannot be measured on this text"))
    #expect(visit.line(23).hasPrefix(" :only punct"))
    try visit.press("BSpace BSpace BSpace BSpace BSpace prev Enter")
    #expect(visit.line(4).hasPrefix("  1 0.3 "))
    #expect(visit.line(1).hasPrefix(" only prev 1/16   zoom index"))
    try visit.press("':only' Enter")
    #expect(visit.line(1).hasPrefix(" zoom index"))
  }

  @Test func layersAndHeadsAreSteppedThroughHereToo() throws {
    var visit = Visit(Self.record)
    try visit.press("] ] } [")
    #expect(visit.state.place == HeadPlace(layer: 1, head: 1))
    try visit.press("{")
    #expect(visit.state.place == HeadPlace(layer: 1, head: 0))
    // Among ranked heads to the nearest that passes: 0.3 and 2.1 do not.
    try visit.press("':only self' Enter")
    visit.state.place = HeadPlace(layer: 1, head: 1)
    try visit.press("]")
    #expect(visit.state.place == HeadPlace(layer: 2, head: 0))
    try visit.press("}")
    #expect(visit.state.place == HeadPlace(layer: 2, head: 2))
    try visit.press("] ] ]")
    #expect(visit.state.place == HeadPlace(layer: 3, head: 2))
  }

  @Test func chosenHeadsAreCountedNotRanked() throws {
    var visit = Visit(Self.record)
    try visit.press("':only self' Enter")
    #expect(visit.line(3) == "no.")
    try visit.press("':sort entropy' Enter")
    #expect(visit.line(3) == "rank")
  }

  @Test func aSearchSaysWhatItFound() throws {
    var visit = Visit(Self.record)
    try visit.press("/ coat Enter")
    #expect(visit.line(23).hasPrefix(" \"coat\" 1/2: query 2 \"coat\""))
    try visit.press("n")
    #expect(visit.line(23).hasPrefix(" \"coat\" 2/2: query 7 \"coat\""))
  }

  @Test func wrongMeasuresAreNamedWithWhatIsValid() throws {
    var visit = Visit(Self.record, width: 320)
    try visit.press("':sort inductive' Enter")
    #expect(visit.line(21).contains(":sort inductive: expected one of prev, next, self, decay, "))
    try visit.press("Esc ':only prev>much' Enter")
    #expect(visit.line(21).contains("a measure with > or < and a number"))
    try visit.press("Esc ':layers 2-9' Enter")
    #expect(visit.line(21).contains(":layers 2-9: expected all, or numbers of 0-3"))
    try visit.press("Esc ':only-heads 4' Enter")
    #expect(visit.line(21).contains(":only-heads 4: expected all, or numbers of 0-3"))
  }

  @Test func keepSomeLayersAndAllAgain() throws {
    var visit = Visit(Self.record)
    try visit.press("':layers 2-3' Enter ':only-heads 1' Enter")
    #expect(visit.line(1).contains("layers kept 2-3   heads kept 1"))
    #expect(visit.line(22).hasPrefix(" layer 2 head 1  induct 1.0"))
    try visit.press("Enter ]")
    #expect(visit.line(1).hasPrefix(" layer 3   heads 1/1 "))
    try visit.press("} ]")
    #expect(visit.state.place == HeadPlace(layer: 3, head: 1))
    try visit.press("':layers all' Enter ':only-heads all' Enter")
    #expect(visit.state.display.restriction == HeadRestriction())
    // A number is one layer, however often it is written.
    try visit.press("':layers 0,0,0,0' Enter")
    #expect(visit.state.display.restriction == HeadRestriction(layers: [0]))
  }

  @Test func heads32By32AreRankedScrolledAndClicked() throws {
    var visit = Visit(SampleRecord.bert(layers: 32, heads: 32, headSize: 4))
    try visit.press("':sort next' Enter g")
    #expect(visit.line(3).hasPrefix("rank "))
    // Eight heads beside each other; the last row says how many follow.
    #expect(visit.line(4).hasPrefix("   1 "))
    #expect(visit.line(6).hasPrefix("   9 "))
    #expect(visit.line(21).hasPrefix(" ▼960"))
    try visit.press("G")
    #expect(visit.line(3).hasPrefix("▲960"))
    #expect(visit.line(18).hasPrefix("1017 "))
    let last = visit.state.place
    #expect(last == visit.state.rankedPlaces?.last)
    visit.click(.wheelUp, x: 20, y: 10)
    #expect(visit.state.rankedPlaces?.firstIndex(of: visit.state.place) == 1023 - 8)
    visit.click(x: 5 + 6 * 2, y: 9)
    let clicked = visit.state.place
    #expect(visit.state.rankedPlaces?.firstIndex(of: clicked) == 960 + 2 * 8 + 2)
    visit.click(x: 5 + 6 * 2, y: 9)
    #expect(visit.state.view == .head)
    #expect(visit.state.place == clicked)
  }
}
