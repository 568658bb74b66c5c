import Foundation
import TestSupport
import Testing

/// The first minute: the start screen, the tour, what is remembered.
@Suite struct StartTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ arguments: [String] = [], height: Int = 24) throws -> PseudoTerminal {
    try PseudoTerminal(
      ProgramRun.path, arguments, width: 100, height: height,
      environment: [
        "XDG_STATE_HOME": folder.path, "HF_HUB_CACHE": folder.path + "/cache",
        "OLLAMA_MODELS": folder.path + "/none",
      ])
  }

  private func end(_ terminal: PseudoTerminal) throws {
    terminal.type("q")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.leftovers == [])
  }

  @Test func nothingNamedIsTheStartScreen() throws {
    let terminal = try open()
    try terminal.wait(for: "Built in")
    terminal.type("2")
    try terminal.wait(for: "demo-gpt2  4×4")
    terminal.type(":", "save my list", "Enter")
    try terminal.wait(for: ":session my list opens it")
    try end(terminal)
    // The next time there is more to open, and it comes back as it was left.
    let again = try open()
    try again.wait(for: "Saved sessions")
    let text = again.screen.text
    #expect(text.contains("Looked at lately") && text.contains("1  demo-gpt2"))
    #expect(text.contains("2  my list"))
    again.type("2")
    try again.wait(for: "demo-gpt2  4×4")
    try end(again)
  }

  /// Also from a folder that has one of that name.
  @Test func aBuiltInModelIsRememberedByItsName() throws {
    let folder = folder.path + "/work"
    try FileManager.default.createDirectory(
      atPath: folder + "/demo-gpt2", withIntermediateDirectories: true)
    let terminal = try PseudoTerminal(
      "sh",
      ["-c", "cd '\(folder)' && exec '\(ProgramRun.path)' demo-gpt2 'the cat' --model-type gpt2"],
      width: 100, environment: ["XDG_STATE_HOME": self.folder.path])
    try terminal.wait(for: "demo-gpt2  4×4")
    try end(terminal)
    let again = try open()
    try again.wait(for: "1  demo-gpt2 --model-type=gpt2")
    again.type("1")
    try again.wait(for: "demo-gpt2  4×4")
    try end(again)
  }

  /// What they are opened with may be what makes them readable.
  @Test func filesAreRememberedWithTheirOptions() throws {
    let file = folder.path + "/cat.npz"
    let dump = try ProgramRun("dump", "demo-bert", "the cat", "-o", file)
    try #require(dump.status == 0)
    let terminal = try open(["open", file, "--pair-start", "2"])
    try terminal.wait(for: "? help  q quit")
    try end(terminal)
    let again = try open()
    try again.wait(for: "Looked at lately")
    again.type("1")
    try again.wait(for: "B 2")
    try end(again)
  }

  @Test func whatIsComparedIsRemembered() throws {
    let terminal = try open(["demo-gpt2", "a b c", "--diff", "a b d"])
    try terminal.wait(for: "change from")
    try end(terminal)
    let again = try open()
    try again.wait(for: "Looked at lately")
    again.type("1")
    try again.wait(for: "change from")
    try end(again)
  }

  @Test func withoutATerminalItIsTheUsage() throws {
    let run = try ProgramRun([], input: Data())
    #expect(run.status != 0 && run.output == "")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test func theDemoIsATour() throws {
    let terminal = try open(["demo"])
    try terminal.wait(for: "tour 1/")
    for step in 2...8 {
      terminal.type("Enter")
      try terminal.wait(for: "tour \(step)/8")
      try terminal.settle()
      // What a step says to do, works.
      #expect(!terminal.screen.text.contains("expected"), "\(step)")
    }
    try terminal.wait(for: "demo-t5  2×4")
    terminal.type("Enter")
    try terminal.wait(for: "that was the tour")
    try end(terminal)
  }

  @Test func whatIsNotToBeRememberedIsNot() throws {
    let settings = folder.path + "/settings"
    try "recent = no\n".write(toFile: settings, atomically: true, encoding: .utf8)
    let terminal = try open(["demo-bert", "a secret", "--settings", settings])
    try terminal.wait(for: "? help  q quit")
    try end(terminal)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/bertviz-tui"))
  }

  /// Whatever lies there instead.
  @Test func aDamagedListIsNone() throws {
    let path = folder.path + "/bertviz-tui"
    try FileManager.default.createDirectory(
      atPath: path + "/sessions", withIntermediateDirectories: true)
    for (name, text) in [
      ("recent.json", "[{\"source\": 3}, 7, {\"source\":\"\\u001b[2Jx\",\"commands\":[\"quit\"]}]"),
      ("sessions/x.json", "{"), ("sessions/y.json", "[]"),
    ] { try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8) }
    let terminal = try open()
    try terminal.wait(for: "Built in")
    #expect(!terminal.screen.text.contains("Saved"))
    try end(terminal)
  }

  @Test func aWrongNameStaysHere() throws {
    let terminal = try open(["demo-bert", "the cat"])
    try terminal.wait(for: "? help  q quit")
    terminal.type(":", "model /no/such/model", "Enter")
    try terminal.wait(for: "/no/such/model: no such folder")
    terminal.type(":", "save a/b", "Enter")
    try terminal.wait(for: "cannot be the name of a session")
    try end(terminal)
  }

  /// Keys of scripts open other models as a person's do.
  @Test func scriptsOpenOtherModels() throws {
    let run = try ProgramRun(
      "render", "demo-bert", "the cat", "--keys", ": 'model demo-gpt2' Enter")
    #expect(run.status == 0 && run.output.contains("demo-gpt2  4×4"))
  }
}
