import Attention
import TerminalUI
import Testing

@testable import Explorer

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

  /// The key on the screen with most of the weight of the query, for the focused head.
  private func peak(_ state: ExplorerState) -> Int {
    let slice = state.slice
    let position = slice.queries.position(of: state.selection.query) ?? 0
    let row = slice.row(head: state.selection.head, query: position)
    return slice.keys.items[row.firstIndex(of: row.max() ?? 0) ?? 0].number
  }

  @Test(arguments: ViewKind.allCases)
  func theKeyGoesToThePeakOfANewQuery(_ view: ViewKind) throws {
    var start = state(isPair: true)
    start.view = view
    for script in [": 'query 4' Enter", "/ mat Enter", "/ the Enter n", "/ the Enter N"] {
      let state = try pressing(script, in: start)
      #expect(state.selection.query != 0)
      #expect(state.selection.key == peak(state), "\(view) \(script)")
    }
    if view != .model {
      #expect(try pressing("j j j", in: start).selection.key == peak(pressing("j j j", in: start)))
    }
  }

  @Test func aChosenKeyStays() throws {
    for choice in ["J", ": 'key 3' Enter"] {
      let chosen = try pressing(choice, in: state())
      #expect(try pressing("j j j G", in: chosen).selection.key == chosen.selection.key)
      // Until the peaks are walked again.
      let free = try pressing("> j j", in: chosen)
      #expect(free.selection.key == peak(free))
    }
    // Also where it is the one that was there anyway.
    let same = try pressing("j", in: state())
    let chosen = try pressing(": 'key \(same.selection.key)' Enter j j", in: same)
    #expect(chosen.selection.key == same.selection.key)
  }

  @Test func layersAndHeadsKeepThePair() throws {
    let start = try pressing("j j j", in: state())
    for script in ["]", "] ] }", "}", "3 }", "4 ]", "1 ] }", "o", "a", "s", "c", "v"] {
      let state = try pressing(script, in: start)
      #expect(state.selection.query == start.selection.query)
      #expect(state.selection.key == start.selection.key, "\(script)")
    }
  }

  @Test func anotherTextAndAnotherKindFindTheKeyAnew() throws {
    var edited = try pressing("j j J J e x Enter", in: state())
    edited.finish(1, with: .success(SampleRecord.bert(layers: 3, isPair: true)))
    #expect(edited.selection.query == 2)
    #expect(edited.selection.key == peak(edited))
    let both = ExplorerState(
      record: SampleRecord.encoderDecoder(), request: nil, width: 80, height: 24)
    for script in ["j j J x", "j j J x x"] {
      let state = try pressing(script, in: both)
      #expect(state.selection.key == peak(state), "\(script)")
    }
  }

  /// One head that is on alone goes along; several stay on.
  @Test func theFocusCarriesASoleHead() throws {
    for (script, head) in [("o }", 1), ("o } } {", 1), ("o Right Right", 2), ("o 4 } 2", 1)] {
      let state = try pressing(script, in: state())
      #expect(state.selection.head == head, "\(script)")
      #expect(state.activeHeads == [head], "\(script)")
    }
    #expect(try pressing("o 1 Right Right 2", in: state()).activeHeads == [2])
    #expect(try pressing("o : 'head 7' Enter", in: state()).activeHeads == [7])
    let some = try pressing(": 'heads 3,5' Enter }", in: state())
    #expect(some.activeHeads == [3, 5])
    #expect(some.selection.head == 4)
    // Of two heads the one that stays on is looked at.
    let left = try pressing(": 'heads 3,5' Enter Space", in: state())
    #expect(left.activeHeads == [5])
    #expect(left.selection.head == 5)
  }

  @Test func theFirstEscapeTakesTheMessage() throws {
    let missing = try pressing("/ dog Enter", in: state())
    let read = try pressing("Esc", in: missing)
    #expect(read.view == .head)
    #expect(read.message == nil)
    #expect(try pressing("Esc", in: read).view == .model)
    // Also the marks of a search, which outlast its message.
    let found = try pressing("/ the Enter j", in: state())
    #expect(found.message == nil)
    #expect(try pressing("Esc", in: found).view == .head)
    #expect(try pressing("Esc Esc", in: found).view == .model)
  }

  @Test func deadKeysSayWhy() throws {
    #expect(try pressing("M", in: state()).message?.text == "M does nothing: ? lists the keys")
    #expect(
      try pressing("T", in: state()).message?.text
        == "T works in the neuron view: table of numbers")
    #expect(
      try pressing("3 r", in: state()).message?.text
        == "no rotation is known of these queries and keys")
    #expect(
      try pressing("n", in: state()).message?.text == "nothing is searched for: / begins")
  }

  @Test func theTargetIsEditedFromWhatTheModelWrote() throws {
    let both = ExplorerState(
      record: SampleRecord.encoderDecoder(), request: ModelRequest(text: "the cat"), width: 80,
      height: 24)
    func editor(_ state: ExplorerState) -> String? {
      if case .prompt(let prompt) = state.overlay { prompt.editor.text } else { nil }
    }
    var state = try pressing("E", in: both)
    #expect(editor(state) == "dieKatzesaß.")
    // Left as it is, it stays the model's own.
    #expect(state.handle(.key(.enter)) == [])
    state = try pressing("E BSpace !", in: both)
    #expect(
      state.handle(.key(.enter)) == [
        .run(ModelRequest(text: "the cat", target: "dieKatzesaß!"), number: 1)
      ])
    // A target of one's own is what is edited then.
    #expect(editor(try pressing("E", in: state)) == "dieKatzesaß!")
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
    #expect(
      kept.message?.text
        == "head 2 stays on: at another one, space turns that on too; a turns all on")
    // Kept, it does not go along, and others can be added.
    let two = try pressing("} }", in: kept)
    #expect(two.activeHeads == [2] && two.selection.head == 4)
    #expect(try pressing("Space", in: two).activeHeads == [2, 4])
    // Alone again, it goes along.
    #expect(try pressing("Space { { Space }", in: two).activeHeads == [5])
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
    let here = try pressing("o j j", in: state())
    let row = here.layer.row(head: 0, query: 2)
    let ranked = row.indices.sorted { row[$0] > row[$1] }
    #expect(here.selection.key == ranked[0])
    #expect(try pressing(">", in: here).selection.key == ranked[1])
    #expect(try pressing("> >", in: here).selection.key == ranked[2])
    #expect(try pressing("> > <", in: here).selection.key == ranked[1])
    #expect(try pressing("<", in: here).selection.key == ranked[0])
    // From a chosen key a walk begins at the heaviest, whichever way.
    let chosen = try pressing("J J", in: here)
    #expect(chosen.selection.key != ranked[0])
    #expect(try pressing(">", in: chosen).selection.key == ranked[0])
    #expect(try pressing("> >", in: chosen).selection.key == ranked[1])
    #expect(try pressing("<", in: chosen).selection.key == ranked[0])
  }

  @Test func tabMovesTheCursorToTheKeys() throws {
    let keySide = try pressing("o Tab j j", in: state())
    #expect(keySide.selection.key == 2)
    // The query goes along to the one that looks there most.
    let column = keySide.slice.column(head: 0, key: 2)
    #expect(column[keySide.selection.query] == column.max())
    let chosen = try pressing("J", in: keySide)
    #expect(chosen.selection.query == keySide.selection.query + 1)
    #expect(try pressing("j", in: chosen).selection.query == chosen.selection.query)
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
    #expect(pair.selection.key == peak(pair))
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
    // The cursor is among the keys; the query goes along to the peak.
    #expect(state.selection.key == 8)
    #expect(state.selection.query == 7)
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

  @Test func searchSaysWhichOneItIs() throws {
    func message(_ script: String) throws -> String? {
      try pressing(script, in: state()).message?.text
    }
    #expect(try message("/ the Enter") == "\"the\" 1/2")
    #expect(try message("/ the Enter n") == "\"the\" 2/2")
    #expect(try message("/ the Enter n n") == "\"the\" 1/2, on from the beginning")
    #expect(try message("/ the Enter N") == "\"the\" 2/2, on from the end")
    #expect(try message("G / the Enter") == "\"the\" 1/2, on from the beginning")
    #expect(try message("1 / the Enter") == "\"the\" 1/2: query 1 \"the\"")
  }

  @Test func searchShowsHitsWhileItIsTyped() throws {
    for view in ViewKind.allCases {
      var start = state()
      start.view = view
      start = try pressing(": 'query 2' Enter", in: start)
      let typing = try pressing("/ m", in: start)
      #expect(typing.selection.query == 6)
      #expect(typing.hits(on: typing.queryAxis) == [6])
      #expect(typing.hits(on: typing.keyAxis) == [6])
      #expect(typing.render(theme: .plain).text.contains("/m"))
      #expect(typing.render(theme: .plain).text.contains("1/1"))
      // A letter taken back is looked for from where the search began.
      #expect(try pressing("BSpace t", in: typing).selection.query == 2)
      #expect(try pressing("x", in: typing).render(theme: .plain).text.contains("not found"))
      let left = try pressing("Esc", in: typing)
      #expect(left.selection == start.selection)
      #expect(left.hits(on: left.queryAxis) == [])
      #expect(left.view == view)
    }
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
    _ = state.handle(.mouse(MouseEvent(.click, x: 35, y: 0)))
    #expect(state.view == .model)
    _ = state.handle(.mouse(MouseEvent(.click, x: 79, y: 0)))
    #expect(state.view == .output)
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
