import TerminalUI
import TestSupport
import Testing

/// The explorer suits the terminal that it is shown on.
@Suite struct BackgroundTests {
  private func page(
    _ options: String..., background: String? = nil, environment: [String: String] = [:]
  ) throws -> (color: Color, terminal: PseudoTerminal) {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      ProgramRun.path, ["demo-bert", "The cat sat", "--no-settings"] + options,
      environment: environment.merging(["HOME": folder.path]) { first, _ in first },
      background: background)
    try terminal.wait(for: "demo-bert")
    try terminal.settle()
    return (terminal.screen.rows[12][0].style.background, terminal)
  }

  private static let (white, black) = (Color.indexed(231), Color.indexed(16))

  /// A terminal that is dark keeps its own page; on any other the page is painted.
  @Test func theThemeIsTheTerminals() throws {
    #expect(try page(background: "rgb:ffff/ffff/ffff").color == Self.white)
    #expect(try page(background: "rgb:1e1e/1e1e/2e2e").color == .standard)
    #expect(try page(background: "rgb:6060/6060/6060").color == Self.black)
    #expect(try page().color == Self.black)
    #expect(try page(environment: ["COLORFGBG": "0;15"]).color == Self.white)
    #expect(try page(environment: ["COLORFGBG": "15;0"]).color == Self.black)
    #expect(
      try page(background: "rgb:0/0/0", environment: ["COLORFGBG": "0;15"]).color == .standard)
  }

  @Test func whatIsChosenWins() throws {
    #expect(try page("--theme", "dark", background: "rgb:ffff/ffff/ffff").color == Self.black)
    #expect(try page("--theme", "light", background: "rgb:0/0/0").color == Self.white)
    let (color, terminal) = try page(background: "rgb:ffff/ffff/ffff")
    #expect(color == Self.white)
    // The next theme is without colours, the one after it dark.
    terminal.type("t", "t")
    try terminal.wait(for: "the dark page") { $0.rows[12][0].style.background == Self.black }
  }

  /// Over a slow line the answer comes behind the first picture.
  @Test func aLateAnswer() throws {
    let (color, terminal) = try page()
    #expect(color == Self.black)
    terminal.send(Array("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\".utf8))
    try terminal.wait(for: "the light page") { $0.rows[12][0].style.background == Self.white }
  }

  @Test func aConsoleIsDrawnInASCII() throws {
    func hasBraille(_ options: String...) throws -> Bool {
      let terminal = try PseudoTerminal(
        ProgramRun.path, ["demo-bert", "The cat sat", "--no-settings"] + options,
        environment: ["TERM": "linux"])
      try terminal.wait(for: "demo-bert")
      try terminal.settle()
      return terminal.screen.text.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) }
    }
    #expect(try !hasBraille())
    #expect(try hasBraille("--no-ascii"))
  }
}
