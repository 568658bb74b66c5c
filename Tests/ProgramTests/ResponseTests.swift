import Foundation
import TestSupport
import Testing

/// What a slow line feels: how much the program sends.
@Suite struct ResponseTests {
  private func open(
    _ arguments: String..., width: Int = 80, height: Int = 24
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(ProgramRun.path, arguments, width: width, height: height)
    try terminal.wait(for: "? help  q quit")
    try terminal.settle()
    return terminal
  }

  /// The bytes that some keys make the program send.
  private func bytes(_ terminal: PseudoTerminal, after keys: String...) throws -> Int {
    let before = terminal.received.count
    for key in keys { terminal.type(key) }
    try terminal.settle()
    return terminal.received.count - before
  }

  @Test func anIdleScreenSendsNothing() throws {
    let terminal = try open("demo-bert", "The cat sat on the mat", width: 200, height: 60)
    _ = try bytes(terminal, after: "g")
    // A key that cannot go farther.
    #expect(try bytes(terminal, after: "Up") == 0)
    // Nobody asks for anything: nothing comes by itself.
    usleep(300_000)
    #expect(try bytes(terminal) == 0)
  }

  /// A move to another key changes a few cells; one to another query changes what is drawn, but not the whole screen.
  @Test func aCursorMoveSendsLittle() throws {
    let folder = try TemporaryFolder()
    let model = try Self.modelOfLongTexts(in: folder)
    let text = String(repeating: "14 September 1987 in Paris. ", count: 51)
    let terminal = try open(
      model, text, "--target", "1987", "--kind", "encoder", width: 200, height: 60)
    #expect(terminal.screen.line(0).contains("  512 tokens"))
    for (view, small, large) in [
      ("2", ["J", "J", "K"], ["j", "k"]), ("3", ["J", "."], ["j"]),
    ] {
      _ = try bytes(terminal, after: view)
      for key in small {
        let sent = try bytes(terminal, after: key)
        #expect(sent > 0 && sent < 2048, "view \(view), key \(key): \(sent) bytes")
      }
      let whole = try bytes(terminal, after: "C-l")
      for key in large {
        let sent = try bytes(terminal, after: key)
        #expect(sent > 0 && sent < whole / 2, "view \(view), key \(key): \(sent) of \(whole) bytes")
      }
    }
  }

  /// The built-in T5, allowed to read 512 tokens.
  private static func modelOfLongTexts(in folder: TemporaryFolder) throws -> String {
    let model = folder.path + "/long"
    try FileManager.default.copyItem(
      atPath: Fixtures.path("../../Sources/CDemoModels/demo-t5"), toPath: model)
    for (file, key) in [("config", "n_positions"), ("tokenizer_config", "model_max_length")] {
      let path = "\(model)/\(file).json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let longer = text.replacing("\"\(key)\": 128", with: "\"\(key)\": 512")
      #expect(longer != text)
      try longer.write(toFile: path, atomically: true, encoding: .utf8)
    }
    return model
  }

  @Test func heldKeysCoalesce() throws {
    let terminal = try open("demo-bert", "The cat sat on the mat", width: 160, height: 50)
    _ = try bytes(terminal, after: "g")
    // Somebody else may have drawn while it was stopped: a picture as a whole.
    terminal.signal(SIGSTOP)
    terminal.signal(SIGCONT)
    let whole = try bytes(terminal)
    // What piled up while the program was busy is one picture.
    terminal.signal(SIGSTOP)
    let before = terminal.received.count
    for _ in 0..<200 { terminal.type("j", "k") }
    terminal.type("j")
    terminal.signal(SIGCONT)
    try terminal.wait(for: "q 1 \"the\"")
    try terminal.settle()
    let received = terminal.received.count - before
    #expect(received < whole + whole / 2, "\(received), \(whole)")
  }
}
