import Glibc

/// An error in reading or writing a file, or in its JSON.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(path: String)
  /// A folder, a pipe or a device stands where a file should.
  case notAFile(path: String)
  /// A pipe or a device has more bytes than memory should be given to; in bytes.
  case endless(path: String, limit: Int)
  /// A text, or JSON, of more bytes than are read.
  case textTooLong(path: String, limit: Int)
  /// `part` of the file would take `size` bytes in memory, and `available` are left.
  case noRoom(path: String, part: String, size: Int, available: Int)
  /// A file stands where a folder should.
  case notAFolder(path: String)
  /// `reason` is the operating system's.
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// The reader of standard output has gone away: no error worth a message.
  case closedPipe
  case notJSON(path: String, place: TextPlace, reason: String)
  /// Git LFS has put a few lines in the place of a large file that was not fetched.
  case gitLFSPointer(path: String)
  /// A file names another by a path that leaves the model's folder.
  case leavesFolder(name: String, folder: String)

  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such file or folder"
    case .notAFile(let path):
      "\(path): not a regular file: give the name of one"
    case .endless(let path, let limit):
      "\(path): more than \(limit >> 20) MB; save it in a file, and give that"
    case .textTooLong(let path, let limit):
      "\(path): more than the \(limit >> 20) MB that are read of a text or of JSON"
    case .noRoom(let path, let part, let size, let available):
      "\(path): \(part) takes \(Self.megabytes(size)) of memory, and \(Self.megabytes(available)) are left"
    case .notAFolder(let path):
      "\(path): not a folder"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .closedPipe:
      "standard output: the reader has gone away"
    case .notJSON(let path, let place, let reason):
      "\(path): not valid JSON at line \(place.line), column \(place.column): \(reason)"
    case .gitLFSPointer(let path):
      "\(path): only a pointer of Git LFS, not the file itself: run \"git lfs pull\" in its folder"
    case .leavesFolder(let name, let folder):
      "\(folder): refuses to open \"\(name)\": only plain file names inside the folder are allowed"
    }
  }
}

/// A place in a text, as editors count: lines and columns from 1, columns in bytes.
public struct TextPlace: Hashable, Sendable {
  /// Bytes from the start of the text.
  public let offset: Int
  public let line: Int
  public let column: Int

  init(_ offset: Int, in text: UnsafeRawBufferPointer) {
    let before = text.prefix(offset)
    let newline = UInt8(ascii: "\n")
    self.offset = offset
    line = 1 + before.count { $0 == newline }
    column = offset - (before.lastIndex(of: newline).map { $0 + 1 } ?? 0) + 1
  }
}

extension FileError {
  private static func megabytes(_ count: Int) -> String {
    count >> 30 >= 10 ? "\(count >> 30) GB" : "\(count >> 20) MB"
  }

  /// Sees to it that there is memory for what a file announces, before it is asked for: who asks in vain is ended.
  package static func requireRoom(
    _ size: Int, for part: String, of path: String
  ) throws(FileError) {
    // Less than any computer has is not worth a look.
    guard size > 1 << 26, let available = SystemFile.availableMemory, size > available else {
      return
    }
    throw .noRoom(path: path, part: part, size: size, available: available)
  }
}

/// The error that `errno` reports for a failed system call on `path`.
extension FileError {
  package static func opening(_ path: String) -> FileError {
    switch errno {
    case ENOENT, ENOTDIR: .missing(path: path)
    case let code: .unreadable(path: path, reason: String(cString: strerror(code)))
    }
  }

  package static func writing(_ path: String) -> FileError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}
