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

  /// The line after some keys; nil where it is closed.
  private func line(_ script: String, in state: ExplorerState? = nil) throws -> String? {
    guard case .prompt(let prompt) = try (state ?? self.state()).pressing(script).overlay else {
      return nil
    }
    return prompt.editor.text
  }

  /// Some rows, as far as the completions go.
  private func rows(_ state: ExplorerState, _ rows: Range<Int>) -> String {
    let lines = state.rows()
    return lines[rows].map { line in
      var line = line.prefix(80)
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n")
  }

  @Test func aLongMessageTakesMoreRows() throws {
    var state = state()
    state.say((1...30).map { "word\($0)" }.joined(separator: " "))
    let rows = state.rows()
    #expect(rows[21].hasPrefix(" word1 word2 ") && rows[22].hasPrefix(" word13 "))
    #expect(rows[23] == " word24 word25 word26 word27 word28 word29 word30")
    #expect(try state.pressing("j").rows()[22].contains("weight"))
    // What has no blanks is broken, and never fills more than the view.
    state.say(String(repeating: "x", count: 100))
    #expect(state.rows()[22...].map(\.count) == [79, 23])
    state.say(String(repeating: "x ", count: 9000))
    #expect(state.rows()[0].contains("sample-bert"))
  }

  @Test func aLongComplaintIsReadInFull() throws {
    let rows = try state().pressing("1 : 'sort foo' Enter").rows()
    #expect(rows[18].hasPrefix(" :sort foo: expected one of prev, "))
    #expect(rows[21].hasSuffix("or nothing"))
    #expect(rows[22].hasPrefix(" layer 0 head 0") && rows[23].hasPrefix(" :sort foo"))
  }

  @Test func theLineShowsWhereItGoesOn() throws {
    let text = String(repeating: "abcdefghi ", count: 12)
    let atEnd = try state().pressing("e '\(text)'").rows()[23]
    #expect(atEnd.hasPrefix(" text: …"))
    #expect(!atEnd.hasSuffix("…"))
    let atStart = try state().pressing("e '\(text)' Home").rows()[23]
    #expect(atStart.hasPrefix(" text: the cat") && atStart.hasSuffix("…"))
    let between = try state().pressing("e '\(text)' Left Left Left").rows()[23]
    #expect(between.hasPrefix(" text: …") && between.hasSuffix("…"))
    #expect(try !state().pressing("e").rows()[23].contains("…"))
  }

  @Test func copyingIsSaid() throws {
    var state = state()
    let effects = state.update(.copy)
    #expect(effects == [.copy(state.readoutText)])
    #expect(state.message?.text == "copied: \(state.readoutText)")
  }

  @Test func picture() throws {
    let state = try state().pressing(": co")
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
    let first = rows(try state().pressing(":"), 14..<22)
    #expect(first.hasPrefix("  view                  show another view"))
    #expect(first.hasSuffix(" ▼\(Command.offered(in: state()).count - 8)"))
    let script = ": " + Array(repeating: "Tab", count: 12).joined(separator: " ")
    let chosen = try line(script) ?? "no line"
    #expect(rows(try state().pressing(script), 14..<22).contains(chosen))
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
    let done = try state().pressing(": 'layer 5' Enter")
    #expect(done.selection.layer == 5)
    #expect(done.overlay == nil)
    #expect(try state().pressing(": theme Space Tab Tab Enter").display.appearance == .light)
    #expect(try state().pressing(": Enter").overlay == nil)
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
    let wrong = try state().pressing(": 'layer 9' Enter")
    #expect(
      rows(wrong, 21..<24) == """
         :layer 9: expected 0-5
         q 0 "[CLS]" → k 0 "[CLS]"  weight .505  head 0  strongest: head 6 .96  rank 1/9
         :layer 9
        """)
    let mended = try wrong.pressing("BSpace 4 Enter")
    #expect(mended.selection.layer == 4)
    #expect(mended.overlay == nil && mended.message == nil)
  }

  @Test func historyComesBack() throws {
    let state = try state().pressing(": 'layer 3' Enter : 'head 2' Enter : nonsense Enter Esc")
    #expect(try line(": Up", in: state) == "nonsense")
    #expect(try line(": Up Up", in: state) == "head 2")
    #expect(try line(": Up Up Up Up", in: state) == "layer 3")
    #expect(try line(": Up Up Down", in: state) == "nonsense")
    #expect(try line(": Up Down", in: state) == "")
    #expect(try line(": th C-p C-p", in: state) == "head 2")
    #expect(try line(": C-p C-n", in: state) == "")
    #expect(try state.pressing(": Up Up Up BSpace 1 Enter").selection.layer == 1)
    // The same command twice is one line of history.
    let twice = try self.state().pressing(": 'head 1' Enter : 'head 1' Enter")
    #expect(twice.history == ["head 1"])
  }

  @Test func aPasteIsText() throws {
    var state = try state().pressing(": l Tab")
    _ = state.handle(.paste("2"))
    #expect(try state.pressing("Enter").selection.layer == 2)
  }

  @Test func redrawAndSuspendWorkInPrompts() throws {
    var state = try state().pressing(": layer")
    #expect(state.handle(.key(.control("l"))) == [.redraw])
    #expect(state.handle(.key(.control("z"))) == [.suspend])
    #expect(try line("Space", in: state) == "layer ")
  }

  /// Neither wide characters nor control characters in what was typed move anything on the screen.
  @Test func hostileLines() throws {
    var state = try state().pressing(":")
    _ = state.handle(.paste("text 漢字\u{1B}[31m\n" + String(repeating: "w", count: 300)))
    let canvas = state.render(theme: .plain)
    #expect(canvas.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(canvas[79, 22] != Cell("w"))
  }
}
