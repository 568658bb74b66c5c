import Foundation
import TestSupport

/// A hub that has the fixture `bert_base` as `org/bert_base`, and an empty cache.
struct HubFixture {
  let server: HubServer
  let folder: TemporaryFolder

  init() throws {
    let model = Fixtures.path("models/bert_base")
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: model) {
      files[name] = FileManager.default.contents(atPath: "\(model)/\(name)").map { Array($0) }
    }
    server = try HubServer("org/bert_base", files: files)
    folder = try TemporaryFolder()
  }

  var cache: String { folder.path + "/hub" }

  var environment: [String: String] {
    ["HF_HUB_CACHE": cache, "HF_HOME": folder.path, "HF_ENDPOINT": server.endpoint]
  }

  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> ProgramRun {
    try ProgramRun(
      arguments, input: Data(), environment: self.environment.merging(environment) { $1 })
  }

  func open(_ arguments: String..., environment: [String: String] = [:]) throws -> PseudoTerminal {
    try PseudoTerminal(
      ProgramRun.path, arguments, environment: self.environment.merging(environment) { $1 })
  }

  /// Where a model's files are when they are in the cache.
  func snapshot(_ id: String) -> String {
    "\(cache)/models--\(id.replacing("/", with: "--"))/snapshots/\(HubServer.commit)"
  }

  /// Puts a folder of a model into the cache under another name, as plain files.
  @discardableResult
  func copy(_ fixture: String, as id: String) throws -> String {
    let snapshot = snapshot(id)
    let repository = URL(fileURLWithPath: snapshot).deletingLastPathComponent()
      .deletingLastPathComponent()
    for name in ["refs", "snapshots"] {
      try FileManager.default.createDirectory(
        at: repository.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try Data(HubServer.commit.utf8).write(to: repository.appendingPathComponent("refs/main"))
    try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: snapshot)
    return snapshot
  }
}
