import CFiles
import Glibc

/// A file that appears whole or not at all: written under a temporary name beside the target, renamed when done.
///
/// What is no regular file, such as a pipe or `/dev/null`, is written to as it is: to rename something over
/// it would be to destroy it.
public struct AtomicFile: ~Copyable {
  private let path: String
  /// Nil where the target itself is written to.
  private let temporaryPath: String?
  /// Among the files to be removed when the program ends.
  private let place: Int32
  private let descriptor: Int32

  public init(path: String) throws(FileError) {
    let isSpecial = try Self.kind(ofTarget: path) == .special
    var template = Array("\(path).XXXXXX".utf8CString)
    let descriptor = isSpecial ? open(path, O_WRONLY | O_CLOEXEC) : mkstemp(&template)
    guard descriptor >= 0 else { throw FileError.writing(path) }
    self.path = path
    self.descriptor = descriptor
    temporaryPath =
      isSpecial ? nil : template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    place = temporaryPath.map { cf_begin($0) } ?? -1
    guard !isSpecial else { return }
    // mkstemp makes the file private; the result should have the ordinary permissions.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, 0o666 & ~mask)
  }

  private enum Kind {
    case missing, regular, special
  }

  private static func kind(ofTarget path: String) throws(FileError) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { return .missing }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular
    case S_IFDIR: throw .unwritable(path: path, reason: String(cString: strerror(EISDIR)))
    default: return .special
    }
  }

  /// Whether a file is there, which writing would replace.
  public static func replaces(_ path: String) -> Bool {
    (try? kind(ofTarget: path)) == .regular
  }

  /// Finds out before long work whether there is any point in it: there may be no such folder.
  /// - Throws: What `init` would throw, as far as can be told without writing.
  public static func check(_ path: String) throws(FileError) {
    let isSpecial = try kind(ofTarget: path) == .special
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard access(isSpecial ? path : folder, W_OK) == 0 else { throw FileError.writing(path) }
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError.writing(path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  public func write(_ text: String) throws(FileError) {
    var text = text
    let result: Result<Void, FileError> = text.withUTF8 { utf8 in
      Result { () throws(FileError) in try self.write(UnsafeRawBufferPointer(utf8)) }
    }
    try result.get()
  }

  /// Puts the file in place. Without this call nothing is left behind.
  public consuming func commit() throws(FileError) {
    guard let temporaryPath else { return }
    guard fsync(descriptor) == 0 || errno == EINVAL, rename(temporaryPath, path) == 0 else {
      throw FileError.writing(path)
    }
  }

  deinit {
    close(descriptor)
    // After a commit the temporary name is gone, and this does nothing.
    if let temporaryPath { unlink(temporaryPath) }
    cf_end(place)
  }
}
