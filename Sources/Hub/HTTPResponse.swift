/// The status and the headers of an answer.
struct HTTPResponse: Sendable {
  let status: Int
  /// By name in small letters. Of several with one name, the last counts.
  private var headers: [String: String] = [:]

  /// Reads the lines before the body. Nil for what is no answer of HTTP.
  init?(_ text: String) {
    var lines = text.split(whereSeparator: \.isNewline)[...]
    let words = lines.popFirst()?.split(separator: " ") ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else {
      return nil
    }
    self.status = status
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...]).trimmed
    }
  }

  subscript(name: String) -> String? { headers[name] }

  /// The redirect's destination.
  var location: String? {
    [301, 302, 303, 307, 308].contains(status) ? headers["location"] : nil
  }

  /// The checksum of the file, which another server may hold.
  var etag: String? {
    (headers["x-linked-etag"] ?? headers["etag"]).map { etag in
      String((etag.hasPrefix("W/") ? etag.dropFirst(2) : etag[...]).filter { $0 != "\"" })
    }
  }

  /// The length of the file, which another server may hold.
  var fileSize: Int? {
    (headers["x-linked-size"] ?? (location == nil ? headers["content-length"] : nil)).flatMap(
      Int.init)
  }

  /// The offset of the body in the file.
  var rangeStart: Int? {
    guard status == 206, let range = headers["content-range"], range.hasPrefix("bytes ") else {
      return nil
    }
    return Int(range.dropFirst(6).prefix { $0 != "-" })
  }

  /// Seconds to wait, as the server wishes; those that the hub counts in `RateLimit: "api";r=0;t=55` too.
  var retryAfter: Int? {
    if let seconds = headers["retry-after"].flatMap(Int.init) { return max(0, seconds) }
    guard let limit = headers["ratelimit"]?.split(separator: ";").map(\.trimmed),
      limit.contains("r=0"), let time = limit.first(where: { $0.hasPrefix("t=") })
    else { return nil }
    return Int(time.dropFirst(2)).map { max(0, $0) }
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    let isSpace: (Character) -> Bool = \.isWhitespace
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
