import Foundation
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
    _ options: String..., version: String?, environment: [String: String] = [:],
    showsPictures: Bool = false
  ) throws -> PseudoTerminal {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      ProgramRun.path,
      ["demo-bert", "The cat sat on the mat", "--no-settings", "--view", "head"] + options,
      environment: environment.merging(["HOME": folder.path]) { first, _ in first },
      version: version, showsPictures: showsPictures)
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

  // MARK: Pictures

  /// Curves instead of characters, below the same text; the characters again where the person wants them.
  @Test func pictures() throws {
    let plain = try terminal(version: nil)
    let terminal = try terminal(version: "kitty(0.41.1)", showsPictures: true)
    #expect(ink(of: terminal.screen.text) == nil)
    #expect(terminal.screen.pictures.count == 2)
    let picture = try #require(terminal.screen.pictures.values.first)
    let rows = plain.screen.text.split(separator: "\n", omittingEmptySubsequences: false)
    let free = terminal.screen.text.split(separator: "\n", omittingEmptySubsequences: false)
    for (y, row) in rows.enumerated() where y < free.count {
      var kept = row.unicodeScalars.map { (0x2801...0x28FF) ~= $0.value ? " " : String($0) }
      while kept.last == " " { kept.removeLast() }
      #expect(free[y] == kept.joined(), "\(y)")
      if row.unicodeScalars.contains(where: { (0x2801...0x28FF) ~= $0.value }) {
        #expect((picture.y..<picture.y + picture.rows).contains(y))
      }
    }
    terminal.type(":lines-with octants", "Enter")
    try terminal.wait(for: "octants") { ink(of: $0.text) == "octants" && $0.pictures.isEmpty }
    terminal.type(":lines-with kitty", "Enter")
    try terminal.wait(for: "pictures") { ink(of: $0.text) == nil && $0.pictures.count == 2 }
    // Without colours there are characters, the finest.
    terminal.type(":theme mono", "Enter")
    try terminal.wait(for: "octants") { ink(of: $0.text) == "octants" && $0.pictures.isEmpty }
    #expect(terminal.screen.unknownSequences == [])
  }

  /// A step of the cursor sends its lines, and not those of the other tokens; a view without lines removes all.
  @Test func whatAKeySends() throws {
    let terminal = try terminal(version: nil, showsPictures: true)
    let before = terminal.screen.pictures
    let count = terminal.received.count
    terminal.type("Down")
    try terminal.wait(for: "other lines") { $0.pictures != before }
    try terminal.settle()
    #expect(Set(terminal.screen.pictures.keys).intersection(before.keys).count == 1)
    #expect(terminal.received.count - count < 8192)
    terminal.type("4")
    try terminal.wait(for: "no pictures") { $0.pictures.isEmpty }
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  /// A wish that the terminal cannot fulfil is as if there were none.
  @Test func picturesThatNobodyShows() throws {
    let terminal = try terminal("--lines-with", "kitty", version: "foot(1.20.2)")
    #expect(ink(of: terminal.screen.text) == "octants")
    terminal.type(":lines-with kitty", "Enter")
    try terminal.wait(for: "sextants, blocks")
    let arguments = ["demo-bert", "The cat sat", "--lines-with", "kitty"]
    for command in [["render"], ["export", "-o", "lines.svg"]] {
      let run = try ProgramRun(command + arguments, input: Data(), environment: [:])
      #expect(run.status != 0)
      #expect(run.errors.contains("--lines-with kitty: pictures are for the explorer"))
      #expect(run.errors.contains("octants, sextants, blocks, braille"))
    }
  }
}
