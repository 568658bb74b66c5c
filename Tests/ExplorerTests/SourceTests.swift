import Attention
import TerminalUI
import Testing

@testable import Explorer

/// The start screen, other models and files, sessions and tours.
@Suite struct SourceTests {
  private func state(
    width: Int = 80, height: Int = 24, source: String? = "sample"
  ) -> ExplorerState {
    var state = ExplorerState(
      record: SampleRecord.bert(isPair: true),
      request: ModelRequest(text: "the cat", pair: "the rug"), source: source, width: width,
      height: height)
    state.display.depth = .none
    return state
  }

  private static let choices = [
    Choice(
      .recent, name: "mine", detail: "the cat",
      bookmark: Bookmark(source: "mine", request: ModelRequest(text: "the cat"))),
    Choice(.saved, name: "cats", detail: "x", bookmark: Bookmark(source: "file.npz")),
    Choice(
      .models, name: "broken", detail: "damaged", bookmark: Bookmark(source: "broken"),
      problem: "broken: no weights"),
    Choice(.builtIn, name: "demo-bert", detail: "", bookmark: Bookmark(source: "demo-bert")),
  ]

  private func started(width: Int = 80, height: Int = 24) -> ExplorerState {
    var state = state(width: width, height: height)
    #expect(state.showStart() == [.list])
    state.finishListing(Self.choices)
    return state
  }

