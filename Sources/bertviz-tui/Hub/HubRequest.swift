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
  ///
  /// - Parameter variant: Which of several models in GGUF is meant.
  func modelFiles(_ variant: String? = nil) throws -> ModelFiles {
    let name = String(id.name)
    if let variant {
      return try ModelFiles(gguf: gguf(variant), name: "\(name):\(variant)")
    }
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
  /// Which of several models in GGUF is meant, as it stands behind a colon: `Q4_K_M`.
  let variant: String?
  let settings = HubSettings()

  /// - Throws: What is wrong with the names.
  init(_ model: String, revision: String?) throws(ProgramError) {
    let parts = model.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    variant = parts.count == 2 && !parts[1].isEmpty ? String(parts[1]) : nil
    guard let id = ModelID(variant == nil ? model : String(parts[0])) else {
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
  var command: String { "\(name)\(revision == .main ? "" : " --revision \(revision)")" }

  /// The model as it is asked for.
  var name: String { "\(id)\(variant.map { ":\($0)" } ?? "")" }

  /// The model's files, all of which are in the cache.
  func cachedFiles() throws -> ModelFiles {
    try settings.cache.snapshot(of: id, revision: revision).modelFiles(variant)
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
      "\(name): no such folder, no built-in model of that name (\(ModelSource.builtInNames)), "
      + "not in the cache (\(settings.cache.path))"
    // A folder of this name in the cache may hold nothing.
    let known = (DemoModel.allCases.map(\.rawValue) + cachedNames).filter { $0 != id.description }
    let question = SimilarName.question(id.description, among: known)
    return places + (question.isEmpty ? BertvizTUI.commandQuestion : question)
  }

  private var cachedNames: [String] {
    ((try? settings.cache.modelIDs()) ?? []).map(\.description)
  }
}
