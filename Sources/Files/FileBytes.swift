import CFiles
import Glibc

/// Bytes that stay where they are: a memory-mapped file, data inside the program, or what was unpacked.
public final class FileBytes: @unchecked Sendable {
  /// The origin of the bytes, for messages.
  public let path: String
  /// Valid only while this object lives: hold on to it, or take `contents`.
  public let bytes: UnsafeRawBufferPointer
  private let storage: Storage

  private enum Storage { case mapped, owned, `static` }

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
      storage = .static
      return
    }
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { throw FileError.opening(path) }
    bytes = UnsafeRawBufferPointer(start: address, count: count)
    storage = .mapped
    cf_mapped(address, count, "\(path.showable): changed while it was read")
    // Asked for pages of 2 MB, the kernel reads the file in such, and from then on maps it with far fewer faults.
    madvise(address, count, MADV_HUGEPAGE)
  }

  /// Maps a regular file; reads a pipe or a device, such as `/dev/stdin`, up to its end.
  /// - Parameter limit: Bytes: a device may have no end.
  public static func reading(
    _ path: String, limit: Int = textLimit
  ) throws(FileError) -> FileBytes {
    var status = stat()
    guard stat(path, &status) == 0, [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) else {
      return try FileBytes(mapping: path)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.opening(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError.opening(path) }
      guard count > 0 else { break }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw .endless(path: path, limit: limit) }
    }
    return FileBytes(name: path, count: bytes.count) { $0.copyBytes(from: bytes) }
  }

  /// A text as a whole, from a file, a pipe or a device.
  public static func text(of path: String) throws(FileError) -> [UInt8] {
    let file = try reading(path, limit: textLimit)
    try file.requireTextSize()
    return file.contents
  }

  /// Bytes of the longest text that is read.
  public static let textLimit = 1 << 30

  /// A file can be as large as its disk, and larger where it has holes.
  public func requireTextSize() throws(FileError) {
    guard bytes.count <= Self.textLimit else {
      throw .textTooLong(path: path, limit: Self.textLimit)
    }
  }

  /// Bytes that are made, such as those of a file inside an archive.
  /// - Parameter fill: Gets `count` bytes to write to, not initialized.
  public init<Failure>(
    name: String, count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    path = name
    bytes = UnsafeRawBufferPointer(buffer)
    storage = .owned
    try fill(buffer)
  }

  /// Bytes that live as long as the program, such as a built-in model.
  public init(name: String, static bytes: UnsafeRawBufferPointer) {
    path = name
    self.bytes = bytes
    storage = .static
  }

  /// Checks that this is the file itself, and not what Git LFS has put in its place.
  package func checkIsNoPointer() throws(FileError) {
    guard bytes.count < 1024, bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8)
    else { return }
    throw .gitLFSPointer(path: path)
  }

  /// Gives back the memory that a mapped file takes; what is read again comes from the file again.
  package func forgetPages() {
    guard storage == .mapped, let start = bytes.baseAddress else { return }
    madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, MADV_DONTNEED)
  }

  /// A copy of the bytes.
  public var contents: [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

  deinit {
    switch storage {
    case .mapped:
      guard let start = bytes.baseAddress else { break }
      // Before another mapping can lie there.
      cf_unmapped(start)
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    case .owned: bytes.deallocate()
    case .static: break
    }
  }
}
