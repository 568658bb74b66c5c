import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What the model view says, and in which colours.
@Suite struct ModelViewTextTests {
  private static let dark = Theme(.dark, depth: .indexed256, glyphs: .unicode)

  private func state(
    _ record: AttentionRecord = ModelSample.bert(), width: Int = 80, height: Int = 24
  ) -> ExplorerState {
    var state = ExplorerState(
      record: record, request: nil, view: .model, width: width, height: height)
    state.display.modelZoom = .thumbnails
    return state
  }

  private func line(_ y: Int, of state: ExplorerState, theme: Theme = dark) -> String {
    String(
      state.rows(theme)[y])
  }

  // MARK: Words

  @Test func theReadoutNamesPatternsAndTheStrongestPair() {
    var state = state(width: 120)
    state.selection.layer = 2
    state.selection.head = 9
    #expect(
      state.readoutText
        == "layer 2 head 9  same .35  delim .17  strongest words q 5 \"the\" → k 1 \"the\" .737")
  }

  @Test(arguments: ["same", "delim"])
  func whatHeadsAreRankedByIsNotNamedTwice(_ label: String) throws {
    var state = try state(width: 120).pressing("':sort \(label)' Enter")
    state.selection.layer = 2
    state.selection.head = 9
    #expect(state.readoutText.hasPrefix("layer 2 head 9  same .35  delim .17  strongest "))
  }

  @Test func aNarrowReadoutKeepsBothLabelsAndThePair() {
    let tokens = ["extraordinarily", "unpronounceable"].map { SampleRecord.token($0, segment: 0) }
    let weights = HeadWeights(queryCount: 2, keyCount: 2, values: [0.1, 0.9, 0.9, 0.1])
    let stack = ModelSample.stack(
      tokens,
      layers: [LayerAttention(index: 0, mask: .bidirectional, weights: [weights])])
    let record = ModelSample.labelled(AttentionRecord(model: "m", stacks: [stack]))
    #expect(
      line(22, of: state(record))
        == " layer 0 head 0  prev .25  delim .13  q 0 \"extraor…\" → k 1 \"unprono…\" .900")
    #expect(line(38, of: state(record, width: 120, height: 40)).contains("delim .13  strongest"))
  }

  @Test func anOperandAndTheSinksAreNamed() {
    let pattern = HeadSummary.Pattern(
      label: .offset, score: 0.5, operand: -2, isBesidesSinks: true)
    #expect(pattern.text(.unicode) == "off −2* .50")
    #expect(pattern.text(.ascii) == "off -2* .50")
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
        == "layer 0 head 0  off −2* .50  strongest words q 6 \"mat\" → k 5 \"the\" .497")
    #expect(
      line(1, of: state(AttentionRecord(model: "m", stacks: [stack]))).contains(
        " * sinks left out"))
  }

  @Test func everyLabelHasALetterOfItsOwn() {
    let count = PatternLabel.allCases.count
    for glyphs in [Glyphs.unicode, .ascii] {
      #expect(Set(PatternLabel.allCases.map { $0.letter(glyphs) }).count == count)
      #expect(PatternLabel.allCases.allSatisfy { $0.letter(glyphs).count == 1 })
    }
    #expect(Set(PatternLabel.allCases.map(\.shortName)).count == count)
    #expect(PatternLabel.allCases.allSatisfy { $0.shortName.count == 3 })
  }

  @Test func aScaleSaysWhatIsFull() throws {
    var wide = state(width: 120)
    wide.selection.head = 1
    #expect(!line(1, of: wide).contains("full at"))
    let unit = wide.stack.summaries[0][1].maximum
    let scaled = try wide.pressing("V")
    #expect(line(1, of: scaled).contains("scale head   full at \(NumberText.weight(unit))"))
  }

  // MARK: Filters

  @Test func filtersApplyToThePane() throws {
    let pair = try state(ModelSample.bert(isPair: true), width: 120, height: 40).pressing("f f")
    #expect(pair.display.filter == .bb)
    let text = pair.render(theme: Self.dark).text
    #expect(!text.contains("sat"))
    #expect(text.contains("labels of the whole text"))
    // Numbers stay those of the whole text.
    let view = ModelView(pair, theme: Self.dark)
    let best = try #require(
      view.scene.topPairs(HeadPlace(layer: 0, head: 0), limit: 1).first)
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
    let index = try state().pressing("- Right Down")
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
    var theme = Self.dark
    theme.isCoarse = true
    let expected = theme.heatCell(
      top: max(weights[0, 1], weights[0, 2]),
      bottom: [weights[1, 1], weights[1, 2], weights[2, 1], weights[2, 2]].max() ?? 0)
    #expect(canvas[5, 4] == expected)
    // Half a row of the page stays free between thumbnails.
    #expect(canvas[5, 6].style.background == .standard)
    #expect(canvas[9, 4] == Cell("▌", Self.dark.style(.accent)))
  }

  @Test func aScaleBrightens() throws {
    let absolute = state().render(theme: Self.dark)
    let scaled = try state().pressing("V").render(theme: Self.dark)
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
    let large = try state().pressing("+ Down").render(theme: Self.dark)
    let shown = Set((4..<38).map { large[$0, 8].style.foreground })
    let layer = Set((1...5).map { Self.dark.headColor(1, level: $0) })
    #expect(!shown.intersection(layer).isEmpty)
  }
}
