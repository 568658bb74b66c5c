import Files
import Tensors

extension ModelFiles {
  /// Whether they are those of an adapter of PEFT's alone, without the model that it adapts.
  public var isAdapter: Bool {
    guard container == nil, let names = try? names, names.contains(AdapterSettings.fileName) else {
      return false
    }
    return !Checkpoint.fileNames.contains { names.contains($0.file) || names.contains($0.index) }
  }

  /// The adapter's name for the model that it adapts, a name of the hub's or a path, and the revision of it that it
  /// asks for; nil where it does not say.
  public var adapterBase: (name: String, revision: String?)? {
    get throws {
      let file = try open(AdapterSettings.fileName)
      let root = try JSONDocument(file, allowingNonFinite: true).root
      guard let name = root["base_model_name_or_path"]?.string, !name.isEmpty else { return nil }
      return (name, root["revision"]?.string)
    }
  }
}
