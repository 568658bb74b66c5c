import Foundation
import TerminalUI
import TestSupport
import Testing

@testable import terminal_probe

/// `Curses` in a pseudo-terminal, through the probe.
@Suite struct TerminalTests {
  static func probe(
    _ options: String..., width: Int = 120, height: Int = 24, environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      Products.path(of: "terminal-probe"), options, width: width, height: height,
      environment: environment)
  }

  /// Terminals whose entry is missing are of xterm's kin: the screen, its keys and 256 colours.
  @Test(arguments: ["xterm-ghostty", "xterm-kitty", "foot", "wezterm", "no-such-terminal"])
  func terminalsWithoutEntry(term: String) throws {
    let terminal = try Self.listener(environment: ["TERM": term, "TERMINFO": "/nowhere"])
    #expect(terminal.screen.line(0).contains("120x24 indexed256 "))
    terminal.type("Up", "F5", "a")
    try Self.expect([.key(.up), .key(.function(5)), .key(.character("a"))], in: terminal)
    #expect(terminal.screen.unknownSequences == [])
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  // MARK: The background

  @Test func aBackgroundIsKnownBeforeTheFirstPicture() throws {
    let terminal = try PseudoTerminal(
      Products.path(of: "terminal-probe"), width: 120, background: "rgb:ffff/ffff/ffff")
    try terminal.wait(for: "120x24")
    #expect(terminal.screen.line(0).hasSuffix("light"))
    #expect(terminal.screen.line(1) == "")
  }

  @Test func aTerminalThatSaysNothing() throws {
    let terminal = try PseudoTerminal(
      Products.path(of: "terminal-probe"), width: 120, answers: false)
    try terminal.wait(for: "120x24")
    #expect(terminal.screen.line(0).hasSuffix("unknown"))
    // Late, in pieces, and before a key that is one.
    for piece in ["\u{1B}]11;rgb:0000/00", "00/0000\u{1B}", "\\\u{1B}[?62", ";22c", "x"] {
      terminal.send(Array(piece.utf8))
      usleep(60_000)
    }
    try Self.expect([.key(.character("x"))], in: terminal)
    #expect(terminal.screen.line(0).hasSuffix("dark, deep"))
  }

  /// What is typed before the first picture is not lost.
  @Test func keysBeforeTheAnswer() throws {
    let terminal = try PseudoTerminal(
      Products.path(of: "terminal-probe"), width: 120, answers: false)
    terminal.type("a", "b")
    try Self.expect([.key(.character("a")), .key(.character("b"))], in: terminal)
  }

  /// An answer that is on its way when the program ends is not typed for whoever comes next.
  @Test func answersBehindTheEnd() throws {
    let probe = Products.path(of: "terminal-probe")
    let terminal = try PseudoTerminal(
      "bash", ["-c", "'\(probe)'; read -t 0.5 -n 1 key && echo typed; echo over"], width: 120,
      answers: false)
    try terminal.wait(for: "120x24")
    terminal.send(Array("q\u{1B}P>|kitty(0.41.1)\u{1B}\\\u{1B}[?62;22c".utf8))
    try terminal.wait(for: "over")
    #expect(!terminal.screen.text.contains("typed"))
  }

  /// Nor is a terminal that has colours and is not to show them asked for its background.
  @Test func withoutColorsTheVersionAlone() throws {
    let terminal = try Self.listener(environment: ["NO_COLOR": "1"])
    let text = String(decoding: terminal.received, as: UTF8.self)
    #expect(text.contains("\u{1B}[>0q\u{1B}[c"))
    #expect(!text.contains("\u{1B}]11;"))
  }

  /// A console is not asked, and neither is a terminal without colours.
  @Test(arguments: [["TERM": "linux"], ["TERM": "vt220"]])
  func terminalsThatAreNotAsked(environment: [String: String]) throws {
    let terminal = try Self.listener(environment: environment)
    #expect(!String(decoding: terminal.received, as: UTF8.self).contains("\u{1B}[c"))
  }

  /// A probe that lists events, ready for the first.
  static func listener(
    _ options: String..., environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Products.path(of: "terminal-probe"), options, width: 120, height: 24,
      environment: environment)
    try terminal.wait(for: "120x24")
    return terminal
  }

  /// Waits for as many events as are `expected`, and compares.
  static func expect(
    _ expected: [Event], in terminal: PseudoTerminal, location: SourceLocation = #_sourceLocation
  ) throws {
    try terminal.wait(for: "\(expected.count) events") { $0.line(expected.count) != "" }
    let lines = (1...expected.count + 1).map { terminal.screen.line($0) }
    #expect(lines == expected.map { "\($0)" } + [""], sourceLocation: location)
  }

  // MARK: Keys

  @Test(arguments: ["xterm-256color", "tmux-256color", "linux", "rxvt", "vt220"])
  func keys(term: String) throws {
    let terminal = try Self.listener(environment: ["TERM": term])
    terminal.type("Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDn", "Del", "BTab")
    terminal.type("Tab", "Enter", "BSpace", "C-x", "C-d", "a", "ö", "漢")
    try Self.expect(
      [
        .key(.up), .key(.down), .key(.left), .key(.right), .key(.home), .key(.end), .key(.pageUp),
        .key(.pageDown), .key(.delete), .key(.backTab), .key(.tab), .key(.enter), .key(.backspace),
        .key(.control("x")), .key(.control("d")), .key(.character("a")), .key(.character("ö")),
        .key(.character("漢")),
      ], in: terminal)
  }

  @Test func bothFormsOfTheCursorKeys() throws {
    let terminal = try Self.listener()
    for form in ["[", "O"] {
      for letter in "ABCDHF" { terminal.send(Array("\u{1B}\(form)\(letter)".utf8)) }
    }
    let keys: [Event] = [
      .key(.up), .key(.down), .key(.right), .key(.left), .key(.home), .key(.end),
    ]
    try Self.expect(keys + keys, in: terminal)
  }

  @Test func functionKeys() throws {
    let terminal = try Self.listener()
    for number in 1...12 { terminal.type("F\(number)") }
    try Self.expect((1...12).map { .key(.function($0)) }, in: terminal)
  }

  @Test func escapeComesSoon() throws {
    let terminal = try Self.listener()
    // The best of several tries: the machine may be busy, but it is not always.
    let times = try (1...5).map { count in
      let start = ContinuousClock.now
      terminal.type("Esc")
      try terminal.wait(for: "an escape") { $0.line(count) != "" }
      return ContinuousClock.now - start
    }
    // ncurses by itself waits for a second.
    #expect(times.min()! < .milliseconds(500))
    try Self.expect(Array(repeating: .key(.escape), count: 5), in: terminal)
  }

  @Test func altIsIgnored() throws {
    let terminal = try Self.listener()
    terminal.type("M-q", "x")
    try Self.expect([.key(.character("x"))], in: terminal)
  }

  @Test func heldKeysCoalesce() throws {
    let terminal = try Self.probe("--scene", "heat", width: 80)
    try terminal.settle()
    let before = terminal.received.count
    for _ in 0..<200 { terminal.type("Right") }
    let picture = Scene.heat.picture(
      width: 80, height: 24, events: Array(repeating: .key(.right), count: 200))
    try terminal.wait(for: "the cursor") {
      $0.canvas.cells.map(\.seen) == picture.cells.map(\.seen)
    }
    // Fewer pictures than keys, each a few bytes.
    #expect(terminal.received.count - before < 200 * 60)
  }

  // MARK: Paste and mouse

  @Test func pasteIsOnePiece() throws {
    let terminal = try Self.listener()
    terminal.paste("quit? é\rq")
    try Self.expect([.paste("quit? é\nq")], in: terminal)
  }

  @Test(arguments: ["xterm-256color", "tmux-256color"])
  func mouse(term: String) throws {
    let terminal = try Self.listener(environment: ["TERM": term])
    try terminal.wait(for: "mouse mode") { $0.modes.isSuperset(of: [1000, 1006]) }
    terminal.click(x: 100, y: 3)
    terminal.wheel(up: true, x: 1, y: 2)
    terminal.wheel(up: false, x: 1, y: 2)
    terminal.click(x: 7, y: 8)
    terminal.click(x: 7, y: 8)
    try Self.expect(
      [
        .mouse(MouseEvent(.click, x: 100, y: 3)), .mouse(MouseEvent(.wheelUp, x: 1, y: 2)),
        .mouse(MouseEvent(.wheelDown, x: 1, y: 2)), .mouse(MouseEvent(.click, x: 7, y: 8)),
        .mouse(MouseEvent(.doubleClick, x: 7, y: 8)),
      ], in: terminal)
  }

  @Test func withoutMouseTheTerminalKeepsIt() throws {
    let terminal = try Self.listener("--no-mouse")
    try terminal.settle()
    #expect(terminal.screen.modes.isDisjoint(with: [1000, 1002, 1003, 1006]))
  }

  // MARK: Size and suspension

  @Test func resize() throws {
    let terminal = try Self.listener()
    terminal.resize(width: 60, height: 10)
    try terminal.wait(for: "60x10 ")
    terminal.resize(width: 150, height: 50)
    try terminal.wait(for: "150x50 ")
    #expect(terminal.screen.line(1) == "\(Event.resize(width: 60, height: 10))")
    #expect(terminal.screen.line(2) == "\(Event.resize(width: 150, height: 50))")
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  /// A shell with job control around the probe: it goes on with its script when the probe stops.
  private static func shell(_ options: String = "") throws -> PseudoTerminal {
    let probe = Products.path(of: "terminal-probe")
    let terminal = try PseudoTerminal(
      "bash",
      ["-mc", "'\(probe)' \(options); echo stopped $?; read line; fg; echo ended $?"],
      width: 120)
    try terminal.wait(for: "120x24")
    return terminal
  }

  @Test(arguments: ["C-z", "!"])
  func suspension(key: String) throws {
    let terminal = try Self.shell("--do suspend")
    terminal.type("a")
    try Self.expect([.key(.character("a"))], in: terminal)
    terminal.type(key)
    try terminal.wait(for: "stopped 148")
    #expect(terminal.screen.leftovers == [])
    terminal.resize(width: 100, height: 20)
    terminal.type("Enter")
    try terminal.wait(for: "100x20 ")
    #expect(terminal.screen.modes.isSuperset(of: [1, 1000, 1006, 1049, 2004]))
    #expect(terminal.screen.line(1) == "\(Event.key(.character("a")))")
    terminal.paste("again")
    try terminal.wait(for: "\(Event.paste("again"))")
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.screen.text.contains("ended 0"))
    #expect(terminal.leftovers == [])
    // The palette is the user's: OSC 104 would reset it.
    #expect(terminal.screen.strings == [])
  }

  // MARK: Redrawing, clipboard, background work

  @Test func redrawRepairsTheScreen() throws {
    let terminal = try Self.listener()
    try terminal.settle()
    // As if another program had written.
    terminal.disturb("\u{1B}[H\u{1B}[41mgarbage")
    #expect(terminal.screen.line(0).hasPrefix("garbage"))
    terminal.type("C-l")
    try terminal.wait(for: "120x24")
    #expect(terminal.screen.line(1) == "\(Event.key(.control("l")))")
    #expect(terminal.screen.rows[0][0].style == Style())
  }

  /// GNU screen hands on what stands between these.
  @Test func clipboardThroughGNUScreen() throws {
    let terminal = try Self.listener(
      "--do", "copy", environment: ["STY": "1.pts", "TERM": "screen"])
    let before = terminal.screen.strings.count
    terminal.type("!")
    try terminal.wait(for: "the string") { $0.strings.count > before }
    #expect(terminal.screen.strings.last == "P\u{1B}]52;c;a8O2cGZl\u{7}")
  }

  @Test func clipboard() throws {
    let terminal = try Self.listener("--do", "copy", environment: ["TMUX": "/tmp/none,1,0"])
    terminal.type("!")
    try terminal.wait(for: "both forms") { $0.strings.count == 2 }
    #expect(
      terminal.screen.strings == [
        "]52;c;a8O2cGZl", "Ptmux;\u{1B}\u{1B}]52;c;a8O2cGZl\u{7}",
      ])
  }

  @Test func backgroundWorkWakesTheLoop() throws {
    let terminal = try Self.listener("--do", "wake")
    terminal.type("!")
    try terminal.wait(for: "woken 1")
  }
}
