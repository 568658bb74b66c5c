import Files
import Foundation
import TestSupport
import Testing

/// Files of attention in place of a model and a text.
@Suite struct SavedAttentionTests {
  private let file = Fixtures.path("saved/layers.safetensors")

  @Test func renderShowsTheFile() throws {
    let run = try ProgramRun(
      "render", file, "--layer", "1", "--heads", "2", "--filter", "ab", "--color", "never",
      "--size", "100x24")
    #expect(run.errors == "")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix(" bertviz-tui  bert_base  3×4  11 tokens"))
    #expect(run.output.contains("filter A→B"))
  }

  @Test func whatIsOddIsSaidOnTheScreen() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/half.json"
    try Data(#"{"attention": [[[0.5, 0.25], [0, 1]]], "tokens": ["a\u001b[31m", "b"]}"#.utf8)
      .write(to: URL(fileURLWithPath: path))
    let run = try ProgramRun("render", path, "--color", "never", "--size", "110x24")
    #expect(run.output.contains("1 of 2 rows do not sum to 1: one sums to 0.75"))
    #expect(!run.output.contains("\u{1B}"))
    let later = try ProgramRun("render", path, "--keys", "j", "--size", "110x24")
    #expect(later.output.contains("rows do not sum to 1"))
  }

  /// The tensors and the metadata of a dump in JSON.
  private func contents(of path: String) throws -> NSDictionary {
    try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        as? NSDictionary)
  }

  @Test func dumpsAreConvertedWithoutLoss() throws {
    let folder = try TemporaryFolder()
    let first = folder.path + "/first.json"
    #expect(
      try ProgramRun("dump", "demo-bert", "the cat", "--pair", "a dog", "-o", first).status == 0)
    var last = first
    for format in ["npz", "safetensors", "json"] {
      let next = folder.path + "/next.\(format)"
      let run = try ProgramRun("dump", last, "-o", next)
      #expect(run.errors == "")
      #expect(run.status == 0)
      last = next
    }
    let (made, converted) = (try contents(of: first), try contents(of: last))
    #expect(made == converted)
    #expect((made["tensors"] as? NSDictionary)?.count == 12)
  }

  @Test func aFileIsOpenedByEitherName() throws {
    for arguments in [["open", file], [file]] {
      let terminal = try PseudoTerminal(ProgramRun.path, arguments, width: 80, height: 24)
      try terminal.wait(for: "q quit")
      #expect(terminal.screen.line(0).hasPrefix(" bertviz-tui  bert_base  3×4"))
      terminal.type("e")
      try terminal.wait(for: "attention from a file cannot be recomputed")
      terminal.type("3")
      try terminal.wait(for: "no queries and keys")
      terminal.type("q")
      #expect(try terminal.waitForEnd() == 0)
    }
  }

  @Test func helpListsTheShapes() throws {
    let help = try ProgramRun("open", "--help").output
    for part in ["[layers, heads, queries, keys]", ".npz", "BertViz", "--axes", "decoder_tokens"] {
      #expect(help.contains(part))
    }
  }

  private func expectError(
    _ run: ProgramRun, _ part: String, status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.status == status, sourceLocation: sourceLocation)
    #expect(run.errors.contains(part), "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errors.filter { $0 == "\n" }.count == 1, sourceLocation: sourceLocation)
  }

  @Test func wrongUse() throws {
    expectError(try ProgramRun("render", file, "text"), "TEXT is for a model", status: 64)
    expectError(
      try ProgramRun("dump", file, "--input-ids", "1", "-o", "-"), "--input-ids is for a model",
      status: 64)
    expectError(
      try ProgramRun("render", "demo-bert", "text", "--batch", "0"),
      "--batch is for saved attention", status: 64)
    expectError(
      try ProgramRun("open", Fixtures.path("saved")), "saved: a folder; to run the model in it")
    expectError(try ProgramRun("render", "/dev/null"), "/dev/null: the file is empty")
    expectError(try ProgramRun("render", "/no/file.npz"), "/no/file.npz")
    expectError(
      try ProgramRun("render", file, "--tokens", "/no/tokens"), "/no/tokens: no such file")
    expectError(
      try ProgramRun("render", Fixtures.path("saved/batch.pt")), "--batch 0 … 1 chooses one")
    let axes = try ProgramRun("render", file, "--axes", "heads,layers")
    #expect(axes.status == 64)
  }

  @Test func tokensAreNamed() throws {
    let folder = try TemporaryFolder()
    let tokens = folder.path + "/tokens"
    try Data("[CLS]\nt\nh\ne\ncat\ns\nat\n[SEP]\nthe\ndog\n[SEP]\n".utf8)
      .write(to: URL(fileURLWithPath: tokens))
    let run = try ProgramRun(
      "render", Fixtures.path("saved/tuple.pt"), "--tokens", tokens, "--pair-start", "8",
      "--filter", "bb")
    #expect(run.status == 0)
    #expect(run.output.contains("9 dog"))
    #expect(!run.output.contains("cat"))
  }

  // MARK: Nothing half-written

  private func shell(_ command: String) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command]
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  @Test func aReaderMayGoAway() throws {
    let run = try shell(
      "set -o pipefail; '\(ProgramRun.path)' dump '\(file)' -o - | head -c 10")
    #expect(run.status == 0)
    #expect(run.errors == "")
  }

  @Test func aFullDiskIsSaid() throws {
    for command in ["render '\(file)'", "dump '\(file)' -o -"] {
      let run = try shell("'\(ProgramRun.path)' \(command) > /dev/full")
      #expect(run.status == 1)
      #expect(
        run.errors
          == "bertviz-tui: standard output: cannot be written: No space left on device\n")
    }
    let folder = try TemporaryFolder()
    let run = try shell(
      "ulimit -f 1; '\(ProgramRun.path)' dump '\(file)' -o '\(folder.path)/x.npz'")
    #expect(run.status == 1)
    #expect(run.errors.hasSuffix("x.npz: cannot be written: File too large\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func aFolderThatTakesNoFilesIsSaid() throws {
    expectError(try ProgramRun("dump", file, "-o", "/proc/x.npz"), "/proc/x.npz: cannot be written")
    expectError(try ProgramRun("dump", file, "-o", "/no/x.npz"), "/no/x.npz: cannot be written")
  }
}

