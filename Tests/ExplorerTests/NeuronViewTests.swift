import Attention
import Testing

@testable import Explorer
@testable import TerminalUI

/// What a person does in the neuron view, and what comes of it.
@Suite struct NeuronViewTests {
  let dark = Theme(.dark, depth: .indexed256, glyphs: .unicode)
  let mono = Theme(.mono, depth: .none, glyphs: .unicode)

  func state(
    _ record: AttentionRecord, width: Int = 80, height: Int = 24, keys: String = ""
  ) -> ExplorerState {
    var state = ExplorerState(
      record: record, request: nil, view: .neuron, width: width, height: height)
    state.type(keys)
    return state
  }

  func row(_ y: Int, _ state: ExplorerState, theme: Theme? = nil) -> String {
    let lines = state.rows(theme ?? mono)
    return String(lines[y])
  }

  // MARK: A visit

  @Test func theReadoutAddsUp() throws {
    var state = state(NeuronSamples.tiny(), width: 100, keys: "j")
    let expected =
      "n 0  q +3.00  k +2.00  q×k +6.00  100% of |Σ|   Σ 6.00 × 0.500 = +3.00 → .881  off by "
    #expect(state.readoutText.hasPrefix(expected))
    let difference = try #require(Double(state.readoutText.dropFirst(expected.count)))
    #expect(difference < 1e-6)
    state.type("J.")
    #expect(
      state.readoutText.hasPrefix(
        "n 1  q −1.00  k +1.00  q×k −1.00  25% of |Σ|   Σ 2.00 × 0.500 = +1.00 → .119  off by "))
  }

  @Test func biasAndSoftcapStandInTheReadout() {
    let biased = NeuronSamples.changing(NeuronSamples.tiny()) {
      $0.bias = NeuronSamples.dense([0, 0, -2, 0], for: $0)
    }
    #expect(
      state(biased, width: 120, keys: "j").readoutText.contains(
        "Σ 6.00 × 0.500 = +3.00 bias −2.00 = +1.00 → .500"))
    let capped = NeuronSamples.changing(NeuronSamples.tiny()) { $0.softcap = 2 }
    let view = state(capped, width: 120, keys: "j")
    #expect(view.readoutText.contains("Σ 6.00 × 0.500 = +3.00 capped +1.81 → .708"))
    #expect(row(1, view).contains("softcap 2"))
    #expect(row(4, view).contains("capped softmax"))
  }

  @Test func whatLeadsToTheSumGivesWayToIt() {
    let biased = NeuronSamples.changing(NeuronSamples.tiny()) {
      $0.bias = NeuronSamples.dense([0, 0, -2, 0], for: $0)
    }
    let text = state(biased, keys: "j").readoutText
    #expect(text.hasPrefix("n 0  q×k +6.00   Σ 6.00 × 0.500 = +3.00 bias −2.00 = +1.00 → .500"))
  }

  @Test func aMaskedPairSaysSo() {
    let view = state(NeuronSamples.tiny(mask: .causal), width: 100, keys: "J")
    #expect(view.readoutText.hasSuffix("Σ 3.00 × 0.500 = +1.50 masked → .000"))
    #expect(row(6, view) == "›1 b ········" + "   masked")
    // The key itself stays visible.
    let key = state(NeuronSamples.tiny(mask: .causal), keys: "‹")
    #expect(row(6, key) == " 1 b ░░░░░░░░" + "   masked")
  }

  @Test func sortingOrdersTheColumnsAndTheSteps() {
    var state = state(SampleRecord.bert(), keys: "s")
    let ranking = state.neuronContributions?.ranking ?? []
    #expect(row(1, state).contains("sort |q×k|"))
    #expect(row(2, state).contains("32 neurons by |q×k|"))
    state.type(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,")
    #expect(state.selection.neuron == ranking[0])
    state.type("..")
    #expect(state.selection.neuron == ranking[2])
    #expect(NeuronView(state, theme: mono).layout.order == ranking)
  }

  @Test func panelsFollowTheArrows() {
    var state = state(SampleRecord.bert(), keys: "jj")
    #expect(state.display.neuron.panel == .product)
    state.type("‹")
    #expect(state.display.neuron.panel == .key)
    state.type("‹")
    #expect(state.display.neuron.panel == .query)
    // The rows are queries now, each with the chosen key.
    #expect(row(2, state).contains("32 neurons, with k 1 \"the\""))
    #expect(row(7, state).hasPrefix("›2 cat"))
    state.type("j")
    #expect(row(8, state).hasPrefix("›3 sat"))
  }

  @Test func aWideWindowHasTheProductAlways() {
    var state = state(SampleRecord.bert(), width: 160, height: 50)
    #expect(NeuronLayout(state).panels == [.key, .product])
    state.type("›")
    #expect(NeuronLayout(state).panels == [.query, .product])
    state.type("›")
    #expect(NeuronLayout(state).panels == [.key, .product])
  }

  @Test func aLongHeadScrollsWithTheNeuronCursor() {
    var state = state(SampleRecord.causal(count: 9, headSize: 128))
    #expect(row(2, state).contains("n 0–107 of 128, the larger of two a cell"))
    state.type(String(repeating: ".", count: 100))
    #expect(row(2, state).contains("n 20–127 of 128, the larger of two a cell"))
    #expect(NeuronLayout(state).column(ofPlace: 100) == 40)
    #expect(row(4, state).firstIndex(of: "▼") == row(14, state).firstIndex(of: "▲"))
  }

  @Test func neuronsAreAsWideAsTheyCanBe() {
    func cells(_ size: Int, _ width: Int) -> [Int] {
      let layout = NeuronLayout(state(SampleRecord.bert(headSize: size), width: width, height: 50))
      return [layout.columnsPerCell, layout.neuronsPerCell, layout.visibleNeurons.count]
    }
    #expect(cells(32, 160) == [2, 1, 32])
    #expect(cells(64, 160) == [1, 1, 64])
    #expect(cells(128, 160) == [1, 2, 128])
    #expect(cells(16, 80) == [2, 1, 16])
    #expect(cells(32, 80) == [1, 1, 32])
    #expect(cells(64, 80) == [1, 2, 64])
    #expect(cells(80, 80) == [1, 2, 80])
    #expect(cells(96, 80) == [1, 2, 96])
    #expect(cells(128, 80) == [1, 2, 108])
    #expect(cells(256, 80) == [1, 2, 108])
    #expect(cells(256, 200) == [1, 2, 172])
  }

  @Test func longInputsSumUpWhatIsHidden() throws {
    var state = state(SampleRecord.causal(count: 60))
    // Nothing is above the first key.
    #expect(row(5, state).hasPrefix("› 0 a"))
    state.type(String(repeating: "j", count: 59))
    _ = state.update(.choose(30, .key))
    let layout = NeuronLayout(state)
    #expect(layout.visibleRows.contains(30))
    let above = row(5, state)
    let below = row(21, state)
    #expect(above.hasPrefix(" ▲ \(layout.visibleRows.lowerBound) keys Σ ."))
    #expect(below.hasPrefix(" ▼ \(60 - layout.visibleRows.upperBound) keys Σ ."))
    #expect(below.contains("best 58 on ."))
    state.type("G>")
    #expect(NeuronLayout(state).visibleRows.contains(state.selection.key))
  }

  // MARK: What else is said

  @Test func headsThatShareKeysAreNamed() {
    var state = state(NeuronSamples.grouped(SampleRecord.causal(count: 9)), keys: "}}}")
    #expect(row(1, state).contains("head 3   keys of heads 2–3"))
    state.type("{{{")
    #expect(row(1, state).contains("head 0   keys of heads 0–1"))
  }

  @Test func wordsComeApart() {
    var tokens = SampleRecord.sentence.map { SampleRecord.token($0, segment: 0) }
    tokens[3].continuesWord = true
    let record = AttentionRecord(
      model: "words",
      stacks: [
        SampleRecord.stack(.own, queries: tokens, keys: tokens, layers: 1, heads: 2, headSize: 8)
      ])
    let state = state(record, keys: "w")
    #expect(row(1, state).contains("tokens, not words"))
    #expect(row(7, state).contains("2 cat"))
    #expect(row(8, state).contains("3 ·sat"))
  }

  @Test func filtersApplyToTheRows() {
    var state = state(SampleRecord.bert(isPair: true), keys: "ffff")
    #expect(row(1, state).contains("filter B→A"))
    #expect(row(3, state).hasPrefix("▸  9 the"))
    #expect(row(5, state).hasPrefix(" A 0 [CLS]"))
    #expect(row(13, state).hasPrefix("›▌ 8 [SEP]"))
    #expect(NeuronLayout(state).keys.count == 9)
    state.type("d")
    #expect(row(1, state).contains("specials hidden"))
    #expect(row(5, state).hasPrefix(" A 1 the"))
    #expect(row(11, state).hasPrefix(" ▌ 7 ."))
  }

  @Test func attentionFromAFileHasItsWeightsOnly() {
    var state = state(NeuronSamples.weightsOnly(SampleRecord.bert()), keys: "jjj")
    #expect(row(2, state) == " no queries and keys: only the weights of this attention are known")
    #expect(row(7, state) == "›2 cat   .41 ████████████████▍")
    #expect(state.readoutText == "q 3 \"sat\" → k 2 \"cat\"  weight .408")
    state.type("JJ")
    #expect(state.readoutText == "q 3 \"sat\" → k 4 \"on\"  weight .078")
    state.type("sT,.v‹")
    #expect(row(7, state) == " 2 cat   .41 ████████████████▍")
  }

  @Test func decodersLookAtTheirEncoder() {
    let state = state(NeuronSamples.cross(), keys: "xjj")
    #expect(row(1, state).contains("   cross   "))
    #expect(row(3, state).hasPrefix("▸2 dort"))
    #expect(row(13, state).hasPrefix(" 8 [SEP]"))
    let queries = self.state(NeuronSamples.cross(), keys: "xjj›")
    #expect(row(9, queries).hasPrefix(" 4 </s>"))
  }

  // MARK: Colours

  @Test func cellsHaveTheColoursOfTheirValues() throws {
    let record = NeuronSamples.enlarged(SampleRecord.bert())
    let view = state(record, keys: "jjj")
    let canvas = view.render(theme: dark)
    let vectors = try #require(
      NeuronScene(view).vectors(of: NeuronScene.Pair(query: 3, key: 2)))
    for neuron in 0..<32 {
      let q = vectors.value(of: neuron, in: .query)
      let product = vectors.value(of: neuron, in: .product)
      #expect(
        canvas[9 + neuron, 3]
          == dark.signedCell(
            level: Theme.neuronLevel(q, isCalm: dark.depth == .indexed256)))
      #expect(
        canvas[9 + neuron, 7]
          == dark.signedCell(level: Theme.neuronLevel(product, isCalm: true)))
    }
    #expect(canvas[45, 7].style == dark.signedInk(1))
    #expect(canvas[55, 7].style == dark.headStyle(0))
    #expect(canvas[2, 3].style == dark.style(.text, on: .selection))
    #expect(canvas[3, 13].style == dark.style(.special))
  }

  @Test func twoNeuronsShareACell() throws {
    let view = state(NeuronSamples.enlarged(SampleRecord.bert(headSize: 64)))
    let canvas = view.render(theme: dark)
    let vectors = try #require(
      NeuronScene(view).vectors(of: NeuronScene.Pair(query: 0, key: 4)))
    for cell in 0..<32 {
      let levels = (0..<2).map {
        Theme.neuronLevel(vectors.value(of: 2 * cell + $0, in: .product), isCalm: true)
      }
      #expect(canvas[9 + cell, 9] == dark.signedCell(left: levels[0], right: levels[1]))
    }
    #expect(row(2, view).contains("64 neurons, the larger of two a cell"))
  }

  @Test func thePanelsLargestIsFull() {
    var view = state(NeuronSamples.tiny(), keys: "j")
    view.width = 100
    #expect(!row(1, view).contains("scale"))
    view.width = 80
    view.type("V")
    #expect(row(1, view).contains("scale panel max"))
    #expect(view.display.scale == .absolute)
    let canvas = view.render(theme: dark)
    // Products: 6 0 with "a", 3 −1 with "b", four columns each.
    #expect(
      [5, 8, 9, 12].map { canvas[$0, 5] } == [6, 6, 0, 0].map { dark.signedCell(level: $0) })
    #expect(
      [5, 8, 9, 12].map { canvas[$0, 6] } == [1, 1, 0, 0].map { dark.signedCell(level: $0) })
  }

  @Test func pairsHaveAnEdge() {
    let canvas = state(SampleRecord.bert(isPair: true)).render(theme: dark)
    #expect(canvas[1, 5].text == "A")
    #expect(canvas[1, 5].style == dark.sentenceLetter(0))
    #expect(canvas[1, 14].text == "B")
    #expect(canvas[1, 15] == Cell("▌", dark.sentenceGutter(1)))
  }

  // MARK: The mouse

  @Test func clicksSelect() {
    var state = state(SampleRecord.bert(), keys: "jj")
    state.click(x: 3, y: 8)
    #expect(state.selection.key == 3)
    state.click(x: 20, y: 3)
    #expect(state.selection.neuron == 11)
    #expect(state.selection.key == 3)
    state.click(x: 14, y: 9)
    #expect(state.selection.neuron == 5)
    #expect(state.selection.key == 4)
    state.click(x: 13, y: 2)
    #expect(state.display.neuron.panel == .key)
    state.click(x: 10, y: 2)
    #expect(state.display.neuron.panel == .query)
    state.click(x: 3, y: 5)
    #expect(state.selection.query == 0)
    _ = state.handle(.mouse(MouseEvent(.wheelDown, x: 3, y: 5)))
    #expect(state.selection.query == 1)
    let before = state.selection
    for (x, y) in [(50, 2), (79, 20), (3, 14), (0, 1), (79, 23), (-1, -1), (500, 500)] {
      state.click(x: x, y: y)
    }
    #expect(state.selection == before)
  }

  @Test func clicksInTablesChooseNeurons() {
    var wide = state(SampleRecord.bert(), width: 160, height: 50)
    let ranking = wide.neuronContributions?.ranking ?? []
    let table = NeuronView(wide, theme: mono).table
    #expect(table?.y == 18)
    wide.click(x: 3, y: 20)
    #expect(wide.selection.neuron == ranking[2])
    wide.click(x: 55, y: 18)
    #expect(wide.selection.neuron == ranking[29])
    var whole = state(SampleRecord.bert(), keys: "T")
    whole.click(x: 60, y: 9)
    #expect(whole.selection.neuron == 5)
    #expect(whole.selection.key == 0)
  }

  // MARK: Whatever the record and the window

  @Test func nothingTrapsAnywhere() {
    let one = AttentionRecord(
      model: "one",
      stacks: [
        SampleRecord.stack(
          .own, queries: [SampleRecord.token("a", segment: 0)],
          keys: [SampleRecord.token("a", segment: 0)], layers: 1, heads: 1, headSize: 1)
      ])
    let broken = NeuronSamples.changing(NeuronSamples.tiny()) { score in
      score.scale = .infinity
      score.bias = NeuronSamples.dense([.nan, 1, 1e30, -.infinity], for: score)
    }
    let records = [
      one, broken, NeuronSamples.tiny(), SampleRecord.bert(layers: 2, heads: 2, isPair: true),
      SampleRecord.causal(count: 70, headSize: 33), NeuronSamples.cross(),
      NeuronSamples.weightsOnly(SampleRecord.causal(count: 20)),
      NeuronSamples.biased(NeuronSamples.capped(SampleRecord.bert(layers: 1, heads: 2))),
    ]
    let sizes = [(20, 5), (0, 0), (60, 16), (80, 24), (120, 40), (200, 18)]
    let themes = [
      mono, dark, Theme(.light, depth: .truecolor, glyphs: .unicode),
      Theme(.dark, depth: .ansi16, glyphs: .ascii),
    ]
    let walk = "jJ..›v›sxfd}]>T,GJf‹wgd,,{[xT3hlffK<<"
    for record in records {
      for (index, size) in sizes.enumerated() {
        var state = state(record, width: size.0, height: size.1)
        for (step, scalar) in walk.unicodeScalars.enumerated() {
          state.type(String(scalar))
          state.click(x: step * 3 % max(1, size.0), y: step * 5 % max(1, size.1))
          let canvas = state.render(theme: themes[(index + step) % themes.count])
          #expect(canvas.width == size.0 && canvas.height == size.1)
        }
      }
    }
  }

  @Test func anEmptyFilterIsSaidInWords() {
    var state = state(SampleRecord.bert())
    state.display.filter = .bb
    #expect(row(4, state) == " nothing to show: the filter leaves no token")
    #expect(state.readoutText == "")
  }

  @Test func resizingKeepsTheChosenKeyInView() {
    var state = state(SampleRecord.causal(count: 60), width: 100, height: 60)
    state.type(String(repeating: "J", count: 45))
    _ = state.handle(.resize(width: 60, height: 16))
    #expect(NeuronLayout(state).visibleRows.contains(45))
    #expect(NeuronLayout(state).visibleRows.count == 7)
  }
}
