import Dispatch
import Glibc

/// A port of this machine, on which connections are answered each in a thread of its own.
final class Listener: Sendable {
  let port: Int
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw HarnessError(call: "bind") }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  func start(_ answer: @escaping @Sendable (Connection) -> Void) {
    DispatchQueue(label: "listener \(port)").async { [descriptor] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else {
          if errno == EINTR || errno == ECONNABORTED { continue }
          close(descriptor)
          return
        }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        DispatchQueue(label: "connection").async { answer(Connection(connection)) }
      }
    }
  }

  func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// One request and its answer.
final class Connection {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Reads up to the empty line. Nil for what is no request.
  func request(isToFileServer: Bool) -> HubServer.Request? {
    var bytes: [UInt8] = []
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      var byte: UInt8 = 0
      guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    var path = words[1]
    // A whole address is what a proxy gets.
    let isProxied = path.hasPrefix("http://")
    if isProxied { path = path.dropFirst(7).drop { $0 != "/" } }
    return HubServer.Request(
      isToFileServer: isToFileServer, isProxied: isProxied, method: String(words[0]),
      path: String(path), headers: headers)
  }

  /// - Parameter cut: After so many bytes of the body the connection ends.
  func send(
    status: Int, _ headers: [String: String] = [:], _ body: [UInt8] = [], cut: Int? = nil
  ) {
    var headers = headers
    headers["Connection"] = "close"
    headers["Content-Length"] = headers["Content-Length"] ?? "\(body.count)"
    let head = "HTTP/1.1 \(status) Status\r\n" + headers.map { "\($0): \($1)\r\n" }.joined()
    var rest = (Array("\(head)\r\n".utf8) + body.prefix(cut ?? body.count))[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
    // Whoever else may have inherited it: this is the end.
    shutdown(descriptor, Int32(SHUT_WR))
  }
}
