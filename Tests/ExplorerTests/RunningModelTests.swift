import Attention
import Explorer
import TerminalUI
import Testing

/// Texts that the model is asked about, and what is shown until it has answered.
@Suite struct RunningModelTests {
  private func state(
    _ record: AttentionRecord = SampleRecord.bert(), progress: RunProgress? = nil
  ) -> ExplorerState {
    ExplorerState(
      record: record, request: ModelRequest(text: "the cat"), progress: progress, width: 80,
      height: 24)
  }

  /// A state of six layers of which two have run, and the record of all.
  private func beginning() -> (ExplorerState, AttentionRecord) {
    let whole = SampleRecord.bert()
    let record = SampleRecord.beginning(2, of: whole)
    return (state(record, progress: RunProgress(finished: 2, total: 6)), whole)
  }

  @Test func editingRunsTheModelOnce() throws {
    var state = state()
    #expect(try state.press("e C-u a Space b") == [])
    #expect(try state.press("Enter") == [.run(ModelRequest(text: "a b"), number: 1)])
    #expect(state.isRunning)
    state.finish(1, with: .success(SampleRecord.bert(layers: 2, heads: 3)))
    #expect(!state.isRunning)
    #expect(state.request == ModelRequest(text: "a b"))
    #expect(state.stack.layers.count == 2)
  }

  @Test func aLateAnswerIsDropped() throws {
    var state = state()
    _ = try state.press("e x Enter e y Enter")
    state.finish(1, with: .success(SampleRecord.bert(layers: 1)))
    #expect(state.stack.layers.count == 6)
    state.finish(2, with: .success(SampleRecord.bert(layers: 2)))
    #expect(state.request?.text == "the catxy")
  }

  @Test func anUnchangedTextIsNotRunAgain() throws {
    var state = state()
    #expect(try state.press("e Enter") == [])
    #expect(!state.isRunning)
  }

  @Test func aFailureKeepsWhatIsShown() throws {
    var state = state()
    _ = try state.press("e x Enter")
    state.finish(1, with: .failure(ModelFailure("no tokens")))
    #expect(state.request?.text == "the cat")
    #expect(state.message?.text == "no tokens")
  }

  @Test func undoGoesBackToTheTextBefore() throws {
    var state = state()
    _ = try state.press("e x Enter")
    state.finish(1, with: .success(SampleRecord.bert()))
    #expect(try state.press("u") == [.run(ModelRequest(text: "the cat"), number: 2)])
    state.finish(2, with: .success(SampleRecord.bert()))
    #expect(state.request?.text == "the cat")
    #expect(try state.press("u") == [])
    #expect(state.message != nil)
  }

  // MARK: Layers as they come

  @Test func theFirstLayersAreShownWhileOthersRun() throws {
    var (state, whole) = beginning()
    #expect(state.isRunning)
    #expect(state.render().text.contains("running: layer 2 of 6"))
    #expect(state.render().text.contains("sample-bert  6×12"))
    _ = try state.press("] ]")
    #expect(state.selection.layer == 1)
    #expect(state.message?.text == "layer 2 has not run yet")
    state.note(
      0, RunProgress(finished: 5, total: 6), SampleRecord.beginning(5, of: whole))
    _ = try state.press("] ]")
    #expect(state.selection.layer == 3)
    state.finish(0, with: .success(whole))
    #expect(!state.render().text.contains("running"))
    #expect(state.stack.layers.count == 6)
    // The text is still the first one.
    #expect(try state.press("u") == [])
  }