  @Test func theStartScreenListsWhatThereIs() {
    #expect(
      rows(started(), 0..<15) == """
         bertviz-tui  see where a Transformer looks

         Looked at lately
          1  mine       the cat

         Saved sessions
          2  cats       x

         Models on this machine
          3  broken     damaged

         Built in
          4  demo-bert


        """)
    #expect(rows(started(), 23..<24) == " ↑↓ ⏎ open  t tour  Esc close  q quit")
  }

  private func rows(_ state: ExplorerState, _ range: Range<Int>) -> String {
    let lines = state.rows()
    return lines[range].joined(separator: "\n")
  }

  @Test func oneKeyOpensEach() throws {
    var state = started()
    #expect(
      try state.press("1") == [.open(Self.choices[0].bookmark, number: 1)])
    #expect(try state.press("j j j Enter") == [.open(Self.choices[3].bookmark, number: 2)])
    // What cannot be opened says why.
    #expect(try state.press("3") == [])
    #expect(state.message?.text == "broken: no weights" && state.message?.isError == true)
    #expect(try state.press("9") == [])
    #expect(try state.press("q") == [.quit])
    #expect(try state.press("Esc") == [] && state.overlay == nil)
  }

  @Test func aClickOpensToo() throws {
    var state = started()
    #expect(
      state.handle(.mouse(MouseEvent(.click, x: 6, y: 12)))
        == [.open(Self.choices[3].bookmark, number: 1)])
    #expect(state.handle(.mouse(MouseEvent(.click, x: 6, y: 2))) == [])
  }

  @Test(arguments: [(60, 16), (80, 24), (200, 60), (30, 8)])
  func everyWindowShowsTheChosenLine(_ width: Int, _ height: Int) throws {
    var state = state(width: width, height: height)
    _ = state.showStart()
    state.finishListing(
      (0..<40).map {
        Choice(.models, name: "model-\($0)", detail: "", bookmark: Bookmark(source: "m\($0)"))
      })
    _ = try state.press("End")
    if height >= 16 { #expect(state.render().text.contains("model-39")) }
    _ = try state.press("Home")
    if height >= 16 { #expect(state.render().text.contains("model-0\n")) }
  }

  // MARK: Opening

  @Test func anotherModelTakesThePlace() throws {
    var state = state(height: 40)
    _ = try state.press("4 t")
    let theme = state.display.appearance
    let effects = try state.press(": 'model other' Enter")
    let request = ModelRequest(text: "the cat", pair: "the rug")
    #expect(
      effects == [.list, .open(Bookmark(source: "other", request: request), number: 1)])
    // It is looked at until the other one is there.
    #expect(state.record.model == "sample-bert")
    _ = state.finishOpening(
      1, with: .success((record: SampleRecord.causal(count: 9), request: request)))
    #expect(state.record.model == "sample-gpt" && state.view == .matrix)
    #expect(state.display.appearance == theme && state.source == "other")
  }

  @Test func whatCannotBeOpenedChangesNothing() throws {
    var state = state()
    _ = try state.press(": 'file no.npz' Enter")
    _ = state.finishOpening(1, with: .failure(ModelFailure("no.npz: no such file")))
    #expect(state.message?.text == "no.npz: no such file")
    #expect(state.record.model == "sample-bert" && state.source == "sample")
  }

  @Test func aLateAnswerIsDropped() throws {
    var state = state()
    _ = try state.press(": 'model a' Enter : 'model b' Enter")
    _ = state.finishOpening(
      1, with: .success((record: SampleRecord.causal(count: 9), request: nil)))
    #expect(state.record.model == "sample-bert" && state.isOpening(2))
  }

  @Test func namesAreCompleted() throws {
    var state = started()
    _ = try state.press("Esc")
    func texts(_ line: String) -> [String] {
      CommandText(line).completions(in: state).map(\.text)
    }
    #expect(texts("model ") == ["model mine", "model demo-bert"])
    #expect(texts("session ") == ["session cats"])
    #expect(
      try state.press(": 'session cats' Enter") == [.open(Self.choices[1].bookmark, number: 1)])
    _ = try state.press(": 'session dogs' Enter")
    #expect(state.message?.text == ":session dogs: expected cats")
  }

  /// One model with several texts lately is one name, and of a long one the end is seen.
  @Test func longNamesAndSeveralTexts() throws {
    var state = state()
    _ = state.showStart()
    let folder = "/a/folder/with/a/name/that/is/long/all-MiniLM-L6-v2"
    state.finishListing(
      ["the cat", "the rug"].map { text in
        Choice(
          .recent, name: folder, detail: text,
          bookmark: Bookmark(source: folder, request: ModelRequest(text: text)))
      })
    #expect(rows(state, 3..<4).contains("…th/a/name/that/is/long/all-MiniLM-L6-v2  the cat"))
    _ = try state.press("Esc")
    #expect(CommandText("model ").completions(in: state).map(\.text) == ["model \(folder)"])
  }

  // MARK: Bookmarks

  @Test func aBookmarkLeadsBack() throws {
    var before = state()
    for line in [
      "layer 2", "heads 3,5", "head 5", "query 4", "key 9", "filter ab", "specials hide",
      "lines none",
      "combine mean",
    ] { _ = before.update(try CommandText(line).order(in: before).action) }
    let bookmark = try #require(before.bookmark)
    #expect(bookmark.source == "sample" && bookmark.request == before.request)
    var after = state()
    _ = try after.press(": 'model x' Enter")
    var saved = bookmark
    saved.source = "sample"
    after = state()
    _ = after.update(.goTo(saved))
    _ = after.finishOpening(1, with: .success((record: before.record, request: before.request)))
    #expect(after.selection == before.selection)
    #expect(after.display.filter == .ab && after.display.hidesSpecials)
    #expect(after.display.aggregation == .mean && after.display.otherLines == .none)
    #expect(after.view == before.view && after.bookmark == bookmark)
  }

  /// Another revision is another model.
  @Test func optionsAreOfThePlace() throws {
    let options = ["--revision=v1"]
    let bookmark = Bookmark(
      source: "a/b", options: options, request: ModelRequest(text: "the cat", pair: "the rug"))
    #expect(!bookmark.isSamePlace(as: Bookmark(source: "a/b", request: bookmark.request)))
    var state = state()
    _ = state.showStart()
    state.finishListing([
      Choice(.recent, name: bookmark.name, detail: "", bookmark: bookmark)
    ])
    _ = try state.press("Esc")
    #expect(
      CommandText("model ").completions(in: state).map(\.text) == ["model a/b --revision=v1"])
    #expect(
      try state.press(": 'model a/b --revision=v1' Enter") == [.open(bookmark, number: 1)])
    _ = state.finishOpening(
      1, with: .success((record: state.record, request: bookmark.request)))
    #expect(state.bookmark?.options == options)
  }

  @Test func aSessionNeedsASourceThatOpensIt() throws {
    var state = state()
    #expect(
      try state.press(": 'save cats' Enter")
        == [.list, .save(try #require(state.bookmark), name: "cats")])
    var nameless = self.state(source: nil)
    #expect(try nameless.press(": 'save cats' Enter") == [.list])
    #expect(
      nameless.message?.text
        == "a session keeps what a model or a file is opened by, and this has no name")
  }

  // MARK: Tours

  private static let tour = Tour(
    "test",
    [
      Tour.Step(
        "one", "Look at this.",
        Bookmark(
          source: "sample", request: ModelRequest(text: "the cat", pair: "the rug"),
          commands: ["view head", "layer 1", "heads 3"])),
      Tour.Step(
        "two", "And at that.",
        Bookmark(source: "other", request: ModelRequest(text: "x"), commands: ["view matrix"])),
    ])

  @Test func oneKeyOnAndOneOut() throws {
    var state = state()
    #expect(state.begin(Self.tour) == [])
    #expect(state.layer.index == 1 && state.activeHeads == [3])
    let text = state.render().text
    #expect(text.contains("tour 1/2  one") && text.contains("Look at this."))
    // Everything else works.
    _ = try state.press("]")
    #expect(state.layer.index == 2 && state.tour != nil)
    #expect(try state.press("Enter") == [.open(Self.tour.steps[1].bookmark, number: 1)])
    _ = state.finishOpening(
      1,
      with: .success((record: SampleRecord.causal(count: 9), request: ModelRequest(text: "x"))))
    #expect(state.view == .matrix && state.render().text.contains("tour 2/2  two"))
    _ = try state.press("Esc")
    #expect(state.tour == nil && !state.render().text.contains("tour 2/2"))
    #expect(state.record.model == "sample-gpt")
  }

  /// The pair of a step is where it begins; from there the key goes along with the query, as for who chose none.
  @Test func theKeyOfAStepIsNotChosen() throws {
    func key(_ commands: [String], _ keys: String...) throws -> Int {
      var state = state()
      let place = Bookmark(
        source: "sample", request: ModelRequest(text: "the cat", pair: "the rug"),
        commands: ["view head", "layer 1", "heads 3"] + commands)
      _ = state.begin(Tour("test", [Tour.Step("one", "Look.", place)]))
      for key in keys { _ = try state.press(key) }
      return state.selection.key
    }
    #expect(try key(["query 4", "key 7"]) == 7)
    #expect(try key(["query 4", "key 7"], "j") == key(["query 4"], "j"))
    #expect(try key(["query 4", "key 7"], "j") != 7)
  }

  @Test func aTourIsQuitAsEverythingIs() throws {
    var state = state()
    _ = state.begin(Self.tour)
    #expect(try state.press("q") == [.quit])
  }

  /// Whatever the step before has turned off.
  @Test func aStepBackTurnsHeadsOnAgain() throws {
    let request = ModelRequest(text: "the cat", pair: "the rug")
    let steps = [["view head", "layer 1"], ["view head", "ablate 1.3"], ["view model"]].map {
      Tour.Step("step", "Look.", Bookmark(source: "sample", request: request, commands: $0))
    }
    let tour = Tour("test", steps)
    var state = state()
    #expect(state.begin(tour) == [])
    func isOff(_ effects: [Effect]) -> [Bool] {
      effects.compactMap { effect in
        if case .run(let request, _) = effect { !request.interventions.isEmpty } else { nil }
      }
    }
    #expect(try isOff(state.press("Enter")) == [true])
    #expect(try isOff(state.press("BSpace")) == [false])
    #expect(try isOff(state.press("Enter")) == [true])
    #expect(try isOff(state.press("Enter")) == [false])
  }

  @Test func itLeavesTheViewItsRoom() {
    var state = state(width: 80, height: 24)
    _ = state.begin(Self.tour)
    let lines = state.rows()
    // The readout stands above it, not below.
    #expect(lines[20].contains("q 0 \"[CLS]\"") && lines[21].contains("tour 1/2"))
    #expect(lines[23].contains("⏎ next  Esc leave the tour"))
  }

  /// The commands of each step work in order, and none names more than the built-in models have.
  @Test(arguments: Tour.all) func theStepsAreInOrder(_ tour: Tour) throws {
    #expect(tour.steps.count > 2)
    for step in tour.steps {
      #expect(step.text.unicodeScalars.allSatisfy { $0.isASCII }, "\(step.title)")
      #expect(step.text.count < 420, "\(step.title): \(step.text.count)")
      for line in step.bookmark.commands {
        let name = line.split(separator: " ").first.map(String.init) ?? ""
        #expect(Command.all.contains { $0.name == name }, "\(line)")
      }
    }
  }
}
