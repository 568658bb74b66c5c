import Cnettle
import Dispatch
import Glibc
import Synchronization

/// A hub with one model: on one port it answers as huggingface.co does, on another lie the large files.
public final class HubServer: Sendable {
  public static let commit = "0123456789abcdef0123456789abcdef01234567"

  /// What a client has sent.
  public struct Request: Sendable {
    /// Whether it came to the port of the large files.
    public let isToFileServer: Bool
    /// Whether it was for another server, to which the hub was asked to pass it on.
    public let isProxied: Bool
    public let method: String
    /// With the query.
    public let path: String
    /// By name in small letters.
    public let headers: [String: String]

    /// The last part of the path.
    public var file: String {
      String(path.prefix { $0 != "?" }.split(separator: "/").last ?? "")
    }
  }

  /// What goes wrong with a request.
  public enum Fault: Sendable {
    case status(Int, headers: [String: String] = [:])
    /// The connection ends after so many bytes of the body, whatever was announced.
    case cutOff(after: Int)
    /// The length is right, and the bytes are others.
    case wrongBytes
    /// More bytes than the file has.
    case tooManyBytes
    /// All of the file, although a part was asked for.
    case ignoredRange
    /// Something is done before the answer.
    case delayed(@Sendable () -> Void)
  }

  /// What the hub is like. Changes count for the requests to come.
  public struct Behavior: Sendable {
    public var id: String
    public var files: [String: [UInt8]]
    public var modelType: String? = "bert"
    /// Only who brings this token may read.
    public var token: String?
    /// Whether there is a page to ask for access, rather than nothing that one may know of.
    public var isGated = false
    /// Whether the list of files has sizes and checksums.
    public var listsBlobs = true
    /// The name that the model had, which redirects to the new one.
    public var oldID: String?
    /// By file; the list is called `revision`.
    public var faults: [String: [Fault]] = [:]
  }

  public let behavior: Mutex<Behavior>
  private let log = Mutex<[Request]>([])
  private let hub: Listener
  private let fileServer: Listener

  public init(_ id: String, files: [String: [UInt8]]) throws {
    behavior = Mutex(Behavior(id: id, files: files))
    hub = try Listener()
    fileServer = try Listener()
    for listener in [hub, fileServer] {
      let isFileServer = listener === fileServer
      listener.start { [weak self] connection in
        self?.answer(connection, isFileServer: isFileServer)
      }
    }
  }

  deinit {
    hub.stop()
    fileServer.stop()
  }

  public var endpoint: String { "http://127.0.0.1:\(hub.port)" }
  public var requests: [Request] { log.withLock { $0 } }

  /// The requests for one file, to either port.
  public func requests(for file: String) -> [Request] { requests.filter { $0.file == file } }

  /// Lets the next requests for the contents of a file fail, one after the other.
  public func fail(_ file: String, _ faults: Fault...) {
    behavior.withLock { $0.faults[file, default: []] += faults }
  }

  // MARK: Answers

  private func answer(_ connection: Connection, isFileServer: Bool) {
    guard let request = connection.request(isToFileServer: isFileServer) else { return }
    log.withLock { $0.append(request) }
    let behavior = behavior.withLock { $0 }
    let parts = request.path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
    if let oldID = behavior.oldID, request.path.contains("/\(oldID)/") {
      let location = request.path.replacing("/\(oldID)/", with: "/\(behavior.id)/")
      return connection.send(status: 307, ["Location": location])
    }
    if let token = behavior.token, !isFileServer,
      request.headers["authorization"] != "Bearer \(token)"
    {
      let code = behavior.isGated ? "GatedRepo" : "RepoNotFound"
      return connection.send(status: 401, ["X-Error-Code": code])
    }
    if request.path.hasPrefix("/api/models/\(behavior.id)/revision/"), parts.count > 4 {
      answerList(connection, behavior, revision: parts.last ?? "")
    } else if request.path.hasPrefix("/\(behavior.id)/resolve/"),
      let contents = behavior.files[request.file]
    {
      answerFile(connection, request, contents)
    } else {
      let isKnown = request.path.contains("/\(behavior.id)/")
      connection.send(
        status: 404, ["X-Error-Code": isKnown ? "EntryNotFound" : "RepoNotFound"])
    }
  }

