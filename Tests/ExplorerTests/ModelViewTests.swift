import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What the model view does; `ModelViewPictureTests` shows how it looks.
@Suite struct ModelViewTests {
  private static let dark = Theme(.dark, depth: .indexed256, glyphs: .unicode)

  private func state(
    _ record: AttentionRecord = ModelSample.bert(), zoom: ModelZoom? = .thumbnails,
    width: Int = 80, height: Int = 24
  ) -> ExplorerState {
    var state = ExplorerState(
      record: record, request: nil, view: .model, width: width, height: height)
    state.display.modelZoom = zoom
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
      state.rows(theme)[y])
  }

  // MARK: Zoom

  @Test func theZoomComesFromTheSpace() {
    func zoom(_ layers: Int, _ heads: Int, width: Int = 80, height: Int = 24) -> ModelZoom {
      let record = ModelSample.bert(layers: layers, heads: heads)
      return ModelLayout(state(record, zoom: nil, width: width, height: height)).zoom
    }
    // Below 8 pixels nothing can be told.
    #expect(zoom(6, 12) == .index)
    #expect(zoom(6, 12, width: 160, height: 50) == .thumbnails)
    #expect(zoom(4, 4, width: 120, height: 40) == .thumbnails)
    #expect(zoom(12, 12, width: 160, height: 50) == .index)
  }

  @Test func picturesGrowByWholePixels() {
    func cell(_ layers: Int, _ heads: Int, width: Int, height: Int) -> [Int] {
      let layout = ModelLayout(
        state(ModelSample.bert(layers: layers, heads: heads), width: width, height: height))
      return [layout.cellWidth, layout.cellHeight]
    }
    // 9 tokens: five pixels of them pooled, one each, and no more than one where two do not fit.
    #expect(cell(6, 12, width: 80, height: 24) == [6, 3])
    #expect(cell(4, 4, width: 120, height: 40) == [19, 7])
  }

  /// A whole number of pixels for each token, or as many as there are, and no picture much wider than high.
  @Test func sizesOfPictures() {
    func size(_ columns: Int, _ pixelRows: Int, queries: Int, keys: Int) -> [Int] {
      let size = LabelledHeat.Size(columns: columns, pixelRows: pixelRows)
        .picture(queryCount: queries, keyCount: keys)
      return [size.columns, size.pixelRows]
    }
    #expect(size(16, 16, queries: 5, keys: 5) == [15, 15])
    #expect(size(16, 16, queries: 20, keys: 20) == [16, 16])
    #expect(size(60, 11, queries: 5, keys: 5) == [20, 10])
    #expect(size(100, 16, queries: 20, keys: 200) == [32, 16])
    #expect(size(30, 20, queries: 5, keys: 40) == [30, 20])
  }

  @Test func aVeryWideIndexHasWords() throws {
    let wide = try state(width: 220, height: 50).pressing("-")
    #expect(line(4, of: wide).hasPrefix("  0 prev .25     same .95     first .85    next .75 "))
    #expect(line(7, of: wide).hasPrefix("    delim .13    delim .47    delim .43 "))
    #expect(
      line(46, of: wide).hasPrefix("       prev next self decay off     first delim punct vert "))
  }

  @Test func thumbnailsNeedPixels() {
    var mono = state(zoom: nil, width: 160, height: 50)
    mono.display.appearance = .mono
    #expect(ModelLayout(mono).zoom == .index)
    var coarse = state(zoom: nil, width: 160, height: 50)
    coarse.display.depth = .ansi16
    #expect(ModelLayout(coarse).zoom == .index)
  }

  @Test func aChosenZoomStays() throws {
    var chosen = try state().pressing("-")
    #expect(ModelLayout(chosen).zoom == .index)
    _ = chosen.handle(.resize(width: 160, height: 50))
    #expect(ModelLayout(chosen).zoom == .index)
    #expect(try ModelLayout(chosen.pressing("-")).zoom == .index)
    #expect(try ModelLayout(chosen.pressing("+ + +")).zoom == .large)
  }

  @Test func largePicturesAreLinesOrHeat() throws {
    let small = try state().pressing("m")
    #expect(small.message?.text == "only the large zoom has lines: + enlarges")
    let large = try state().pressing("+")
    #expect(line(1, of: large).hasPrefix(" zoom large lines"))
    #expect(line(5, of: large).contains("⠤⠤⠤⠤⠤⠤⠤⠤⠤"))
    let heat = try large.pressing("m")
    #expect(line(1, of: heat).hasPrefix(" zoom large heat"))
    #expect(line(5, of: heat).contains("▀▀▀▀▀▀▀▀▀"))
    #expect(try heat.pressing("m").display == large.display)
  }

  @Test func withoutPixelsTokensTakeWholeCells() throws {
    var theme = Theme(.dark, depth: .ansi16, glyphs: .unicode)
    theme.isCoarse = true
    let heat = try state().pressing("+ m")
    // 15 rows for 9 tokens: one each.
    let weights = heat.layer.weights(head: 0)
    let canvas = heat.render(theme: theme)
    // Behind the tokens.
    for query in 0..<9 { #expect(canvas[10, 5 + query] == theme.heatCell(weights[query, 0])) }
    #expect(canvas[4, 14].text == " ")
  }

  @Test func manyTokensAreHeatInTheLargeZoom() throws {
    let long = try state(ModelSample.causal(count: 80)).pressing("+")
    #expect(line(1, of: long).hasPrefix(" zoom large heat"))
  }

  // MARK: Walking

  @Test func arrowsWalkTheGrid() throws {
    let walked = try state().pressing("Right Right Down")
    #expect(walked.selection.layer == 1)
    #expect(walked.selection.head == 2)
    #expect(line(22, of: walked).hasPrefix(" layer 1 head 2"))
    #expect(try walked.pressing("G Right").selection.layer == 5)
    #expect(try walked.pressing("Left Left Left Up Up").selection == state().selection)
    let opened = try walked.pressing("Enter")
    #expect(opened.view == .head)
    #expect(opened.activeHeads == [2])
  }

  @Test func theGridFollowsTheSelection() throws {
    let record = SampleRecord.bert(layers: 24, heads: 16, headSize: 4)
    var large = state(record, width: 160, height: 50)
    large.display.modelZoom = .thumbnails
    #expect(ModelLayout(large).rows == 0..<14)
    #expect(ModelLayout(large).columns == 0..<16)
    #expect(line(46, of: large).hasPrefix(" ▼10 "))

    // It does not move before it must.
    let down = try large.pressing("G Up Up")
    #expect(down.scroll.layers == 10)
    #expect(line(3, of: down).hasPrefix("▲10"))
    #expect(try down.pressing("Up Up Up Up").scroll.layers == 10)

    var narrow = state(record)
    narrow.display.modelZoom = .thumbnails
    #expect(ModelLayout(narrow).columns == 0..<15)
    #expect(line(3, of: narrow).hasSuffix(" 14  ▸"))
    let right = try narrow.pressing(Array(repeating: "Right", count: 15).joined(separator: " "))
    #expect(right.scroll.heads == 1)
    #expect(line(3, of: right).hasPrefix("lay◂ 1    2 "))
  }

  @Test func pagesAreAsLongAsTheGrid() throws {
    var state = state(SampleRecord.bert(layers: 32, heads: 2, headSize: 4))
    state.display.modelZoom = .index
    #expect(ModelLayout(state).rows == 0..<17)
    #expect(try state.pressing("PgDn").selection.layer == 16)
  }

  @Test func headsAreTurnedOnAndOff() throws {
    #expect(line(2, of: state()) == "")
    // One that is on alone goes along, and stays on.
    let one = try state().pressing("o Right Space")
    #expect(one.activeHeads == [1])
    #expect(line(2, of: one) == "           ▄▄▄")
    let two = try state().pressing(": 'heads 0-2' Enter Right Right Space")
    #expect(two.activeHeads == [0, 1])
    #expect(line(2, of: two) == "     ▄▄▄   ▄▄▄")
    #expect(line(1, of: two).contains("heads 2/12"))
    #expect(try line(2, of: two.pressing("a")) == "")
  }

  // MARK: Mouse

  @Test func aClickSelectsAndASecondOpens() {
    // Cells are 6 × 3 from (4, 4).
    let clicked = clicking(x: 4 + 6 * 9 + 2, y: 4 + 3 * 2 + 1, in: state())
    #expect(clicked.selection.layer == 2)
    #expect(clicked.selection.head == 9)
    #expect(clicked.view == .model)
    for action in [MouseEvent.Action.click, .doubleClick] {
      let opened = clicking(action, x: 4 + 6 * 9 + 2, y: 4 + 3 * 2 + 1, in: clicked)
      #expect(opened.view == .head)
      #expect(opened.activeHeads == [9])
    }
  }

  @Test func aDoubleClickThatOpensIsNoneInTheHeadView() {
    // Head 0.0 is selected, so that the first click opens it; the second one would select a token.
    let opened = clicking(x: 5, y: 6, in: state())
    #expect(opened.view == .head)
    let after = clicking(.doubleClick, x: 5, y: 6, in: opened)
    #expect(after.selection == opened.selection)
    #expect(clicking(x: 5, y: 6, in: opened).selection.query == 1)
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
            state = try state.pressing(script)
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
    #expect(line(9, of: start).hasPrefix("  7 "))
    let down = try start.pressing("Right Right Down")
    #expect(down.selection.layer == 1)
    #expect(down.selection.head == 0)
    // Layer 7 has no such head.
    #expect(clicking(x: 4 + 20 * 2, y: 9, in: start).selection == start.selection)
  }

  // MARK: Sinks

  /// `ModelSample.bert()`, its first head one that rests on sinks with `weight`.
  private func resting(_ weight: Float, best label: PatternLabel = .same) -> AttentionRecord {
    let stack = ModelSample.bert().stacks[0]
    var summaries = stack.summaries
    let measured = summaries[0][0]
    summaries[0][0] = HeadSummary(
      patterns: [.init(label: label, score: 0.9, isBesidesSinks: label.family != .sinks)],
      spread: .init(entropy: 1, peak: weight, sinks: weight, distance: 1),
      topPairs: [.init(query: 8, key: 0, weight: 0.97)], maximum: 0.97, pooled: measured.pooled)
    return AttentionRecord(
      model: "resting",
      stacks: [
        AttentionStack(
          kind: .own, queries: stack.queries, keys: stack.keys, layers: stack.layers,
          summaries: summaries)
      ])
  }

  /// Three letters leave no column for the mark of a label: an edge in the gap stands for it.
  @Test func narrowLabelsHaveAnEdgeForTheirSinks() throws {
    let heavy = try state(resting(0.9)).pressing("-")
    #expect(line(4, of: heavy).hasPrefix("  0 sam▌sam 1st nxt "))
    #expect(line(1, of: heavy).contains("* ▌ sinks left out"))
    let light = try state(resting(0.4)).pressing("-")
    #expect(line(4, of: light).hasPrefix("  0 sam▎sam 1st nxt "))
    let ascii = Theme(.dark, depth: .indexed256, glyphs: .ascii)
    #expect(line(4, of: light, theme: ascii).hasPrefix("  0 sam|sam 1st nxt "))
    // Where there is room the mark is the label's.
    let wide = try state(resting(0.9), width: 160, height: 50).pressing("-")
    #expect(line(4, of: wide).contains("sam* .90"))
    #expect(line(1, of: wide).contains("* sinks left out"))
  }

  /// What a head does is shown by a pair of words, unless it does nothing but rest.
  @Test func theReadoutsPairIsOneOfWords() {
    #expect(state(resting(0.9)).readoutText.contains("strongest words q "))
    #expect(!state(resting(0.9)).readoutText.contains("[SEP]"))
    #expect(
      state(resting(0.9, best: .first)).readoutText.hasSuffix(
        "strongest q 8 \"[SEP]\" → k 0 \"[CLS]\" .970"))
  }
}
