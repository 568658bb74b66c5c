import Files
import Glibc
import Tensors

extension ModelFiles {
  /// A model in GGUF, the format of llama.cpp, with files made from what it says of itself.
  ///
  /// - Parameters:
  ///   - path: The file, or any one of its parts.
  ///   - name: The model's, where the file is not called after it.
  /// - Throws: `TensorError` or `TransformerError`.
  public init(gguf path: String, name: String? = nil) throws {
    let model = try GGUFModel(GGUFParts(path: path))
    let path = model.parts.path
    let made = GGUFFiles(
      configuration: FileBytes(json: try model.configuration(), path: path),
      tokenizer: GGUFTokenizer(model.metadata))
    self.init(container: path, name: name ?? Self.modelName(path), made: made)
  }

  /// The name of the file, or of the folder of one that is called "model".
  private static func modelName(_ path: String) -> String {
    let components = path.split(separator: "/").map(String.init)
    guard var name = components.last else { return path }
    if name.lowercased().hasSuffix(".gguf") { name.removeLast(5) }
    return name == "model" && components.count > 1 ? components[components.count - 2] : name
  }
}

extension ModelFiles {
  /// The path of the GGUF model that a path names; nil where it names none.
  ///
  /// A file is one by its first bytes, or the end of its name; a folder stands for the model in it, where it has no weights in another format.
  /// - Throws: `severalGGUF` for a folder with more than one.
  public static func gguf(at path: String) throws -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      let isNamedSo = path.lowercased().hasSuffix(".gguf")
      return try isNamedSo || GGUFFile.isGGUF(FileBytes(mapping: path)) ? path : nil
    case S_IFDIR:
      let names = try Folder.names(in: path)
      let weights = Checkpoint.fileNames.flatMap { [$0.file, $0.index] }
      guard !weights.contains(where: names.contains) else { return nil }
      // What sees for a model is none, and the first part stands for all.
      let models = names.filter { name in
        name.lowercased().hasSuffix(".gguf") && !name.contains("mmproj")
          && GGUFParts.number(of: name) ?? 1 == 1
      }
      guard let name = models.first else { return nil }
      guard models.count == 1 else { throw TransformerError.severalGGUF(models, path: path) }
      return path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    default:
      return nil
    }
  }
}

/// The files that a folder in Hugging Face layout would have beside the weights.
private struct GGUFFiles: FileMaker {
  let configuration: FileBytes
  let tokenizer: GGUFTokenizer

  var names: [String] { ([ModelConfiguration.fileName] + tokenizer.names).sorted() }

  func file(_ name: String) throws(FileError) -> FileBytes? {
    name == ModelConfiguration.fileName ? configuration : try tokenizer.file(name)
  }
}
