import Foundation
import TestSupport
import Testing

/// Models in GGUF, wherever they lie.
@Suite struct GGUFTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func copy(_ fixture: String = "llama_v2", to name: String) throws {
    let url = URL(fileURLWithPath: "\(folder.path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Fixtures.path("gguf/\(fixture).gguf"), toPath: url.path)
  }

  @Test func aFileAndAFolderWithOneAreModels() throws {
    try copy(to: "one/model.gguf")
    try copy("bert_q8_0", to: "one/mmproj-model.gguf")
    let file = try ProgramRun("heads", Fixtures.path("gguf/llama_v2.gguf"), "the cat sat")
    let folder = try ProgramRun("heads", self.folder.path + "/one", "the cat sat")
    #expect(file.status == 0 && !file.output.isEmpty)
    #expect(file.errors == "bertviz-tui: weights rounded: Q8_0, Q4_1\n")
    #expect(folder.output == file.output)
  }

  @Test func aFolderWithSeveralAsksForTheFile() throws {
    try copy(to: "two/a.gguf")
    try copy(to: "two/b.gguf")
    let path = "\(folder.path)/two"
    let run = try ProgramRun("heads", path, "the cat sat")
    #expect(run.status == 1 && run.output == "")
    #expect(
      run.errors == "bertviz-tui: \(path): several models in GGUF: a.gguf, b.gguf: give the file\n")
  }

  @Test func theScreenSaysThatWeightsAreRounded() throws {
    let run = try ProgramRun(
      "render", Fixtures.path("gguf/llama_v2.gguf"), "the cat sat", "--size", "100x24")
    #expect(run.status == 0)
    #expect(
      run.output.contains("weights rounded: Q8_0, Q4_1")
        || run.errors.contains("weights rounded: Q8_0, Q4_1"))
  }

  /// The list has the words in which opening it fails.
  @Test func aTokenizerThatIsNotKnownIsListed() throws {
    let path = "\(folder.path)/llama/odd.gguf"
    try copy("starcoder2_iq4_nl", to: "llama/odd.gguf")
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let name = [9, 0, 0, 0, 0, 0, 0, 0] + Array("starcoder".utf8)
    let place = try #require(bytes.firstRange(of: name))
    bytes[place.upperBound - 1] = UInt8(ascii: "x")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let environment = [
      "LLAMA_CACHE": "\(folder.path)/llama", "HF_HUB_CACHE": "\(folder.path)/none",
    ]
    let list = try ProgramRun("models", environment: environment).output
    #expect(list.contains("odd") && list.contains("no-tokenizer"))
    let run = try ProgramRun("heads", "odd", "the cat", environment: environment)
    #expect(run.errors.contains("text cut as by \"starcodex\""))
    let reason = run.errors.split(separator: "\n").last?.dropFirst("bertviz-tui: ".count) ?? "?"
    #expect(list.contains(reason))
  }

  @Test func otherProgramsModelsAreListedAndOpenedByName() throws {
    let hash = String(repeating: "a", count: 64)
    try copy(to: "ollama/blobs/sha256-\(hash)")
    let manifest =
      #"{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:\#(hash)"}]}"#
    let manifests = "\(folder.path)/ollama/manifests/registry.ollama.ai/library/cat"
    try FileManager.default.createDirectory(
      atPath: manifests, withIntermediateDirectories: true)
    try Data(manifest.utf8).write(to: URL(fileURLWithPath: "\(manifests)/latest"))
    try copy("starcoder2_iq4_nl", to: "llama/coder.gguf")
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/none", withIntermediateDirectories: true)
    let environment = [
      "OLLAMA_MODELS": "\(folder.path)/ollama", "LLAMA_CACHE": "\(folder.path)/llama",
      "HF_HUB_CACHE": "\(folder.path)/none",
    ]
    let list = try ProgramRun("models", environment: environment)
    let lines = list.output.split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(lines[1].prefix(4) == ["cat:latest", "-", "llama", "2x4"])
    #expect(lines[2].prefix(4) == ["coder", "-", "starcoder2", "2x4"])
    for name in ["cat", "cat:latest", "coder"] {
      let run = try ProgramRun("heads", name, "the cat sat", environment: environment)
      #expect(run.status == 0 && !run.output.isEmpty, "\(name)")
    }
    let doctor = try ProgramRun("doctor", environment: environment)
    #expect(doctor.output.contains("1 of Ollama, 1 of llama.cpp"))
  }
}
