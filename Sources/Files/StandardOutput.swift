import Glibc

public enum StandardOutput {
  /// Its width in columns; nil where it is no terminal, or one that does not report it.
  public static var terminalWidth: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all of `bytes`.
  /// - Throws: `closedPipe` when the reader, such as `head`, has gone away.
  public static func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EPIPE { throw .closedPipe }
      guard count > 0 else {
        throw .unwritable(path: "standard output", reason: String(cString: strerror(errno)))
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  public static func write(_ text: String) throws(FileError) {
    var text = text
    let result: Result<Void, FileError> = text.withUTF8 { utf8 in
      Result { () throws(FileError) in try write(UnsafeRawBufferPointer(utf8)) }
    }
    try result.get()
  }
}
