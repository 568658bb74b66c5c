import TerminalUI
import Testing

@testable import Explorer

@Suite struct KeyMapTests {
  @Test(arguments: ViewKind.allCases)
  func noKeyMeansTwoThings(_ view: ViewKind) {
    let keys = KeyMap.standard.entries(in: view).flatMap { $0.bindings.map(\.key) }
    #expect(Set(keys).count == keys.count)
  }

  @Test func everythingFitsIntoTheHelp() {
    for (sections, place) in zip(HelpOverlay.sections, HelpOverlay.columns) {
      for entry in KeyMap.standard.entries where sections.contains(entry.section) {
        #expect(TextWidth.columns(of: entry.label) < place.keyWidth, "\(entry.label)")
        #expect(TextWidth.columns(of: entry.help) <= place.helpWidth, "\(entry.help)")
      }
    }
    #expect(Set(HelpOverlay.sections.joined()) == Set(KeyMap.Entry.Section.allCases))
  }

  @Test(arguments: ViewKind.allCases)
  func helpAndQuitAreAlwaysInTheFooter(_ view: ViewKind) {
    var state = ExplorerState(record: SampleRecord.bert(), request: nil, width: 60, height: 16)
    state.view = view
    let rows = state.render(theme: .plain).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.last?.hasSuffix("? help  q quit") == true)
  }

  @Test func scriptsNameEveryKind() throws {
    let keys = try KeyScript.keys("j Enter C-d F2 Space xy")
    #expect(
      keys == [
        .character("j"), .enter, .control("d"), .function(2), .character(" "), .character("x"),
        .character("y"),
      ])
    #expect(throws: KeyScript.UnknownKey(word: "F13")) { try KeyScript.keys("F13") }
    #expect(throws: KeyScript.UnknownKey(word: "C-")) { try KeyScript.keys("C-") }
  }
}
