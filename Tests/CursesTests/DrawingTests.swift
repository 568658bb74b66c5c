import Foundation
import TerminalUI
import TestSupport
import Testing

@testable import terminal_probe

/// What arrives on the screen is what was drawn, cell by cell.
@Suite struct DrawingTests {
  private func expect(
    _ scene: Scene, on terminal: PseudoTerminal, width: Int, height: Int,
    location: SourceLocation = #_sourceLocation, events: [Event] = []
  ) throws {
    let picture = scene.picture(width: width, height: height, events: events)
    try terminal.settle()
    for y in 0..<height {
      for x in 0..<width where terminal.screen.rows[y][x].seen != picture[x, y].seen {
        Issue.record(
          "\(x), \(y): \(terminal.screen.rows[y][x]) is not \(picture[x, y])",
          sourceLocation: location)
        return
      }
    }
    #expect(terminal.screen.unknownSequences == [], sourceLocation: location)
  }

  @Test(arguments: ["xterm-256color", "tmux-256color"])
  func trueColor(term: String) throws {
    let terminal = try TerminalTests.probe(
      "--scene", "colors", "--color", "truecolor", width: 80, environment: ["TERM": term])
    try expect(.colors, on: terminal, width: 80, height: 24)
  }

  @Test(arguments: ["xterm-256color", "tmux-256color", "xterm", "screen"])
  func colors256(term: String) throws {
    let terminal = try TerminalTests.probe(
      "--scene", "heat", "--color", "256", width: 80, environment: ["TERM": term])
    try expect(.heat, on: terminal, width: 80, height: 24)
  }

