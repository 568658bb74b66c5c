import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What the keys and the mouse do in the matrix view.
@Suite struct MatrixVisitTests {
  private let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)

  private func state(
    _ record: AttentionRecord, width: Int = 80, height: Int = 24
  ) -> ExplorerState {
    ExplorerState(record: record, request: nil, view: .matrix, width: width, height: height)
  }

  private func readout(_ state: ExplorerState) -> String {
    MatrixView(state, theme: theme).readout.map(\.text).joined(separator: "  ")
  }

  private func stateLine(_ state: ExplorerState) -> String {
    MatrixView(state, theme: theme).stateItems.map(\.text).joined(separator: "  ")
  }

  @Test func arrowsMoveThePair() {
    var state = state(MatrixSample.patterned(MatrixSample.sentence))
    state.type("jjlllh")
    #expect(state.selection.query == 2)
    #expect(state.selection.key == 2)
    #expect(readout(state).hasPrefix("q 2 \"cat\" → k 2 \"cat\"  weight .011  rank 3/9"))
    state.type("hhhhh")
    #expect(state.selection.key == 0)
    state.type("G")
    #expect(state.selection.query == 8)
  }

  @Test func peaksGoByWeight() {
    var state = state(MatrixSample.patterned(MatrixSample.sentence))
    state.type("jjjjj")
    // From the first token, the heaviest, to the other "the", to the token before.
    state.type(">")
    #expect(state.selection.key == 1)
    state.type(">")
    #expect(state.selection.key == 4)
    state.type("<<")
    #expect(state.selection.key == 0)
  }

  @Test func whatTheMaskHidesIsNoWeight() {
    var state = state(MatrixSample.patterned(MatrixSample.sentence, mask: .causal))
    state.type("jlll")
    #expect(readout(state) == "q 1 \"the\" → k 3 \"sat\"  0 or masked   rest of the row: [CLS] .99")
    state.type("hh")
    #expect(readout(state).contains("rank 2/2"))
  }

  @Test func arrowsMoveByABinWherePixelsArePooled() {
    var state = state(MatrixSample.patterned(MatrixSample.text(64)))
    #expect(stateLine(state).contains("each the largest of 2×2"))
    state.type("jl")
    #expect(state.selection.query == 2)
    #expect(state.selection.key == 2)
    state.type("+jl")
    #expect(!stateLine(state).contains("largest"))
    #expect(state.selection.query == 3)
    #expect(state.selection.key == 3)
  }

  @Test func zoomGoesFromAllToNumbersAndBack() {
    var state = state(MatrixSample.patterned(MatrixSample.text(64)))
    #expect(!MatrixLayout(state).isScrolled)
    state.type("+")
    #expect(MatrixLayout(state).scale.queriesPerBin == 1)
    state.type("+")
    #expect(MatrixLayout(state).scale.showsNumbers)
    // There is nothing nearer, so one step back is one step back.
    state.type("+++-")
    #expect(!MatrixLayout(state).scale.showsNumbers)
    state.type("----")
    #expect(stateLine(state).contains("each the largest of 2×2"))
  }

  @Test func shortInputsCanBeSeenAsPixels() {
    var state = state(MatrixSample.patterned(MatrixSample.sentence))
    #expect(MatrixLayout(state).scale.showsNumbers)
    state.type("-")
    #expect(!MatrixLayout(state).scale.showsNumbers)
    state.type("-+")
    #expect(MatrixLayout(state).scale.showsNumbers)
  }

  @Test func theCursorStaysInSight() {
    var state = state(MatrixSample.patterned(MatrixSample.text(64)))
    state.type("++")
    for keys in ["G", "llllllllllllllllllllll", "g", "l", "lllllllllllllllllllllll", "-", "+"] {
      state.type(keys)
      let layout = MatrixLayout(state)
      #expect(layout.rows.contains(state.selection.query / layout.scale.queriesPerRow))
      #expect(layout.columns.contains(state.selection.key / layout.scale.keysPerBin))
      #expect(layout.isScrolled)
    }
    _ = state.handle(.resize(width: 60, height: 16))
    #expect(MatrixLayout(state).rows.contains(state.selection.query))
    _ = state.handle(.resize(width: 160, height: 50))
    #expect(stateLine(state).contains("in sight q 0-"))
  }

  @Test func zoomKeepsTheCursorInTheMiddle() {
    var state = state(MatrixSample.patterned(MatrixSample.text(64)))
    for _ in 0..<16 { state.type("jl") }
    #expect(state.selection.query == 32)
    state.type("++")
    let layout = MatrixLayout(state)
    #expect(layout.rows == 24..<40)
    #expect(layout.columns.contains(32))
    #expect(abs(layout.columns.lowerBound + layout.columns.upperBound - 64) <= 1)
  }

  @Test func enterOpensTheNeurons() {
    var state = state(SampleRecord.bert())
    state.type("jl")
    _ = state.handle(.key(.enter))
    #expect(state.view == .neuron)
    #expect(state.selection.query == 1)
    #expect(state.selection.key == 1)
  }

  // MARK: Mouse

  @Test func aClickSelectsAPair() {
    var state = state(MatrixSample.patterned(MatrixSample.sentence))
    let layout = MatrixLayout(state)
    state.click(x: layout.x(ofColumn: 4) + 2, y: layout.y(ofRow: 7))
    #expect(state.selection.query == 7)
    #expect(state.selection.key == 4)
    state.click(x: 2, y: layout.y(ofRow: 3))
    #expect(state.selection.query == 3)
    #expect(state.selection.key == 4)
    state.click(x: layout.x(ofColumn: 8), y: layout.frame.headingRow)
    #expect(state.selection.key == 8)
    // Nothing is there.
    state.click(x: 79, y: 20)
    state.click(x: 0, y: 20)
    #expect(state.selection.query == 3)
    #expect(state.view == .matrix)
  }

  @Test func aClickOnABinFindsItsStrongestPair() {
    let record = MatrixSample.record(queries: 120, keys: 120) { $0 == 7 && $1 == 9 ? 1 : 0 }
    var state = state(record)
    #expect(stateLine(state).contains("each the largest of 4×2"))
    let layout = MatrixLayout(state)
    state.click(x: layout.x(ofColumn: 4), y: layout.y(ofRow: 0))
    #expect(state.selection.query == 7)
    #expect(state.selection.key == 9)
  }

  @Test func aDoubleClickOpensTheNeurons() {
    var state = state(SampleRecord.bert())
    let layout = MatrixLayout(state)
    state.click(.doubleClick, x: layout.x(ofColumn: 4), y: layout.y(ofRow: 6))
    #expect(state.view == .neuron)
    #expect(state.selection.query == 6)
    #expect(state.selection.key == 4)
  }

  @Test func theListsTakeClicks() {
    var state = state(MatrixSample.patterned(MatrixSample.pair), width: 160, height: 50)
    state.type("jjjj")
    let paneX = MatrixLayout(state).paneX
    // The second of query 4's keys is the other "on"; its own second query is the token after.
    state.click(x: paneX + 4, y: 5)
    #expect(state.selection.query == 4)
    #expect(state.selection.key == 12)
    state.click(x: paneX + 20, y: 27)
    #expect(state.selection.query == 13)
    #expect(state.selection.key == 12)
    // Titles, the rule and what is left empty stand for nothing.
    for (x, y) in [(paneX + 4, 3), (paneX + 4, 25), (paneX, 5), (paneX + 4, 46), (159, 25)] {
      state.click(x: x, y: y)
      #expect(state.selection.query == 13)
      #expect(state.selection.key == 12)
    }
  }

  @Test func theWheelMoves() {
    var state = state(MatrixSample.patterned(MatrixSample.text(64)))
    state.click(.wheelDown, x: 20, y: 10)
    state.click(.wheelDown, x: 20, y: 10)
    state.click(.wheelUp, x: 20, y: 10)
    #expect(state.selection.query == 2)
  }

  // MARK: Filters

  @Test func filtersLeaveTokensOut() {
    var state = state(MatrixSample.patterned(MatrixSample.pair), width: 160, height: 50)
    state.type("fff")
    let layout = MatrixLayout(state)
    #expect(layout.queries.items.map(\.number) == Array(0..<9))
    #expect(layout.keys.items.map(\.number) == Array(9..<17))
    #expect(layout.rows.count == 9)
    #expect(layout.columns.count == 8)
    #expect(readout(state).hasPrefix("q 0 \"[CLS]\" → k 9 \"the\""))
    state.type("d")
    #expect(MatrixLayout(state).rows.count == 7)
    #expect(readout(state).hasPrefix("q 1 \"the\" → k 9 \"the\""))
  }

  @Test func nothingLeftIsSaid() {
    let specials = ["[CLS]", "[SEP]"].map { SampleRecord.token($0, segment: 0) }
    let record = MatrixSample.patterned(
      specials + [SampleRecord.token("a", segment: 1), SampleRecord.token("[SEP]", segment: 1)])
    var state = state(record)
    state.type("df")
    #expect(state.render(theme: theme).text.contains("nothing to show"))
    state.type("jlhk+-gG><")
    state.click(x: 20, y: 8)
    state.click(.doubleClick, x: 20, y: 8)
    #expect(readout(state) == "")
  }

  @Test func mergedWordsAreOneCell() {
    var tokens = ["un", "##like", "##ly", "day"].map { SampleRecord.token($0, segment: 0) }
    tokens[1].continuesWord = true
    tokens[2].continuesWord = true
    let record = MatrixSample.record(queries: tokens, keys: tokens) { _, key in
      [0.1, 0.2, 0.3, 0.4][key]
    }
    var state = state(record)
    state.type("w")
    #expect(MatrixLayout(state).columns.count == 2)
    // Summed over the keys, averaged over the queries.
    #expect(readout(state).contains("weight .600  rank 1/2"))
    #expect(stateLine(state).contains("words merged"))
  }

  @Test func aMergedWordGoesToItsOwnPeakUnlessTheKeyIsChosen() {
    var tokens = ["un", "##like", "##ly", "day"].map { SampleRecord.token($0, segment: 0) }
    tokens[1].continuesWord = true
    tokens[2].continuesWord = true
    func opened(_ weights: [Float]) -> ExplorerState {
      state(MatrixSample.record(queries: tokens, keys: tokens) { _, key in weights[key] })
    }
    var found = opened([0.25, 0.2, 0.2, 0.35])
    found.type("w")
    #expect(readout(found).contains("weight .650  rank 1/2"))
    found.type("w")
    #expect(readout(found).contains("weight .350  rank 1/4"))
    var chosen = opened([0.1, 0.1, 0.1, 0.7])
    _ = chosen.update(.stepKey(-3))
    chosen.type("w")
    #expect(readout(chosen).contains("weight .300  rank 2/2"))
  }

  @Test func whatRoundsToNothingIsQuietInTheListsToo() {
    let record = MatrixSample.record(queries: 2, keys: 2) { _, key in key == 0 ? 1 : 0 }
    let rows = state(record, width: 160, height: 50).render(theme: .plain).text
      .split(separator: "\n")
    #expect(rows.contains { $0.contains("│") && $0.contains(" 1.00 ") })
    #expect(!rows.contains { $0.contains(".000") })
  }

  // MARK: Extremes

  @Test(arguments: [(1, 1), (20, 5), (60, 16), (110, 30), (200, 60)])
  func survivesAnyRecordAndWindow(width: Int, height: Int) {
    let records = [
      MatrixSample.record(queries: 1, keys: 1) { _, _ in 1 },
      MatrixSample.record(queries: 1, keys: 90) { _, _ in 0.01 },
      MatrixSample.record(queries: 90, keys: 1, mask: .causal) { _, _ in 1 },
      MatrixSample.record(queries: 3, keys: 3) { _, _ in .nan },
      MatrixSample.patterned(MatrixSample.text(130), mask: .band(distance: 3)),
      SampleRecord.bert(isPair: true),
    ]
    for record in records {
      var state = state(record, width: width, height: height)
      for key in "jl+jl+GGhlJ-g><}]n[{dw-fffv-".unicodeScalars {
        _ = state.handle(.key(.character(key)))
        let canvas = state.render(theme: theme)
        #expect(canvas.width == width && canvas.height == height)
      }
      for (x, y) in [(0, 0), (width - 1, 5), (width / 2, height / 2), (3, 7)] {
        state.click(x: x, y: y)
        state.click(.doubleClick, x: x, y: y)
        state.view = .matrix
      }
    }
  }

  private func visible(_ state: ExplorerState) -> [Range<Int>] {
    let layout = MatrixLayout(state)
    return layout.visibleQueryBins.map(layout.queries(inBin:))
      + layout.columns.map(layout.keys(inColumn:))
  }

  @Test func aLongInputIsDrawnWhole() {
    var state = state(MatrixSample.scored(count: 1100, mask: .causal), width: 160, height: 50)
    #expect(stateLine(state).contains("each the largest of 14×11"))
    let bins = visible(state)
    state.type("jjjllll")
    // What the cursor moves over is kept: nothing is weighed anew.
    #expect(visible(state) == bins)
    #expect(state.selection.query == 42)
    state.type("+")
    #expect(stateLine(state).contains("each the largest of 7×6"))
    #expect(visible(state) != bins)
    #expect(state.render(theme: theme).text.contains("in sight q 0-"))
  }

  @Test func columnsOfEndlessInputsAreLeftOut() {
    let state = state(MatrixSample.scored(count: 4100, mask: .causal), width: 160, height: 50)
    let scene = MatrixScene(state)
    #expect(scene.row.count == 4100)
    #expect(scene.column == nil)
  }

  @Test func onePictureHoldsABoundedNumberOfPairs() {
    for count in [64, 2_000, 5_000, 40_000, 3_000_000] {
      let all = MatrixScale.all(queryCount: count, keyCount: count, columns: 100, rows: 40)
      for scale in all.scales {
        let queries = min(count, 40 * scale.queriesPerRow)
        #expect(queries * count <= MatrixScale.pairLimit || scale.queriesPerBin == 1)
        #expect(scale.showsNumbers || scale.keysPerBin >= 1)
      }
      #expect(all.scales.last == .numbers)
    }
  }
}
