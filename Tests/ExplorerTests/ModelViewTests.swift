import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What the model view does; `ModelViewPictureTests` shows how it looks.
@Suite struct ModelViewTests {
  private static let dark = Theme(.dark, depth: .indexed256, glyphs: .unicode)

  private func state(
    _ record: AttentionRecord = ModelSample.bert(), width: Int = 80, height: Int = 24
  ) -> ExplorerState {
    ExplorerState(record: record, request: nil, view: .model, width: width, height: height)
  }

  private func pressing(_ script: String, in state: ExplorerState) throws -> ExplorerState {
    var state = state
    for key in try KeyScript.keys(script) { _ = state.handle(.key(key)) }
    return state
  }

  private func clicking(
    _ action: MouseEvent.Action = .click, x: Int, y: Int, in state: ExplorerState
  ) -> ExplorerState {
    var state = state
    _ = state.handle(.mouse(MouseEvent(action, x: x, y: y)))
    return state
  }

  private func line(_ y: Int, of state: ExplorerState, theme: Theme = dark) -> String {
    String(
      state.render(theme: theme).text.split(separator: "\n", omittingEmptySubsequences: false)[y])
  }

  // MARK: Zoom

  @Test func theZoomComesFromTheSpace() {
    #expect(ModelLayout(state()).zoom == .thumbnails)
    #expect(ModelLayout(state(ModelSample.bert(layers: 7))).zoom == .index)
    #expect(ModelLayout(state(ModelSample.bert(heads: 13))).zoom == .index)
    let many = ModelSample.bert(layers: 12)
    #expect(ModelLayout(state(many)).zoom == .index)
    #expect(ModelLayout(state(many, width: 160, height: 50)).zoom == .thumbnails)
  }

  @Test func thumbnailsNeedPixels() {
    var mono = state()
    mono.display.appearance = .mono
    #expect(ModelLayout(mono).zoom == .index)
    var coarse = state()
    coarse.display.hasHeatPixels = false
    #expect(ModelLayout(coarse).zoom == .index)
  }

  @Test func aChosenZoomStays() throws {
    var chosen = try pressing("-", in: state())
    #expect(ModelLayout(chosen).zoom == .index)
    _ = chosen.handle(.resize(width: 160, height: 50))
    #expect(ModelLayout(chosen).zoom == .index)
    #expect(try ModelLayout(pressing("-", in: chosen)).zoom == .index)
    #expect(try ModelLayout(pressing("+ + +", in: chosen)).zoom == .large)
  }

  @Test func largePicturesAreLinesOrHeat() throws {
    let small = try pressing("m", in: state())
    #expect(small.message?.text == "only the large zoom has lines: + enlarges")
    let large = try pressing("+", in: state())
    #expect(line(1, of: large).hasPrefix(" zoom large lines   self"))
    #expect(line(5, of: large).contains("⣀⣀⣀⣀⣀⣀⣀⣀⣀"))
    let heat = try pressing("m", in: large)
    #expect(line(1, of: heat).hasPrefix(" zoom large heat   self"))
    #expect(line(5, of: heat).contains("▀▀▀▀▀▀▀▀▀"))
    #expect(try pressing("m", in: heat).display == large.display)
  }

  @Test func manyTokensAreHeatInTheLargeZoom() throws {
    let long = try pressing("+", in: state(ModelSample.causal(count: 80)))
    #expect(line(1, of: long).hasPrefix(" zoom large heat"))
  }

  // MARK: Walking

  @Test func arrowsWalkTheGrid() throws {
    let walked = try pressing("Right Right Down", in: state())
    #expect(walked.selection.layer == 1)
    #expect(walked.selection.head == 2)
    #expect(line(22, of: walked).hasPrefix(" layer 1 head 2"))
    #expect(try pressing("G Right", in: walked).selection.layer == 5)
    #expect(try pressing("Left Left Left Up Up", in: walked).selection == state().selection)
    let opened = try pressing("Enter", in: walked)
    #expect(opened.view == .head)
    #expect(opened.activeHeads == [2])
  }

