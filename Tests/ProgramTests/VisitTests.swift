import TestSupport
import Testing

/// Whole visits to the real program, at a terminal and inside tmux, in a small window and a large one.
@Suite struct VisitTests {
  /// A seat, and a window.
  struct Place: CustomTestStringConvertible {
    let seat: Seat
    let width: Int
    let height: Int

    var testDescription: String { "\(seat) \(width)×\(height)" }

    static let all = Seat.allCases.filter(\.isInstalled).flatMap {
      [Place(seat: $0, width: 80, height: 24), Place(seat: $0, width: 160, height: 50)]
    }

    func open(_ arguments: String...) throws -> PseudoTerminal {
      let terminal = try seat.open(ProgramRun.path, arguments, width: width, height: height)
      try terminal.wait(for: "? help  q quit")
      return terminal
    }

    /// Leaves the program; nothing of it stays behind.
    func quit(_ terminal: PseudoTerminal, location: SourceLocation = #_sourceLocation) throws {
      terminal.type("q")
      #expect(try terminal.waitForEnd() == 0, sourceLocation: location)
      // What tmux leaves behind is its own affair.
      if seat == .terminal { #expect(terminal.leftovers == [], sourceLocation: location) }
    }
  }

  private static func row(_ terminal: PseudoTerminal, startingWith text: String) throws -> Int {
    try #require((0..<terminal.screen.height).first { terminal.screen.line($0).hasPrefix(text) })
  }

  @Test(.enabled(if: Seat.tmux.isInstalled, "needs tmux: apt-get install tmux"))
  func someVisitsAreMadeInsideTmux() {
    #expect(Place.all.contains { $0.seat == .tmux })
  }

  @Test(arguments: Place.all)
  func fromTheModelToTheNeuron(_ place: Place) throws {
    let terminal = try place.open("demo-bert", "The cat sat on the mat")
    #expect(terminal.screen.line(0).hasPrefix(" bertviz-tui  demo-bert  4×4"))
    // Which head looks at the previous token?
    terminal.type("1", ":", "layer 0", "Enter", ":", "head 0", "Enter")
    terminal.type("Down", "Right", "Right", "Right")
    try terminal.wait(for: "layer 1 head 3")
    // Whom does a token look at?
    terminal.type("Enter")
    try terminal.wait(for: "heads 1/4")
    terminal.type("g", "j", "j", "j")
    try terminal.wait(for: "q 3 \"sat\" → k 2 \"cat\"  weight .9")
    // And why?
    terminal.type("Enter")
    try terminal.wait(for: "q×k")
    try terminal.wait(for: "n 0  q ")
    terminal.type(".", ".")
    try terminal.wait(for: "n 2  q ")
    terminal.type("T")
    try terminal.wait(for: "cum%")
    terminal.type("Esc", "Esc")
    try terminal.wait(for: "space on/off")
    terminal.type("4")
    try terminal.wait(for: "q 3 \"sat\" → k 2 \"cat\"  weight .9")
    try place.quit(terminal)
  }

  @Test(arguments: Place.all)
  func commandsAndHelp(_ place: Place) throws {
    let terminal = try place.open("demo-bert", "The cat sat on the mat")
    terminal.type(":", "lay")
    try terminal.wait(for: "go to a layer")
    terminal.type("Tab", "9", "Enter")
    try terminal.wait(for: ":layer 9: expected 0-3")
    terminal.type("BSpace", "2", "Enter")
    try terminal.wait(for: " layer 2 ")
    terminal.type("/", "mat", "Enter")
    try terminal.wait(for: "q 6 \"mat\"")
    terminal.type("?")
    try terminal.wait(for: "Help: head view")
    terminal.type("/", "theme", "Enter")
    try terminal.wait(for: "1 of 2")
    terminal.type("Esc")
    try terminal.wait(for: "the help to close") { !$0.text.contains("Help") }
    try place.quit(terminal)
  }

  @Test(arguments: Place.all)
  func theTextIsEditedInPlace(_ place: Place) throws {
    let terminal = try place.open("demo-bert", "The cat")
    terminal.type("e")
    try terminal.wait(for: "text: The cat")
    terminal.paste(" sat")
    terminal.type("Enter")
    try terminal.wait(for: "3 sat")
    terminal.type("E", "A dog", "Enter")
    try terminal.wait(for: "6 dog")
    terminal.type("f", "f")
    try terminal.wait(for: "filter B→B")
    terminal.type("u", "u")
    try terminal.wait(for: "the first text") { !$0.text.contains("3 sat") }
    try place.quit(terminal)
  }

  @Test(arguments: Place.all)
  func aResizeKeepsTheSelection(_ place: Place) throws {
    let terminal = try place.open("demo-bert", "The cat sat on the mat")
    terminal.type("a", "g", "j", "j")
    try terminal.wait(for: "q 2 \"cat\"")
    terminal.resize(width: 20, height: 5)
    try terminal.wait(for: "needs 60×16")
    terminal.resize(width: 120, height: 40)
    try terminal.wait(for: "each head, query 2")
    try terminal.wait(for: " q 2 \"cat\"")
    try place.quit(terminal)
  }

  @Test(arguments: Place.all)
  func theMouseSelects(_ place: Place) throws {
    let terminal = try place.open("demo-bert", "The cat sat on the mat")
    terminal.type("a", "g")
    try terminal.wait(for: "q 0 ")
    terminal.click(x: 4, y: try Self.row(terminal, startingWith: " 2   cat"))
    try terminal.wait(for: "q 2 \"cat\"")
    terminal.wheel(up: false, x: 4, y: 8)
    try terminal.wait(for: "q 3 \"sat\"")
    // The squares of the heads: a double click leaves one.
    terminal.click(x: 14, y: 2)
    terminal.click(x: 14, y: 2)
    try terminal.wait(for: "heads 1/4")
    // The tab of the model view.
    let tabs = terminal.screen.text.prefix { $0 != "\n" }
    let tab = try #require(tabs.range(of: "1 Model")).lowerBound
    terminal.click(x: tabs.distance(from: tabs.startIndex, to: tab), y: 0)
    try terminal.wait(for: "zoom")
    try place.quit(terminal)
  }

  @Test(arguments: Place.all)
  func theReadoutIsCopied(_ place: Place) throws {
    let terminal = try place.open("demo-bert", "The cat")
    terminal.type("g", "y")
    // `q 0 "[CLS]"`, in base 64.
    try terminal.wait(for: "OSC 52") {
      $0.strings.contains { $0.hasPrefix("]52;") && $0.contains(";cSAwICJbQ0xTXSIg") }
    }
    try place.quit(terminal)
  }

  /// What lines mean is asked of the model while a person looks, and comes by itself.
  @Test(arguments: Place.all)
  func linesMeanWhatIsMoved(_ place: Place) throws {
    let terminal = try place.open("demo-gpt2", "moon bridge coat moon bridge")
    terminal.type("v")
    try terminal.wait(for: "size of what is moved")
    terminal.type("v")
    try terminal.wait(for: "share of ")
    terminal.type(":", "outcome \" no such word\"", "Enter")
    try terminal.wait(for: "no such word")
    terminal.type("v")
    try terminal.wait(for: "attention") { !$0.text.contains("share of ") }
    try place.quit(terminal)
  }
}
