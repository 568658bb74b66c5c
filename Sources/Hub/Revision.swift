/// The state of a model: a branch, a tag, or the hash of a commit or its beginning.
public struct Revision: Hashable, Sendable, CustomStringConvertible {
  public static let main = Revision(unchecked: "main")

  public let description: String

  /// Nil for what git does not allow as a name. Nothing that leaves a folder is.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard text.utf8.count <= 200, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
      parts.allSatisfy({ !$0.isEmpty && $0.first != UInt8(ascii: ".") })
    else { return nil }
    self.init(unchecked: text)
  }

  private init(unchecked text: String) { description = text }

  /// Whether it could be the beginning of a commit's hash, and is long enough for one.
  var isCommitPrefix: Bool {
    description.isHexadecimal && (4...40).contains(description.utf8.count)
  }
}

extension StringProtocol {
  /// Whether there are only digits and `a` … `f`, as git and the hub write hashes.
  var isHexadecimal: Bool {
    utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
  }

  var isCommitHash: Bool { utf8.count == 40 && isHexadecimal }
}
