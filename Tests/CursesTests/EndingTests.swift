import Foundation
import Glibc
import TestSupport
import Testing

/// The terminal is as before on every way out.
@Suite struct EndingTests {
  private func expectRestored(
    _ terminal: PseudoTerminal, status: Int32, shows text: String = "",
    location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try terminal.waitForEnd() == status, sourceLocation: location)
    #expect(terminal.leftovers == [], sourceLocation: location)
    #expect(
      text == "" || terminal.screen.text.contains(text), "\(terminal.screen.text)",
      sourceLocation: location)
  }

  @Test func quit() throws {
    let terminal = try TerminalTests.listener()
    terminal.type("q")
    try expectRestored(terminal, status: 0)
  }

  @Test(arguments: [
    ("fail", 2, "terminal-probe: onPurpose"), ("exit", 3, ""),
    ("trap", -SIGILL, "trapped on purpose"), ("index", -SIGILL, "crashed with signal 0"),
    ("abort", -SIGABRT, "crashed with signal 06"), ("overflow", -SIGSEGV, "crashed with signal 11"),
  ])
  func actions(action: String, status: Int32, text: String) throws {
    let terminal = try TerminalTests.listener("--do", action)
    terminal.type("!")
    #if arch(arm64)
      let status = status == -SIGILL ? -SIGTRAP : status
    #endif
    try expectRestored(terminal, status: status, shows: text)
  }

  /// Every other signal whose default ends a process: it dies of it, behind a terminal that is as before.
  @Test(arguments: [
    SIGXCPU, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT, SIGXFSZ,
    SIGPIPE, 34, 50,
    64,
  ])
  func deadlySignals(signal: Int32) throws {
    let terminal = try TerminalTests.listener()
    terminal.signal(signal)
    try expectRestored(terminal, status: -signal)
  }

  @Test(arguments: [SIGSEGV, SIGBUS, SIGABRT])
  func crashesSentByOthers(signal: Int32) throws {
    let terminal = try TerminalTests.listener()
    terminal.signal(signal)
    try expectRestored(terminal, status: -signal, shows: "crashed with signal")
  }

  @Test func quitKey() throws {
    let terminal = try TerminalTests.listener()
    terminal.send([0x1C])
    try expectRestored(terminal, status: -SIGQUIT)
  }

  /// A terminal that takes nothing any more: the program has more to show than fits on the way to it.
  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGUSR1, -SIGUSR1)] as [(Int32, Int32)])
  func signalsWhileNobodyReads(signal: Int32, status: Int32) throws {
    let terminal = try TerminalTests.probe("--scene", "pairs", width: 400, height: 120)
    try terminal.settle()
    // Each key is another picture of half a megabyte.
    for _ in 0..<20 {
      terminal.send(Array("x".utf8))
      usleep(10_000)
    }
    terminal.signal(signal)
    usleep(1_500_000)
    #expect(try terminal.waitForEnd() == status)
    #expect(terminal.leftovers.filter { $0 != "colours or attributes" } == [])
  }

  /// Control-S is no more than a key.
  @Test func stoppedOutput() throws {
    let terminal = try TerminalTests.listener()
    terminal.type("C-s")
    try TerminalTests.expect([.key(.control("s"))], in: terminal)
    terminal.signal(SIGTERM)
    try expectRestored(terminal, status: 143, shows: "ended: terminated")
  }

  /// A shell continues a job that it ends: which must not touch the terminal that is the shell's again.
  @Test func endedWhileSuspended() throws {
    let probe = Products.path(of: "terminal-probe")
    let terminal = try PseudoTerminal(
      "bash", ["-mc", "'\(probe)'; kill %1; read line"], width: 120)
    try terminal.wait(for: "120x24")
    terminal.type("C-z")
    try terminal.wait(for: "ended: terminated")
    #expect(terminal.screen.leftovers == [])
    terminal.type("Enter")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  @Test(arguments: [
    (SIGINT, 130, "ended: interrupted"), (SIGTERM, 143, "ended: terminated"),
    (SIGHUP, 129, "ended: hungUp"), (SIGQUIT, -SIGQUIT, ""),
  ])
  func signals(signal: Int32, status: Int32, text: String) throws {
    let terminal = try TerminalTests.listener()
    terminal.signal(signal)
    try expectRestored(terminal, status: status, shows: text)
  }

  @Test func interruptKey() throws {
    let terminal = try TerminalTests.listener()
    terminal.type("C-c")
    try expectRestored(terminal, status: 130)
  }

  /// Standard input and output may lead elsewhere: the terminal is the controlling one.
  @Test func pipesStayFree() throws {
    let probe = Products.path(of: "terminal-probe")
    let terminal = try PseudoTerminal("bash", ["-c", "echo q | '\(probe)' | cat"], width: 120)
    try terminal.wait(for: "120x24")
    terminal.type("x")
    try TerminalTests.expect([.key(.character("x"))], in: terminal)
    terminal.type("q")
    try expectRestored(terminal, status: 0)
  }

  /// Swift's runtime prepares a stack for its own handlers, unless told not to.
  @Test func overflowWithoutTheRuntime() throws {
    let terminal = try TerminalTests.listener(
      "--do", "overflow", environment: ["SWIFT_BACKTRACE": "enable=no"])
    terminal.type("!")
    try expectRestored(terminal, status: -SIGSEGV, shows: "crashed with signal 11")
  }

  @Test func heldErrorsAreShownAfterwards() throws {
    let terminal = try TerminalTests.listener("--do", "complain")
    terminal.type("!")
    try TerminalTests.expect([.key(.character("!"))], in: terminal)
    #expect(!terminal.screen.text.contains("complaint"))
    terminal.type("q")
    try expectRestored(terminal, status: 0, shows: "a complaint")
  }

  /// Even if the signal is ignored, as under nohup, the program does not go on without a terminal.
  @Test func lostTerminal() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let probe = Products.path(of: "terminal-probe")
    let terminal = try PseudoTerminal(
      "bash", ["-c", "trap '' HUP; '\(probe)' > /dev/null; echo $? > '\(file)'"], width: 120)
    try terminal.wait(for: "120x24")
    terminal.hangUp()
    let deadline = ContinuousClock.now + PseudoTerminal.patience
    var status = ""
    while status == "", ContinuousClock.now < deadline {
      status = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
      usleep(10_000)
    }
    #expect(status == "129\n")
  }

  @Test(arguments: [
    ("dumb", "auto", "TERM=dumb cannot move the cursor: "),
    ("dumb", "truecolor", "TERM=dumb cannot move the cursor: "),
    ("", "auto", "TERM is not set: "),
  ])
  func refusedTerminals(term: String, color: String, text: String) throws {
    let terminal = try TerminalTests.probe("--color", color, environment: ["TERM": term])
    #expect(try terminal.waitForEnd() == 2)
    #expect(terminal.screen.line(0).hasPrefix("terminal-probe: " + text))
    // One line, and not a single escape.
    #expect(!terminal.received.contains(0x1B))
    #expect(terminal.received.filter { $0 == 0x0A }.count == 1)
    #expect(terminal.leftovers == [])
  }

  /// In a session of its own a process has no controlling terminal, whatever its input and output are.
  @Test func aTerminalThatIsNotTheControllingOne() throws {
    let terminal = try PseudoTerminal(
      "/usr/bin/setsid", ["--wait", Products.path(of: "terminal-probe")])
    try terminal.wait(for: "80x24")
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  @Test func noTerminal() throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
    process.arguments = ["--wait", Products.path(of: "terminal-probe")]
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
    #expect(
      text == "terminal-probe: there is no terminal here: use \"bertviz-tui render\" instead\n")
  }
}