  @Test func theGridFollowsTheSelection() throws {
    let record = SampleRecord.bert(layers: 24, heads: 16, headSize: 4)
    var large = state(record, width: 160, height: 50)
    large.display.modelZoom = .thumbnails
    #expect(ModelLayout(large).layers == 0..<14)
    #expect(ModelLayout(large).heads == 0..<16)
    #expect(line(46, of: large).hasPrefix(" ▼10 "))

    // It does not move before it must.
    let down = try pressing("G Up Up", in: large)
    #expect(down.scroll.layers == 10)
    #expect(line(3, of: down).hasPrefix("▲10"))
    #expect(try pressing("Up Up Up Up", in: down).scroll.layers == 10)

    var narrow = state(record)
    narrow.display.modelZoom = .thumbnails
    #expect(ModelLayout(narrow).heads == 0..<15)
    #expect(line(3, of: narrow).hasSuffix(" 14  ▸"))
    let right = try pressing(
      Array(repeating: "Right", count: 15).joined(separator: " "), in: narrow)
    #expect(right.scroll.heads == 1)
    #expect(line(3, of: right).hasPrefix("lay◂ 1    2 "))
  }

  @Test func pagesAreAsLongAsTheGrid() throws {
    var state = state(SampleRecord.bert(layers: 32, heads: 2, headSize: 4))
    state.display.modelZoom = .index
    #expect(ModelLayout(state).layers == 0..<17)
    #expect(try pressing("PgDn", in: state).selection.layer == 16)
  }

  @Test func headsAreTurnedOnAndOff() throws {
    #expect(line(2, of: state()) == "")
    let two = try pressing("o Right Space", in: state())
    #expect(two.activeHeads == [0, 1])
    #expect(line(2, of: two) == " on  ▄▄▄   ▄▄▄")
    #expect(line(1, of: two).contains("heads 2/12"))
    #expect(try line(2, of: pressing("a", in: two)) == "")
  }

  // MARK: Mouse

  @Test func aClickSelectsAndASecondOpens() {
    // Cells are 6 × 3 from (4, 4).
    let clicked = clicking(x: 4 + 6 * 9 + 2, y: 4 + 3 * 2 + 1, in: state())
    #expect(clicked.selection.layer == 2)
    #expect(clicked.selection.head == 9)
    #expect(clicked.view == .model)
    let opened = clicking(.doubleClick, x: 4 + 6 * 9 + 2, y: 4 + 3 * 2 + 1, in: clicked)
    #expect(opened.view == .head)
    #expect(opened.activeHeads == [9])
  }

  @Test func numbersAndTabsCanBeClicked() {
    #expect(clicking(x: 1, y: 4 + 3 * 5, in: state()).selection.layer == 5)
    #expect(clicking(x: 4 + 6 * 3, y: 3, in: state()).selection.head == 3)
    let off = clicking(x: 4 + 6 * 3, y: 2, in: state())
    #expect(off.selection.head == 3)
    #expect(off.activeHeads == [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11])
  }

  @Test func clicksBesideTheGridDoNothing() {
    let start = state()
    for (x, y) in [(79, 10), (20, 1), (20, 22), (20, 23), (500, 500), (-1, -1)] {
      #expect(clicking(.doubleClick, x: x, y: y, in: start).selection == start.selection)
    }
  }

  @Test func theWheelGoesThroughTheLayers() {
    let down = clicking(.wheelDown, x: 10, y: 10, in: state())
    #expect(down.selection.layer == 1)
    #expect(clicking(.wheelUp, x: 10, y: 10, in: down).selection.layer == 0)
  }

  // MARK: Words

