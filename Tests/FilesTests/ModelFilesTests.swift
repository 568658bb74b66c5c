import Files
import Foundation
import TestSupport
import Testing

@Suite struct ModelFilesTests {
  /// A folder with files in it; those in folders have a path.
  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (path, text) in files {
      let url = URL(fileURLWithPath: folder.path + "/" + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    return folder
  }

  private static let modules = """
    [{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
     {"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}]
    """

  // MARK: Folders inside

  @Test(arguments: [
    (["config.json", "checkpoint-5/config.json"], "", ""),
    (["checkpoint-5/config.json"], "/checkpoint-5", ""),
    (
      ["checkpoint-900/config.json", "checkpoint-1000/config.json", "checkpoint-x/config.json"],
      "/checkpoint-1000", "opens checkpoint-1000, the newest of 2 checkpoints"
    ),
    // One that was cut off while it was written.
    (["checkpoint-5/config.json", "checkpoint-6/optimizer.pt"], "/checkpoint-5", ""),
    (["checkpoint-7/adapter_config.json"], "/checkpoint-7", ""),
    (["adapter_config.json", "checkpoint-7/config.json"], "", ""),
    (["modules.json", "0_Transformer/config.json", "1_Pooling/config.json"], "/0_Transformer", ""),
    (["modules.json", "config.json", "0_Transformer/config.json"], "", ""),
    (
      ["checkpoint-3/modules.json", "checkpoint-3/0_Transformer/config.json"],
      "/checkpoint-3/0_Transformer", ""
    ),
    (["readme.md"], "", ""),
  ])
  func findsTheModel(paths: [String], place: String, note: String) throws {
    let folder = try folder(
      Dictionary(
        uniqueKeysWithValues: paths.map { ($0, $0.hasSuffix("modules.json") ? Self.modules : "") }))
    let files = try ModelFiles(findingModelIn: folder.path, name: "m")
    #expect(files.location == folder.path + place)
    #expect(files.name == "m" + place)
    #expect(files.note ?? "" == note)
  }

  /// What a file names stays in its folder.
  @Test(arguments: ["../..", "/etc", "..", "0_Transformer/../../x", "absent"])
  func doesNotLeaveTheFolder(path: String) throws {
    let folder = try folder([
      "modules.json": #"[{"path": "\#(path)", "type": "models.Transformer"}]"#
    ])
    #expect(try ModelFiles(findingModelIn: folder.path).location == folder.path)
  }

  // MARK: Git LFS

  private static let pointer = """
    version https://git-lfs.github.com/spec/v1
    oid sha256:4665a5ea423c2713d436b5ee50593a9640e0018c1550b5a0002f74190d6caea8
    size 440473133

    """

  @Test func pointersAreNoFiles() throws {
    let folder = try folder(["model.safetensors": Self.pointer, "a.txt": "version 1"])
    let files = try ModelFiles(folder: folder.path)
    #expect(
      #expect(throws: FileError.self) { try files.find("model.safetensors") }?.description
        == "\(folder.path)/model.safetensors: only a pointer of Git LFS, not the file itself: run \"git lfs pull\" in its folder"
    )
    #expect(try files.find("a.txt") != nil)
    #expect(try files.names == ["a.txt", "model.safetensors"])
  }
}
