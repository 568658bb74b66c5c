import Files

/// Where a command writes: standard output, or a file that appears when all of it is written.
enum OutputSink: ~Copyable {
  case standardOutput
  case file(AtomicFile)

  /// - Parameter path: `-` for standard output.
  init(path: String) throws(FileError) {
    self = path == "-" ? .standardOutput : .file(try AtomicFile(path: path))
  }

  borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    switch self {
    case .standardOutput: try StandardOutput.write(bytes)
    case .file(let file): try file.write(bytes)
    }
  }

  borrowing func write(_ text: String) throws(FileError) {
    switch self {
    case .standardOutput: try StandardOutput.write(text)
    case .file(let file): try file.write(text)
    }
  }

  /// Puts the file in place.
  consuming func commit() throws(FileError) {
    switch consume self {
    case .standardOutput: break
    case .file(let file): try file.commit()
    }
  }
}
