import Glibc
import TerminalUI
import TestSupport
import Testing

/// The real program in a pseudo-terminal: beginnings, ends, and terminals of all kinds.
@Suite struct ExplorerVisitTests {
  private func open(
    _ arguments: [String], width: Int = 80, height: Int = 24, environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      ProgramRun.path, arguments, width: width, height: height, environment: environment)
  }

  private func expectCleanEnd(
    _ terminal: PseudoTerminal, status: Int32, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try terminal.waitForEnd() == status, sourceLocation: sourceLocation)
    #expect(terminal.leftovers == [], sourceLocation: sourceLocation)
  }

  @Test func theDemoNeedsNothing() throws {
    let terminal = try open(["demo", "bert"])
    try terminal.wait(for: "welcome")
    // At the head that looks at the previous token.
    try terminal.wait(for: "layer 1   heads 1/4")
    terminal.type("?")
    try terminal.wait(for: "Help: head view")
    terminal.type("Esc")
    try terminal.wait(for: "the help to close") { !$0.text.contains("Help") }
    terminal.type("q")
    try expectCleanEnd(terminal, status: 0)
  }

  /// Prediction, the head that writes it, where it looks, and what becomes of the prediction without it.
  @Test func theWalkInTheDemo() throws {
    let terminal = try open(["demo", "gpt2"])
    try terminal.wait(for: "tour 1/5")
    try terminal.wait(for: "Σ 15.510  model 15.510")
    try terminal.wait(for: "+11.976")
    #expect(terminal.screen.text.contains("▸1.2"))
    terminal.type("Enter")
    try terminal.wait(for: "q 12 \"bell\" → k 6 \"soldier\"")
    terminal.type("Enter")
    try terminal.wait(for: "share +2.47")
    terminal.type("Enter")
    try terminal.wait(for: "off 1.2 (zero)   predicts soldier .97 → ")
    #expect(!terminal.screen.text.contains("→ soldier ."))
    terminal.type("Enter")
    try terminal.wait(for: "sort effect on \" soldier\"")
    terminal.type("Esc")
    try terminal.wait(for: "that was the tour")
    terminal.type("q")
    try expectCleanEnd(terminal, status: 0)
  }

  /// Of a row only what differs is drawn, of wide characters both halves.
  @Test func whatIsDrawnInPartsIsWhole() throws {
    let terminal = try open(["demo-bert", "日本 the 語 cat 猫 e\u{301} sat 🙂 on"])
    try terminal.wait(for: "q quit")
    for key in [
      "Down", "Down", "w", "Tab", "Down", "1", "Right", "3", "Down", "J", "4", "Down", "2",
    ] {
      terminal.type(key)
      try terminal.settle()
      let before = terminal.screen.text
      terminal.type("C-l")
      try terminal.settle()
      #expect(terminal.screen.text == before, "after \(key)")
    }
    terminal.type("q")
    try expectCleanEnd(terminal, status: 0)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aSignalGivesTheTerminalBack(_ signal: Int32) throws {
    let terminal = try open(["demo-bert", "text"])
    try terminal.wait(for: "q quit")
    terminal.signal(signal)
    try expectCleanEnd(terminal, status: 128 + signal)
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGILL])
  func aCrashGivesTheTerminalBack(_ signal: Int32) throws {
    let terminal = try open(["demo-bert", "text"])
    try terminal.wait(for: "q quit")
    terminal.signal(signal)
    try expectCleanEnd(terminal, status: -signal)
  }

  @Test func anErrorLeavesTheTerminalAlone() throws {
    let terminal = try open(["/no/such/model", "text"])
    try expectCleanEnd(terminal, status: 1)
    #expect(terminal.screen.text.contains("/no/such/model: no such folder"))
  }

  @Test func dumbTerminalsAreRefused() throws {
    let terminal = try open(["demo-bert", "text"], environment: ["TERM": "dumb"])
    #expect(try terminal.waitForEnd() == 1)
    #expect(terminal.screen.text.contains("TERM=dumb cannot move the cursor"))
  }

  @Test(arguments: ["xterm-256color", "tmux-256color", "xterm", "vt100", "linux"])
  func everyTerminalShowsTheTokens(_ term: String) throws {
    let terminal = try open(["demo-bert", "The cat sat"], environment: ["TERM": term])
    try terminal.wait(for: "q quit")
    #expect(terminal.screen.text.contains("2 cat"))
    terminal.type("q")
    try expectCleanEnd(terminal, status: 0)
  }

  @Test func eightColoursHideNothing() throws {
    let terminal = try open(["demo-bert", "The cat sat"], environment: ["TERM": "xterm"])
    for view in ["1", "2", "3", "4"] {
      terminal.type(view)
      try terminal.settle()
      for cell in terminal.screen.rows.joined() where cell.text != " " {
        let isBlack = cell.style.foreground == .indexed(0)
        #expect(!isBlack || cell.style.background != .standard, "\(view): \(cell.text)")
      }
    }
    terminal.type("q")
    try expectCleanEnd(terminal, status: 0)
  }

  @Test func aLocaleWithoutUnicodeGetsASCII() throws {
    let terminal = try open(
      ["demo-bert", "The cat sat"], environment: ["LANG": "C", "LC_ALL": "C"])
    try terminal.wait(for: "q quit")
    #expect(terminal.screen.text.unicodeScalars.allSatisfy { $0.isASCII })
    #expect(terminal.screen.text.contains("4x4"))
    terminal.type("q")
    try expectCleanEnd(terminal, status: 0)
  }
}
