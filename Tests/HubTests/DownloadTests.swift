import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// Downloads from a hub on this machine.
@Suite struct DownloadTests {
  private let fixture: DownloadFixture
  private var server: HubServer { fixture.server }
  private let weights = DownloadFixture.files["model.safetensors"]!

  init() throws { fixture = try DownloadFixture() }

  @Test func theCacheIsAsHuggingfaceHubLaysItOut() throws {
    let snapshot = try fixture.pull()
    let folder = "models--org--name"
    let small = ["config.json", "tokenizer.json"]
    var expected = ["\(folder)/refs/main": HubServer.sha256(Array(HubServer.commit.utf8))]
    for (name, bytes) in DownloadFixture.files where small.contains(name) || bytes == weights {
      let etag = bytes == weights ? HubServer.sha256(bytes) : HubServer.gitHash(bytes)
      expected["\(folder)/snapshots/\(HubServer.commit)/\(name)"] = "→ ../../blobs/\(etag)"
      expected["\(folder)/blobs/\(etag)"] = HubServer.sha256(bytes)
      expected[".locks/\(folder)/\(etag).lock"] = HubServer.sha256([])
    }
    #expect(fixture.contents == expected)
    #expect(snapshot.path == "\(fixture.cache.path)/\(folder)/snapshots/\(HubServer.commit)")
    let main = try fixture.cache.snapshot(of: fixture.id)
    #expect(main == snapshot)
    try main.requireComplete(CacheFixture.parts)
  }

