import Attention
import TerminalUI
import Testing

@testable import Explorer

/// Typing commands: completions, ghost, history, and lines that stay to be corrected.
@Suite struct CommandLineTests {
  private func state() -> ExplorerState {
    ExplorerState(
      record: SampleRecord.bert(), request: ModelRequest(text: "the cat"), width: 80, height: 24)
  }

  private func pressing(_ script: String, in state: ExplorerState) throws -> ExplorerState {
    var state = state
    for key in try KeyScript.keys(script) { _ = state.handle(.key(key)) }
    return state
  }

  /// The line after some keys; nil where it is closed.
  private func line(_ script: String, in state: ExplorerState? = nil) throws -> String? {
    guard case .prompt(let prompt) = try pressing(script, in: state ?? self.state()).overlay else {
      return nil
    }
    return prompt.editor.text
  }

  /// Some rows, as far as the completions go.
  private func rows(_ state: ExplorerState, _ rows: Range<Int>) -> String {
    let lines = state.render(theme: .plain).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines[rows].map { line in
      var line = line.prefix(80)
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n")
  }

  /// Rows of the screen in full.
  private func lines(_ state: ExplorerState) -> [String] {
    state.render(theme: .plain).text.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  @Test func aLongMessageTakesMoreRows() throws {
    var state = state()
    state.say((1...30).map { "word\($0)" }.joined(separator: " "))
    let rows = lines(state)
    #expect(rows[21].hasPrefix(" word1 word2 ") && rows[22].hasPrefix(" word13 "))
    #expect(rows[23] == " word24 word25 word26 word27 word28 word29 word30")
    #expect(lines(try pressing("j", in: state))[22].contains("weight"))
    // What has no blanks is broken, and never fills more than the view.
    state.say(String(repeating: "x", count: 100))
    #expect(lines(state)[22...].map(\.count) == [79, 23])
    state.say(String(repeating: "x ", count: 9000))
    #expect(lines(state)[0].contains("sample-bert"))
  }

  @Test func aLongComplaintIsReadInFull() throws {
    let rows = lines(try pressing("1 : 'sort foo' Enter", in: state()))
    #expect(rows[19].hasPrefix(" :sort foo: expected one of prev, "))
    #expect(rows[21].hasSuffix("or nothing"))
    #expect(rows[22].hasPrefix(" layer 0 head 0") && rows[23].hasPrefix(" :sort foo"))
  }

  @Test func theLineShowsWhereItGoesOn() throws {
    let text = String(repeating: "abcdefghi ", count: 12)
    let atEnd = lines(try pressing("e '\(text)'", in: state()))[23]
    #expect(atEnd.hasPrefix(" text: …"))
    #expect(!atEnd.hasSuffix("…"))
    let atStart = lines(try pressing("e '\(text)' Home", in: state()))[23]
    #expect(atStart.hasPrefix(" text: the cat") && atStart.hasSuffix("…"))
    let between = lines(try pressing("e '\(text)' Left Left Left", in: state()))[23]
    #expect(between.hasPrefix(" text: …") && between.hasSuffix("…"))
    #expect(!lines(try pressing("e", in: state()))[23].contains("…"))
  }

  @Test func copyingIsSaid() throws {
    var state = state()
    let effects = state.update(.copy)
    #expect(effects == [.copy(state.readoutText)])
    #expect(state.message?.text == "copied: \(state.readoutText)")
  }

  @Test func picture() throws {
    let state = try pressing(": co", in: state())
    #expect(
      rows(state, 19..<24) == """
          combine               several heads as one
          copy                  copy the readout
          copy-table            copy the view's numbers
         q 0 "[CLS]" → k 0 "[CLS]"  weight .505  head 0  strongest: head 6 .96  rank 1/9
         :combine
        """)
    // The ghost is not typed yet.
    #expect(try line(": co") == "co")
    let style = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    let canvas = state.render(theme: style)
    #expect(canvas[3, 23].style == style.style(.bright))
    #expect(canvas[4, 23].style == style.style(.text, on: .selection))
    #expect(canvas[5, 23].style == style.style(.faint))
    #expect(canvas[2, 19].style == style.style(.bright, on: .overlay).adding(.bold))
    #expect(canvas[2, 20].style == style.style(.text, on: .overlay))
  }

  @Test func eightOfManyAroundTheChosen() throws {
    let first = rows(try pressing(":", in: state()), 14..<22)
    #expect(first.hasPrefix("  view                  show another view"))
    #expect(first.hasSuffix(" ▼\(Command.offered(in: state()).count - 8)"))
    let script = ": " + Array(repeating: "Tab", count: 12).joined(separator: " ")
    let chosen = try line(script) ?? "no line"
    #expect(rows(try pressing(script, in: state()), 14..<22).contains(chosen))
  }

  @Test func tabGoesThroughCompletions() throws {
    #expect(try line(": co Tab") == "combine ")
    #expect(try line(": co Tab Tab") == "copy")
    #expect(try line(": co Tab Tab Tab Tab") == "combine ")
    #expect(try line(": co BTab") == "copy-table")
    #expect(try line(": co Down Down Up") == "combine ")
    // A single one is taken, and then its argument is completed.
    #expect(try line(": th Tab") == "theme ")
    #expect(try line(": th Tab Tab Tab") == "theme light")
  }

  @Test func rightTakesTheGhost() throws {
    #expect(try line(": l Right") == "layer ")
    #expect(try line(": th Right m End") == "theme mono")
    // Inside the line it moves the cursor.
    #expect(try line(": th Left Right x") == "thx")
    #expect(try line(": Right") == "")
  }

  @Test func enterDoesIt() throws {
    let done = try pressing(": 'layer 5' Enter", in: state())
    #expect(done.selection.layer == 5)
    #expect(done.overlay == nil)
    #expect(try pressing(": theme Space Tab Tab Enter", in: state()).display.appearance == .light)
    #expect(try pressing(": Enter", in: state()).overlay == nil)
  }

  @Test func escapeAndBackspaceLeave() throws {
    #expect(try line(": layer Esc") == nil)
    #expect(try line(": C-c") == nil)
    #expect(try line(": BSpace") == nil)
    #expect(try line(": l BSpace") == "")
    #expect(try line("/ BSpace") == nil)
    // An empty text is something to run.
    #expect(try line("e C-u BSpace") == "")
  }

  @Test func aWrongLineStaysToBeMended() throws {
    let wrong = try pressing(": 'layer 9' Enter", in: state())
    #expect(
      rows(wrong, 21..<24) == """
         :layer 9: expected 0-5
         q 0 "[CLS]" → k 0 "[CLS]"  weight .505  head 0  strongest: head 6 .96  rank 1/9
         :layer 9
        """)
    let mended = try pressing("BSpace 4 Enter", in: wrong)
    #expect(mended.selection.layer == 4)
    #expect(mended.overlay == nil && mended.message == nil)
  }

