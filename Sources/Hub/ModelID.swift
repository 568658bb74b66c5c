/// The name of a model on the hub: `organisation/name`, or `name` alone for the oldest.
///
/// By the hub's own rules it has letters, digits, `-`, `_` and `.` only, and so can stand in a URL and name a folder
/// of the cache as it is.
public struct ModelID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let description: String

  /// Nil for what cannot be a model's name.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ Self.isName(Array($0)) }),
      !text.contains("--"), !text.contains(".."), !text.hasSuffix(".git")
    else { return nil }
    description = text
  }

  /// Of a folder of the cache, such as `models--organisation--name`.
  init?(folder: String) {
    guard folder.hasPrefix(Self.folderPrefix) else { return nil }
    let name = folder.dropFirst(Self.folderPrefix.count)
    self.init(String(name.replacing("--", with: "/", maxReplacements: 1)))
  }

  var folder: String { Self.folderPrefix + description.replacing("/", with: "--") }

  /// The name behind the organisation.
  public var name: Substring {
    description.split(separator: "/").last ?? description[...]
  }

  private static let folderPrefix = "models--"

  private static func isName(_ name: [UInt8]) -> Bool {
    guard let first = name.first, let last = name.last, name.count <= 96 else { return false }
    return isWord(first) && isWord(last)
      && name.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  public static func < (left: ModelID, right: ModelID) -> Bool {
    left.description < right.description
  }
}
