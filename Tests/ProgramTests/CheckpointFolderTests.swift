import Foundation
import TestSupport
import Testing

/// Folders and files that people have, as the command line opens or names them.
@Suite struct CheckpointFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A copy of a small BERT.
  private func model(_ path: String) throws -> String {
    let target = folder.path + "/" + path
    try FileManager.default.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Fixtures.path("models/bert_base"), toPath: target)
    return target
  }

  private func edit(_ path: String, _ old: String, _ new: String) throws {
    let url = URL(fileURLWithPath: path + "/config.json")
    let text = try String(contentsOf: url, encoding: .utf8)
    try #require(text.contains(old))
    try text.replacing(old, with: new).write(to: url, atomically: true, encoding: .utf8)
  }

  private func heads(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(["heads"] + arguments, input: Data())
  }

  @Test func trainersFolder() throws {
    let plain = try heads(Fixtures.path("models/bert_base"), "The cat sat")
    for step in [500, 1000] { _ = try model("out/checkpoint-\(step)") }
    let run = try heads(folder.path + "/out", "The cat sat")
    #expect(run.output == plain.output && run.status == 0)
    #expect(run.errors == "bertviz-tui: opens checkpoint-1000, the newest of 2 checkpoints\n")
  }

  @Test func ownCodeIsSaid() throws {
    let model = try model("m")
    try edit(model, #""model_type""#, #""auto_map": {"AutoModel": "m.M"}, "model_type""#)
    let run = try heads(model, "The cat sat")
    #expect(run.status == 0)
    #expect(
      run.errors
        == "bertviz-tui: the model has code of its own (\"auto_map\": m.M), which is not run: shown is what a plain \"bert\" makes of its weights\n"
    )
  }

  @Test func typeOfTheModel() throws {
    let plain = try heads(Fixtures.path("models/bert_base"), "The cat sat")
    let model = try model("m")
    try edit(model, #""model_type": "bert""#, #""unused": 0"#)
    try edit(model, #""BertModel""#, #""Mine""#)
    let without = try heads(model, "The cat sat")
    #expect(without.status == 1 && without.output == "")
    #expect(without.errors.hasSuffix("give --model-type\n"))
    let with = try heads(model, "The cat sat", "--model-type", "bert")
    #expect(with.output == plain.output && with.errors == "")

    let unknown = try heads(model, "The cat sat", "--model-type", "brt")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("--model-type: unknown type \"brt\", there are albert, "))
    #expect(unknown.errors.contains("; did you mean bart or bert?"))
    let saved = try heads(Fixtures.path("saved/tuple.pt"), "--model-type", "bert")
    #expect(saved.status == 64 && saved.errors.contains("--model-type is for a model"))
  }

  @Test func filesForOtherPrograms() throws {
    for (name, text) in [("b.onnx", "x"), ("c.msgpack", "x"), ("d.h5", "x")] {
      let path = folder.path + "/" + name
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      for arguments in [[path], [path, "text"], [path, "text", "--pair", "b"]] {
        let run = try ProgramRun(["heads"] + arguments, input: Data())
        #expect(run.status == 1 && run.output == "")
        #expect(
          run.errors.hasPrefix("bertviz-tui: \(path): ")
            && run.errors.contains("which is not read: "))
      }
    }
  }

  @Test func pointersOfGitLFS() throws {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4\n"
    for name in ["config.json", "model.safetensors", "tokenizer.json"] {
      let model = try model(name + "-model")
      try pointer.write(toFile: model + "/" + name, atomically: true, encoding: .utf8)
      let run = try heads(model, "The cat sat")
      #expect(
        run.errors
          == "bertviz-tui: \(model)/\(name): only a pointer of Git LFS, not the file itself: run \"git lfs pull\" in its folder\n"
      )
    }
    let saved = folder.path + "/attention.npz"
    try pointer.write(toFile: saved, atomically: true, encoding: .utf8)
    #expect(try heads(saved).errors.contains("a pointer of Git LFS"))
  }
}