  @Test func colors16() throws {
    let terminal = try TerminalTests.probe(
      "--scene", "colors", "--color", "16", width: 80)
    try terminal.settle()
    let picture = Scene.colors.picture(width: 80, height: 24)
    #expect(
      (0..<16).map { terminal.screen.rows[0][$0].style.background }
        == (0..<16).map { picture[$0, 0].style.background })
  }

  @Test(arguments: [(["NO_COLOR": "1"], true), (["TERM": "vt220"], false)])
  func noColors(environment: [String: String], hasFaintAndItalic: Bool) throws {
    let terminal = try TerminalTests.probe(
      "--scene", "colors", width: 80, environment: environment)
    try terminal.settle()
    let styles = Set(terminal.screen.rows.joined().map(\.style))
    let more: Set<Style> = [
      Style(.standard, on: .standard, .faint), Style(.standard, on: .standard, .italic),
    ]
    #expect(
      styles.subtracting(hasFaintAndItalic ? more : []) == [
        Style(), Style(.standard, on: .standard, .bold),
        Style(.standard, on: .standard, .underline),
        Style(.standard, on: .standard, .reverse),
      ])
    #expect(styles.isSuperset(of: more) == hasFaintAndItalic)
  }

  @Test(arguments: [
    (["TERM": "xterm-256color"], "auto", "indexed256"),
    (["TERM": "xterm-256color", "COLORTERM": "truecolor"], "auto", "truecolor"),
    (["TERM": "no-such-terminal"], "truecolor", "truecolor"),
    (["TERM": "xterm"], "auto", "ansi16"),
    (["TERM": "xterm"], "256", "indexed256"),
    (["TERM": "xterm-256color"], "16", "ansi16"),
    (["TERM": "xterm-256color"], "never", "none"),
    (["TERM": "vt100"], "256", "none"),
  ])
  func depth(environment: [String: String], wish: String, depth: String) throws {
    let terminal = try TerminalTests.listener("--color", wish, environment: environment)
    #expect(terminal.screen.line(0).hasPrefix("120x24 \(depth) UTF-8"))
  }

  /// Eight colours have no dark grey, and what is quiet would be as loud as the rest.
  @Test func darkGreyIsFaintWhereThereIsNone() throws {
    let terminal = try TerminalTests.probe(
      "--scene", "colors", width: 80, environment: ["TERM": "xterm"])
    try terminal.settle()
    let picture = Scene.colors.picture(width: 80, height: 24)
    let grey = (8..<256).map { (x: $0 % 64, y: $0 / 64) }.filter {
      picture[$0.x, $0.y].style.foreground == .indexed(8)
    }
    #expect(grey.count == 1)
    for (x, y) in grey {
      #expect(terminal.screen.rows[y][x].style == Style(.indexed(7), on: .standard, .faint))
      #expect(terminal.screen.rows[y][x + 1].style == Style(.indexed(7), on: .standard))
    }
  }

  /// It would stand in the picture, wherever the last cell was written.
  @Test func aCursorThatCannotBeHiddenIsOutOfTheWay() throws {
    let terminal = try TerminalTests.probe(
      "--scene", "heat", width: 40, height: 11, environment: ["TERM": "vt100"])
    for key in ["Right", "Down", "Left"] {
      try terminal.settle()
      #expect(terminal.screen.cursor == (x: 39, y: 10))
      terminal.type(key)
    }
  }

  /// A terminal that holds some 500 pairs of colours shows more of them, frame after frame.
  @Test func pairsAreUsedAgain() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let tic = try PseudoTerminal(
      "bash",
      ["-c", "echo 'few|few pairs,pairs#512,use=xterm-256color,' | tic -x -o '\(folder)' -"])
    try #require(tic.waitForEnd() == 0)
    let terminal = try TerminalTests.probe(
      "--scene", "pairs", width: 40, height: 11,
      environment: ["TERM": "few", "TERMINFO": folder])
    for frame in 0..<4 {
      try terminal.wait(for: "frame \(frame)")
      try expect(
        .pairs, on: terminal, width: 40, height: 11,
        events: Array(repeating: .key(.character("a")), count: frame))
      terminal.type("a")
    }
  }

  @Test(arguments: ["xterm-256color", "tmux-256color"])
  func wideCharactersAndMarks(term: String) throws {
    let terminal = try TerminalTests.probe(
      "--scene", "wide", width: 40, height: 14, environment: ["TERM": term])
    try expect(.wide, on: terminal, width: 40, height: 14)
  }

  /// Whatever libc thinks of a character, what stands behind it stays where it is.
  @Test func columnsNeverDrift() throws {
    let (width, height) = (160, 50)
    let terminal = try TerminalTests.probe("--scene", "drift", width: width, height: height)
    try terminal.settle()
    let picture = Scene.drift.picture(width: width, height: height)
    var substituted = 0
    for y in 0..<height {
      for x in 0..<width {
        let (shown, meant) = (terminal.screen.rows[y][x], picture[x, y])
        if shown == meant { continue }
        substituted += 1
        let isReplaced = shown.text == "\u{FFFD}" || (x > 0 && meant.scalar == 0 && shown == .blank)
        #expect(isReplaced, "\(x), \(y): \(shown.text) is not \(meant.text)")
      }
    }
    // Most characters are known to both.
    #expect(substituted < 200)
  }

  @Test(arguments: [["LC_ALL": "C"], ["LC_ALL": "POSIX"]])
  func onlyASCIIElsewhere(environment: [String: String]) throws {
    let terminal = try TerminalTests.probe(
      "--scene", "wide", width: 40, height: 14, environment: environment)
    try terminal.settle()
    #expect(terminal.received.allSatisfy { $0 < 0x80 })
    #expect(terminal.screen.line(0) == "plain|")
    #expect(terminal.screen.line(1) == "? ? ? ? |")
    #expect(terminal.screen.line(3) == "?te?|" || terminal.screen.line(3) == "ete|")
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
  }

  /// A locale that ssh brought along and the machine does not have.
  @Test func missingLocaleIsRescued() throws {
    let terminal = try TerminalTests.listener(
      environment: ["LC_ALL": "", "LANG": "xx_XX.UTF-8"])
    #expect(terminal.screen.line(0).contains("UTF-8"))
  }

  // MARK: Economy

  @Test func idleScreenSendsNothing() throws {
    let terminal = try TerminalTests.probe("--scene", "colors", "--do", "wake")
    try terminal.settle()
    let before = terminal.received.count
    // Each makes the probe present the same picture again.
    for key in ["a", "!", "Up", "!"] {
      terminal.type(key)
      try terminal.settle()
    }
    #expect(terminal.received.count == before)
  }

  @Test func smallChangeSendsLittle() throws {
    let terminal = try TerminalTests.probe("--scene", "heat", width: 200, height: 60)
    try terminal.settle()
    let before = terminal.received.count
    terminal.type("Right")
    try terminal.settle()
    let sent = terminal.received.count - before
    #expect(sent > 0 && sent < 500, "\(sent) bytes")
    try expect(.heat, on: terminal, width: 200, height: 60, events: [.key(.right)])
  }
}
