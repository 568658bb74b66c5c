import Attention
import TerminalUI
import Testing

@testable import Explorer

@Suite struct KeyMapTests {
  private func footer(
    _ view: ViewKind, width: Int, keyMap: KeyMap = .standard, glyphs: Glyphs = .unicode,
    isPair: Bool = false
  ) -> String {
    let state = ExplorerState(
      record: SampleRecord.bert(isPair: isPair), request: ModelRequest(text: "x"), view: view,
      width: width, height: 24, keyMap: keyMap)
    let rows = state.rows(Theme(.mono, depth: .none, glyphs: glyphs))
    return String(rows[23])
  }

  @Test func noKeyMeansTwoThings() throws {
    try KeyMap.standard.checkThatEachKeyMeansOneThing()
  }

  /// Settings name actions: a name must not mean two things, nor come with different keys.
  @Test func namesOfActionsAreStable() {
    var actions: [String: KeyMap.Binding] = [:]
    for binding in KeyMap.standard.entries.flatMap(\.bindings) {
      let known = actions.updateValue(binding, forKey: binding.name) ?? binding
      #expect(known.action == binding.action && known.keys == binding.keys, "\(binding.name)")
      #expect(binding.name.allSatisfy { $0.isLowercase || $0 == "-" })
    }
  }

  // MARK: Footer

  @Test(arguments: [
    (
      ViewKind.model,
      " ←→ head  ↑↓ layer  + - zoom  ⏎ open  s sort  space on/off       ? help  q quit"
    ),
    (.head, " ↑↓ token  [ ] layer  { } head  space on/off  o solo  a all      ? help  q quit"),
    (.neuron, " ↑↓ query  J K key  , . neuron  ←→ panel  s sort  T table        ? help  q quit"),
    (.matrix, " ↑↓←→ move  + - zoom  < > next peak  [ ] layer  { } head         ? help  q quit"),
  ])
  func footers(_ view: ViewKind, _ text: String) {
    #expect(footer(view, width: 80) == text)
  }

  @Test(arguments: ViewKind.allCases, [60, 79, 80, 110, 160])
  func everyFooterIsWhole(_ view: ViewKind, _ width: Int) {
    for glyphs in [Glyphs.unicode, .ascii] {
      let text = footer(view, width: width, glyphs: glyphs)
      #expect(text.hasSuffix("? help  q quit"))
      #expect(TextWidth.columns(of: text) == width - 1)
      // At least three more things that can be done here.
      #expect(text.split(separator: "  ").count >= 5, "\(text)")
    }
  }

  @Test func whatDependsOnTheInputIsOfferedWhereItMeansSomething() {
    #expect(!footer(.head, width: 160).contains("filter"))
    #expect(footer(.head, width: 80, isPair: true).contains("{ } head  f filter  space"))
    var state = ExplorerState(
      record: SampleRecord.encoderDecoder(), request: nil, width: 160, height: 24)
    #expect(state.render(theme: .plain).text.contains("x kind"))
    #expect(!state.render(theme: .plain).text.contains("e E edit"))
    // Pressed all the same, the key says what is missing.
    _ = state.handle(.key("e"))
    #expect(state.message?.text == "attention from a file cannot be recomputed")
  }

  // MARK: Other keys

  @Test func reboundKeysWorkAndAreShown() throws {
    let map = try KeyMap.standard.rebinding([
      "next-layer": ["C-n", "PgDn"], "page-down": ["F5"], "quit": ["F9"], "toggle-head": [],
    ])
    #expect(map.action(for: .control("n"), in: .head) == .stepLayer(1))
    #expect(map.action(for: .pageDown, in: .head) == .stepLayer(1))
    #expect(map.action(for: .pageDown, in: .model) == .stepLayer(1))
    #expect(map.action(for: .control("f"), in: .model) == nil)
    #expect(map.action(for: .function(5), in: .model) == .page(1))
    #expect(map.action(for: "q", in: .head) == nil)
    #expect(map.action(for: " ", in: .head) == nil)
    #expect(map.action(for: "[", in: .head) == .stepLayer(-1))
    let text = footer(.head, width: 80, keyMap: map)
    #expect(text.contains("[ ^N layer") && text.hasSuffix("? help  F9 quit"))
    #expect(!text.contains("on/off"))
  }

  @Test func twoActionsCanChangeKeys() throws {
    let map = try KeyMap.standard.rebinding(["next-match": ["N"], "previous-match": ["n"]])
    #expect(map.action(for: "n", in: .head) == .stepMatch(-1))
  }

