import TestSupport
import Testing

/// Lines are drawn with the finest characters that the terminal is known to draw, and with no others.
@Suite struct LineInkTests {
  /// The finest of the characters of lines in a text: those of octants use quarters, too.
  private func ink(of text: String) -> String? {
    let ranges: [(ClosedRange<UInt32>, String)] = [
      (0x1CD00...0x1CDE5, "octants"), (0x1FB00...0x1FB3B, "sextants"),
      (0x2801...0x28FF, "braille"), (0x2596...0x259F, "blocks"),
    ]
    return ranges.first { range, _ in text.unicodeScalars.contains { range ~= $0.value } }?.1
  }

  private func terminal(
    _ options: String..., version: String?, environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      ProgramRun.path,
      ["demo-bert", "The cat sat on the mat", "--no-settings", "--view", "head"] + options,
      environment: environment.merging(["HOME": folder.path]) { first, _ in first },
      version: version)
    try terminal.wait(for: "demo-bert")
    try terminal.settle()
    return terminal
  }

  @Test func theTerminalIsAsked() throws {
    let answers: [(String?, String)] = [
      ("kitty(0.41.1)", "octants"), ("WezTerm 20240203-110809-5046fc22", "sextants"),
      ("Konsole 24.12.3", "blocks"), ("tmux 3.5a", "braille"), (nil, "braille"),
    ]
    for (version, kind) in answers {
      let screen = try terminal(version: version).screen
      #expect(ink(of: screen.text) == kind, "\(version ?? "no answer")")
      #expect(screen.unknownSequences == [])
    }
  }

  /// What a multiplexer passes on is not known.
  @Test(arguments: ["TMUX", "STY"])
  func notThroughAMultiplexer(variable: String) throws {
    let screen = try terminal(version: "kitty(0.41.1)", environment: [variable: "1"]).screen
    #expect(ink(of: screen.text) == "braille")
  }

  @Test func whatIsChosenWins() throws {
    #expect(
      try ink(of: terminal("--lines-with", "sextants", version: "kitty(0.41.1)").screen.text)
        == "sextants")
    #expect(
      try ink(of: terminal("--lines-with", "octants", version: nil).screen.text) == "octants")
    #expect(
      try ink(of: terminal("--ascii", "--lines-with", "octants", version: nil).screen.text) == nil)
  }

  /// An answer that comes behind the first picture changes it, unless the person has chosen by then.
  @Test func aLateAnswer() throws {
    let terminal = try terminal(version: nil)
    #expect(ink(of: terminal.screen.text) == "braille")
    terminal.send(Array("\u{1B}P>|foot(1.20.2)\u{1B}\\".utf8))
    try terminal.wait(for: "octants") { ink(of: $0.text) == "octants" }
    terminal.type(":lines-with blocks", "Enter")
    try terminal.wait(for: "blocks") { ink(of: $0.text) == "blocks" }
  }

  @Test func oneFrame() throws {
    for kind in ["octants", "sextants", "blocks", "braille"] {
      let run = try ProgramRun(
        "render", "demo-bert", "The cat sat", "--view", "head", "--lines-with", kind)
      #expect(ink(of: run.output) == kind)
    }
    let run = try ProgramRun("render", "demo-bert", "The cat sat", "--lines-with", "dots")
    #expect(run.status != 0)
    #expect(run.errors.contains("octants"))
  }
}
