import Cnettle

/// The checksum of a file's contents, which is also their name in the cache.
///
/// Large files have their SHA-256. Small ones have what git calls a blob: the SHA-1 of `blob SIZE\0` and the contents.
struct ContentHash {
  private let expected: String
  private let size: Int
  private var sha256 = sha256_ctx()
  private var sha1 = sha1_ctx()

  /// - Parameter etag: 64 or 40 hexadecimal digits.
  /// - Parameter size: The contents' length.
  init?(etag: String, size: Int) {
    guard etag.isHexadecimal, [40, 64].contains(etag.utf8.count) else { return nil }
    expected = etag
    self.size = size
    reset()
  }

  private var isGit: Bool { expected.utf8.count == 40 }

  mutating func reset() {
    if isGit {
      nettle_sha1_init(&sha1)
      let header = Array("blob \(size)\0".utf8)
      nettle_sha1_update(&sha1, header.count, header)
    } else {
      nettle_sha256_init(&sha256)
    }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    if isGit {
      nettle_sha1_update(&sha1, bytes.count, start)
    } else {
      nettle_sha256_update(&sha256, bytes.count, start)
    }
  }

  /// Whether what was put in has the expected checksum. Begins anew.
  mutating func isRight() -> Bool {
    var digest = [UInt8](
      repeating: 0, count: isGit ? Int(SHA1_DIGEST_SIZE) : Int(SHA256_DIGEST_SIZE))
    if isGit {
      cnettle_sha1_digest(&sha1, &digest)
    } else {
      cnettle_sha256_digest(&sha256, &digest)
    }
    reset()
    let digits = Array("0123456789abcdef".utf8)
    return expected.utf8.elementsEqual(
      digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
