import Foundation
import TestSupport
import Testing

/// Bad input: one line that names the culprit, and a status.
@Suite struct ErrorTests {
  private func expectError(
    _ run: ProgramRun, _ part: String, status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.status == status, sourceLocation: sourceLocation)
    #expect(run.output == "", sourceLocation: sourceLocation)
    #expect(run.errors.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errors.hasPrefix("bertviz-tui: "), sourceLocation: sourceLocation)
    #expect(
      run.errors.hasSuffix("\n") && run.errors.filter { $0 == "\n" }.count == 1,
      "\(run.errors)", sourceLocation: sourceLocation)
  }

  @Test func missingFolder() throws {
    expectError(
      try ProgramRun("render", "/no/such/folder", "text"),
      "/no/such/folder: no such folder, and no built-in model of that name (demo-bert")
  }

  @Test func aFileInsteadOfAFolder() throws {
    expectError(
      try ProgramRun("render", Fixtures.path("models/bert_base/config.json"), "text"),
      "config.json: a file can only be saved attention; TEXT is for a model", status: 64)
  }

  @Test func missingConfiguration() throws {
    let folder = try TemporaryFolder()
    expectError(
      try ProgramRun("render", folder.path, "text"), "/config.json: no such file or folder")
  }

  @Test func missingWeights() throws {
    let folder = try TemporaryFolder()
    let model = try folder.copy("models/bert_base")
    try FileManager.default.removeItem(atPath: model + "/model.safetensors")
    expectError(try ProgramRun("render", model, "text"), "model.safetensors")
  }

  @Test func truncatedWeights() throws {
    let folder = try TemporaryFolder()
    let model = try folder.copy("models/bert_base")
    let weights = URL(fileURLWithPath: model + "/model.safetensors")
    let data = try Data(contentsOf: weights)
    try data.prefix(data.count / 2).write(to: weights)
    expectError(try ProgramRun("render", model, "text"), model + "/model.safetensors: ")
  }

  @Test func wrongShape() throws {
    let folder = try TemporaryFolder()
    let model = try folder.copy("models/bert_base")
    let file = URL(fileURLWithPath: model + "/config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let wider = text.replacingOccurrences(
      of: #""intermediate_size": \d+"#, with: #""intermediate_size": 60"#,
      options: .regularExpression)
    try wider.write(to: file, atomically: true, encoding: .utf8)
    expectError(try ProgramRun("render", model, "text"), "intermediate.dense.weight: the shape is")
  }

  @Test func textThatIsNotUTF8() throws {
    let run = try ProgramRun(["render", "demo-bert", "-"], input: Data([0x61, 0xFF, 0x62]))
    expectError(run, "standard input: not UTF-8 text")
  }

  @Test func missingTextFile() throws {
    expectError(
      try ProgramRun("render", "demo-bert", "--file", "/no/text"), "/no/text: no such file")
  }

  @Test func noTerminal() throws {
    expectError(
      try ProgramRun("demo-bert", "text"),
      "standard output is not a terminal: use \"bertviz-tui render\"")
  }

  @Test func wrongLayerAndHead() throws {
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--layer", "9"),
      "--layer: there is no layer 9, there are 0-3")
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--heads", "1,4"),
      "--heads: there is no head 4, there are 0-3")
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--layers", "2,3", "--layer", "1"),
      "--layer: there is no layer 1, there are 2-3")
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--layers", "1,7-9"),
      "--layers: there is no layer 7, there are 0-3")
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--only-heads", "5"),
      "--only-heads: there is no head 5, there are 0-3")
  }

  @Test func filterWithoutAPair() throws {
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--filter", "ab"),
      "--filter ab needs a second sentence")
  }

  @Test func unknownKey() throws {
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--keys", "F13"), "no key is called \"F13\"")
  }

  @Test func wrongUsage() throws {
    expectError(try ProgramRun("render"), "which model?", status: 64)
    expectError(try ProgramRun("render", "demo-bert"), "which text? Give TEXT", status: 64)
    expectError(try ProgramRun("demo", "bart"), "no demo \"bart\"", status: 64)
    let unknown = try ProgramRun("render", "demo-bert", "text", "--view", "side")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("side"))
  }

  @Test func helpIsNoError() throws {
    for arguments in [["--help"], ["render", "--help"], ["help", "dump"]] {
      let run = try ProgramRun(arguments, input: Data())
      #expect(run.status == 0)
      #expect(run.output.contains("USAGE: "))
      #expect(run.errors == "")
    }
    #expect(try ProgramRun("--version").output == "0.1.0\n")
  }

  @Test func aFileNameSendsNothingToTheTerminal() throws {
    expectError(
      try ProgramRun("render", "/no\u{1B}[31m\nfolder", "text"), "/no␛[31m⏎folder: no such folder")
  }
}
