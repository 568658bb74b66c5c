import Foundation
import TestSupport
import Testing

@testable import Hub

/// Models of Ollama, llama.cpp and LM Studio.
@Suite struct LocalModelsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var models: LocalModels {
    let variables = [
      "OLLAMA_MODELS": "\(folder.path)/ollama", "LLAMA_CACHE": "\(folder.path)/llama",
      "HOME": folder.path,
    ]
    return LocalModels { variables[$0] }
  }

  private func write(_ path: String, _ text: String) throws {
    let url = URL(fileURLWithPath: "\(folder.path)/\(path)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func addToOllama(_ name: String, digit: String, type: String = "model") throws {
    let hash = String(repeating: digit, count: 64)
    try write(
      "ollama/manifests/\(name)",
      #"{"layers": [{"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:00"}, {"mediaType": "application/vnd.ollama.image.\#(type)", "digest": "sha256:\#(hash)"}]}"#
    )
    try write("ollama/blobs/sha256-\(hash)", "GGUF")
  }

  @Test func foldersFollowTheEnvironment() {
    let usual = LocalModels { ["HOME": "/home/me"][$0] }
    #expect(
      usual.ollamaFolders == ["/home/me/.ollama/models", "/usr/share/ollama/.ollama/models"])
    #expect(usual.llamaCacheFolder == "/home/me/.cache/llama.cpp")
    let cache = LocalModels { ["HOME": "/home/me", "XDG_CACHE_HOME": "/x"][$0] }
    #expect(cache.llamaCacheFolder == "/x/llama.cpp")
  }

  @Test func modelsOfOllamaHaveItsNames() throws {
    try addToOllama("registry.ollama.ai/library/llama3.2/1b", digit: "a")
    try addToOllama("registry.ollama.ai/library/qwen3/latest", digit: "b")
    try addToOllama("registry.ollama.ai/me/own/v1", digit: "c")
    try addToOllama("hf.co/org/repo-GGUF/Q4_K_M", digit: "d")
    try addToOllama("registry.ollama.ai/library/other/latest", digit: "e", type: "adapter")
    try write("ollama/manifests/registry.ollama.ai/library/broken/latest", "{")
    #expect(
      models.entries.filter { $0.problem == nil }.map(\.name) == [
        "hf.co/org/repo-GGUF:Q4_K_M", "llama3.2:1b", "me/own:v1", "qwen3:latest",
      ])
    let library = "\(folder.path)/ollama/manifests/registry.ollama.ai/library"
    #expect(
      models["broken"]?.problem == "\(library)/broken/latest: a manifest that names no model")
    #expect(models["other"]?.problem == "\(library)/other/latest: a manifest that names no model")
    let path = "\(folder.path)/ollama/blobs/sha256-" + String(repeating: "b", count: 64)
    #expect(models["qwen3"]?.path == path && models["qwen3:latest"]?.path == path)
    #expect(models["qwen3"]?.size == 4)
    #expect(models["llama3.2"] == nil)
  }

  @Test func aDigestLeadsNowhereElse() throws {
    try write(
      "ollama/manifests/registry.ollama.ai/library/bad/latest",
      #"{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../secret"}]}"#
    )
    try write("ollama/secret", "GGUF")
    #expect(models.entries.map(\.name) == ["bad:latest"])
    #expect(
      models["bad"]?.problem?.hasSuffix("/bad/latest: a manifest that names no model") == true)
    #expect(models["bad"]?.path.hasSuffix("/bad/latest") == true)
  }

  /// Opening it says that the file is missing.
  @Test func aBlobMayBeMissing() throws {
    try addToOllama("registry.ollama.ai/library/qwen3/latest", digit: "b")
    let path = "\(folder.path)/ollama/blobs/sha256-" + String(repeating: "b", count: 64)
    try FileManager.default.removeItem(atPath: path)
    #expect(models["qwen3"]?.path == path && models["qwen3"]?.size == 0)
  }

  @Test func modelsOfLlamaCppAreCalledAfterTheirFiles() throws {
    for name in [
      "org_small_q8_0.gguf", "big-00001-of-00002.gguf", "big-00002-of-00002.gguf",
      "mmproj-eyes.gguf", "manifest=org=small=latest.json", "new.gguf.downloadInProgress",
    ] {
      try write("llama/\(name)", "GGUF")
    }
    #expect(
      models.entries.map(\.name) == [
        "big-00001-of-00002", "mmproj-eyes", "new.gguf.downloadInProgress", "org_small_q8_0",
      ])
    #expect(models.entries.map(\.size) == [8, 4, 4, 4])
    let unfinished = "\(folder.path)/llama/new.gguf.downloadInProgress"
    #expect(
      models.entries.compactMap(\.problem)
        == ["\(unfinished): a download that llama.cpp has not ended"])
  }

  @Test func modelsOfLMStudioHaveTheirFolders() throws {
    for part in 1...2 { try write(".lmstudio/models/me/two/m-0000\(part)-of-00002.gguf", "GGUF") }
    try write(".cache/lm-studio/models/org/repo/m-Q4_K_M.gguf", "GGUF")
    try write(".lmstudio/models/org/repo/notes.txt", "")
    #expect(models.entries.map(\.name) == ["me/two/m-00001-of-00002", "org/repo/m-Q4_K_M"])
    #expect(models["org/repo/m-Q4_K_M"]?.program == .studio)
  }

  /// Without its adapter it would be another model.
  @Test func anAdapterOfOllamasIsNotLeftOut() throws {
    let hash = String(repeating: "a", count: 64)
    let manifest = "ollama/manifests/registry.ollama.ai/library/tuned/latest"
    let layers = ["model", "adapter"].map {
      #"{"mediaType": "application/vnd.ollama.image.\#($0)", "digest": "sha256:\#(hash)"}"#
    }
    try write(manifest, #"{"layers": [\#(layers.joined(separator: ", "))]}"#)
    #expect(
      models["tuned"]?.problem
        == "\(folder.path)/\(manifest): a model with an adapter in GGUF, which is not read: without it, the model is \(folder.path)/ollama/blobs/sha256-\(hash)"
    )
  }

  @Test func nothingIsThereWithoutTheFolders() { #expect(models.entries == []) }
}
