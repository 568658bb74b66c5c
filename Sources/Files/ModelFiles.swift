import Glibc

/// The files of one model: a folder in Hugging Face layout, or the same files built into the program.
public struct ModelFiles: Sendable {
  /// The folder's path, or the built-in model's name: what messages show.
  public let location: String
  /// The name that titles show.
  public let name: String
  /// A note on how they were found.
  public let note: String?
  private let builtIn: [String: FileBytes]?

  /// - Parameter name: The model's, where the folder is not called after it.
  public init(folder: String, name: String? = nil) throws(FileError) {
    try self.init(folder: folder, name: name, note: nil)
  }

  init(folder: String, name: String?, note: String?) throws(FileError) {
    var status = stat()
    guard stat(folder, &status) == 0 else { throw FileError.opening(folder) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path: folder) }
    location = folder
    self.name = name ?? folder.split(separator: "/").last.map(String.init) ?? folder
    self.note = note
    builtIn = nil
  }

  public init(builtIn name: String, files: [String: FileBytes]) {
    location = name
    self.name = name
    note = nil
    builtIn = files
  }

  /// The path of the file `name`, existing or not, for messages.
  public func path(of name: String) -> String {
    location.hasSuffix("/") ? location + name : "\(location)/\(name)"
  }

  /// The names of all files and folders in it, sorted.
  public var names: [String] {
    get throws(FileError) {
      guard let builtIn else { return try Folder.names(in: location) }
      return builtIn.keys.sorted()
    }
  }

  /// The file `name`, or nil if there is none.
  /// - Throws: Also for what Git LFS has put in the place of a file.
  public func find(_ name: String) throws(FileError) -> FileBytes? {
    // A name can come from a file of the folder, such as a shard index, and is not to be trusted.
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0),
      name != "..", name != "."
    else { throw .leavesFolder(name: name, folder: location) }
    if let builtIn { return builtIn[name] }
    do throws(FileError) {
      let file = try FileBytes(mapping: path(of: name))
      try file.checkIsNoPointer()
      return file
    } catch .missing {
      return nil
    }
  }

  /// The file `name`, which has to be there.
  public func open(_ name: String) throws(FileError) -> FileBytes {
    guard let file = try find(name) else { throw .missing(path: path(of: name)) }
    return file
  }

  /// Bytes of the files built in; 0 for a folder.
  public var builtInSize: Int { builtIn?.values.reduce(0) { $0 + $1.bytes.count } ?? 0 }
}
