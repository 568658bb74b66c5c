import Files
import Glibc

enum StandardInput {
  /// Everything up to the end.
  static func read() throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ProgramError("standard input cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= FileBytes.textLimit else {
        throw FileError.textTooLong(path: "standard input", limit: FileBytes.textLimit)
      }
    }
  }
}
