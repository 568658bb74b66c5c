import Attention
import Explorer
import TerminalUI
import Testing

@Suite struct ExplorerStateTests {
  private func state(isPair: Bool = false, width: Int = 80, height: Int = 24) -> ExplorerState {
    ExplorerState(
      record: SampleRecord.bert(isPair: isPair), request: ModelRequest(text: "the cat"),
      width: width, height: height)
  }

  private func pressing(_ script: String, in state: ExplorerState) throws -> ExplorerState {
    var state = state
    for key in try KeyScript.keys(script) { _ = state.handle(.key(key)) }
    return state
  }

  @Test func beginsWithAllHeads() {
    #expect(state().activeHeads == Array(0..<12))
    #expect(state().view == .head)
  }

  @Test func theCursorStopsAtTheEnds() throws {
    #expect(try pressing("Up", in: state()).selection.query == 0)
    #expect(try pressing("G", in: state()).selection.query == 8)
    #expect(try pressing("G Down", in: state()).selection.query == 8)
    #expect(try pressing("G g", in: state()).selection.query == 0)
    #expect(try pressing("j j k", in: state()).selection.query == 1)
  }

  @Test func allViewsShareOneSelection() throws {
    let state = try pressing("j j ] } 3 1 4 2", in: state())
    #expect(state.view == .head)
    #expect(state.selection.query == 2)
    #expect(state.selection.layer == 1)
    #expect(state.selection.head == 1)
  }

  @Test func theLastActiveHeadStaysOn() throws {
    let solo = try pressing("} } o", in: state())
    #expect(solo.activeHeads == [2])
    let kept = try pressing("Space", in: solo)
    #expect(kept.activeHeads == [2])
    #expect(kept.message?.text == "the last head stays on: there would be nothing to look at")
    // Solo of the only one brings all back.
    #expect(try pressing("o", in: solo).activeHeads == Array(0..<12))
    #expect(try pressing("a", in: solo).activeHeads == Array(0..<12))
  }

  @Test func togglingAHead() throws {
    let off = try pressing("Space", in: state())
    #expect(off.activeHeads == Array(1..<12))
    #expect(try pressing("Space", in: off).activeHeads == Array(0..<12))
  }

  @Test func peaksGoFromTheHeaviestToTheLightest() throws {
    let start = try pressing("o j j", in: state())
    let row = start.layer.row(head: 0, query: 2)
    let ranked = row.indices.sorted { row[$0] > row[$1] }
    var here = start
    here.selection.key = ranked[0]
    #expect(try pressing(">", in: here).selection.key == ranked[1])
    #expect(try pressing("> >", in: here).selection.key == ranked[2])
    #expect(try pressing("> > <", in: here).selection.key == ranked[1])
    #expect(try pressing("<", in: here).selection.key == ranked[0])
  }

  @Test func tabMovesTheCursorToTheKeys() throws {
    let keySide = try pressing("Tab j j", in: state())
    #expect(keySide.selection.key == 2)
    #expect(keySide.selection.query == 0)
    #expect(try pressing("J", in: keySide).selection.query == 1)
  }

  @Test func theFilterNeedsAPair() throws {
    let one = try pressing("f", in: state())
    #expect(one.display.filter == .all)
    #expect(one.message != nil)
    let pair = try pressing("f f", in: state(isPair: true))
    #expect(pair.display.filter == .bb)
    // The cursor is brought among what is left.
    #expect(pair.queryAxis.items.map(\.number) == Array(9..<17))
    #expect(pair.selection.query == 9)
    #expect(pair.selection.key == 9)
  }

  @Test func hiddenSpecialsAreSkipped() throws {
    let state = try pressing("d g", in: state())
    #expect(state.selection.query == 1)
    #expect(try pressing("G", in: state).selection.query == 7)
  }

