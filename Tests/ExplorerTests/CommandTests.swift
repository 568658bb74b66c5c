import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What each command of the table comes to.
@Suite struct CommandTests {
  private static func state(
    _ record: AttentionRecord = SampleRecord.bert(), view: ViewKind = .head,
    isFromFile: Bool = false
  ) -> ExplorerState {
    ExplorerState(
      record: record, request: isFromFile ? nil : ModelRequest(text: "the cat"), view: view,
      width: 80, height: 24)
  }

  /// The state after a command, and what it asked the program to do.
  private static func after(
    _ line: String, _ state: ExplorerState = state()
  ) throws -> (ExplorerState, [Effect]) {
    var state = state
    let order = try CommandText(line).order(in: state)
    state.view = order.view
    let effects = state.update(order.action)
    return (state, effects)
  }

  private static func selection(
    after line: String, _ state: ExplorerState = state()
  ) throws -> Selection {
    try after(line, state).0.selection
  }

  private static func display(
    after line: String, _ state: ExplorerState = state()
  ) throws -> Display {
    try after(line, state).0.display
  }

  // MARK: What is looked at

  @Test func layersAndHeadsByNumber() throws {
    #expect(try Self.selection(after: "layer 5").layer == 5)
    #expect(try Self.selection(after: "head 11").head == 11)
    let some = try Self.selection(after: "heads 3,5-7")
    #expect(some.activeHeads == [3, 5, 6, 7])
    // The focused head is one that is on.
    #expect(some.head == 3)
    #expect(try Self.selection(after: "heads all").activeHeads == Set(0..<12))
  }

  @Test func layersByTheNumberThatIsPrinted() throws {
    let whole = SampleRecord.bert().stacks[0]
    let record = AttentionRecord(
      model: "two layers",
      stacks: [
        AttentionStack(
          kind: .own, queries: whole.queries, keys: whole.keys, layers: Array(whole.layers[3...4]),
          summaries: Array(whole.summaries[3...4]))
      ])
    let state = Self.state(record)
    #expect(try Self.selection(after: "layer 4", state).layer == 1)
    #expect(throws: Self.wrong("layer", "0", "3-4")) { try Self.after("layer 0", state) }
  }