  private func answerList(_ connection: Connection, _ behavior: Behavior, revision: String) {
    if let fault = takeFault("revision"), !apply(fault, connection) { return }
    guard ["main", "v1", Self.commit].contains(revision) else {
      return connection.send(status: 404, ["X-Error-Code": "RevisionNotFound"])
    }
    let files = behavior.files.keys.sorted().map { name in
      let contents = behavior.files[name] ?? []
      var entry = "{\"rfilename\":\"\(name)\""
      if behavior.listsBlobs {
        entry += ",\"size\":\(contents.count),\"blobId\":\"\(Self.gitHash(contents))\""
        if Self.isLarge(name) {
          entry +=
            ",\"lfs\":{\"sha256\":\"\(Self.sha256(contents))\",\"size\":\(contents.count)}"
        }
      }
      return entry + "}"
    }
    let type = behavior.modelType.map { "{\"model_type\":\"\($0)\"}" } ?? "null"
    let list =
      "{\"id\":\"\(behavior.id)\",\"sha\":\"\(Self.commit)\",\"config\":\(type),"
      + "\"siblings\":[\(files.joined(separator: ","))]}"
    connection.send(status: 200, ["Content-Type": "application/json"], Array(list.utf8))
  }

  private func answerFile(_ connection: Connection, _ request: Request, _ contents: [UInt8]) {
    let isLarge = Self.isLarge(request.file)
    let etag = isLarge ? Self.sha256(contents) : Self.gitHash(contents)
    if isLarge, !request.isToFileServer {
      return connection.send(
        status: 302,
        [
          "Location": "http://127.0.0.1:\(fileServer.port)\(request.path)?signature=1",
          "X-Repo-Commit": Self.commit, "X-Linked-Etag": "\"\(etag)\"",
          "X-Linked-Size": "\(contents.count)",
        ])
    }
    var headers = ["ETag": "\"\(etag)\"", "X-Repo-Commit": Self.commit]
    guard request.method == "GET" else {
      headers["Content-Length"] = "\(contents.count)"
      return connection.send(status: 200, headers)
    }
    let range = request.headers["range"]?.dropFirst("bytes=".count).prefix { $0 != "-" }
    var start = range.flatMap { Int($0) } ?? 0
    var body = contents
    var cut: Int?
    switch takeFault(request.file) {
    case .cutOff(let count): cut = count
    case .wrongBytes: body = body.map { $0 ^ 0xFF }
    case .tooManyBytes: body += [0]
    case .ignoredRange: start = 0
    case let fault?: if !apply(fault, connection) { return }
    case nil: break
    }
    if start > 0 {
      headers["Content-Range"] = "bytes \(start)-\(body.count - 1)/\(body.count)"
    }
    connection.send(
      status: start > 0 ? 206 : 200, headers, Array(body[min(start, body.count)...]), cut: cut)
  }

  private func takeFault(_ file: String) -> Fault? {
    behavior.withLock { behavior in
      guard let faults = behavior.faults[file], !faults.isEmpty else { return nil }
      return behavior.faults[file]?.removeFirst()
    }
  }

  /// - Returns: Whether to answer as usual after that.
  private func apply(_ fault: Fault, _ connection: Connection) -> Bool {
    switch fault {
    case .status(let status, let headers):
      connection.send(status: status, headers)
      return false
    case .delayed(let action):
      action()
      return true
    case .cutOff:
      return false
    case .wrongBytes, .tooManyBytes, .ignoredRange:
      return true
    }
  }

  // MARK: Checksums

  /// Whether the hub keeps the file elsewhere.
  private static func isLarge(_ name: String) -> Bool {
    [".safetensors", ".bin", ".model"].contains { name.hasSuffix($0) }
  }

  public static func sha256(_ bytes: [UInt8]) -> String {
    var context = sha256_ctx()
    nettle_sha256_init(&context)
    nettle_sha256_update(&context, bytes.count, bytes)
    var digest = [UInt8](repeating: 0, count: 32)
    cnettle_sha256_digest(&context, &digest)
    return hexadecimal(digest)
  }

  /// The name that git gives the contents.
  public static func gitHash(_ bytes: [UInt8]) -> String {
    let blob = Array("blob \(bytes.count)\0".utf8) + bytes
    var context = sha1_ctx()
    nettle_sha1_init(&context)
    nettle_sha1_update(&context, blob.count, blob)
    var digest = [UInt8](repeating: 0, count: 20)
    cnettle_sha1_digest(&context, &digest)
    return hexadecimal(digest)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
