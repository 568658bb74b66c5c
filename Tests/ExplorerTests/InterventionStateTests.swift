import Attention
import TerminalUI
import Testing

@testable import Explorer

/// Heads turned off and edges cut while one looks: what is asked of the model, and what the screen tells of it.
@Suite struct InterventionStateTests {
  private let request = ModelRequest(text: "a long text")

  /// What a model of two layers and four heads would answer.
  private func answer(
    _ request: ModelRequest, _ prediction: String = "moon", _ probability: Float = 0.87
  ) -> AttentionRecord {
    let plain = SampleRecord.causal(count: 9)
    let stacks = plain.stacks.map { stack in
      AttentionStack(
        kind: stack.kind, queries: stack.queries, keys: stack.keys,
        layers: stack.layers.map { layer in
          guard var score = layer.score else { return layer }
          score.cuts = request.interventions.cuts.filter { $0.layers.contains(layer.index) }
          return LayerAttention(index: layer.index, mask: layer.mask, score: score)
        }, summaries: stack.summaries)
    }
    return AttentionRecord(
      model: plain.model, stacks: stacks,
      predictions: [
        Prediction(
          position: 8, token: SampleRecord.token(prediction, segment: 0), probability: probability)
      ], interventions: request.interventions)
  }

  private func state(width: Int = 80) -> ExplorerState {
    ExplorerState(record: answer(request), request: request, width: width, height: 24)
  }

  private func press(_ script: String, _ state: inout ExplorerState) throws -> [Effect] {
    // What can be opened is asked for with the first command.
    try state.press(script).filter { $0 != .list }
  }

  /// Presses keys, and answers what they ask.
  private func run(_ script: String, _ state: inout ExplorerState) throws {
    for case .run(let request, let number) in try press(script, &state) {
      state.finish(number, with: .success(answer(request, "red", 0.31)))
    }
  }

  private func off(
    _ layer: Int, _ head: Int, as replacement: HeadAblation.Replacement = .zero, rows: Rows = .all
  ) -> Intervention {
    .ablation(HeadAblation(HeadAddress(layer: layer, head: head), as: replacement, rows: rows))
  }

  private func rows(_ state: ExplorerState) -> [String] {
    state.rows(Theme(.mono, depth: .none, glyphs: state.display.glyphs))
  }

  // MARK: What is asked

  @Test func headsAreTurnedOffAndOnAgain() throws {
    var state = state()
    var wanted = request
    wanted.interventions = [off(0, 0)]
    #expect(try press("z", &state) == [.run(wanted, number: 1)])
    state.finish(1, with: .success(answer(wanted)))
    // A second one while the model runs, and the first one on again.
    wanted.interventions = [off(0, 0), off(1, 2)]
    #expect(try press("] } } z", &state) == [.run(wanted, number: 2)])
    wanted.interventions = [off(1, 2)]
    #expect(try press("[ { { z", &state) == [.run(wanted, number: 3)])
    state.finish(3, with: .success(answer(wanted)))
    #expect(state.request == wanted)
    wanted.interventions = [off(0, 0)]
    #expect(try press("u", &state) == [.run(wanted, number: 4)])
  }

