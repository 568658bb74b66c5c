import TerminalUI
import Testing

@testable import Explorer

/// Saving the view, as far as the state goes.
@Suite struct ExportStateTests {
  private func state(_ view: ViewKind = .head) -> ExplorerState {
    ExplorerState(
      record: SampleRecord.bert(layers: 2, heads: 3), request: nil, view: view, width: 80,
      height: 24)
  }

  @Test func filesAreNamedAfterWhatTheyShow() {
    var state = state()
    #expect(state.exportName == "head-L0.svg")
    state.selection.activeHeads = [2]
    state.selection.layer = 1
    #expect(state.exportName == "head-L1-H2.svg")
    state.view = .model
    #expect(state.exportName == "model.svg")
    state.view = .neuron
    state.selection.head = 1
    #expect(state.exportName == "neuron-L1-H1.svg")
  }

  @Test func thePromptBeginsWithAName() {
    var state = state(.model)
    #expect(state.update(.edit(.export)) == [])
    #expect(state.render().text.hasSuffix("\n save as: model.svg"))
    #expect(state.handle(.key(.enter)) == [.export(path: "model.svg", replaces: false)])
    #expect(state.overlay == nil)
    #expect(state.message?.text == "saving model.svg")
  }

  @Test func anEmptyNameSavesNothing() {
    var state = state()
    _ = state.update(.edit(.export))
    _ = state.handle(.key(.control("u")))
    #expect(state.handle(.key(.enter)) == [])
  }

  @Test func whatBecameOfItIsSaid() {
    var state = state()
    state.finishExport("a.svg", with: .saved(byteCount: 999, note: nil))
    #expect(state.message?.text == "saved a.svg, 999 bytes")
    state.finishExport("a.svg", with: .saved(byteCount: 12_500, note: "a note"))
    #expect(state.message?.text == "saved a.svg, 13 kB; a note")
    state.finishExport("a.svg", with: .saved(byteCount: 2_400_000, note: nil))
    #expect(state.message?.text == "saved a.svg, 2 MB")
    state.finishExport("a.svg", with: .failed("no space"))
    #expect(state.message == .init(text: "no space", isError: true))
  }

  @Test func aFileThatIsThereIsAskedAbout() {
    var state = state()
    state.finishExport("a\u{1B}.svg", with: .exists)
    #expect(state.render().text.hasSuffix("\n a␛.svg exists: replace it?   y yes  n no"))
    #expect(state.handle(.key(.character("n"))) == [])
    #expect(state.message?.text == "not saved: a\u{1B}.svg stays as it is")
    state.finishExport("a.svg", with: .exists)
    #expect(
      state.handle(.key(.character("y"))) == [.export(path: "a.svg", replaces: true)])
    #expect(state.overlay == nil)
  }

  @Test func whoTypesSomethingElseIsNotAsked() {
    var state = state()
    _ = state.update(.edit(.search))
    state.finishExport("a.svg", with: .exists)
    #expect(state.overlay == .prompt(Prompt(.search)))
    #expect(state.message == .init(text: "a.svg exists, and was not replaced", isError: true))
  }
}
