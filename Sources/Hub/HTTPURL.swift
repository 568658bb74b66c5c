/// The address of something on a server, `http://…` or `https://…`.
///
/// It has printable ASCII characters only, and none that would end a quoted text.
struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
  let description: String
  /// Scheme, host and port: who sees the request.
  let origin: String

  /// Nil for anything else.
  init?(_ text: String) {
    guard
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != 0x5C }),
      let scheme = ["http://", "https://"].first(where: text.lowercased().hasPrefix)
    else { return nil }
    let authority = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    guard !authority.isEmpty else { return nil }
    description = text
    origin = scheme + authority.lowercased()
  }

  var isEncrypted: Bool { origin.hasPrefix("https:") }

  /// Host and port, for messages. What stands before an `@` could be a password.
  var host: String {
    let authority = origin.drop { $0 != "/" }.dropFirst(2)
    return String(authority.split(separator: "@").last ?? authority)
  }

  /// The address of a redirect: one of its own, or a path on the same server.
  func resolving(_ location: String) -> HTTPURL? {
    if location.hasPrefix("//") { return HTTPURL(origin.prefix { $0 != "/" } + location) }
    return HTTPURL(location.hasPrefix("/") ? origin + location : location)
  }
}

extension StringProtocol {
  /// With `%XX` for every byte that is no letter, digit, `-`, `_`, `.` or `~`, `/` too.
  var percentEncoded: String {
    let digits = Array("0123456789ABCDEF")
    return utf8.reduce(into: "") { result, byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      if isPlain || "-_.~".unicodeScalars.contains(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
  }
}