  @Test func textsNameTheReboundKey() throws {
    let map = try KeyMap.standard.rebinding(["edit-second": ["F2"], "quit": []])
    var state = ExplorerState(
      record: SampleRecord.bert(), request: ModelRequest(text: "a"), width: 30, height: 10,
      keyMap: map)
    #expect(state.render(theme: .plain).text.contains("or: \"quit\" quit"))
    _ = state.handle(.key("f"))
    #expect(state.message?.text == "one sentence only: F2 adds a second one")
    // Nothing is advised that this input cannot have.
    for (record, request) in [
      (SampleRecord.bert(), nil), (SampleRecord.encoderDecoder(), ModelRequest(text: "a")),
    ] {
      state.record = record
      state.request = request
      _ = state.handle(.key("f"))
      #expect(state.message?.text == "there are no two sentences to choose from")
    }
  }

  @Test(arguments: [
    (
      ["next-leyer": ["x"]],
      "no action is called \"next-leyer\": did you mean next-layer?"
    ),
    (["quti": ["x"]], "no action is called \"quti\": did you mean quit?"),
    (["fly": ["x"]], "no action is called \"fly\""),
    (
      ["open": ["Return"]],
      "no key is called \"Return\": write a character, C-x, F1 to F12, or one "
        + "of Up Down Left Right Home End PgUp PgDn Enter Esc Tab BTab BSpace Delete Space"
    ),
    (["undo": ["j"]], "the key j has two meanings in the model view: down and undo"),
    (
      ["toggle-table": ["n"]],
      "the key n has two meanings in the neuron view: toggle-table and next-match"
    ),
  ])
  func wrongSettingsAreNamed(_ settings: [String: [String]], _ text: String) {
    let error = #expect(throws: ExplorerError.self) { try KeyMap.standard.rebinding(settings) }
    #expect(error?.description == text)
  }
}

/// Keys and their names.
@Suite struct KeySpellingTests {
  private let named: [Key] = [
    .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .enter, .escape, .tab, .backTab,
    .backspace, .delete, " ", "x", "ö", "漢", .control("d"), .function(1), .function(12),
  ]

  @Test func namesAndLabelsMeanTheirKeys() {
    for key in named {
      #expect(Key(spelled: key.name) == key)
      if case .control = key { continue }
      #expect(Key(spelled: key.label(.unicode)) == key)
      #expect(Key(spelled: key.label(.ascii)) == key)
    }
    #expect(Key(spelled: "C-D") == .control("d"))
    for wrong in ["", "F0", "F13", "C-", "C-xy", "enter", "ab"] {
      #expect(Key(spelled: wrong) == nil)
    }
  }

  @Test func labelsAreASCIIWhereTheyMustBe() {
    #expect(
      named.map { $0.label(.unicode) }.joined(separator: " ")
        == "↑ ↓ ← → Home End PgUp PgDn ⏎ Esc Tab BTab BSpace Delete space x ö 漢 ^D F1 F12")
    #expect(
      named.prefix(9).map { $0.label(.ascii) }.joined(separator: " ")
        == "Up Down Left Right Home End PgUp PgDn Enter")
  }

  @Test func scriptsNameEveryKind() throws {
    #expect(
      try KeyScript.keys("j Enter C-d F2 Space xy ⏎ space")
        == ["j", .enter, .control("d"), .function(2), " ", "x", "y", .enter, " "])
    #expect(try KeyScript.keys("  \n ") == [])
  }

  @Test func quotesHoldText() throws {
    #expect(
      try KeyScript.keys(": 'layer 5' Enter") == [":"]
        + "layer 5".unicodeScalars.map { .character($0) } + [.enter])
    #expect(try KeyScript.keys("\"it's Up\"").count == 7)
    #expect(try KeyScript.keys("'\"'\"'\"") == ["\"", "'"])
    // Inside a word a quote is a character.
    #expect(try KeyScript.keys("it's") == ["i", "t", "'", "s"])
    #expect(throws: ExplorerError.openQuote("'layer 5 Enter")) {
      try KeyScript.keys(": 'layer 5 Enter")
    }
    #expect(ExplorerError.openQuote("'x").description == "'x: the quote is not closed")
  }

  @Test(arguments: ["F13", "C-", "C-xy", "F0"])
  func wordsThatLookLikeKeysMustBeKeys(_ word: String) {
    #expect(throws: ExplorerError.unknownKey(word)) { try KeyScript.keys("j \(word)") }
  }
}
