import Files
import Glibc

/// The lines of a file or of standard input, one at a time as they come: only one is held in memory.
struct TextLines: ~Copyable {
  /// The reason why a line is no text to run a model on.
  enum Problem: Error, Equatable, CustomStringConvertible {
    case empty
    case notUTF8
    case tooLong

    var description: String {
      switch self {
      case .empty: "the line is empty"
      case .notUTF8: "not UTF-8 text; convert it first, for example with iconv"
      case .tooLong: "longer than \(TextLines.byteLimit >> 20) MB; is this a text file?"
      }
    }
  }

  /// No text is longer, and a file without newlines must not fill the memory.
  static let byteLimit = 1 << 20

  private let name: String
  private let descriptor: Int32
  private let closes: Bool
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)
  /// The part of `chunk` that was read and is not yet used.
  private var unread = 0..<0
  private var isAtEnd = false
  private var isAtStart = true

  static func standardInput() -> TextLines {
    TextLines(name: "standard input", descriptor: STDIN_FILENO, closes: false)
  }

  /// A file, or a named pipe, which is waited for.
  init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .opening(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw .notAFile(path: path)
    }
    self.init(name: path, descriptor: descriptor, closes: true)
  }

  private init(name: String, descriptor: Int32, closes: Bool) {
    self.name = name
    self.descriptor = descriptor
    self.closes = closes
  }

  deinit { if closes { close(descriptor) } }

  /// The next line without its end, or nil behind the last one.
  mutating func next() throws(FileError) -> Result<String, Problem>? {
    guard let line = try nextLine() else { return nil }
    defer { isAtStart = false }
    return line.flatMap { Self.text(of: isAtStart ? $0.withoutByteOrderMark : $0[...]) }
  }

  private mutating func nextLine() throws(FileError) -> Result<[UInt8], Problem>? {
    var line: [UInt8] = []
    var isTooLong = false
    while true {
      if unread.isEmpty {
        try fill()
        if isAtEnd, line.isEmpty, !isTooLong { return nil }
        if isAtEnd { return isTooLong ? .failure(.tooLong) : .success(line) }
      }
      let end = chunk[unread].firstIndex(of: UInt8(ascii: "\n"))
      let part = unread.lowerBound..<(end ?? unread.upperBound)
      isTooLong = isTooLong || line.count + part.count > Self.byteLimit
      if isTooLong { line = [] } else { line += chunk[part] }
      unread = (end.map { $0 + 1 } ?? unread.upperBound)..<unread.upperBound
      if end != nil { return isTooLong ? .failure(.tooLong) : .success(line) }
    }
  }

  private static func text(of line: ArraySlice<UInt8>) -> Result<String, Problem> {
    let bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    if bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
      return .failure(.empty)
    }
    return String(validating: bytes, as: UTF8.self).map { .success($0) } ?? .failure(.notUTF8)
  }

  private mutating func fill() throws(FileError) {
    while !isAtEnd {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw .unreadable(path: name, reason: String(cString: strerror(errno)))
      }
      isAtEnd = count == 0
      unread = 0..<count
      return
    }
  }
}
