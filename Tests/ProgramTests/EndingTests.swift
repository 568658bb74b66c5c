import Foundation
import TestSupport
import Testing

/// What is left behind where a signal ends the program: nothing.
@Suite struct EndingTests {
  @Test(
    arguments: ["heads", "dump"],
    [
      SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGXCPU, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
      SIGIO, SIGPWR, SIGSTKFLT, SIGABRT, SIGSEGV, SIGBUS, 34, 64,
    ])
  func aSignalLeavesNoHalfWrittenFile(_ command: String, _ signal: Int32) throws {
    let folder = try TemporaryFolder()
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }
    // It waits for its first line, which nobody writes.
    let terminal = try PseudoTerminal(
      ProgramRun.path,
      [command, "demo-bert", "-", "--each-line", "-o", folder.path + "/lines.jsonl"],
      // After a crash Swift's runtime would ask on the terminal whether to show where.
      environment: ["SWIFT_BACKTRACE": "enable=no"])
    let deadline = ContinuousClock.now + PseudoTerminal.patience
    while try names().isEmpty, ContinuousClock.now < deadline { usleep(1000) }
    #expect(try names().map { $0.hasPrefix("lines.jsonl.") } == [true])
    terminal.signal(signal)
    #expect(try terminal.waitForEnd() == -signal)
    #expect(try names() == [])
  }

  /// Also where Swift's runtime tells of it first.
  @Test(arguments: [SIGABRT, SIGSEGV])
  func aTraceIsNoWayOn(_ signal: Int32) throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      ProgramRun.path,
      ["heads", "demo-bert", "-", "--each-line", "-o", folder.path + "/lines.jsonl"],
      environment: [
        "SWIFT_BACKTRACE": "enable=yes,interactive=no,symbolicate=off,threads=crashed,limit=2"
      ])
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }
    let deadline = ContinuousClock.now + PseudoTerminal.patience
    while try names().isEmpty, ContinuousClock.now < deadline { usleep(1000) }
    terminal.signal(signal)
    #expect(try terminal.waitForEnd() == -signal)
    #expect(try names() == [])
  }
}
