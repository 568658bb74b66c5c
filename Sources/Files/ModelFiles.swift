import Glibc

/// The files of one model: a folder in Hugging Face layout, the same files built into the program, or what another
/// format says in their place.
public struct ModelFiles: Sendable {
  /// The folder's path, or the built-in model's name: what messages show.
  public let location: String
  /// The name that titles show.
  public let name: String
  /// A note on how they were found.
  public let note: String?
  /// The file in another format that holds the weights, and from which the files are made.
  package let container: String?
  /// The maker of the files that lie in no folder.
  private let made: (any FileMaker)?

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
    container = nil
    made = nil
  }

  public init(builtIn name: String, files: [String: FileBytes]) {
    location = name
    self.name = name
    note = nil
    container = nil
    made = BuiltInFiles(files: files)
  }

  /// - Parameters:
  ///   - container: The path of the file in another format.
  ///   - made: What gives the files that stand for it.
  package init(container: String, name: String, made: any FileMaker) {
    location = container
    self.name = name
    note = nil
    self.container = container
    self.made = made
  }

  /// The path of the file `name`, existing or not, for messages.
  public func path(of name: String) -> String {
    location.hasSuffix("/") ? location + name : "\(location)/\(name)"
  }

  /// The names of all files and folders in it, sorted.
  public var names: [String] {
    get throws(FileError) {
      guard let made else { return try Folder.names(in: location) }
      return made.names
    }
  }

  /// The file `name`, or nil if there is none.
  /// - Throws: Also for what Git LFS has put in the place of a file.
  public func find(_ name: String) throws(FileError) -> FileBytes? {
    // A name can come from a file of the folder, such as a shard index, and is not to be trusted.
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0),
      name != "..", name != "."
    else { throw .leavesFolder(name: name, folder: location) }
    if let made { return try made.file(name) }
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
  public var builtInSize: Int {
    (made as? BuiltInFiles)?.files.values.reduce(0) { $0 + $1.bytes.count } ?? 0
  }
}

/// Files that lie in no folder, made when they are asked for.
package protocol FileMaker: Sendable {
  /// Sorted.
  var names: [String] { get }
  /// The file `name`, or nil if there is none.
  func file(_ name: String) throws(FileError) -> FileBytes?
}

private struct BuiltInFiles: FileMaker {
  let files: [String: FileBytes]

  var names: [String] { files.keys.sorted() }
  func file(_ name: String) -> FileBytes? { files[name] }
}