  @Test func commandsKnowAllLayers() throws {
    var (state, whole) = beginning()
    func message(_ command: String) throws -> String? {
      _ = try state.press(": '\(command)' Enter")
      let message = state.message?.text
      if state.overlay != nil { _ = try state.press("Esc") }
      return message
    }
    #expect(try message("layer 4") == "layer 4 has not run yet")
    #expect(try message("layer 9") == ":layer 9: expected 0-5")
    #expect(try message("layers 3-5") == "layers 3-5 have not run yet")
    // Those that have run are not all.
    #expect(try message("layers 0-1") == nil)
    #expect(state.display.restriction.layers == [0, 1])
    #expect(try state.press("] ]") == [])
    #expect(state.message == nil)
    #expect(try message("layers 1-3") == nil)
    #expect(state.selection.layer == 1)
    #expect(try state.press("]") == [])
    #expect(state.message?.text == "layer 2 has not run yet")
    state.view = .model
    #expect(
      try message("only entropy<0")?.hasSuffix("in the 2 layers that have run") == true)
    state.finish(0, with: .success(whole))
    #expect(state.keptLayers == [1, 2, 3])
  }

  /// The decoder has fewer layers yet than are kept, so all of these are shown; then the kept ones come.
  @Test func theSelectionGoesToWhatIsKeptWhenItComes() throws {
    let whole = SampleRecord.encoderDecoder(layers: 3)
    var state = state(
      SampleRecord.beginning(3, 1, 1, of: whole), progress: RunProgress(finished: 4, total: 6))
    _ = try state.press(": 'layers 1-2' Enter x")
    #expect(state.selection.layer == 0)
    state.note(0, RunProgress(finished: 5, total: 6), SampleRecord.beginning(3, 2, 2, of: whole))
    #expect(state.selection.layer == 1)
  }

  /// Rows do not move when further ones come.
  @Test func theModelViewKeepsTheirPlaces() throws {
    var (state, whole) = beginning()
    state.view = .model
    let before = state.rows()
    state.finish(0, with: .success(whole))
    let after = state.rows()
    #expect(before[4...7] == after[4...7])
    #expect(before[8].prefix(50).allSatisfy { $0 == " " })
    #expect(after[8].hasPrefix("  2 "))
  }

  /// What a person looks at stays until the new text has it too.
  @Test func anotherTextIsShownWhenItsLayerHasRun() throws {
    var state = state()
    _ = try state.press("] ] e x Enter")
    let whole = SampleRecord.bert(isPair: true)
    state.note(1, RunProgress(finished: 2, total: 6), SampleRecord.beginning(2, of: whole))
    #expect(state.stack.queries.count == 9)
    #expect(state.render().text.contains("running: layer 2 of 6"))
    state.note(1, RunProgress(finished: 3, total: 6), SampleRecord.beginning(3, of: whole))
    #expect(state.stack.queries.count == 17)
    #expect(state.selection.layer == 2)
    state.finish(1, with: .success(whole))
    #expect(try state.press("u") == [.run(ModelRequest(text: "the cat"), number: 2)])
  }

  @Test func ofAnOvertakenTextNothingIsShown() throws {
    var state = state()
    _ = try state.press("e x Enter e y Enter")
    state.note(1, RunProgress(finished: 4, total: 6), SampleRecord.bert(layers: 4))
    #expect(state.stack.layers.count == 6)
    #expect(!state.render().text.contains("layer 4 of 6"))
  }

  /// A pass that ended early leaves what it had made, and can be run again.
  @Test func missingLayersAreNamed() throws {
    var (state, whole) = beginning()
    let edit = try state.press("e x Enter")
    #expect(edit == [.run(ModelRequest(text: "the catx"), number: 1)])
    state.finish(0, with: .success(whole))
    #expect(state.stack.layers.count == 2)
    state.finish(1, with: .failure(ModelFailure("too long")))
    #expect(state.isIncomplete && state.failure == ModelFailure("too long"))
    _ = try state.press("] ]")
    #expect(state.message?.text == "layer 2 did not run")
    for view in ViewKind.allCases {
      state.view = view
      #expect(state.render().text.contains("2 of 6 layers ran"))
    }
    #expect(try state.press("e Enter") == [.run(ModelRequest(text: "the cat"), number: 2)])
    state.finish(2, with: .success(SampleRecord.bert()))
    #expect(!state.render().text.contains("layers ran"))
  }

  @Test func aDecoderCanComeLater() throws {
    let whole = SampleRecord.encoderDecoder()
    var state = state(
      SampleRecord.beginning(1, of: whole), progress: RunProgress(finished: 1, total: 4))
    _ = try state.press("x")
    #expect(state.message?.text == "the decoder has not run yet")
    // It has a target, not a second sentence.
    _ = try state.press("E")
    #expect(state.render().text.contains("target:"))
    _ = try state.press("Esc")
    state.note(0, RunProgress(finished: 3, total: 4), SampleRecord.beginning(2, 1, 1, of: whole))
    _ = try state.press("x x")
    #expect(state.stack.kind == .cross)
    state.finish(0, with: .success(whole))
    #expect(state.stack.layers.count == 2)
  }

  @Test func rankingsTakeNewLayersIn() throws {
    var (state, whole) = beginning()
    state.view = .model
    _ = try state.press(": s o r t Space e n t r o p y Enter")
    #expect(state.render().text.contains("running"))
    #expect(!state.render().text.contains("2.67"))
    state.finish(0, with: .success(whole))
    #expect(state.render().text.contains("2.67"))
  }
}
