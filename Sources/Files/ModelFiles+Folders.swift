import Glibc

/// Folders that have their model in a folder inside them.
extension ModelFiles {
  /// The files of the model in a folder, be it in a folder inside: in the one that the `modules.json` of older
  /// sentence-transformers names, or in the newest checkpoint that a trainer has left.
  ///
  /// - Parameter name: The model's, where the folder is not called after it.
  public init(findingModelIn folder: String, name: String? = nil) throws(FileError) {
    var files = try ModelFiles(folder: folder, name: name)
    // A checkpoint may be a folder of sentence-transformers.
    for _ in 0..<3 {
      guard let inner = try files.innerFolder() else { break }
      files = try ModelFiles(
        folder: files.path(of: inner.name), name: "\(files.name)/\(inner.name)", note: inner.note)
    }
    self = files
  }

  private static let ownNames: Set<String> = ["config.json", "adapter_config.json"]

  private func innerFolder() throws(FileError) -> (name: String, note: String?)? {
    let names = Set(try names)
    guard names.isDisjoint(with: Self.ownNames) else { return nil }
    if names.contains("modules.json"), let name = try firstModule(), names.contains(name) {
      return (name, nil)
    }
    let checkpoints = names.filter { name in
      Self.step(of: name) != nil
        && (Self.ownNames.union(["modules.json"])).contains { has("\(name)/\($0)") }
    }
    guard let newest = checkpoints.max(by: { Self.step(of: $0)! < Self.step(of: $1)! }) else {
      return nil
    }
    return (
      newest,
      checkpoints.count > 1
        ? "opens \(newest), the newest of \(checkpoints.count) checkpoints" : nil
    )
  }

  /// The number in `checkpoint-500`.
  private static func step(of name: String) -> Int? {
    name.hasPrefix("checkpoint-") ? Int(name.dropFirst("checkpoint-".count)) : nil
  }

  private func has(_ path: String) -> Bool {
    access(self.path(of: path), F_OK) == 0
  }

  /// The path of the module that is a Transformer: a name in this folder, or nothing where it is the folder itself.
  private func firstModule() throws(FileError) -> String? {
    let modules = try JSONDocument(open("modules.json")).root.array
    let transformer = modules?.first {
      $0["type"]?.string?.split(separator: ".").last == "Transformer"
    }
    let path = transformer?["path"]?.string ?? ""
    return path.isEmpty ? nil : path
  }
}