  @Test func aShorterTextKeepsTheSelectionValid() throws {
    var state = try pressing("G Tab G ] ] ] ] ] } } } } } } } } } } }", in: state(isPair: true))
    #expect(state.selection.layer == 5)
    _ = try KeyScript.keys("e x Enter").map { state.handle(.key($0)) }
    state.finish(1, with: .success(SampleRecord.bert(layers: 1, heads: 1)))
    #expect(state.selection.query == 8)
    #expect(state.selection.head == 0)
    #expect(state.activeHeads == [0])
    for view in ViewKind.allCases {
      state.view = view
      #expect(!state.render(theme: .plain).text.isEmpty)
    }
  }

  @Test func aPasteIsNoCommand() throws {
    var state = state()
    #expect(state.handle(.paste("q")) == [])
    _ = state.handle(.key(.character("e")))
    _ = state.handle(.paste(" q\u{1B}"))
    #expect(
      state.handle(.key(.enter)) == [.run(ModelRequest(text: "the cat q\u{1B}"), number: 1)])
  }

  @Test func searchFindsTheNextToken() throws {
    let found = try pressing("/ mat Enter", in: state())
    #expect(found.selection.query == 6)
    let again = try pressing("/ the Enter n", in: state())
    #expect(again.selection.query == 5)
    #expect(try pressing("n", in: again).selection.query == 1)
    #expect(try pressing("N", in: again).selection.query == 1)
    #expect(try pressing("/ dog Enter", in: state()).message?.isError == true)
  }

  @Test func quitFromAnyView() {
    for view in ViewKind.allCases {
      var state = state()
      state.view = view
      #expect(state.handle(.key(.character("q"))) == [.quit])
    }
  }

  @Test func enterGoesInAndEscapeGoesOut() throws {
    var model = state()
    model.view = .model
    let head = try pressing("Right Right Down Enter", in: model)
    #expect(head.view == .head)
    #expect(head.activeHeads == [2])
    #expect(head.selection.layer == 1)
    let neuron = try pressing("Enter", in: head)
    #expect(neuron.view == .neuron)
    #expect(try pressing("Esc", in: neuron).view == .head)
    #expect(try pressing("Esc Esc", in: neuron).view == .model)
  }

  @Test func tabsAnswerToTheMouse() {
    var state = state()
    _ = state.handle(.mouse(MouseEvent(.click, x: 45, y: 0)))
    #expect(state.view == .model)
    _ = state.handle(.mouse(MouseEvent(.click, x: 79, y: 0)))
    #expect(state.view == .matrix)
  }

  /// Whatever the keys, the window and the record: never out of range.
  @Test func survivesAnyKeys() {
    var random = SeededGenerator(state: 7)
    let mouse = [MouseEvent.Action.click, .doubleClick, .wheelUp, .wheelDown]
    let keys = KeyMap.standard.entries.flatMap { $0.bindings.flatMap(\.keys) } + [.escape, .enter]
    let records = [
      SampleRecord.bert(isPair: true), SampleRecord.bert(layers: 1, heads: 1),
      SampleRecord.causal(count: 1, layers: 1, heads: 1), SampleRecord.causal(count: 60),
    ]
    for record in records {
      var state = ExplorerState(
        record: record, request: ModelRequest(text: "x"), width: 80, height: 24)
      for step in 0..<400 {
        if step.isMultiple(of: 37) {
          _ = state.handle(
            .resize(
              width: Int.random(in: 1...200, using: &random),
              height: Int.random(in: 1...60, using: &random)))
        }
        _ = state.handle(.key(keys.randomElement(using: &random)!))
        _ = state.handle(
          .mouse(
            MouseEvent(
              mouse.randomElement(using: &random)!, x: Int.random(in: 0..<200, using: &random),
              y: Int.random(in: 0..<60, using: &random))))
        let canvas = state.render(theme: .plain)
        #expect(canvas.width == state.width && canvas.height == state.height)
      }
    }
  }
}

extension Theme {
  /// For tests that look at characters only.
  static let plain = Theme(.mono, depth: .none, glyphs: .unicode)
}