  @Test func historyComesBack() throws {
    let state = try pressing(": 'layer 3' Enter : 'head 2' Enter : nonsense Enter Esc", in: state())
    #expect(try line(": Up", in: state) == "nonsense")
    #expect(try line(": Up Up", in: state) == "head 2")
    #expect(try line(": Up Up Up Up", in: state) == "layer 3")
    #expect(try line(": Up Up Down", in: state) == "nonsense")
    #expect(try line(": Up Down", in: state) == "")
    #expect(try line(": th C-p C-p", in: state) == "head 2")
    #expect(try line(": C-p C-n", in: state) == "")
    #expect(try pressing(": Up Up Up BSpace 1 Enter", in: state).selection.layer == 1)
    // The same command twice is one line of history.
    let twice = try pressing(": 'head 1' Enter : 'head 1' Enter", in: self.state())
    #expect(twice.history == ["head 1"])
  }

  @Test func aPasteIsText() throws {
    var state = try pressing(": l Tab", in: state())
    _ = state.handle(.paste("2"))
    #expect(try pressing("Enter", in: state).selection.layer == 2)
  }

  @Test func redrawAndSuspendWorkInPrompts() throws {
    var state = try pressing(": layer", in: state())
    #expect(state.handle(.key(.control("l"))) == [.redraw])
    #expect(state.handle(.key(.control("z"))) == [.suspend])
    #expect(try line("Space", in: state) == "layer ")
  }

  /// Neither wide characters nor control characters in what was typed move anything on the screen.
  @Test func hostileLines() throws {
    var state = try pressing(":", in: state())
    _ = state.handle(.paste("text 漢字\u{1B}[31m\n" + String(repeating: "w", count: 300)))
    let canvas = state.render(theme: .plain)
    #expect(canvas.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(canvas[79, 22] != Cell("w"))
  }
}
