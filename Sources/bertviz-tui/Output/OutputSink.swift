import ArgumentParser
import Files

/// The output of a command: standard output, or a file that appears when all of it is written.
enum OutputSink: ~Copyable {
  case standardOutput
  case file(AtomicFile)

  /// - Parameter path: `-` for standard output.
  init(path: String) throws(FileError) {
    self = path == "-" ? .standardOutput : .file(try AtomicFile(path: path))
  }

  /// An empty name is most often a variable that has not been set.
  static func checkName(_ path: String) throws {
    if path.isEmpty {
      throw ValidationError("--output is empty: name a file, or - for standard output")
    }
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
