import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What the keys and the mouse do in the head view.
@Suite struct HeadVisitTests {
  /// A list that is not scrolled.
  private let whole = ListWindow(from: 0, count: 18, rows: 18)

  private func state(
    _ record: AttentionRecord, width: Int = 80, height: Int = 24
  ) -> ExplorerState {
    ExplorerState(record: record, request: nil, width: width, height: height)
  }

  private func readout(_ state: ExplorerState) -> String {
    HeadView(state, theme: .plain).readout.map(\.text).joined(separator: "  ")
  }

  // MARK: Heads together

  /// One query and two keys; head 0 weighs them .6 and .4, head 1 .1 and .9.
  private func twoHeads() -> ExplorerState {
    state(MatrixSample.heads([[[0.6, 0.4]], [[0.1, 0.9]]]))
  }

  @Test func headsAreTakenTogetherInThreeWays() throws {
    var state = twoHeads()
    #expect(readout(state).contains("weight .600  head 0  rank 1/2"))
    // What is read about is the focused head, what is drawn all of them.
    try state.press("J")
    #expect(readout(state).contains("weight .400  head 0  strongest: head 1 .90  rank 2/2"))
    try state.press("c")
    #expect(state.rows()[1].contains("heads 2/2 mean"))
    #expect(readout(state).contains("weight .400  head 0  mean .65  strongest: head 1 .90"))
    // Each head's weight as BertViz draws it: divided by the number of active heads.
    try state.press("c")
    #expect(state.rows()[1].contains("heads 2/2 exact"))
    #expect(readout(state).contains("exact .45  strongest: head 1 .90"))
    try state.press("}")
    #expect(readout(state).contains("weight .900  head 1  exact .45  rank 1/2"))
    #expect(state.rows()[1].contains("head 1 "))
    // One that is off can be read about too.
    var three = self.state(MatrixSample.heads([[[0.6, 0.4]], [[0.1, 0.9]], [[0.5, 0.5]]]))
    try three.press("} Space")
    #expect(
      readout(three).contains("weight .100  head 1, lines off  strongest: head 0 .60  rank 2/2"))
    try state.press("c")
    #expect(state.rows()[1].contains("heads 2/2 max"))
  }

  @Test func theHeadBelowSaysWhatEachLooksAt() throws {
    let state = twoHeads()
    #expect(state.rows().contains("  0  0 w0 .60  1 w1 .40"))
    #expect(state.rows().contains("  1  1 w1 .90  0 w0 .10"))
  }

  // MARK: Long inputs

  /// Each of 60 queries looks at key 3 with .5, at key 40 with .3 and evenly at the rest.
  private func longInput() -> ExplorerState {
    state(
      MatrixSample.record(queries: 60, keys: 60) { $1 == 3 ? 0.5 : $1 == 40 ? 0.3 : 0.2 / 58 })
  }

  @Test func peaksComeIntoSight() throws {
    // A chosen key may go out of sight.
    var state = longInput()
    try state.press("J Down PgDn Down")
    #expect(state.selection.query == 17)
    #expect(state.selection.key == 1)
    #expect(state.rows()[4].hasPrefix(" ▲ 9  "))
    #expect(state.rows()[4].contains("▲ 9 keys  Σ .53"))
    #expect(state.rows()[21].contains("▼ 35 keys  Σ .42"))
    // The heaviest comes into sight, and the query stays there; without a choice at once.
    try state.press(">")
    var unchosen = longInput()
    try unchosen.press("Down PgDn Down")
    #expect(unchosen.rows() == state.rows())
    #expect(state.selection.key == 3)
    #expect(state.rows().contains { $0.contains(" 3 w3◂  .50") })
    #expect(state.rows().contains { $0.hasPrefix("▸17 w17 ") })
    try state.press(">")
    #expect(state.selection.key == 40)
    #expect(state.rows().contains { $0.contains("40 w40◂ .30") })
    // There is no third one.
    try state.press(">")
    #expect(state.selection.key == 40)
    try state.press("<")
    #expect(state.selection.key == 3)
    // It stays in sight when the query moves on.
    try state.press("Down")
    #expect(state.rows().contains { $0.contains(" 3 w3◂  .50") })
  }

  @Test func columnsStayLevelWhereTheOtherTokenIsInSight() throws {
    var state = longInput()
    try state.press("Down PgDn Down J")
    #expect(state.selection.key == 4)
    #expect(state.scroll.queries == 9)
    #expect(state.scroll.keys == 0)
    for _ in 0..<9 { try state.press("J") }
    #expect(state.selection.key == 13)
    #expect(state.scroll.keys == 9)
    // The query that looks most at the last key comes into sight: of equals the first.
    try state.press("Tab G")
    #expect(state.scroll.queries == 0)
    #expect(state.scroll.keys == 43)
    #expect(state.rows().contains { $0.hasSuffix("59 w59◂") })
  }

  @Test func theSidesOfCrossAttentionScrollApart() throws {
    let record = MatrixSample.record(queries: 12, keys: 60) { $1 == 5 * $0 ? 1 : 0 }
    var state = state(record)
    try state.press("G > ")
    #expect(state.scroll.queries == 0)
    #expect(state.selection.key == 55)
    #expect(state.rows().contains { $0.contains("55 w55◂     1.0") })
    #expect(state.rows()[3].hasPrefix("decoder"))
    #expect(state.rows()[3].contains("encoder"))
  }

  @Test func whatIsOutOfSightNamesItsHeaviestToken() throws {
    var state = longInput()
    state.width = 120
    try state.press("J Down PgDn Down")
    #expect(state.rows()[4].contains("▲ 9 keys  Σ .53  best 3 w3 .50"))
    // Of several heads the strongest.
    let record = MatrixSample.heads(
      [Float(0.5), 0.7].map { weight in
        Array(repeating: (0..<60).map { $0 == 40 ? weight : (1 - weight) / 59 }, count: 60)
      })
    #expect(self.state(record).rows()[21].contains("▼ 43 keys  best 40 w40 .70"))
  }

  @Test func theMinimapLeadsToWhatItShows() throws {
    var state = longInput()
    let layout = HeadLayout(state)
    // Key 40 is two thirds down a map of 18 rows.
    mouse(.click, x: layout.minimapX, y: layout.canvasY + 12, in: &state)
    #expect(state.selection.key == 40)
    #expect(state.selection.query == 0)
    #expect(state.rows().contains { $0.contains("40 w40◂") })
    #expect(state.rows().contains { $0.hasPrefix("▸ 0  w0 ") })
    mouse(.click, x: layout.visibleMarkX, y: layout.canvasY + 1, in: &state)
    #expect(state.selection.key == 3)
  }

  /// 60 words, of which the fifth, the 31st and the last but one hold a 7.
  private func searched() throws -> ExplorerState {
    let words = (0..<60).map { [5, 31, 58].contains($0) ? "seven" : "w\($0)" }
    var state = state(
      MatrixSample.record(
        queries: words.map { SampleRecord.token($0, segment: 0) },
        keys: words.map { SampleRecord.token($0, segment: 0) }, weight: { _, _ in 1 / 60 }))
    try state.press("/ sev Enter")
    return state
  }

  @Test func hitsAreMarkedInBothColumnsAndOnTheMinimap() throws {
    var state = try searched()
    #expect(state.selection.query == 5)
    #expect(state.rows()[23] == " \"sev\" 1/3")
    let layout = HeadLayout(state)
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    func marked(_ columns: Range<Int>) -> [Int] {
      let canvas = state.render(theme: theme)
      return (0..<24).filter { y in
        columns.contains { canvas[$0, y].style.background == theme.found(Style()).background }
      }
    }
    let near = layout.nearColumns.token..<layout.canvasX
    let far = layout.farColumns.token..<layout.farColumns.mark
    try state.press("n")
    #expect(state.selection.query == 31)
    // The cursor's own row has the cursor's look; of the keys the first sixteen are in sight.
    #expect(marked(near) == [])
    #expect(marked(far) == [layout.y(ofPlace: 5, in: whole)])
    // Each is a mark on the minimap: 18 rows for 60 keys.
    let map = layout.visibleMarkX..<layout.visibleMarkX + 1
    #expect(marked(map) == [5, 31, 58].map { 4 + $0 * 18 / 60 })
    try state.press("Esc")
    #expect(marked(0..<80) == [])
    #expect(state.view == .head)
  }

  // MARK: Sentences

  @Test func filtersGiveTheChosenTokensBack() throws {
    var state = state(SampleRecord.bert(isPair: true))
    try state.press("j j j : 'key 2' Enter f f")
    #expect(state.selection.query == 9)
    try state.press("f f f")
    #expect(state.selection.query == 3)
    #expect(state.selection.key == 2)
    // Another choice replaces the first one.
    try state.press("f f j f f f")
    #expect(state.selection.query == 10)
    // Hidden special tokens too.
    try state.press("g d")
    #expect(state.selection.query == 1)
    try state.press("d")
    #expect(state.selection.query == 0)
  }

  @Test func filtersCutAndDoNotNormalise() throws {
    var state = state(SampleRecord.bert(isPair: true))
    try state.press("] ] } } } o G")
    let row = state.layer.row(head: 3, query: 16)
    for (filter, keys) in [("B→B", 9..<17), ("A→B", 9..<17), ("B→A", 0..<9)] {
      repeat { try state.press("f") } while state.display.filter.title(.unicode) != filter
      try state.press("G")
      let scene = HeadScene(state)
      #expect(scene.far.items.map(\.number) == Array(keys))
      guard filter.hasPrefix("B") else { continue }
      #expect(scene.strengths.map(\.weight) == Array(row[keys]))
      #expect(state.rows()[1].contains("filter \(filter)"))
    }
  }

  @Test func sortedKeysSayWhoseTheyAre() throws {
    var state = state(
      MatrixSample.record(
        queries: MatrixSample.pair, keys: MatrixSample.pair,
        weight: { [0.0, 0.3, 0.1][$1 == 12 ? 1 : $1 == 2 ? 2 : 0] }))
    try state.press("s")
    let column = state.rows().dropFirst(4).prefix(17).map { row in
      String(row.drop { !"▸▌AB".contains($0) }.dropFirst(2).drop { !"▌AB".contains($0) }.prefix(7))
    }
    // The letter stands wherever the sentence changes.
    #expect(column.prefix(4) == ["B12 on ", "A 2 cat", "▌ 0 [CL", "▌ 1 the"])
    #expect(column.filter { $0.hasPrefix("B") } == ["B12 on ", "B 9 the"])
  }

  // MARK: Mouse

  private func mouse(
    _ action: MouseEvent.Action, x: Int, y: Int, in state: inout ExplorerState
  ) {
    _ = state.handle(.mouse(MouseEvent(action, x: x, y: y)))
  }

  @Test func clicksSelectTokensOfBothColumns() throws {
    var state = state(SampleRecord.bert())
    let layout = HeadLayout(state)
    mouse(.click, x: 3, y: layout.y(ofPlace: 5, in: whole), in: &state)
    #expect(state.selection.query == 5)
    mouse(.click, x: layout.farColumns.token, y: layout.y(ofPlace: 7, in: whole), in: &state)
    #expect(state.selection.key == 7)
    // So does the number at the right edge; between lines there is nothing.
    mouse(.click, x: layout.weightX, y: layout.y(ofPlace: 2, in: whole), in: &state)
    #expect(state.selection.key == 2)
    mouse(.click, x: layout.canvasX + 9, y: layout.y(ofPlace: 4, in: whole), in: &state)
    mouse(.click, x: 3, y: layout.y(ofPlace: 4, in: whole) + 1, in: &state)
    #expect(state.selection.query == 5)
    #expect(state.selection.key == 2)
    // Mirrored, the left column still holds the queries.
    try state.press("Tab")
    mouse(.click, x: 3, y: layout.y(ofPlace: 1, in: whole), in: &state)
    #expect(state.selection.query == 1)
    mouse(.click, x: 78, y: layout.y(ofPlace: 8, in: whole), in: &state)
    #expect(state.selection.key == 8)
  }

  @Test func aDoubleClickLeavesOneHead() {
    var state = state(SampleRecord.bert())
    // Head 4: a terminal reports the first click of the two by itself.
    mouse(.click, x: 24, y: 2, in: &state)
    #expect(state.activeHeads.count == 11)
    mouse(.doubleClick, x: 24, y: 2, in: &state)
    #expect(state.activeHeads == [4])
    mouse(.click, x: 24, y: 2, in: &state)
    #expect(state.activeHeads == [4])
    mouse(.doubleClick, x: 24, y: 2, in: &state)
    #expect(state.activeHeads.count == 12)
  }

  @Test(arguments: [1, 2, 12, 16, 21, 32, 40, 130])
  func everySquareIsItsHead(_ count: Int) throws {
    let weights = Array(repeating: [[Float(0.5), 0.5]], count: count)
    // The number, and a blank on both sides where all have room for them; else before it.
    let digits = String(count - 1).count
    let width = count <= 17 ? digits + 2 : digits + 1
    var state = state(MatrixSample.heads(weights))
    var seen: Set<Int> = []
    for head in 0..<count {
      state.selection.head = head
      let view = HeadView(state, theme: .plain)
      let columns = (0..<80).filter { view.head(atColumn: $0) == head }
      #expect(columns.count == width)
      let canvas = state.render(theme: .plain)
      let label = columns.map { canvas[$0, 2].text }.joined().filter(\.isNumber)
      #expect(Int(label) == head)
      seen.formUnion((0..<80).compactMap(view.head(atColumn:)))
      // What is left out at either end is marked.
      #expect((view.head(atColumn: 7) != 0) == (canvas[6, 2].text == "◂"))
      #expect(
        (view.head(atColumn: columns.max()! + 1) == nil && head < count - 1)
          == (canvas[columns.max()! + 1, 2].text == "▸" && head < count - 1))
    }
    #expect(seen == Set(0..<count))
  }

  @Test func theWheelMovesWhatIsUnderIt() throws {
    var state = longInput()
    mouse(.wheelDown, x: 3, y: 10, in: &state)
    mouse(.wheelDown, x: 30, y: 10, in: &state)
    #expect(state.selection.query == 2)
    #expect(state.selection.key == 3)
    mouse(.wheelDown, x: 60, y: 10, in: &state)
    #expect(state.selection.query == 2)
    #expect(state.selection.key == 4)
    mouse(.wheelDown, x: 60, y: 10, in: &state)
    mouse(.wheelUp, x: 3, y: 10, in: &state)
    #expect(state.selection.query == 1)
    #expect(state.selection.key == 5)
    var heads = self.state(SampleRecord.bert())
    mouse(.wheelDown, x: 20, y: 2, in: &heads)
    #expect(heads.selection.head == 1)
    #expect(heads.selection.query == 0)
  }

  @Test func aClickOnAHiddenTokensRowSelectsNothing() throws {
    var state = longInput()
    try state.press("J PgDn PgDn")
    let before = state.selection
    for x in [2, 60] {
      for y in [3, 4, 21] { mouse(.click, x: x, y: y, in: &state) }
    }
    #expect(state.selection == before)
  }

  // MARK: Extremes

  @Test(arguments: [(1, 1), (20, 5), (60, 16), (80, 24), (110, 30), (200, 60)])
  func survivesAnyRecordAndWindow(width: Int, height: Int) throws {
    let records = [
      MatrixSample.record(queries: 1, keys: 1) { _, _ in 1 },
      MatrixSample.record(queries: 1, keys: 90) { _, _ in 0.01 },
      MatrixSample.record(queries: 90, keys: 1, mask: .causal) { _, _ in 1 },
      MatrixSample.record(queries: 30, keys: 30) { _, _ in .nan },
      MatrixSample.record(queries: 30, keys: 30) { _, _ in .infinity },
      MatrixSample.scored(count: 2000, mask: .causal),
      SampleRecord.bert(layers: 1, heads: 40, isPair: true),
    ]
    let keys = try KeyScript.keys("j J > G H H s Tab < g PgDn c v o Space a } f f f d w Tab ] x K")
    for record in records {
      var state = state(record, width: width, height: height)
      for key in keys {
        _ = state.handle(.key(key))
        let canvas = state.render(theme: .plain)
        #expect(canvas.width == width && canvas.height == height)
      }
      for (x, y) in [(0, 0), (width - 1, 5), (width / 2, height / 2), (3, 7)] {
        mouse(.click, x: x, y: y, in: &state)
        mouse(.wheelDown, x: x, y: y, in: &state)
        mouse(.doubleClick, x: x, y: y, in: &state)
        state.view = .head
      }
    }
  }
}
