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
      let state = try start.pressing(script)
      #expect(state.selection.query != 0)
      #expect(state.selection.key == peak(state), "\(view) \(script)")
    }
    if view != .model {
      #expect(try start.pressing("j j j").selection.key == peak(start.pressing("j j j")))
    }
  }

  @Test func aChosenKeyStays() throws {
    for choice in ["J", ": 'key 3' Enter"] {
      let chosen = try state().pressing(choice)
      #expect(try chosen.pressing("j j j G").selection.key == chosen.selection.key)
      // Until the peaks are walked again.
      let free = try chosen.pressing("> j j")
      #expect(free.selection.key == peak(free))
    }
    // Also where it is the one that was there anyway.
    let same = try state().pressing("j")
    let chosen = try same.pressing(": 'key \(same.selection.key)' Enter j j")
    #expect(chosen.selection.key == same.selection.key)
  }

  @Test func layersAndHeadsKeepThePair() throws {
    let start = try state().pressing("j j j")
    for script in ["]", "] ] }", "}", "3 }", "4 ]", "1 ] }", "o", "a", "s", "c", "v"] {
      let state = try start.pressing(script)
      #expect(state.selection.query == start.selection.query)
      #expect(state.selection.key == start.selection.key, "\(script)")
    }
  }

  @Test func anotherTextAndAnotherKindFindTheKeyAnew() throws {
    var edited = try state().pressing("j j J J e x Enter")
    edited.finish(1, with: .success(SampleRecord.bert(layers: 3, isPair: true)))
    #expect(edited.selection.query == 2)
    #expect(edited.selection.key == peak(edited))
    let both = ExplorerState(
      record: SampleRecord.encoderDecoder(), request: nil, width: 80, height: 24)
    for script in ["j j J x", "j j J x x"] {
      let state = try both.pressing(script)
      #expect(state.selection.key == peak(state), "\(script)")
    }
  }

  /// One head that is on alone goes along; several stay on.
  @Test func theFocusCarriesASoleHead() throws {
    for (script, head) in [("o }", 1), ("o } } {", 1), ("o Right Right", 2), ("o 4 } 2", 1)] {
      let state = try state().pressing(script)
      #expect(state.selection.head == head, "\(script)")
      #expect(state.activeHeads == [head], "\(script)")
    }
    #expect(try state().pressing("o 1 Right Right 2").activeHeads == [2])
    #expect(try state().pressing("o : 'head 7' Enter").activeHeads == [7])
    let some = try state().pressing(": 'heads 3,5' Enter }")
    #expect(some.activeHeads == [3, 5])
    #expect(some.selection.head == 4)
    // Of two heads the one that stays on is looked at.
    let left = try state().pressing(": 'heads 3,5' Enter Space")
    #expect(left.activeHeads == [5])
    #expect(left.selection.head == 5)
  }

  @Test func theFirstEscapeTakesTheMessage() throws {
    let missing = try state().pressing("/ dog Enter")
    let read = try missing.pressing("Esc")
    #expect(read.view == .head)
    #expect(read.message == nil)
    #expect(try read.pressing("Esc").view == .model)
    // Also the marks of a search, which outlast its message.
    let found = try state().pressing("/ the Enter j")
    #expect(found.message == nil)
    #expect(try found.pressing("Esc").view == .head)
    #expect(try found.pressing("Esc Esc").view == .model)
  }

  @Test func deadKeysSayWhy() throws {
    #expect(try state().pressing("M").message?.text == "M does nothing: ? lists the keys")
    #expect(
      try state().pressing("T").message?.text
        == "T works in the neuron view: table of numbers")
    #expect(
      try state().pressing("3 r").message?.text
        == "no rotation is known of these queries and keys")
    #expect(
      try state().pressing("n").message?.text == "nothing is searched for: / begins")
  }

  @Test func theTargetIsEditedFromWhatTheModelWrote() throws {
    let both = ExplorerState(
      record: SampleRecord.encoderDecoder(), request: ModelRequest(text: "the cat"), width: 80,
      height: 24)
    func editor(_ state: ExplorerState) -> String? {
      if case .prompt(let prompt) = state.overlay { prompt.editor.text } else { nil }
    }
    var state = try both.pressing("E")
    #expect(editor(state) == "dieKatzesaß.")
    // Left as it is, it stays the model's own.
    #expect(state.handle(.key(.enter)) == [])
    state = try both.pressing("E BSpace !")
    #expect(
      state.handle(.key(.enter)) == [
        .run(ModelRequest(text: "the cat", target: "dieKatzesaß!"), number: 1)
      ])
    // A target of one's own is what is edited then.
    #expect(editor(try state.pressing("E")) == "dieKatzesaß!")
  }

  @Test func theCursorStopsAtTheEnds() throws {
    #expect(try state().pressing("Up").selection.query == 0)
    #expect(try state().pressing("G").selection.query == 8)
    #expect(try state().pressing("G Down").selection.query == 8)
    #expect(try state().pressing("G g").selection.query == 0)
    #expect(try state().pressing("j j k").selection.query == 1)
  }

  @Test func allViewsShareOneSelection() throws {
    let state = try state().pressing("j j ] } 3 1 4 2")
    #expect(state.view == .head)
    #expect(state.selection.query == 2)
    #expect(state.selection.layer == 1)
    #expect(state.selection.head == 1)
  }

  @Test func theLastActiveHeadStaysOn() throws {
    let solo = try state().pressing("} } o")
    #expect(solo.activeHeads == [2])
    let kept = try solo.pressing("Space")
    #expect(kept.activeHeads == [2])
    #expect(
      kept.message?.text
        == "head 2 stays on: at another one, space turns that on too; a turns all on")
    // Kept, it does not go along, and others can be added.
    let two = try kept.pressing("} }")
    #expect(two.activeHeads == [2] && two.selection.head == 4)
    #expect(try two.pressing("Space").activeHeads == [2, 4])
    // Alone again, it goes along.
    #expect(try two.pressing("Space { { Space }").activeHeads == [5])
    // Solo of the only one brings all back.
    #expect(try solo.pressing("o").activeHeads == Array(0..<12))
    #expect(try solo.pressing("a").activeHeads == Array(0..<12))
  }

  @Test func togglingAHead() throws {
    let off = try state().pressing("Space")
    #expect(off.activeHeads == Array(1..<12))
    #expect(try off.pressing("Space").activeHeads == Array(0..<12))
  }

  @Test func peaksGoFromTheHeaviestToTheLightest() throws {
    let here = try state().pressing("o j j")
    let row = here.layer.row(head: 0, query: 2)
    let ranked = row.indices.sorted { row[$0] > row[$1] }
    #expect(here.selection.key == ranked[0])
    #expect(try here.pressing(">").selection.key == ranked[1])
    #expect(try here.pressing("> >").selection.key == ranked[2])
    #expect(try here.pressing("> > <").selection.key == ranked[1])
    #expect(try here.pressing("<").selection.key == ranked[0])
    // From a chosen key a walk begins at the heaviest, whichever way.
    let chosen = try here.pressing("J J")
    #expect(chosen.selection.key != ranked[0])
    #expect(try chosen.pressing(">").selection.key == ranked[0])
    #expect(try chosen.pressing("> >").selection.key == ranked[1])
    #expect(try chosen.pressing("<").selection.key == ranked[0])
  }

  @Test func tabMovesTheCursorToTheKeys() throws {
    let keySide = try state().pressing("o Tab j j")
    #expect(keySide.selection.key == 2)
    // The query goes along to the one that looks there most.
    let column = keySide.slice.column(head: 0, key: 2)
    #expect(column[keySide.selection.query] == column.max())
    let chosen = try keySide.pressing("J")
    #expect(chosen.selection.query == keySide.selection.query + 1)
    #expect(try chosen.pressing("j").selection.query == chosen.selection.query)
  }

  @Test func theFilterNeedsAPair() throws {
    let one = try state().pressing("f")
    #expect(one.display.filter == .all)
    #expect(one.message != nil)
    let pair = try state(isPair: true).pressing("f f")
    #expect(pair.display.filter == .bb)
    // The cursor is brought among what is left.
    #expect(pair.queryAxis.items.map(\.number) == Array(9..<17))
    #expect(pair.selection.query == 9)
    #expect(pair.selection.key == peak(pair))
  }

  @Test func hiddenSpecialsAreSkipped() throws {
    let state = try state().pressing("d g")
    #expect(state.selection.query == 1)
    #expect(try state.pressing("G").selection.query == 7)
  }

  @Test func aShorterTextKeepsTheSelectionValid() throws {
    var state = try state(isPair: true).pressing("G Tab G ] ] ] ] ] } } } } } } } } } } }")
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
    let found = try state().pressing("/ mat Enter")
    #expect(found.selection.query == 6)
    let again = try state().pressing("/ the Enter n")
    #expect(again.selection.query == 5)
    #expect(try again.pressing("n").selection.query == 1)
    #expect(try again.pressing("N").selection.query == 1)
    #expect(try state().pressing("/ dog Enter").message?.isError == true)
  }

  @Test func searchSaysWhichOneItIs() throws {
    func message(_ script: String) throws -> String? {
      try state().pressing(script).message?.text
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
      start = try start.pressing(": 'query 2' Enter")
      let typing = try start.pressing("/ m")
      #expect(typing.selection.query == 6)
      #expect(typing.hits(on: typing.queryAxis) == [6])
      #expect(typing.hits(on: typing.keyAxis) == [6])
      #expect(typing.render(theme: .plain).text.contains("/m"))
      #expect(typing.render(theme: .plain).text.contains("1/1"))
      // A letter taken back is looked for from where the search began.
      #expect(try typing.pressing("BSpace t").selection.query == 2)
      #expect(try typing.pressing("x").render(theme: .plain).text.contains("not found"))
      let left = try typing.pressing("Esc")
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
    let head = try model.pressing("Right Right Down Enter")
    #expect(head.view == .head)
    #expect(head.activeHeads == [2])
    #expect(head.selection.layer == 1)
    let neuron = try head.pressing("Enter")
    #expect(neuron.view == .neuron)
    #expect(try neuron.pressing("Esc").view == .head)
    #expect(try neuron.pressing("Esc Esc").view == .model)
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
