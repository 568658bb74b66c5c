import Glibc

/// Bytes that stay where they are: a memory-mapped file, or data inside the program.
public final class FileBytes: @unchecked Sendable {
  /// Where the bytes come from, for messages.
  public let path: String
  /// Valid only while this object lives: hold on to it, or take `contents`.
  public let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Maps a regular file, read-only. An empty file has no bytes.
  public init(mapping path: String) throws(FileError) {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError.opening(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError.opening(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    self.path = path
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      isMapped = false
      return
    }
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { throw FileError.opening(path) }
    bytes = UnsafeRawBufferPointer(start: address, count: count)
    isMapped = true
  }

  /// Bytes that live as long as the program, such as a built-in model.
  public init(name: String, static bytes: UnsafeRawBufferPointer) {
    path = name
    self.bytes = bytes
    isMapped = false
  }

  /// A copy of the bytes.
  public var contents: [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

  deinit {
    if isMapped, let address = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
    }
  }
}