  @Test func tokensByNumberAndWord() throws {
    #expect(try Self.selection(after: "query 3").query == 3)
    #expect(try Self.selection(after: "key mat").key == 6)
    // The word itself goes before one that begins with it, that before one that holds it.
    #expect(try Self.selection(after: "query the").query == 1)
    #expect(try Self.selection(after: "query ma").query == 6)
    #expect(try Self.selection(after: "query CLS").query == 0)
    #expect(throws: Self.wrong("query", "dog", "a word of the text, or 0-8")) {
      try Self.after("query dog")
    }
    #expect(throws: Self.wrong("key", "9", "a word of the text, or 0-8")) {
      try Self.after("key 9")
    }
  }

  @Test func neuronsSidesAndViews() throws {
    #expect(try Self.selection(after: "neuron 17", Self.state(view: .neuron)).neuron == 17)
    #expect(try Self.selection(after: "side key").side == .key)
    #expect(try Self.after("view matrix").0.view == .matrix)
    #expect(try Self.after("open", Self.state(view: .model)).0.view == .head)
    #expect(try Self.after("back").0.view == .model)
    #expect(try Self.selection(after: "search mat").query == 6)
  }

  @Test func kindsOfAnEncoderDecoder() throws {
    let state = Self.state(SampleRecord.encoderDecoder())
    let cross = try Self.after("kind cross", state).0
    #expect(cross.stack.kind == .cross)
    #expect(throws: Self.wrong("kind", "self", "encoder, decoder or cross")) {
      try Self.after("kind self", state)
    }
  }

  // MARK: How it is shown

  @Test func settings() throws {
    #expect(try Self.display(after: "scale layer").scale == .layer)
    #expect(
      try Self.display(after: "scale panel", Self.state(view: .neuron)).neuron.scale == .panel)
    #expect(try Self.display(after: "combine mean").aggregation == .mean)
    #expect(try Self.display(after: "lines none").otherLines == .none)
    #expect(try Self.display(after: "theme light").appearance == .light)
    #expect(try Self.display(after: "panel k", Self.state(view: .neuron)).neuron.panel == .key)
    #expect(try Self.display(after: "zoom large", Self.state(view: .model)).modelZoom == .large)
    #expect(
      try Self.display(after: "zoom in", Self.state(SampleRecord.causal(count: 300), view: .matrix))
        .matrixZoom == 1)
    let pair = Self.state(SampleRecord.bert(isPair: true))
    #expect(try Self.display(after: "filter ab", pair).filter == .ab)
  }

  @Test func switchesChangeOverWithoutAnArgument() throws {
    let hidden = try Self.after("specials").0
    #expect(hidden.display.hidesSpecials)
    #expect(try !Self.display(after: "specials", hidden).hidesSpecials)
    #expect(try Self.display(after: "specials hide", hidden).hidesSpecials)
    #expect(try Self.display(after: "words merge").mergesWords)
    #expect(try Self.display(after: "raw on").showsRawTokens)
    #expect(try Self.display(after: "sort weight").sortsKeys)
    let neuron = Self.state(view: .neuron)
    #expect(try Self.display(after: "sort size", neuron).neuron.sortsByContribution)
    #expect(try Self.display(after: "table", neuron).neuron.showsTable)
    #expect(try Self.display(after: "heat", Self.state(view: .model)).largeShowsHeat)
  }

  // MARK: What is done

  @Test func textsRunTheModel() throws {
    #expect(try Self.after("text a dog").1 == [.run(ModelRequest(text: "a dog"), number: 1)])
    #expect(
      try Self.after("pair a dog").1 == [
        .run(ModelRequest(text: "the cat", pair: "a dog"), number: 1)
      ])
    #expect(try Self.after("text the cat").1 == [])
    let both = Self.state(SampleRecord.encoderDecoder())
    #expect(
      try Self.after("target Hund", both).1 == [
        .run(ModelRequest(text: "the cat", target: "Hund"), number: 1)
      ])
  }

  @Test func thoseWithoutAnArgument() throws {
    #expect(try Self.after("quit").1 == [.quit])
    #expect(try Self.after("redraw").1 == [.redraw])
    #expect(try Self.after("suspend").1 == [.suspend])
    #expect(try Self.after("copy").1 == Self.copied(Self.state()))
    #expect(try Self.after("undo").0.message?.text == "nothing to undo")
    #expect(try Self.after("help").0.overlay == .help(Help()))
  }

  private static func copied(_ state: ExplorerState) -> [Effect] { [.copy(state.readoutText)] }

  // MARK: What is wrong with a line

  private static func wrong(
    _ command: String, _ text: String, _ expected: String
  ) -> ExplorerError {
    .wrongArgument(command: command, text: text, expected: expected)
  }

  @Test(arguments: [
    ("frobnicate", "no command is called \"frobnicate\": Tab goes through all of them"),
    ("c 5", "\"c\" could be combine, caption, copy, copy-table, cut or card"),
    ("layer", ":layer: expected 0-5"),
    ("layer 9", ":layer 9: expected 0-5"),
    ("layer -1", ":layer -1: expected 0-5"),
    ("layer 99999999999999999999", ":layer 99999999999999999999: expected 0-5"),
    ("heads 1-99", ":heads 1-99: expected all, or numbers of 0-11 written as 0-3,7"),
    ("heads 3-1", ":heads 3-1: expected all, or numbers of 0-11 written as 0-3,7"),
    ("theme blue", ":theme blue: expected dark, light or mono"),
    ("words x", ":words x: expected merge or split, or nothing"),
    ("quit now", ":quit now: expected nothing behind it"),
    ("text", ":text: expected a text"),
    ("exprot x.svg", "no command is called \"exprot\": did you mean :export?"),
    ("hepl", "no command is called \"hepl\": did you mean :help?"),
    ("neuron 99", ":neuron 99: expected 0-31"),
    ("sort entropi", ":sort entropi: expected weight or position, or nothing"),
    ("filter ab", ":filter: one sentence only: E adds a second one"),
    ("kind cross", ":kind: this model has one kind of attention"),
    ("target x", ":target: this model has no decoder beside its encoder: see :pair"),
  ])
  func sayWhatWouldBeRight(_ line: String, _ text: String) {
    let error = #expect(throws: ExplorerError.self) { try Self.after(line) }
    #expect(error?.description == text)
  }

  @Test func attentionFromAFileIsNotComputedAnew() {
    for line in ["text a", "pair a", "undo"] {
      let error = #expect(throws: ExplorerError.self) {
        try Self.after(line, Self.state(isFromFile: true))
      }
      #expect(error?.description.hasSuffix("from a file cannot be recomputed") == true)
    }
  }

  // MARK: Shorter ways

  @Test func beginningsThatAreUnique() throws {
    #expect(try Self.selection(after: "lay 5").layer == 5)
    #expect(try Self.display(after: "theme l").appearance == .light)
    #expect(try Self.display(after: "  TH  Mono ").appearance == .mono)
    // A whole name is no beginning of a longer one.
    #expect(try Self.selection(after: "head 2").head == 2)
  }

  /// What works in another view takes a person there.
  @Test(arguments: [
    ("only first>.1", ViewKind.head, ViewKind.model), ("sort entropy", .head, .model),
    ("sort entropy", .neuron, .model), ("sort size", .head, .neuron), ("sort", .head, .head),
    ("zoom large", .neuron, .model), ("zoom in", .model, .model), ("zoom in", .matrix, .matrix),
    ("neuron 3", .head, .neuron), ("combine mean", .matrix, .head), ("heads 3", .neuron, .head),
    ("scale panel", .matrix, .neuron), ("scale layer", .neuron, .head),
    ("only-heads 3", .head, .head),
  ])
  func wholeNamesGoWhereTheyWork(_ line: String, from: ViewKind, to: ViewKind) throws {
    #expect(try Self.after(line, Self.state(view: from)).0.view == to)
  }

  @Test func onlyIsNoShortOnlyHeads() throws {
    let ranked = try Self.after("only first>.1").0
    #expect(ranked.display.ranking.filter == .above(.score(.first), 0.1))
    #expect(ranked.display.restriction == HeadRestriction())
    // What it takes is offered before it goes there.
    let texts = CommandText("only ind").completions(in: Self.state()).map(\.text)
    #expect(texts.contains("only induct>"))
  }

  @Test func aZoomOfTheModelViewGoesByStepsToo() throws {
    let model = Self.state(view: .model)
    let start = ModelLayout(model).zoom
    let nearer = try Self.display(after: "zoom in", model).modelZoom
    #expect(nearer?.rawValue == min(start.rawValue + 1, ModelZoom.large.rawValue))
    #expect(try Self.display(after: "zoom index", model).modelZoom == .index)
  }

  @Test func completions() {
    func texts(_ line: String, _ state: ExplorerState = Self.state()) -> [String] {
      CommandText(line).completions(in: state).map(\.text)
    }
    #expect(
      texts("c") == ["combine ", "caption ", "copy", "copy-table", "cut ", "card"])
    #expect(texts("q") == ["query ", "quantity ", "quit"])
    #expect(texts("theme ") == ["theme dark", "theme light", "theme mono"])
    #expect(texts("th  LI") == ["theme light"])
    #expect(texts("layer 1") == ["layer 1"])
    #expect(texts("query th") == ["query the"])
    #expect(texts("zoom ", Self.state(view: .matrix)) == ["zoom in", "zoom out"])
    #expect(texts("text ") == ["text the cat"])
    #expect(texts("x") == [])
    #expect(texts("quit ") == [])
    // What means nothing here is not offered.
    #expect(!texts("").contains { ["kind ", "filter ", "target", "neuron "].contains($0) })
    #expect(texts("k", Self.state(SampleRecord.encoderDecoder())) == ["key ", "kind "])
  }

  @Test func completionsSayWhatTheyAre() {
    let tokens = CommandText("query ").completions(in: Self.state())
    #expect(tokens[1] == .init(text: "query 1", note: "\"the\""))
    #expect(tokens[9 + 1] == .init(text: "query the", note: "token 1, 5"))
    let scales = CommandText("scale ").completions(in: Self.state())
    #expect(
      scales.map(\.note) == ["as it is now"] + Array(repeating: "what is full brightness", count: 2)
    )
  }

  // MARK: The table

  @Test func namesAreWordsOfTheirOwn() {
    for view in ViewKind.allCases {
      let names = Command.all.filter { $0.views.contains(view) }.map(\.name)
      #expect(Set(names).count == names.count)
    }
    for command in Command.all {
      #expect(command.name.allSatisfy { $0.isLowercase || $0 == "-" })
      #expect(command.help.utf8.allSatisfy { $0 < 0x80 }, "\(command.name)")
    }
  }

  /// What a key does with a state behind it can be asked for by a command.
  @Test func everyKeyThatChangesAStateHasACommand() {
    // Mere steps through what other commands name.
    let steps: Set<String> = [
      "up", "down", "left", "right", "first", "last", "page-up", "page-down", "half-page-up",
      "half-page-down", "next-match", "previous-match", "command",
    ]
    let commands = [
      "next-layer": "layer", "previous-layer": "layer", "next-head": "head",
      "previous-head": "head", "next-key": "key", "previous-key": "key", "next-peak": "key",
      "previous-peak": "key", "next-neuron": "neuron", "previous-neuron": "neuron",
      "model-view": "view", "head-view": "view", "neuron-view": "view", "matrix-view": "view",
      "output-view": "view",
      "toggle-head": "heads", "solo-head": "heads", "all-heads": "heads",
      "next-aggregation": "combine", "next-other-lines": "lines", "next-scale": "scale",
      "next-quantity": "quantity", "rank-by-pair": "sort",
      "next-filter": "filter", "next-kind": "kind", "next-theme": "theme", "switch-side": "side",
      "toggle-sort": "sort", "toggle-specials": "specials", "toggle-words": "words",
      "toggle-table": "table", "toggle-heat": "heat", "toggle-rotation": "rotation",
      "zoom-in": "zoom", "zoom-out": "zoom",
      "next-replacement": "as", "next-ablated-rows": "rows",
      "compare": "diff", "swap-runs": "diff",
      "edit-text": "text", "edit-second": "pair",
    ]
    let names = Set(Command.all.map(\.name))
    for action in KeyMap.standard.entries.flatMap(\.bindings).map(\.name)
    where !steps.contains(action) {
      #expect(names.contains(commands[action] ?? action), "\(action) has no command")
    }
  }
}
