import Attention
import TerminalUI
import Testing

@testable import Explorer

@Suite struct HeadViewTests {
  /// A list that is not scrolled.
  private let whole = ListWindow(from: 0, count: 18, rows: 18)

  private func state(isPair: Bool = false, width: Int = 80, height: Int = 24) -> ExplorerState {
    ExplorerState(
      record: SampleRecord.bert(isPair: isPair), request: nil, width: width, height: height)
  }

  @Test func theKeySideMirrorsThePicture() {
    var state = state()
    state.selection.layer = 2
    state.selection.activeHeads = [3]
    state.selection.side = .key
    state.selection.key = 5
    let rows = state.rows()
    #expect(rows[3].hasPrefix(" head 3"))
    #expect(rows[3].hasSuffix("key"))
    #expect(rows[22].contains("k 5 \"the\" ← q"))
    // The cursor's mark is the last thing in its row, also where the bars leave no room to spare.
    for (width, height) in [(60, 16), (80, 24), (109, 24), (110, 40), (200, 60)] {
      state.width = width
      state.height = height
      #expect(state.rows().contains { $0.hasSuffix("5 the  ◂") })
    }
  }

  @Test func severalHeadsHaveABarEach() {
    var state = state()
    state.selection.activeHeads = [1, 3, 9]
    let rows = state.rows()
    #expect(rows[1].contains("heads 3/12 max"))
    #expect(rows[3].contains("1   3   9    max"))
    // In the mirrored picture the bars stand behind the numbers.
    state.selection.side = .key
    #expect(state.rows()[3].hasPrefix(" max        1   3   9       query"))
  }

  @Test func theWeightIsTheModels() {
    var state = state()
    state.selection.layer = 1
    state.selection.activeHeads = [4]
    state.selection.head = 4
    state.selection.query = 3
    for key in 0..<9 {
      state.selection.key = key
      let weight = state.layer.row(head: 4, query: 3)[key]
      let text = NumberText.weight(weight, digits: 3)
      #expect(state.rows()[22].contains("weight \(text)"))
    }
  }

  @Test func linesHaveTheirHeadsColours() throws {
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    var state = state()
    state.selection.activeHeads = [6]
    let canvas = state.render(theme: theme)
    // The cursor's token leaves in its head's colour, the token below in grey.
    let levels = (1...5).map { theme.headColor(6, level: $0) }
    #expect(levels.contains(canvas[9, 4].style.foreground))
    #expect((235...240).contains(Int(canvas[9, 6].style.foreground.code)))
    // The selected token is painted.
    #expect(canvas[3, 4].style == theme.style(.special, on: .selection))
  }

  @Test func otherLinesCanBeHidden() {
    var state = state()
    state.selection.activeHeads = [6]
    let dim = state.rows()
    _ = state.update(.cycleOtherLines)
    let none = state.rows()
    func dots(_ rows: [String]) -> Int {
      rows.joined().unicodeScalars.count { (0x2801...0x28FF).contains($0.value) }
    }
    #expect(dots(none) < dots(dim))
    #expect(none[1].contains("other lines none"))
  }

