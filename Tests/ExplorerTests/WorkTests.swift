import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What makes daily work fast: sentences and cards, tables, crops, split windows, attention while typing.
@Suite struct WorkTests {
  private func state(
    _ view: ViewKind = .head, width: Int = 80, height: Int = 24,
    record: AttentionRecord = SampleRecord.bert(isPair: true)
  ) -> ExplorerState {
    var state = ExplorerState(
      record: record, request: ModelRequest(text: "the cat", pair: "the rug"), source: "sample",
      view: view, width: width, height: height)
    state.display.depth = .none
    return state
  }

  // MARK: Sentences

  private func sentence(_ pattern: HeadSummary.Pattern, sinks: Float = 0) -> String {
    let summary = HeadSummary(
      patterns: [pattern], spread: .init(entropy: 1, peak: 0.5, sinks: sinks, distance: 1),
      topPairs: [], maximum: 0.5,
      pooled: HeadWeights(queryCount: 1, keyCount: 1, values: [1]))
    let base = SampleRecord.bert(layers: 1, heads: 1)
    let record = AttentionRecord(
      model: "x",
      stacks: [
        AttentionStack(
          kind: .own, queries: base.stacks[0].queries, keys: base.stacks[0].keys,
          layers: base.stacks[0].layers, summaries: [[summary]])
      ])
    let state = state(record: record)
    return HeadSentence(state, HeadPlace(layer: 0, head: 0), .unicode).text(columns: 70)
  }

