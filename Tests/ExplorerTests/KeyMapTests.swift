import TerminalUI
import Testing

@testable import Explorer

@Suite struct KeyMapTests {
  @Test func noKeyMeansTwoThings() throws {
    try KeyMap.standard.checkThatEachKeyMeansOneThing()
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
    #expect(throws: ExplorerError.unknownKey("F13")) { try KeyScript.keys("F13") }
    #expect(throws: ExplorerError.unknownKey("C-")) { try KeyScript.keys("C-") }
  }
}
