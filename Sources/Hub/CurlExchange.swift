import Glibc

/// One request, made by the `curl` program: the answer's headers, then its body piece by piece.
///
/// The request goes to curl's standard input, so that no list of processes shows a token. Redirects are not
/// followed: curl before 7.83 would take the token to another port of the same host.
struct CurlExchange: ~Copyable {
  let response: HTTPResponse
  private let url: HTTPURL
  private let process: CurlProcess
  /// The part of the body that came with the headers.
  private var begun: ArraySlice<UInt8>

  enum Method { case get, head }

  /// Sends the request and waits for the headers.
  /// - Parameter offset: Where in the file the body shall begin.
  init(
    _ method: Method, _ url: HTTPURL, token: AccessToken?, offset: Int = 0
  ) throws(HubError) {
    var lines = [
      "silent", "show-error", "include", "no-buffer", "globoff", "suppress-connect-headers",
      "proto = \"=http,https\"", "connect-timeout = 20",
      // A connection on which nothing comes any more.
      "speed-limit = 1", "speed-time = 30",
      "user-agent = \"bertviz-tui\"",
      "url = \"\(url)\"",
    ]
    if method == .head { lines.append("head") }
    if offset > 0 { lines.append("range = \"\(offset)-\"") }
    if let token {
      // A quotation mark or a backslash has to be escaped.
      let value = token.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      lines.append("header = \"Authorization: Bearer \(value)\"")
    }
    let process = try CurlProcess(configuration: lines.map { $0 + "\n" }.joined())
    let (response, begun) = try Self.head(of: process, url)
    self.response = response
    self.begun = begun
    self.url = url
    self.process = process
  }

  private static func head(
    of process: CurlProcess, _ url: HTTPURL
  ) throws(HubError) -> (HTTPResponse, ArraySlice<UInt8>) {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while bytes.count < headLimit {
      let count = chunk.withUnsafeMutableBytes { process.read(into: $0) }
      if count == 0 {
        try process.end(url)
        break
      }
      bytes += chunk[..<count]
      while let end = endOfHead(bytes) {
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        guard let response = HTTPResponse(text) else { break }
        if response.status >= 200 { return (response, bytes[end...]) }
        // What only announces the answer, such as 103, Early Hints.
        bytes.removeFirst(end)
      }
    }
    throw .unexpectedAnswer(host: url.host, what: "no headers of HTTP")
  }

  /// More than any server means well with.
  private static let headLimit = 1 << 18

  /// Behind the empty line.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    let newline = UInt8(ascii: "\n")
    var lineStart = 0
    for (index, byte) in bytes.enumerated() where byte == newline {
      let line = bytes[lineStart..<index]
      if line.allSatisfy({ $0 == UInt8(ascii: "\r") }) { return index + 1 }
      lineStart = index + 1
    }
    return nil
  }

  /// The server that answered, for messages.
  var host: String { url.host }

  func isFrom(_ server: HTTPURL) -> Bool { url.origin == server.origin }

  /// Waits for the next piece of the body.
  /// - Returns: How many bytes there are; 0 at the end.
  /// - Throws: `connection`, if this is not the end that the server announced.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(HubError) -> Int {
    if !begun.isEmpty {
      let count = min(begun.count, buffer.count)
      buffer.copyBytes(from: begun.prefix(count))
      begun = begun.dropFirst(count)
      return count
    }
    let count = process.read(into: buffer)
    if count == 0 { try process.end(url) }
    return count
  }

  /// All of the body.
  /// - Throws: `unexpectedAnswer` if it is longer than `limit`.
  mutating func body(limit: Int) throws(HubError) -> [UInt8] {
    var body: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = try read(into: chunk)
      if count == 0 { return body }
      guard body.count + count <= limit else {
        throw .unexpectedAnswer(host: url.host, what: "more than \(ByteCount(limit))")
      }
      body += chunk[..<count]
    }
  }
}