  @Test func amongAllLinesTheCursorsStandOut() {
    // The cursor's heaviest line weighs less than the others'.
    let record = MatrixSample.record(queries: 5, keys: 5) { query, key in
      query == 2 ? 0.2 : query == key ? 0.96 : 0.01
    }
    var state = ExplorerState(record: record, request: nil, width: 80, height: 24)
    state.selection.query = 2
    state.display.otherLines = .all
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    let others = HeadView(state, theme: theme).otherLines
    #expect(others.map(\.thickness) == [1, 1, 1, 1])
    let brightest = theme.headStyle(0, level: 5)
    #expect(!others.contains { $0.style == brightest })
    let layout = HeadLayout(state)
    #expect(
      state.render(theme: theme)[layout.canvasX, layout.y(ofPlace: 2, in: whole)].style
        == brightest)
  }

  @Test func sentenceEdgesHaveNoGaps() {
    var state = ExplorerState(
      record: SampleRecord.bert(isPair: true), request: nil, width: 160, height: 50)
    state.selection.activeHeads = [0]
    let layout = HeadLayout(state)
    #expect(layout.spacing == 2)
    let canvas = state.render(theme: .plain)
    for columns in [layout.nearColumns, layout.farColumns] {
      let edge = (0..<34).map { canvas[columns.gutter, layout.canvasY + $0].text }.joined()
      #expect(edge.hasPrefix("A▌▌▌▌▌▌▌▌▌▌▌▌▌▌▌▌ B▌▌▌▌▌▌"))
    }
  }

  @Test func theKeysHeadingIsWhole() throws {
    let record = SampleRecord.encoderDecoder()
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
      var state = ExplorerState(record: record, request: nil, width: width, height: height)
      try state.press("x x Tab")
      #expect(state.rows()[3].hasSuffix(" encoder"))
    }
  }

  @Test func whatIsOutOfSightIsSummedUp() throws {
    var state = ExplorerState(
      record: SampleRecord.causal(count: 60), request: nil, width: 80, height: 24)
    state.selection.activeHeads = [2]
    for _ in 0..<30 { _ = state.update(.move(.down)) }
    let view = HeadView(state, theme: .plain)
    let weights = state.layer.row(head: 2, query: 30)
    let hidden = view.visiblePlaces.lowerBound
    let above = weights[..<hidden].reduce(0, +)
    // The kernels add up in another order for one row than for many, and each variant in its own.
    let shown = try #require(view.hiddenAbove?.strength.weight)
    #expect(abs(shown - above) < 1e-6)
    #expect(state.rows()[4].contains("▲ \(hidden) keys  Σ \(NumberText.weight(shown))"))
    #expect(state.rows()[21].contains("▼ \(60 - hidden - 16) keys"))
    // The strongest head has no sum: another head has another key.
    state.selection.activeHeads = [0, 2]
    let strengths = HeadView(state, theme: .plain).scene.strengths[..<hidden].map(\.weight)
    #expect(HeadView(state, theme: .plain).hiddenAbove?.strength.weight == strengths.max())
    #expect(state.rows()[4].contains(" keys  "))
    _ = state.update(.moveToLast)
    #expect(state.rows().contains { $0.hasPrefix("▸59") })
  }

  /// Nothing is above the first tokens, nor below the last ones.
  @Test func noRowIsKeptForNothing() throws {
    var state = ExplorerState(
      record: SampleRecord.causal(count: 60), request: nil, width: 80, height: 24)
    #expect(state.rows()[4].hasPrefix("▸ 0"))
    #expect(state.rows()[21].hasPrefix(" ▼ 43 "))
    _ = state.update(.moveToLast)
    #expect(state.rows()[4].hasPrefix(" ▲ 43 "))
    #expect(state.rows()[21].hasPrefix("▸59"))
  }

  @Test func linesToHiddenKeysEndInTheirRow() {
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    let record = MatrixSample.record(queries: 60, keys: 60) { $1 == 58 ? 0.9 : 0.1 / 59 }
    let state = ExplorerState(record: record, request: nil, width: 80, height: 24)
    let canvas = state.render(theme: theme)
    let layout = HeadLayout(state)
    let last = canvas[layout.canvasX + layout.canvasWidth - 1, layout.canvasY + 17]
    #expect(last.text == "⣶")
    #expect(last.style.foreground == theme.headColor(0, level: 5))
  }

  @Test func onlyStrongLinesOfOtherTokensAreDrawn() {
    let weights: [Float] = [0.28, 0.26, 0.2, 0.15, 0.11]
    let record = MatrixSample.record(queries: 5, keys: 5) { weights[($0 + $1) % 5] }
    var state = ExplorerState(record: record, request: nil, width: 80, height: 24)
    func count(_ theme: Theme) -> Int { HeadView(state, theme: theme).otherLines.count }
    let dark = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    // Of four queries the two heaviest lines, without colour the heaviest one.
    #expect(count(dark) == 8)
    #expect(count(.plain) == 4)
    state.display.otherLines = .none
    #expect(count(dark) == 0)
    state.display.otherLines = .all
    #expect(count(dark) == 16)
    #expect(count(.plain) == 4)
    // Against the head's own maximum all of them are strong.
    state.display.scale = .head
    #expect(count(dark) == 20)
    // From the keys' side: of five queries those to the other keys.
    state.selection.side = .key
    #expect(count(dark) == 20)
  }

  @Test func sortedKeysFallInWeight() throws {
    var state = state()
    state.selection.activeHeads = [2]
    _ = state.update(.toggleSort)
    let row = state.layer.row(head: 2, query: 0)
    let ranked = row.indices.sorted { row[$0] > row[$1] }
    let rows = state.rows()
    for (place, position) in ranked.enumerated() where place > 0 && row[position] < row[ranked[0]] {
      let label = state.keyAxis.items[position].label
      #expect(rows[4 + 2 * place].contains("\(position) \(label)"), "\(rows[4 + 2 * place])")
    }
  }

  @Test func mergedWordsAndHiddenSpecialsAreNamed() {
    var state = state()
    _ = state.update(.toggleWords)
    _ = state.update(.toggleSpecials)
    #expect(state.rows()[1].contains("words merged"))
    state.width = 120
    #expect(state.rows()[1].contains("specials hidden"))
    #expect(!state.rows().joined().contains("[CLS]"))
  }

  @Test func wideTokensKeepTheColumnsStraight() {
    let words = ["[CLS]", "東京都", "は", "città", "😀", "e\u{301}t\u{301}e\u{301}", "a\u{7}b", "[SEP]"]
    let tokens = words.map { SampleRecord.token($0, segment: 0) }
    let record = MatrixSample.record(queries: tokens, keys: tokens) { $0 == $1 ? 1 : 0 }
    var state = ExplorerState(record: record, request: nil, width: 80, height: 24)
    for side in [Selection.Side.query, .key] {
      state.selection.side = side
      let layout = HeadLayout(state)
      let canvas = state.render(theme: .plain)
      #expect(layout.nearTokenWidth == 6)
      for (position, word) in words.enumerated() {
        let y = layout.y(ofPlace: position, in: whole)
        for columns in [layout.nearColumns, layout.farColumns] {
          #expect(canvas[columns.number, y].text == String(position))
        }
        let near = (0..<6).map { canvas[layout.nearColumns.token + $0, y].text }.joined()
        #expect(near.contains(word == "a\u{7}b" ? "a␇b" : word))
      }
    }
  }

  @Test func rawTokensAreShownAsStored() {
    let tokens = [Token(text: "Ġcat", display: " cat", isSpecial: false, segment: 0)]
    let record = MatrixSample.record(queries: tokens, keys: tokens) { _, _ in 1 }
    var state = ExplorerState(record: record, request: nil, width: 80, height: 24)
    #expect(state.rows()[4].hasPrefix("▸0 cat"))
    state.display.showsRawTokens = true
    #expect(state.rows()[4].hasPrefix("▸0 Ġcat"))
    #expect(state.rows()[0].contains("sample  1×1 "))
  }

  @Test func aPairHasLettersBesideItsSentences() {
    let rows = state(isPair: true).rows()
    #expect(rows.contains { $0.hasPrefix("▸A 0 [CLS]") })
    #expect(rows.contains { $0.hasPrefix(" B 9") })
  }

  @Test(arguments: [(60, 16), (61, 17), (80, 24), (110, 30), (160, 50), (300, 90)])
  func anySizeKeepsTheNumbers(_ width: Int, _ height: Int) {
    let state = state(isPair: true, width: width, height: height)
    let rows = state.rows()
    #expect(rows.count == height)
    #expect(rows[height - 2].contains("weight ."))
  }
}
