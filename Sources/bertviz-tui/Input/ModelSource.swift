import DemoModels
import Files
import Hub
import Tensors
import Tokenizers
import Transformers

/// Turns MODEL of the command line into a model's files.
enum ModelSource {
  static var builtInNames: String { DemoModel.allCases.map(\.rawValue).joined(separator: ", ") }

  /// A built-in model, a folder, a file in GGUF, or else what the caches of this machine have by that name: a model of
  /// the hub's, of Ollama's or of llama.cpp's.
  /// - Parameter revision: Of the hub's model; nil for `main`.
  static func files(_ model: String, revision: String? = nil) throws -> ModelFiles {
    if let demo = DemoModel(rawValue: model) {
      guard revision == nil else {
        throw ProgramError.usage("--revision is for models of the hub, and \(model) is built in")
      }
      return demo.files
    }
    if let path = try ModelFiles.gguf(at: model) {
      guard revision == nil else {
        throw ProgramError.usage("--revision is for models of the hub, and \(model) is a file")
      }
      return try ModelFiles(gguf: path)
    }
    do {
      let files = try ModelFiles(findingModelIn: model)
      if revision != nil {
        throw ProgramError.usage("--revision is for models of the hub, and \(model) is a folder")
      }
      noteHiddenModel(model)
      return files
    } catch FileError.missing {
      if revision == nil, let entry = LocalModels()[model] {
        return try ModelFiles(gguf: entry.path, name: entry.name)
      }
      let request = try HubRequest(model, revision: revision)
      do {
        return try request.cachedFiles()
      } catch HubError.notCached {
        throw ProgramError(
          request.notFound
            + (request.settings.isOffline
              ? "; HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set, so that it cannot be downloaded"
              : "; \"bertviz-tui pull \(request.command)\" downloads it"))
      }
    }
  }

  /// A folder comes first. Where the cache has a model of its name too, someone may have meant that.
  private static func noteHiddenModel(_ folder: String) {
    guard let id = ModelID(folder), (try? HubSettings().cache.snapshot(of: id)) != nil else {
      return
    }
    StandardError.say("\(id): opens the folder of that name, not the hub's model in the cache")
  }
}

extension ModelParts {
  /// The names of files that configurations, weights and tokenizers are read from.
  static let all = ModelParts(
    required: [ModelConfiguration.fileName],
    optional: [ModelConfiguration.generationFileName] + Tokenizer.fileNames,
    weights: Checkpoint.fileNames)
}
