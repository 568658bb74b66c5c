import DemoModels
import Files
import Hub
import Tensors
import Tokenizers
import Transformers

/// The files that MODEL of the command line stands for, and those of an adapter to apply to them.
struct ModelSource {
  let files: ModelFiles
  let adapter: ModelFiles?

  /// - Parameters:
  ///   - adapter: A folder, or a name in the cache; nil for none but what MODEL itself may be.
  ///   - revision: Of the hub's model; nil for `main`.
  init(_ model: String, adapter: String? = nil, revision: String? = nil) throws {
    let files = try Self.files(model, revision: revision)
    guard let adapter else {
      try self.init(files)
      return
    }
    guard !files.isAdapter else {
      throw ProgramError.usage(
        "\(model) is an adapter itself: give the model that both are for, and one of them with --adapter"
      )
    }
    self.init(files: files, adapter: try Self.files(adapter))
  }

  private init(files: ModelFiles, adapter: ModelFiles?) {
    self.files = files
    self.adapter = adapter
  }

  /// The files of a model, or of an adapter, which has its base beside it or in the cache.
  init(_ files: ModelFiles) throws {
    let isAdapter = files.isAdapter
    self.init(
      files: isAdapter ? try Self.base(of: files) : files, adapter: isAdapter ? files : nil)
  }

  private static func base(of adapter: ModelFiles) throws -> ModelFiles {
    guard let base = try adapter.adapterBase else {
      throw TransformerError.adapter(base: nil, path: adapter.location)
    }
    // A path that a trainer has left is seldom one of this machine, but its last folder may have come along.
    let name = base.name.split(separator: "/").last.map(String.init) ?? base.name
    for path in [adapter.path(of: "../\(name)"), adapter.path(of: name), base.name] {
      let isThere = try? Folder.names(in: path)
      if isThere != nil { return try ModelFiles(findingModelIn: path, name: name) }
    }
    do {
      return try HubRequest(base.name, revision: base.revision).cachedFiles()
    } catch HubError.notCached, HubError.revisionNotCached {
      throw MissingBase(
        description:
          "\(adapter.location): a LoRA adapter of \(base.name), which is neither beside it nor in the cache: "
          + "\"bertviz-tui pull \(base.name)\" downloads it, or give its folder as MODEL, and this one with --adapter"
      )
    } catch is ProgramError {
      throw TransformerError.adapter(base: base.name, path: adapter.location)
    }
  }

  static var builtInNames: String { DemoModel.allCases.map(\.rawValue).joined(separator: ", ") }

  /// A built-in model, a folder, a file in GGUF, or else what the caches of this machine have by that name: a model of
  /// the hub's, of Ollama's, of llama.cpp's or of LM Studio's.
  /// - Parameter revision: Of the hub's model; nil for `main`.
  static func files(_ model: String, revision: String? = nil) throws -> ModelFiles {
    if let demo = DemoModel(rawValue: model) {
      guard revision == nil else {
        throw ProgramError.usage("--revision is for models of the hub, and \(model) is built in")
      }
      return demo.files
    }
    if let kind = kindOfOtherRepository(model) {
      throw ProgramError("\(model): a \(kind) of the hub's, not a model")
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
        return try files(entry)
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

  /// - Throws: Also for what is no model.
  static func files(_ entry: LocalModels.Entry) throws -> ModelFiles {
    if let problem = entry.problem { throw ProgramError(problem) }
    return try ModelFiles(gguf: entry.path, name: entry.name)
  }

  /// The kind of other repository in a folder of the hub's cache, by the folder's name; else nil.
  static func kindOfOtherRepository(_ path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    return ["dataset", "space"].first { name.hasPrefix("\($0)s--") }
  }

  /// A folder comes first. Where the cache has a model of its name too, someone may have meant that.
  private static func noteHiddenModel(_ folder: String) {
    guard let id = ModelID(folder), (try? HubSettings().cache.snapshot(of: id)) != nil else {
      return
    }
    StandardError.say("\(id): opens the folder of that name, not the hub's model in the cache")
  }
}

/// An adapter without the model that it is for.
struct MissingBase: Error, CustomStringConvertible {
  let description: String
}

extension ModelParts {
  /// The names of files that configurations, weights and tokenizers are read from.
  static let all = ModelParts(
    required: [ModelConfiguration.fileName],
    optional: [ModelConfiguration.generationFileName] + Tokenizer.fileNames,
    weights: Checkpoint.fileNames)
}
