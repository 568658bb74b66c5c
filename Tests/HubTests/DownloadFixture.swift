import Foundation
import Synchronization
import TestSupport

@testable import Hub

/// A hub with a model, and an empty cache.
struct DownloadFixture: Sendable {
  let server: HubServer
  let folder: TemporaryFolder
  let id: ModelID
  let cache: HubCache

  static let files: [String: [UInt8]] = [
    "config.json": Array(#"{"model_type":"bert"}"#.utf8),
    "tokenizer.json": Array("tokens".utf8),
    "model.safetensors": weights(300_000),
    "README.md": Array("read me".utf8),
    "tf_model.h5": Array("other weights".utf8),
  ]

  static func weights(_ count: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: 7)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  init(_ id: String = "org/name", files: [String: [UInt8]] = files) throws {
    server = try HubServer(id, files: files)
    folder = try TemporaryFolder()
    self.id = ModelID(id)!
    cache = HubCache(path: folder.path + "/hub")
  }

  func client(_ variables: [String: String] = [:]) throws(HubError) -> HubClient {
    let all = ["HF_ENDPOINT": server.endpoint, "HF_HOME": folder.path].merging(variables) { $1 }
    var client = try HubClient(HubSettings { all[$0] })
    client.firstDelay = .milliseconds(1)
    return client
  }

  func plan(
    _ revision: String = "main", _ variables: [String: String] = [:]
  ) throws -> DownloadPlan {
    try client(variables).plan(id, Revision(revision)!, CacheFixture.parts)
  }

  @discardableResult
  func pull(
    _ revision: String = "main", _ variables: [String: String] = [:],
    watch: ([FileProgress]) -> Void = { _ in }
  ) throws -> Snapshot {
    let client = try client(variables)
    let plan = try client.plan(id, Revision(revision)!, CacheFixture.parts)
    return try ModelDownload(plan, into: cache, client: client).run(watch: watch)
  }

  /// The cache's files by path, links with what they lead to.
  var contents: [String: String] {
    var contents: [String: String] = [:]
    let paths = FileManager.default.enumerator(atPath: cache.path)?.compactMap { $0 as? String }
    for path in paths ?? [] {
      let full = "\(cache.path)/\(path)"
      if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: full) {
        contents[path] = "→ \(target)"
      } else if let data = FileManager.default.contents(atPath: full) {
        contents[path] = HubServer.sha256(Array(data))
      }
    }
    return contents
  }

  /// The path of a file's blob in the cache, by its checksum.
  func blob(_ file: String) -> String {
    let bytes = server.behavior.withLock { $0.files[file] ?? [] }
    let etag =
      file.hasSuffix(".safetensors") ? HubServer.sha256(bytes) : HubServer.gitHash(bytes)
    return "\(cache.path)/models--\(id.description.replacing("/", with: "--"))/blobs/\(etag)"
  }

  /// What a download that was cut off has left of a file.
  func leave(_ bytes: some Sequence<UInt8>, of file: String) throws {
    let path = blob(file) + ".incomplete"
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