/// Ids in place of a text.
@Suite struct InputIDsTests {
  private func metadata(_ arguments: String...) throws -> [String: Any] {
    let run = try ProgramRun(["dump"] + arguments + ["-o", "-"], input: Data())
    #expect(run.status == 0, "\(run.errors)")
    let root = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    var metadata = try #require(root?["metadata"] as? [String: Any])
    metadata["tensors"] = root?["tensors"]
    return metadata
  }

  private func ids(_ value: Any?) throws -> String {
    try #require(value as? [Int]).map(String.init).joined(separator: ",")
  }

  @Test func idsGiveWhatTheirTextGives() throws {
    let text = try metadata("demo-bert", "the cat sat")
    let byID = try metadata("demo-bert", "--input-ids", try ids(text["input_ids"]))
    for key in ["tokens", "special_tokens_mask", "tensors", "token_type_ids"] {
      #expect(text[key] as? NSObject == byID[key] as? NSObject, "\(key)")
    }
  }

  @Test func theDecoderReadsIDs() throws {
    let text = try metadata("demo-t5", "on 4 May 1990", "--target", "1990-05-04")
    let byID = try metadata(
      "demo-t5", "--input-ids", try ids(text["input_ids"]), "--decoder-input-ids",
      try ids(text["decoder_input_ids"]))
    for key in ["tokens", "decoder_tokens", "tensors"] {
      #expect(text[key] as? NSObject == byID[key] as? NSObject, "\(key)")
    }
  }

  @Test func noTokenizerIsNeeded() throws {
    let folder = try TemporaryFolder()
    let model = try folder.copy("models/bert_base")
    try FileManager.default.removeItem(atPath: model + "/tokenizer.json")
    let run = try ProgramRun("render", model, "--input-ids", "2,45,3")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("1 #45"))
    let edited = try ProgramRun(
      "render", model, "--input-ids", "2,45,3", "--keys", "e x Enter", "--size", "120x24")
    #expect(edited.output.contains("tokenizer.json"))
    #expect(try ProgramRun("render", model, "text").status == 1)
  }

  @Test func aTextTakesTheirPlace() throws {
    let run = try ProgramRun(
      "render", "demo-bert", "--input-ids", "2,45,3", "--keys", "e cat Enter")
    #expect(run.output.contains("1 cat"))
    let pair = try ProgramRun("render", "demo-bert", "--input-ids", "2,45,3", "--keys", "E")
    #expect(pair.output.contains("the input is ids: e gives a text first"))
  }

  @Test func idsThatAreNone() throws {
    let beyond = try ProgramRun("render", "demo-bert", "--input-ids", "2,999999")
    #expect(beyond.status == 1)
    #expect(beyond.errors.hasPrefix("bertviz-tui: id 999999 has no row in"))
    for (arguments, part) in [
      (["--input-ids", "1,x"], "1,x"), (["--input-ids", "1,,2"], "1,,2"),
      (["--input-ids", "1", "--pair", "b"], "leave out --pair"),
      (["text", "--input-ids", "1"], "leave out TEXT"),
      (["text", "--decoder-input-ids", "1", "--target", "t"], "leave out --target"),
    ] {
      let run = try ProgramRun(["render", "demo-bert"] + arguments, input: Data())
      #expect(run.status == 64)
      #expect(run.errors.contains(part), "\(run.errors)")
    }
    let run = try ProgramRun("render", "demo-bert", "text", "--decoder-input-ids", "1")
    #expect(run.status == 64)
    #expect(run.errors.contains("--decoder-input-ids: BERT has no decoder beside its encoder;"))
  }

  /// What a shell puts in place of `<(…)` is a pipe.
  @Test func pipesAreRead() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/cat.npz"
    _ = try ProgramRun("dump", "demo-bert", "the cat", "-o", file)
    func shell(_ arguments: String) throws -> ProgramRun {
      try ProgramRun(
        program: "/bin/bash",
        ["-c", "'\(ProgramRun.path)' heads \(arguments) --csv"], input: Data("the cat".utf8))
    }
    let expected = try ProgramRun("heads", "demo-bert", "the cat", "--csv").output
    #expect(try shell("<(cat '\(file)')").output == expected)
    #expect(try shell("demo-bert --file <(echo the cat)").output == expected)
    #expect(try shell("demo-bert --file /dev/stdin").output == expected)
    #expect(
      try shell("'\(file)' --tokens <(printf '%s\\n' a b c d)").output != "")
    #expect(
      try shell("demo-bert --file '\(folder.path)'").errors
        == "bertviz-tui: \(folder.path): not a regular file: give the name of one\n")
  }
}