  @Test func theTokenGoesToTheHubOnly() throws {
    try fixture.pull("main", ["HF_TOKEN": "hf_secret"])
    let requests = server.requests
    #expect(requests.count == 5)
    for request in requests {
      #expect(
        request.headers["authorization"] == (request.isToFileServer ? nil : "Bearer hf_secret"),
        "\(request)")
      #expect(
        !request.isToFileServer
          || !(request.path + request.headers.values.joined()).contains("secret"))
    }
    #expect(requests.filter(\.isToFileServer).map(\.file) == ["model.safetensors"])
  }

  @Test func whatIsThereIsNotAskedForAgain() throws {
    try fixture.pull()
    let count = server.requests.count
    var last: [FileProgress] = []
    try fixture.pull { last = $0 }
    #expect(server.requests.count == count + 1)
    #expect(last.allSatisfy { if case .present = $0.state { true } else { false } })
    #expect(try fixture.plan().missingSize(in: fixture.cache) == 0)
  }

  /// Another program may have been cut off, or a disk failed.
  @Test(arguments: ["model.safetensors", "config.json"], [true, false])
  func wrongBytesOfTheRightLengthAreDownloadedAnew(_ file: String, _ isLinked: Bool) throws {
    try fixture.pull()
    let right = try #require(FileManager.default.contents(atPath: fixture.blob(file)))
    try Data(right.map { $0 ^ 0xFF }).write(to: URL(fileURLWithPath: fixture.blob(file)))
    if !isLinked {
      try FileManager.default.removeItem(
        atPath: fixture.cache.path + "/models--org--name/snapshots")
    }
    try fixture.pull()
    #expect(FileManager.default.contents(atPath: fixture.blob(file)) == right)
    try fixture.cache.snapshot(of: fixture.id).requireComplete(CacheFixture.parts)
  }

  @Test func aBlobOfAnotherCommitIsLinked() throws {
    try fixture.pull()
    try FileManager.default.removeItem(
      atPath: fixture.cache.path + "/models--org--name/snapshots")
    let count = server.requests.count
    try fixture.pull()
    #expect(server.requests.count == count + 1)
    try fixture.cache.snapshot(of: fixture.id).requireComplete(CacheFixture.parts)
  }

  @Test func aTagIsNotedAndACommitNeedsNoNote() throws {
    try fixture.pull("v1")
    try fixture.pull(HubServer.commit)
    let references = fixture.contents.keys.filter { $0.contains("/refs/") }
    #expect(references == ["models--org--name/refs/v1"])
    #expect(
      try fixture.cache.snapshot(of: fixture.id, revision: Revision("v1")!).commit
        == HubServer.commit)
  }

  @Test func aDownloadGoesOnWhereItEnded() throws {
    try fixture.leave(weights.prefix(100_000), of: "model.safetensors")
    #expect(try fixture.plan().missingSize(in: fixture.cache) == 200_000 + 21 + 6)
    try fixture.pull()
    let ranges = server.requests(for: "model.safetensors").map { $0.headers["range"] }
    #expect(ranges == ["bytes=100000-", "bytes=100000-"])
    #expect(
      FileManager.default.contents(atPath: fixture.blob("model.safetensors")) == Data(weights))
    #expect(!fixture.contents.keys.contains { $0.hasSuffix(".incomplete") })
  }

  @Test func whatHasComeWholeIsNotAskedForAgain() throws {
    try fixture.leave(weights, of: "model.safetensors")
    try fixture.pull()
    #expect(server.requests(for: "model.safetensors").isEmpty)
    #expect(
      FileManager.default.contents(atPath: fixture.blob("model.safetensors")) == Data(weights))
  }

  @Test func whatIsLongerThanTheFileIsThrownAway() throws {
    try fixture.leave(weights + [1, 2, 3], of: "model.safetensors")
    try fixture.pull()
    #expect(
      FileManager.default.contents(atPath: fixture.blob("model.safetensors")) == Data(weights))
  }

  @Test func cutConnectionsAreTakenUp() throws {
    server.fail("model.safetensors", .cutOff(after: 50_000), .cutOff(after: 0), .cutOff(after: 1))
    server.fail("tokenizer.json", .cutOff(after: 2))
    try fixture.pull()
    let ranges = server.requests(for: "model.safetensors").filter(\.isToFileServer)
      .map { $0.headers["range"] }
    #expect(ranges == [nil, "bytes=50000-", "bytes=50000-", "bytes=50001-"])
    #expect(
      FileManager.default.contents(atPath: fixture.blob("model.safetensors")) == Data(weights))
  }

  @Test func manyCutsWithProgressAreFine() throws {
    for _ in 0..<12 { server.fail("model.safetensors", .cutOff(after: 1000)) }
    try fixture.pull()
    #expect(
      FileManager.default.contents(atPath: fixture.blob("model.safetensors")) == Data(weights))
  }

  @Test func withoutProgressItGivesUp() throws {
    for _ in 0..<50 { server.fail("model.safetensors", .cutOff(after: 0)) }
    let error = #expect(throws: HubError.self) { try fixture.pull() }
    guard case .connection(_, 18, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("300000 bytes"))
    #expect(server.requests(for: "model.safetensors").filter(\.isToFileServer).count == 6)
    // The branch means nothing yet.
    #expect(!fixture.contents.keys.contains { $0.contains("/refs/") })
  }

  @Test func aServerWithoutPartsSendsAllOfIt() throws {
    try fixture.leave(weights.prefix(1000), of: "model.safetensors")
    server.fail("model.safetensors", .ignoredRange)
    try fixture.pull()
    #expect(
      FileManager.default.contents(atPath: fixture.blob("model.safetensors")) == Data(weights))
  }

  @Test func aRefusedPartIsAskedForFromTheBeginning() throws {
    try fixture.leave(weights.prefix(1000), of: "model.safetensors")
    server.fail("model.safetensors", .status(416))
    try fixture.pull()
    #expect(server.requests(for: "model.safetensors").last?.headers["range"] == nil)
    #expect(
      FileManager.default.contents(atPath: fixture.blob("model.safetensors")) == Data(weights))
  }

  @Test(arguments: ["model.safetensors", "config.json"])
  func wrongBytesAreRefusedAndRemoved(_ file: String) throws {
    server.fail(file, .wrongBytes)
    #expect(throws: HubError.wrongChecksum(file: file)) { try fixture.pull() }
    #expect(!FileManager.default.fileExists(atPath: fixture.blob(file)))
    #expect(!FileManager.default.fileExists(atPath: fixture.blob(file) + ".incomplete"))
    #expect(!fixture.contents.keys.contains { $0.hasSuffix("/" + file) })
    try fixture.pull()
    #expect(FileManager.default.fileExists(atPath: fixture.blob(file)))
  }

  @Test func aWrongBeginningIsDownloadedAnew() throws {
    try fixture.leave([UInt8](repeating: 0, count: 1000), of: "model.safetensors")
    try fixture.pull()
    let ranges = server.requests(for: "model.safetensors").filter(\.isToFileServer)
      .map { $0.headers["range"] }
    #expect(ranges == ["bytes=1000-", nil])
    #expect(
      FileManager.default.contents(atPath: fixture.blob("model.safetensors")) == Data(weights))
  }

  @Test func moreBytesThanAnnouncedAreRefused() throws {
    server.fail("model.safetensors", .tooManyBytes)
    #expect(throws: HubError.tooLong(file: "model.safetensors", expected: 300_000)) {
      try fixture.pull()
    }
    #expect(
      !FileManager.default.fileExists(atPath: fixture.blob("model.safetensors") + ".incomplete"))
  }

  @Test func aBusyServerIsAskedAgain() throws {
    server.fail("revision", .status(503), .status(429, headers: ["Retry-After": "0"]))
    server.fail("config.json", .status(500), .status(429, headers: ["Retry-After": "1"]))
    let start = ContinuousClock.now
    var wasPaused = false
    try fixture.pull {
      wasPaused = wasPaused || $0.contains { if case .paused = $0.state { true } else { false } }
    }
    #expect(wasPaused)
    #expect(ContinuousClock.now - start > .seconds(1))
    try fixture.cache.snapshot(of: fixture.id).requireComplete(CacheFixture.parts)
  }

  @Test func nobodyWaitsForAnHour() throws {
    server.fail("revision", .status(429, headers: ["Retry-After": "3600"]))
    let host = try fixture.client().host
    #expect(throws: HubError.tooManyRequests(host: host, retryAfter: 3600)) { try fixture.pull() }
    server.fail("revision", .status(502), .status(502), .status(502))
    #expect(throws: HubError.serverError(host: host, status: 502, retryAfter: nil)) {
      try fixture.pull()
    }
    #expect(server.requests.count == 4)
  }

  @Test func anErrorStopsTheOthers() throws {
    server.fail("config.json", .status(404, headers: ["X-Error-Code": "EntryNotFound"]))
    #expect(throws: HubError.noSuchFile("config.json", fixture.id)) { try fixture.pull() }
  }

  @Test func whatTheFileServerDoesNotHaveIsNamed() throws {
    server.fail("model.safetensors", .status(404))
    let error = #expect(throws: HubError.self) { try fixture.pull() }
    #expect(error?.description.hasSuffix("status 404 for model.safetensors") == true)
  }

  @Test func twoAtOnceDownloadEachFileOnce() throws {
    let second = Mutex<Result<Snapshot, any Error>?>(nil)
    let group = DispatchGroup()
    let (patience, isLocked) = (30.0, DispatchSemaphore(value: 0))
    let fixture = fixture
    server.fail(
      "model.safetensors",
      .delayed {
        DispatchQueue.global().async(group: group) {
          let result = Result {
            try fixture.pull { files in
              if files.contains(where: { if case .locked = $0.state { true } else { false } }) {
                isLocked.signal()
              }
            }
          }
          second.withLock { $0 = result }
        }
        // Until the other has found the file locked.
        #expect(isLocked.wait(timeout: .now() + patience) == .success)
      })
    let first = try fixture.pull()
    #expect(group.wait(timeout: .now() + patience) == .success)
    let other = try #require(second.withLock { $0 }).get()
    #expect(other == first)
    #expect(server.requests(for: "model.safetensors").filter(\.isToFileServer).count == 1)
  }

  @Test func aFolderThatCannotBeWritten() throws {
    try Data().write(to: URL(fileURLWithPath: fixture.folder.path + "/hub"))
    let error = #expect(throws: HubError.self) { try fixture.pull() }
    guard case .cacheNotWritable(let path, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path.hasPrefix(fixture.cache.path))
  }
}
