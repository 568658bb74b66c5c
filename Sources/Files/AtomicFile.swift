import CFiles
import Glibc

/// A file that appears whole or not at all: written under a temporary name beside the target, renamed when done.
///
/// The file's permissions are kept, and a link's destination is replaced instead of the link. A signal that
/// ends the program removes the temporary file too, unless somebody else handles it.
///
/// Special files, such as pipes and `/dev/null`, are written to as they are: to rename something over
/// it would be to destroy it.
public struct AtomicFile: ~Copyable {
  private let path: String
  /// The destination of the path, links resolved.
  private let target: String
  /// Nil where the target itself is written to.
  private let temporaryPath: String?
  /// Among the files to be removed when the program ends.
  private let place: Int32
  private let descriptor: Int32

  public init(path: String) throws(FileError) {
    let kind = try Self.kind(ofTarget: path)
    let target = Self.followingLinks(path)
    let temporary = kind == .special ? nil : Self.makeTemporary(beside: target)
    let descriptor = kind == .special ? open(path, O_WRONLY | O_CLOEXEC) : temporary?.descriptor
    guard let descriptor, descriptor >= 0 else { throw FileError.writing(path) }
    self.path = path
    self.target = target
    self.descriptor = descriptor
    temporaryPath = temporary?.path
    place = temporary?.place ?? -1
    guard kind != .special else { return }
    // Until now it is private.
    if case .regular(let permissions) = kind {
      fchmod(descriptor, permissions)
    } else {
      let mask = umask(0)
      umask(mask)
      fchmod(descriptor, 0o666 & ~mask)
    }
  }

  /// A new file beside the target. It is noted before it is there: a signal may come at any time.
  private static func makeTemporary(
    beside target: String
  ) -> (path: String, place: Int32, descriptor: Int32)? {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    // Another try where there is a file of that name, as mkstemp does it.
    for _ in 0..<100 {
      let path = "\(target)." + String((0..<6).compactMap { _ in letters.randomElement() })
      let place = cf_begin(path)
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 { return (path, place, descriptor) }
      let error = errno
      cf_end(place)
      errno = error
      guard error == EEXIST else { return nil }
    }
    return nil
  }

  private enum Kind: Equatable {
    case missing
    case regular(permissions: mode_t)
    case special
  }

  /// The path at the end of a chain of links, where there may be no file yet.
  private static func followingLinks(_ path: String) -> String {
    var path = path
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    // Linux follows as many.
    for _ in 0..<40 {
      let count = readlink(path, &buffer, buffer.count)
      guard count > 0 else { break }
      let link = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = link.hasPrefix("/") ? link : folder(of: path) + link
    }
    return path
  }

  /// With its slash; empty for the current one.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func kind(ofTarget path: String) throws(FileError) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw FileError.writing(path) }
      return .missing
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular(permissions: status.st_mode & 0o777)
    case S_IFDIR: throw .unwritable(path: path, reason: String(cString: strerror(EISDIR)))
    default: return .special
    }
  }

  /// Whether a file is there, which writing would replace.
  public static func replaces(_ path: String) -> Bool {
    if case .regular = try? kind(ofTarget: path) { true } else { false }
  }

  /// Whether a pipe or a device is there, which is written to as it is.
  public static func isSpecial(_ path: String) -> Bool { (try? kind(ofTarget: path)) == .special }

  /// Finds out before long work whether there is any point in it: there may be no such folder.
  /// - Throws: What `init` would throw, as far as can be told without writing.
  public static func check(_ path: String) throws(FileError) {
    let isSpecial = try kind(ofTarget: path) == .special
    let folder = folder(of: followingLinks(path))
    guard access(isSpecial ? path : folder.isEmpty ? "." : folder, W_OK) == 0 else {
      throw FileError.writing(path)
    }
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
    guard fsync(descriptor) == 0 || errno == EINVAL, rename(temporaryPath, target) == 0 else {
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
