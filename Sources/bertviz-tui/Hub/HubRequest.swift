import DemoModels
import Files
import Hub
import TerminalUI
import Transformers

extension HubSettings {
  init() { self.init { Environment[$0] } }
}

extension LocalModels {
  init() { self.init { Environment[$0] } }
}

extension Snapshot {
  /// The model's files: those of a model in GGUF, or of a folder, be they in a folder inside. Of what is no model, such
  /// as an adapter, nothing is missing.
  func modelFiles() throws -> ModelFiles {
    let name = String(id.name)
    if let path = try ModelFiles.gguf(at: path) { return try ModelFiles(gguf: path, name: name) }
    let files: ModelFiles
    do throws(FileError) {
      files = try ModelFiles(findingModelIn: path, name: name)
    } catch {
      throw HubError.file(error)
    }
    if files.location == path, !files.holdsSomethingElse { try requireComplete(.all) }
    return files
  }

  /// Whether there is something else in the place of a model, such as an adapter.
  var holdsSomethingElse: Bool {
    (try? ModelFiles(findingModelIn: path))?.holdsSomethingElse == true
  }
}

/// A model of the hub, as the command line asks for it.
struct HubRequest {
  let id: ModelID
  let revision: Revision
  let settings = HubSettings()

  /// - Throws: What is wrong with the names.
  init(_ model: String, revision: String?) throws(ProgramError) {
    guard let id = ModelID(model) else {
      throw ProgramError(
        "\(model): no such folder, and no built-in model of that name "
          + "(\(ModelSource.builtInNames))")
    }
    guard let name = revision.map({ Revision($0) }) ?? .main else {
      throw .usage("--revision: \"\(revision ?? "")\" is no branch, tag or commit")
    }
    self.id = id
    self.revision = name
  }

  /// The arguments that `pull` needs for it.
  var command: String { "\(id)\(revision == .main ? "" : " --revision \(revision)")" }

  /// The model's files, all of which are in the cache.
  func cachedFiles() throws -> ModelFiles {
    try settings.cache.snapshot(of: id, revision: revision).modelFiles()
  }

  /// The error about what the cache lacks of the model; nil where that is nothing.
  var cacheProblem: HubError? {
    do {
      _ = try cachedFiles()
      return nil
    } catch {
      return error as? HubError
    }
  }

  /// The places where the model was looked for, and models of similar names.
  var notFound: String {
    let places =
      "\(id): no such folder, no built-in model of that name (\(ModelSource.builtInNames)), "
      + "not in the cache (\(settings.cache.path))"
    let known = DemoModel.allCases.map(\.rawValue) + cachedNames
    let question = SimilarName.question(id.description, among: known)
    return places + (question.isEmpty ? BertvizTUI.commandQuestion : question)
  }

  private var cachedNames: [String] {
    ((try? settings.cache.modelIDs()) ?? []).map(\.description)
  }
}