  @Test func howAndWhereTheyAreOffCanBeChanged() throws {
    var state = state()
    #expect(try press("Z", &state) == [])
    #expect(
      state.message?.text
        == "a head that is turned off becomes its mean over the text, at all queries: z turns this one off"
    )
    try run("z", &state)
    #expect(state.request?.interventions == [off(0, 0, as: .mean)])
    try run("j j R", &state)
    #expect(state.request?.interventions == [off(0, 0, as: .mean, rows: .numbered([2]))])
    try run("Z", &state)
    #expect(state.request?.interventions == [off(0, 0, as: .first, rows: .numbered([2]))])
    try run("Z R", &state)
    #expect(state.request?.interventions == [off(0, 0)])
  }

  @Test func aPairIsCutAndMended() throws {
    var state = state()
    try run("4 : 'query 8' Enter : 'key 3' Enter", &state)
    let before = state.selection
    try run("X", &state)
    let cut = EdgeCut(layers: 0...0, heads: 0...0, queries: .numbered([8]), keys: 3...3)
    #expect(state.request?.interventions == [.cut(cut)])
    // The pair stays, and looks like one that the mask hides.
    #expect(state.selection == before)
    #expect(state.readoutText.hasSuffix("cut") || state.readoutText.contains("  cut  "))
    #expect(state.slice.visibleRow(head: 0, query: 8)[3] == nil)
    #expect(state.slice.visibleRow(head: 1, query: 8)[3] != nil)
    #expect(NeuronScene(state).isMasked(.init(query: 8, key: 3)))
    #expect(rows(state)[1].contains("   cut 0.0:8>3   "))
    try run("X", &state)
    #expect(state.request?.interventions == [])
  }

  @Test func commandsNameSeveral() throws {
    var state = state()
    try run(": 'ablate 0.1,1.3' Enter", &state)
    try run(": 'cut 0-1:last>2' Enter", &state)
    let cut = try #require(EdgeCut("0-1:last>2"))
    #expect(state.request?.interventions == [off(0, 1), off(1, 3), .cut(cut)])
    try run(": 'query 8' Enter : 'key 2' Enter X", &state)
    #expect(
      state.message?.text == "this edge is cut with others: u goes back, :restore undoes all")
    try run(": restore Enter", &state)
    #expect(state.request == request)
  }

  // MARK: What cannot be

  @Test(arguments: [
    ("ablate 9.9", "head 9.9: there is no layer 9, there are 0-1"),
    ("ablate 0.7", "head 0.7: there is no head 7, there are 0-3"),
    (
      "ablate x",
      ":ablate x: expected heads by layer and number, such as 0.0, with commas between"
    ),
    (
      "cut 3",
      ":cut 3: expected layers:query>key, such as 3-5:12>4, with heads 3.0-3:last>4; several with commas between"
    ),
    (
      "cut 0:0>0",
      "cut 0:0>0: token 0 would have no key left to look at in head 0.0: cut fewer, or turn the head off"
    ),
  ]) func aWrongCommandStaysToBeMended(command: String, message: String) throws {
    var state = state()
    #expect(try press(": '\(command)' Enter", &state) == [])
    #expect(state.message?.text == message && state.message?.isError == true)
    guard case .prompt(let prompt) = state.overlay else {
      Issue.record("the line is gone")
      return
    }
    #expect(prompt.editor.text == command)
  }

  @Test func whatHidesAPairIsSaid() throws {
    var state = state()
    #expect(try press("4 : 'query 2' Enter : 'key 5' Enter X", &state) == [])
    #expect(
      state.message?.text == "there is nothing to cut: the mask hides key 5 from query 2")
    #expect(try press(": 'query 0' Enter : 'key 0' Enter X", &state) == [])
    #expect(state.message?.isError == true)
    #expect(state.message?.text.hasPrefix("cut 0.0:0>0: token 0 would have no key left") == true)
  }

  @Test(arguments: ["z", "Z", "R", "X"])
  func savedAttentionIsAsItIs(key: String) throws {
    var state = ExplorerState(record: answer(request), request: nil, width: 80, height: 24)
    #expect(try press(key, &state) == [])
    #expect(state.message?.text == "attention from a file cannot be recomputed")
  }

  // MARK: What is shown

  @Test func headsThatAreOffAreMarkedWhereverTheyAreListed() throws {
    var state = state()
    try run("} z {", &state)
    #expect(rows(state)[2].hasPrefix(" heads ‹0›×1  2  3"))
    try run("}", &state)
    #expect(rows(state)[2].hasPrefix(" heads  0 ×1› 2  3"))
    #expect(state.readoutText.contains("  head ×1  "))
    try run("1 {", &state)
    #expect(rows(state)[4].contains("×"))
    try run(": 'sort entropy' Enter", &state)
    #expect(rows(state).joined().contains("×0.1"))
    state.display.glyphs = .ascii
    #expect(rows(state).joined().contains("x0.1"))
    try run("2 }", &state)
    #expect(rows(state)[2].hasPrefix(" heads  0 x1> 2  3"))
  }

  @Test func theStateLineTellsWhatCameOfIt() throws {
    var state = state()
    try run("z", &state)
    #expect(rows(state)[1].contains("   off 0.0 (zero)   predicts moon .87 → red .31"))
    try run(": 'ablate 0.1,0.2,1.0,1.1' Enter", &state)
    #expect(rows(state)[1].contains("   off 5 heads (zero)   "))
    state.viewport.width = 120
    #expect(rows(state)[1].contains("   off 0.0 0.1 0.2 1.0 1.1 (zero)   "))
    // Of another text the unchanged prediction is not known.
    try run("e x Enter", &state)
    #expect(rows(state)[1].contains("   predicts red .31"))
    #expect(!rows(state)[1].contains("moon"))
  }
}
