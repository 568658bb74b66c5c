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
      "--filter ab needs a second sentence: give --pair;", status: 64)
    expectError(
      try ProgramRun("render", Fixtures.path("saved/tuple.pt"), "--filter", "ab"),
      "--filter ab needs a second sentence: give --pair-start N", status: 64)
    expectError(
      try ProgramRun("render", "demo-t5", "the 3rd of May", "--filter", "ab"),
      "an encoder-decoder has a text on each side", status: 64)
  }

  @Test func optionsThatDoNotApply() throws {
    for option in [
      ["--target", "x"], ["--target-lang", "x"], ["--target", "x", "--shift-target"],
      ["--decoder-input-ids", "1"],
    ] {
      expectError(
        try ProgramRun(["render", "demo-bert", "text"] + option, input: Data()),
        "\(option[0]): BERT has no decoder", status: 64)
    }
    expectError(
      try ProgramRun("render", "demo-t5", "text", "--shift-target"),
      "--shift-target shifts what --target gives", status: 64)
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--kind", "cross"),
      "--kind cross: this model has self", status: 64)
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--revision", "main"),
      "--revision is for models of the hub, and demo-bert is built in", status: 64)
  }

  @Test func unknownKey() throws {
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--keys", "F13"), "no key is called \"F13\"",
      status: 64)
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--keys", "'unclosed"),
      "--keys: 'unclosed: the quote is not closed", status: 64)
  }

  @Test func wrongUsage() throws {
    expectError(try ProgramRun("render"), "which model?", status: 64)
    expectError(try ProgramRun("render", "demo-bert"), "which text? Give TEXT", status: 64)
    expectError(
      try ProgramRun("demo", "bart"), "no demo \"bart\": there are bert, gpt2, t5;", status: 64)
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--view", "side"),
      "'side' is invalid for '--view <view>': one of 'model', 'head', 'neuron', 'matrix' or 'output'; "
        + "see bertviz-tui render --help", status: 64)
    expectError(
      try ProgramRun("heads", "demo-bert", "text", "--sort", "foo"),
      "'foo' is invalid for '--sort <measure>': one of prev, next, self, ", status: 64)
    for (arguments, meant) in [
      (["exprot", "demo-bert", "a b"], "the command export"),
      (["exprot"], "the command export"), (["heds", "demo-bert", "--csv"], "the command heads"),
      (["help", "rendr"], "render"), (["demo", "gtp2"], "gpt2"),
      (["completions", "bsh"], "bash or zsh"),
      (["render", "demo-bert", "a", "--laer", "3"], "'--layer'"),
      (["render", "demo-bert", "a", "--view", "haed"], "head"),
      (["render", "demo-bert", "a", "--theme", "ligth"], "light"),
      (["heads", "demo-bert", "a", "--sort", "entropi"], "entropy"),
    ] {
      let run = try ProgramRun(arguments)
      #expect(run.errors.lowercased().contains("did you mean \(meant)?"), "\(run.errors)")
      #expect(run.status != 0 && run.output.isEmpty)
    }
    expectError(
      try ProgramRun("help", "nosuch"), "there is no command \"nosuch\", there are explore, demo, ",
      status: 64)
  }

  @Test func whatBeginsWithAHyphen() throws {
    expectError(
      try ProgramRun("render", "demo-bert", "-x"), "if \"-x\" begins a text, write -- before it",
      status: 64)
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--threads", "-1"),
      "if \"-1\" is the value, write --threads=-1", status: 64)
    #expect(try ProgramRun("render", "demo-bert", "--", "-x").status == 0)
  }

  @Test(arguments: [
    (["dump", "demo-bert", "x", "-o", "x.foo"], "x.foo: unknown file ending, known are "),
    (["export", "demo-bert", "x", "-o", "x.foo"], "x.foo: unknown file ending, known are "),
    (["dump", "demo-bert", "x", "--output", ""], "--output is empty"),
    (["export", "demo-bert", "x", "--output", ""], "--output is empty"),
    (["heads", "demo-bert", "x", "--output", ""], "--output is empty"),
  ])
  func namesOfOutputs(_ arguments: [String], _ message: String) throws {
    expectError(try ProgramRun(arguments, input: Data()), message, status: 64)
  }

  @Test(arguments: ["--help", "--version", "help render"])
  func helpThatCannotBeWritten(_ arguments: String) throws {
    let run = try ProgramRun(
      program: "/bin/sh", ["-c", "'\(ProgramRun.path)' \(arguments) >/dev/full"])
    expectError(run, "standard output: cannot be written: No space left on device")
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