  @Test func theSentenceIsMadeOfTheNumbers() {
    #expect(
      sentence(.init(label: .sameAcross, score: 0.62, chance: 0.08))
        .hasPrefix("head 0.0 looks at the same word in the other sentence"))
    #expect(
      sentence(.init(label: .previous, score: 0.5, chance: 0.1))
        .hasPrefix("head 0.0 looks at the token before (.50 of its weight, 5.0× chance)"))
    #expect(
      sentence(.init(label: .previous, score: 0.5, chance: 0.1, isBesidesSinks: true), sinks: 0.4)
        .hasPrefix("head 0.0 looks at the token before"))
    #expect(sentence(.init(label: .offset, score: 0.5, operand: -2)).contains("2 before"))
    #expect(sentence(.init(label: .mixed, score: 0.5)).contains("does what no label describes"))
  }

  /// It stands where the view has left a row empty, and takes none from it.
  @Test func theSentenceTakesNoRoom() {
    let tall = state(width: 120, height: 40)
    let lines = tall.rows()
    #expect(lines[37].contains("head 0.0 "))
    let narrow = state(record: SampleRecord.causal(count: 60)).render().text
    #expect(!narrow.contains("head 0.0 looks"))
  }

  @Test func theCardTellsAll() throws {
    var state = state(width: 120, height: 40)
    _ = try state.press("i")
    let text = state.render().text
    for part in ["head 0.0", "label ", "chance", "bits of entropy", "strongest pairs"] {
      #expect(text.contains(part), "\(part)")
    }
    // It goes along with the head.
    _ = try state.press("}")
    #expect(state.render().text.contains("head 0.1"))
    _ = try state.press("i")
    #expect(!state.render().text.contains("bits of entropy"))
  }

  // MARK: Tables

  @Test func theTableIsTheViews() throws {
    var state = state()
    _ = state.update(.select(state.selection))
    _ = try state.press("o")
    let table = ViewTable(ofView: state)
    #expect(table.columns == ["key", "key_token", "head_0"])
    #expect(table.rows.count == 17 && table.rows[2].prefix(2) == ["2", "cat"])
    let row = state.slice.row(head: 0, query: 0)
    #expect(table.rows.map { Float($0[2]) } == row.map(Optional.some))
    #expect(try state.press("Y") == [.copy(table.tsv)])
    state.view = .matrix
    let matrix = ViewTable(ofView: state)
    #expect(matrix.columns.count == 19 && matrix.rows.count == 17)
    state.view = .model
    #expect(ViewTable(ofView: state).rows.count == 72)
    state.view = .neuron
    #expect(ViewTable(ofView: state).columns == ["neuron", "q", "k", "product", "share"])
    state.view = .head
    #expect(ViewTable.ofPairs(state).rows.count == 17 * 17)
  }

  @Test func separatorsInTokensDoNoHarm() throws {
    let tokens = ["a,b", "\"", "x\ty"].map { SampleRecord.token($0, segment: 0) }
    let record = AttentionRecord(
      model: "x",
      stacks: [
        SampleRecord.stack(
          .own, queries: tokens, keys: tokens, layers: 1, heads: 1, headSize: 4)
      ])
    let table = ViewTable.ofPairs(state(record: record))
    #expect(table.csv.contains(",\"a,b\",") && table.csv.contains(",\"\"\"\","))
    let lines = table.tsv.split(separator: "\n")
    #expect(
      lines.allSatisfy { $0.split(separator: "\t", omittingEmptySubsequences: false).count == 7 })
  }

  // MARK: Crops

  @Test func someTokensOnly() throws {
    var state = state()
    _ = try state.press(": 'tokens 2-4,9' Enter")
    #expect(state.queryAxis.items.map(\.number) == [2, 3, 4, 9])
    #expect(state.keyAxis.items.map(\.number) == [2, 3, 4, 9])
    #expect(state.selection.query == 2)
    _ = try state.press(": 'tokens all' Enter")
    #expect(state.queryAxis.count == 17)
    _ = try state.press(": 'tokens 99' Enter")
    #expect(
      state.message?.text == ":tokens 99: expected all, lines, or numbers of 0-16 written as 0-3,7")
  }

  @Test func onlyTokensThatLinesTouch() throws {
    let tokens = (0..<40).map { SampleRecord.token("t\($0)", segment: 0) }
    let weights = HeadWeights(
      queryCount: 40, keyCount: 40,
      values: (0..<1600).map { $0 == 5 * 40 + 30 ? 0.9 : 0.001 })
    let layer = LayerAttention(index: 0, mask: .bidirectional, weights: [weights])
    let summary = HeadSummary(
      measuring: weights, mask: .bidirectional, queries: tokens, keys: tokens, kind: .own)
    let record = AttentionRecord(
      model: "x",
      stacks: [
        AttentionStack(
          kind: .own, queries: tokens, keys: tokens, layers: [layer], summaries: [[summary]])
      ])
    var state = state(record: record)
    _ = try state.press(": 'tokens lines' Enter")
    #expect(state.queryAxis.items.map(\.number) == [5, 30])
  }

  // MARK: Split windows

  @Test func theMatrixStandsBesideTheHead() throws {
    var state = state(width: 160, height: 40)
    _ = try state.press("|")
    var lines = state.rows()
    #expect(lines[10].contains("│") && lines[3].contains("query"))
    // A click in the matrix goes there, and chooses what it hits.
    _ = state.handle(.mouse(MouseEvent(.click, x: 100, y: 12)))
    #expect(state.view == .matrix)
    _ = state.handle(.mouse(MouseEvent(.click, x: 5, y: 12)))
    #expect(state.view == .head)
    _ = state.handle(.resize(width: 100, height: 40))
    lines = state.rows()
    #expect(!lines[10].contains("│"))
    _ = try state.press("|")
    #expect(!state.display.isSplit)
    _ = try state.press("|")
    #expect(state.message?.text.contains("from 121 columns on: here are 100") == true)
  }

  // MARK: Attention while typing

  @Test func theTextIsRunWhileItIsTyped() throws {
    var state = state()
    state.answersAtOnce = true
    let effects = try state.press("e ' s'")
    guard case .run(let request, let number)? = effects.last else {
      Issue.record("nothing is run: \(effects)")
      return
    }
    #expect(request.text == "the cat s" && request.pair == "the rug")
    state.finish(number, with: .success(SampleRecord.bert(isPair: false)))
    #expect(!state.isPair)
    // Esc brings back what there was, without asking for it again.
    #expect(try state.press("Esc") == [])
    #expect(state.isPair && state.request?.text == "the cat")
    #expect(try state.press("u") == [])
  }

  @Test func whatWasTypedAndShownIsKept() throws {
    var state = state()
    state.answersAtOnce = true
    for case .run(_, let number) in try state.press("e ' sat'") {
      state.finish(number, with: .success(SampleRecord.bert(isPair: false)))
    }
    #expect(try state.press("Enter") == [])
    #expect(state.request?.text == "the cat sat")
    // One step back, not one for each letter.
    guard case .run(let request, _)? = try state.press("u").first else {
      Issue.record("nothing to undo")
      return
    }
    #expect(request.text == "the cat")
  }

  @Test func slowModelsAndLongTextsWait() throws {
    var slow = state()
    #expect(try slow.press("e x") == [])
    var long = state(record: SampleRecord.causal(count: 100))
    long.answersAtOnce = true
    #expect(try long.press("e x") == [])
  }

  @Test func halfATextThatIsNoneIsNoError() throws {
    var state = state()
    state.answersAtOnce = true
    for case .run(_, let number) in try state.press("e x") {
      state.finish(number, with: .failure(ModelFailure("no token")))
    }
    #expect(state.message == nil)
    guard case .run(_, let number)? = try state.press("Enter").first else {
      Issue.record("it is not asked for in the end")
      return
    }
    state.finish(number, with: .failure(ModelFailure("no token")))
    #expect(state.message?.text == "no token" && state.request?.text == "the cat")
  }
}
