import Glibc

/// A file that appears whole or not at all: written under a temporary name beside the target, renamed when done.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32

  public init(path: String) throws(FileError) {
    let temporary = try Self.makeTemporary(beside: path)
    self.path = path
    temporaryPath = temporary.path
    descriptor = temporary.descriptor
  }

  private static func makeTemporary(
    beside path: String
  ) throws(FileError) -> (path: String, descriptor: Int32) {
    // The rename would put a file in place of a device or a pipe.
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { throw .notAFile(path: path) }
    var template = Array("\(path).XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw FileError.writing(path) }
    // mkstemp makes the file private; the result should have the ordinary permissions.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, 0o666 & ~mask)
    return (template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }, descriptor)
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
    guard fsync(descriptor) == 0 || errno == EINVAL, rename(temporaryPath, path) == 0 else {
      throw FileError.writing(path)
    }
  }

  deinit {
    close(descriptor)
    // After a commit the temporary name is gone, and this does nothing.
    unlink(temporaryPath)
  }
}

extension FileError {
  fileprivate static func writing(_ path: String) -> FileError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}