  @Test func theReadoutNamesPatternsAndTheStrongestPair() {
    var state = state(width: 120)
    state.selection.layer = 2
    state.selection.head = 9
    #expect(
      state.readoutText
        == "layer 2 head 9  same .35  delim .17  strongest q 5 \"the\" → k 1 \"the\" 0.737")
  }

  @Test func aNarrowReadoutKeepsThePair() {
    let tokens = ["extraordinarily", "unpronounceable"].map { SampleRecord.token($0, segment: 0) }
    let weights = HeadWeights(queryCount: 2, keyCount: 2, values: [0.1, 0.9, 0.9, 0.1])
    let stack = ModelSample.stack(
      tokens,
      layers: [LayerAttention(index: 0, mask: .bidirectional, weights: [weights])])
    let record = ModelSample.labelled(AttentionRecord(model: "m", stacks: [stack]))
    #expect(
      line(22, of: state(record))
        == " layer 0 head 0  prev .25  strongest q 0 \"extraor…\" → k 1 \"unprono…\" 0.900")
    #expect(line(38, of: state(record, width: 120, height: 40)).contains("delim .13  strongest"))
  }

  @Test func anOperandAndTheSinksAreNamed() {
    let pattern = HeadSummary.Pattern(
      label: .offset, score: 0.5, operand: -2, isBesidesSinks: true)
    #expect(pattern.text(.unicode) == "off −2 .50")
    #expect(pattern.text(.ascii) == "off -2 .50")
    let vertical = HeadSummary.Pattern(label: .vertical, score: 0.5, operand: 7)
    #expect(vertical.text(.unicode) == "vert 7 .50")
    let base = ModelSample.bert(layers: 1, heads: 1).stacks[0]
    let summary = HeadSummary(
      patterns: [pattern], topPairs: [], maximum: 0, pooled: base.summaries[0][0].pooled)
    let stack = AttentionStack(
      kind: .own, queries: base.queries, keys: base.keys, layers: base.layers,
      summaries: [[summary]])
    #expect(
      state(AttentionRecord(model: "m", stacks: [stack])).readoutText
        == "layer 0 head 0  off −2 .50 besides sinks")
  }

  @Test func everyLabelHasALetterOfItsOwn() {
    for glyphs in [Glyphs.unicode, .ascii] {
      #expect(Set(PatternLabel.allCases.map { $0.letter(glyphs) }).count == 16)
      #expect(PatternLabel.allCases.allSatisfy { $0.letter(glyphs).count == 1 })
    }
    #expect(Set(PatternLabel.allCases.map(\.shortName)).count == 16)
    #expect(PatternLabel.allCases.allSatisfy { $0.shortName.count == 3 })
  }

  @Test func aScaleSaysWhatIsFull() throws {
    var wide = state(width: 120)
    wide.selection.head = 1
    #expect(!line(1, of: wide).contains("full at"))
    let unit = wide.stack.summaries[0][1].maximum
    let scaled = try pressing("v", in: wide)
    #expect(line(1, of: scaled).contains("scale head   full at \(NumberText.weight(unit))"))
  }

  // MARK: Filters

  @Test func filtersApplyToThePane() throws {
    let pair = try pressing(
      "f f", in: state(ModelSample.bert(isPair: true), width: 120, height: 40))
    #expect(pair.display.filter == .bb)
    let text = pair.render(theme: Self.dark).text
    #expect(!text.contains("sat"))
    #expect(text.contains("labels of the whole text"))
    // Numbers stay those of the whole text.
    let view = ModelView(pair, theme: Self.dark)
    let best = try #require(view.weights.topPairs(layer: 0, head: 0, limit: 1).first)
    let query = view.layout.queries.items[best.query].number
    let key = view.layout.keys.items[best.key].number
    #expect((9..<17).contains(query))
    #expect((9..<17).contains(key))
    #expect(pair.layer.row(head: 0, query: query)[key] == best.weight)
  }

  @Test func nothingLeftIsSaid() {
    // One sentence only, so that B is empty.
    for zoom in ModelZoom.allCases {
      var empty = state(width: 120, height: 40)
      empty.display.filter = .bb
      empty.display.modelZoom = zoom
      #expect(empty.render(theme: Self.dark).text.contains("no tokens are left"))
      #expect(empty.readoutText.hasPrefix("layer 0 head 0"))
    }
  }

  // MARK: Colours

  @Test func familiesGiveTheHue() throws {
    let index = try pressing("- Right Down", in: state())
    let canvas = index.render(theme: Self.dark)
    // Layer 0, head 1: same .95; layer 1, head 1 is selected.
    #expect(
      canvas[8, 4].style == Self.dark.family(PatternLabel.Family.content.rawValue, score: 0.95))
    #expect(canvas[8, 6].style == Self.dark.style(.text, on: .selection))
    #expect(canvas[2, 4].style == Self.dark.style(.dim))
    #expect(canvas[2, 6].style == Self.dark.style(.accent).adding(.bold))
  }

  @Test func pixelsAreTheLargestWeightOfTheirBlock() {
    let state = state()
    let canvas = state.render(theme: Self.dark)
    let weights = state.layer.weights(head: 0)
    // 9 tokens in 5 × 5 pixels: the second pixel of the first row is query 0 on keys 1 and 2.
    let expected = Self.dark.heatCell(
      top: max(weights[0, 1], weights[0, 2]),
      bottom: [weights[1, 1], weights[1, 2], weights[2, 1], weights[2, 2]].max() ?? 0)
    #expect(canvas[5, 4] == expected)
    // Half a row of the page stays free between thumbnails.
    #expect(canvas[5, 6].style.background == .standard)
    #expect(canvas[9, 4] == Cell("▌", Self.dark.style(.accent)))
  }

  @Test func aScaleBrightens() throws {
    let absolute = state().render(theme: Self.dark)
    let scaled = try pressing("v", in: state()).render(theme: Self.dark)
    let head = try #require(
      (0..<12).first { state().stack.summaries[0][$0].maximum < 0.6 })
    let columns = (4 + 6 * head)..<(9 + 6 * head)
    let brightest = Self.dark.heatColor(1)
    func isBright(_ canvas: Canvas) -> Bool {
      columns.contains { x in
        (4..<7).contains {
          canvas[x, $0].style.foreground == brightest || canvas[x, $0].style.background == brightest
        }
      }
    }
    #expect(!isBright(absolute))
    #expect(isBright(scaled))
  }

  @Test func linesHaveTheColourOfTheLayer() throws {
    let large = try pressing("+ Down", in: state()).render(theme: Self.dark)
    let shown = Set((4..<38).map { large[$0, 8].style.foreground })
    let layer = Set((1...5).map { Self.dark.headColor(1, level: $0) })
    #expect(!shown.intersection(layer).isEmpty)
  }

  // MARK: Odd records

  @Test func everyRecordAndWindowCanBeDrawn() throws {
    let one = SampleRecord.token("a", segment: 0)
    let single = ModelSample.stack(
      [one],
      layers: [
        LayerAttention(
          index: 0, mask: .causal,
          weights: [HeadWeights(queryCount: 1, keyCount: 1, values: [1])])
      ])
    let records = [
      AttentionRecord(model: "one", stacks: [single]), uneven(),
      ModelSample.bert(isPair: true), SampleRecord.causal(count: 100),
    ]
    let sizes = [(20, 5), (60, 16), (99, 30), (160, 50)]
    for record in records {
      for (width, height) in sizes {
        for zoom in ModelZoom.allCases {
          for script in ["G Right Right Space m", "v w d f f t"] {
            var state = state(record, width: width, height: height)
            state.display.modelZoom = zoom
            state = try pressing(script, in: state)
            for theme in [Self.dark, Theme(.mono, depth: .none, glyphs: .ascii)] {
              let canvas = state.render(theme: theme)
              #expect(canvas.width == width && canvas.height == height)
            }
          }
        }
      }
    }
  }

  /// Weights from a file: layers 3 and 7, of three heads and one.
  private func uneven() -> AttentionRecord {
    let tokens = ["a", "b"].map { SampleRecord.token($0, segment: 0) }
    let weights = HeadWeights(queryCount: 2, keyCount: 2, values: [1, 0, 0.5, 0.5])
    let layers = [(3, 3), (7, 1)].map { index, heads in
      LayerAttention(
        index: index, mask: .causal, weights: Array(repeating: weights, count: heads))
    }
    return AttentionRecord(model: "uneven", stacks: [ModelSample.stack(tokens, layers: layers)])
  }

  @Test func layersKeepTheirNumbersAndTheirHeads() throws {
    var start = state(uneven())
    start.display.modelZoom = .index
    #expect(line(4, of: start).hasPrefix("  3 "))
    #expect(line(6, of: start).hasPrefix("  7 "))
    let down = try pressing("Right Right Down", in: start)
    #expect(down.selection.layer == 1)
    #expect(down.selection.head == 0)
    #expect(clicking(x: 4 + 4 * 2, y: 6, in: start).selection.head == 0)
  }
}
