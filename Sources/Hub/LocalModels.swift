import Files

/// Models in GGUF that other programs keep on this machine, by the names that these give them: Ollama's `llama3.2:1b`,
/// the files in llama.cpp's cache, and LM Studio's `publisher/model/file`.
public struct LocalModels: Sendable {
  /// `OLLAMA_MODELS`, or `.ollama/models` in the home folder; behind it, that of the service which Ollama installs.
  public let ollamaFolders: [String]
  /// `LLAMA_CACHE`, or `llama.cpp` in `XDG_CACHE_HOME` or in `~/.cache`.
  public let llamaCacheFolder: String
  /// `.lmstudio/models` in the home folder, or where it was before.
  public let studioFolders: [String]

  /// - Parameter variable: The value of an environment variable, or nil. What is empty counts as absent.
  public init(_ variable: (String) -> String?) {
    func value(_ name: String) -> String? {
      variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }
    let home = value("HOME") ?? "/"
    ollamaFolders =
      value("OLLAMA_MODELS").map { [$0] }
      ?? ["\(home)/.ollama/models", "/usr/share/ollama/.ollama/models"]
    llamaCacheFolder =
      value("LLAMA_CACHE") ?? "\(value("XDG_CACHE_HOME") ?? "\(home)/.cache")/llama.cpp"
    studioFolders = ["\(home)/.lmstudio/models", "\(home)/.cache/lm-studio/models"]
  }

  public enum Program: String, CaseIterable, Sendable {
    case ollama = "Ollama"
    case llamaCpp = "llama.cpp"
    case studio = "LM Studio"
  }

  /// A model of one of these programs.
  public struct Entry: Hashable, Sendable {
    /// The name to call it by.
    public let name: String
    /// Whose it is.
    public let program: Program
    /// The file, or the first of several.
    public let path: String
    /// Bytes, of all parts.
    public let size: Int
    /// The reason why there is nothing to open; nil where there is a file, be it a model or not.
    public var problem: String?
  }

  /// All of them, each by one name, sorted, and with them what is no model, or none yet.
  public var entries: [Entry] {
    (ollamaFolders.flatMap(Self.ollamaEntries) + llamaEntries
      + studioFolders.flatMap(Self.studioEntries)).sorted { $0.name < $1.name }
  }

  /// The model with this name. Ollama's tag may be left out where it is `latest`.
  public subscript(name: String) -> Entry? {
    let entries = entries
    return entries.first { $0.name == name } ?? entries.first { $0.name == "\(name):latest" }
  }

  /// `manifests/HOST/USER/MODEL/TAG` names the blob with the weights by its digest.
  private static func ollamaEntries(in folder: String) -> [Entry] {
    let manifests = "\(folder)/manifests"
    return names(in: manifests).flatMap { host in
      names(in: "\(manifests)/\(host)").flatMap { user in
        names(in: "\(manifests)/\(host)/\(user)").flatMap { model in
          names(in: "\(manifests)/\(host)/\(user)/\(model)").map { tag -> Entry in
            let manifest = "\(manifests)/\(host)/\(user)/\(model)/\(tag)"
            let digests = digests(in: manifest)
            let blob = digests.model.map { "\(folder)/blobs/\($0)" }
            var problem = blob == nil ? "\(manifest): a manifest that names no model" : nil
            if let blob, digests.hasAdapter {
              problem =
                "\(manifest): a model with an adapter in GGUF, which is not read: without it, the model is \(blob)"
            }
            // As "ollama list" writes it.
            let scope =
              host != "registry.ollama.ai"
              ? "\(host)/\(user)/" : user == "library" ? "" : "\(user)/"
            return Entry(
              name: "\(scope)\(model):\(tag)", program: .ollama, path: blob ?? manifest,
              size: blob.flatMap { FileStatus($0)?.size } ?? 0,
              problem: problem)
          }
        }
      }
    }
  }

  /// The name of the model's blob, `sha256-…`, and whether there is one that adapts it.
  private static func digests(in manifest: String) -> (model: String?, hasAdapter: Bool) {
    guard let file = try? FileBytes(mapping: manifest), let document = try? JSONDocument(file),
      let layers = document.root["layers"]?.array
    else { return (nil, false) }
    func layer(_ kind: String) -> JSONValue? {
      layers.first { $0["mediaType"]?.string == "application/vnd.ollama.image.\(kind)" }
    }
    guard let digest = layer("model")?["digest"]?.string, digest.hasPrefix("sha256:") else {
      return (nil, false)
    }
    let hash = digest.dropFirst("sha256:".count)
    guard hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit) else { return (nil, false) }
    return ("sha256-\(hash)", layer("adapter") != nil)
  }

  private var llamaEntries: [Entry] {
    let all = Self.names(in: llamaCacheFolder)
    let unfinished = all.filter { name in
      [".downloadInProgress", ".incomplete", ".part", ".tmp"].contains(where: name.hasSuffix)
    }
    return unfinished.map { name in
      let path = "\(llamaCacheFolder)/\(name)"
      return Entry(
        name: name, program: .llamaCpp, path: path, size: FileStatus(path)?.size ?? 0,
        problem: "\(path): a download that llama.cpp has not ended")
    }
      + Self.files(in: llamaCacheFolder, of: .llamaCpp, prefix: "")
  }

  /// `PUBLISHER/MODEL/FILE.gguf`.
  private static func studioEntries(in folder: String) -> [Entry] {
    names(in: folder).flatMap { publisher in
      names(in: "\(folder)/\(publisher)").flatMap { model in
        let scope = "\(publisher)/\(model)"
        return files(in: "\(folder)/\(scope)", of: .studio, prefix: "\(scope)/")
      }
    }
  }

  private static func files(
    in folder: String, of program: Program, prefix: String
  ) -> [Entry] {
    let names = names(in: folder).filter { $0.hasSuffix(".gguf") }
    return names.compactMap { name in
      let path = "\(folder)/\(name)"
      guard let file = FileStatus(path), file.isFile else { return nil }
      // One of several parts stands for all.
      let parts = parts(of: name, among: names)
      guard parts.first == name else { return nil }
      let size = parts.compactMap { FileStatus("\(folder)/\($0)")?.size }.reduce(0, +)
      return Entry(
        name: prefix + name.dropLast(".gguf".count), program: program, path: path, size: size)
    }
  }

  /// The parts of a model of several files that are there, sorted.
  private static func parts(of name: String, among names: [String]) -> [String] {
    let length = "-00001-of-00003.gguf".utf8.count
    let ending = name.suffix(length)
    guard ending.count == length, ending.contains("-of-") else { return [name] }
    let stem = name.dropLast(length)
    let count = ending.suffix("-of-00003.gguf".utf8.count)
    return names.filter { $0.hasPrefix(stem) && $0.hasSuffix(count) && $0.count == name.count }
      .sorted()
  }

  private static func names(in folder: String) -> [String] {
    (try? Folder.names(in: folder).filter { !$0.hasPrefix(".") }) ?? []
  }
}
