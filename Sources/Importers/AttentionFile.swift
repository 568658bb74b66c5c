import Attention
import Files
import Tensors

/// Attention that was saved, by this program or another.
///
/// Nothing in a file is run, whatever it is: pickles and scripts are read as far as they are data. What the formats allow
/// is mapped, not copied.
public enum AttentionFile {
  /// - Throws: `FileError`, `TensorError` or `ImportError`.
  public static func read(
    _ path: String, _ options: ImportOptions = ImportOptions()
  ) throws -> AttentionRecord {
    let file = try FileBytes.reading(path)
    try file.checkIsNoPointer()
    return try read(file, options)
  }

  static func read(_ file: FileBytes, _ options: ImportOptions) throws -> AttentionRecord {
    try SavedRecord(contents: SavedContents(file), options: options).record()
  }
}

extension SavedContents {
  init(_ file: FileBytes) throws {
    switch try FileFormat(file) {
    case .safetensors: try self.init(safetensors: file)
    case .npz: try self.init(npz: file)
    case .npy: try self.init(npy: file)
    case .torch: try self.init(torch: file)
    case .json:
      let root = try Self.parse(file).root
      if root["cells"]?.array != nil, root["nbformat"] != nil {
        try self.init(PageObject.find(inNotebook: root, path: file.path), path: file.path)
      } else {
        try self.init(json: root, path: file.path)
      }
    case .html:
      try file.requireTextSize()
      try self.init(PageObject.find(in: file.bytes, path: file.path), path: file.path)
    }
  }

  private static func parse(_ file: FileBytes) throws -> JSONDocument {
    do throws(FileError) {
      return try JSONDocument(file)
    } catch {
      // Python writes them where JSON has no word for them.
      if case .notJSON(_, let place, _) = error,
        ["NaN", "Infinity", "-Infinity"].contains(where: {
          file.bytes.dropFirst(place.offset).starts(with: $0.utf8)
        })
      {
        throw ImportError.notFinite(path: file.path, name: "the file")
      }
      throw error
    }
  }

  /// The first of the views in a page.
  private init(_ objects: [JSONDocument], path: String) throws {
    guard let first = objects.first else { throw ImportError.noAttentionInPage(path: path) }
    try self.init(json: first.root, path: path)
    if objects.count > 1 { notes.append("the page has \(objects.count) views: this is the first") }
  }
}
