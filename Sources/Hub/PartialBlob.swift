import Files
import Glibc

/// The part of a file downloaded so far, from which a later download resumes: `blobs/ETAG.incomplete`.
struct PartialBlob: ~Copyable {
  private(set) var count = 0
  private let path: String
  private let descriptor: Int32
  private var hash: ContentHash

  /// Opens, or begins, the file at `path`.
  /// - Precondition: The file comes from a `DownloadPlan`, which takes none without a checksum.
  init(_ path: String, of file: RemoteFile) throws(HubError) {
    guard let hash = ContentHash(etag: file.etag, size: file.size) else {
      preconditionFailure("a plan has files with checksums")
    }
    self.path = path
    self.hash = hash
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw .file(.writing(path)) }
    try readBeginning(limit: file.size)
  }

  deinit { close(descriptor) }

  private mutating func readBeginning(limit: Int) throws(HubError) {
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let length = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if length < 0, errno == EINTR { continue }
      guard length >= 0 else { throw .file(.opening(path)) }
      if length == 0 { return }
      count += length
      // Longer than the file: these are not its bytes.
      guard count <= limit else { return try restart() }
      chunk.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
    }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    hash.update(bytes)
    var rest = bytes
    while !rest.isEmpty {
      let length = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if length < 0, errno == EINTR { continue }
      guard length > 0 else { throw .file(.writing(path)) }
      rest = UnsafeRawBufferPointer(rebasing: rest[length...])
      count += length
    }
  }

  /// Throws away what is there.
  mutating func restart() throws(HubError) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw .file(.writing(path))
    }
    count = 0
    hash.reset()
  }

  /// Removes the file: what came is not what should.
  func discard() { unlink(path) }

  /// Puts the file in place, if it has the checksum that it should have.
  consuming func commit(to blob: String, name: String) throws(HubError) {
    guard hash.isRight() else {
      discard()
      throw .wrongChecksum(file: name)
    }
    guard fsync(descriptor) == 0 || errno == EINVAL, rename(path, blob) == 0 else {
      throw .file(.writing(blob))
    }
  }
}
