import Foundation
import TestSupport
import Testing

@testable import Hub

/// What the hub is asked before a download, and what its answers mean.
@Suite struct PlanTests {
  private let fixture: DownloadFixture
  private var server: HubServer { fixture.server }

  init() throws { fixture = try DownloadFixture() }

  private func expect(
    _ error: HubError, _ revision: String = "main", _ variables: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) {
      try fixture.plan(revision, variables)
    }
  }

  @Test func onlyWhatIsReadIsWanted() throws {
    let plan = try fixture.plan()
    #expect(plan.files.map(\.name) == ["config.json", "model.safetensors", "tokenizer.json"])
    #expect(plan.size == 300_000 + 21 + 6)
    #expect(plan.commit == HubServer.commit)
    #expect(plan.modelType == "bert")
    #expect(server.requests.map(\.path) == ["/api/models/org/name/revision/main?blobs=true"])
  }

  @Test func oldModelsHaveNoOrganisation() throws {
    let fixture = try DownloadFixture("gpt2")
    try fixture.pull()
    try fixture.cache.snapshot(of: ModelID("gpt2")!).requireComplete(CacheFixture.parts)
  }

  @Test func mirrorsThatListNamesAreAskedForEachFile() throws {
    server.behavior.withLock { $0.listsBlobs = false }
    let plan = try fixture.plan("main", ["HF_TOKEN": "hf_x"])
    let heads = server.requests.filter { $0.method == "HEAD" }
    #expect(heads.map(\.file) == ["config.json", "model.safetensors", "tokenizer.json"])
    #expect(heads.allSatisfy { !$0.isToFileServer })
    server.behavior.withLock { $0.listsBlobs = true }
    #expect(try plan.files == fixture.plan().files)
  }

  @Test func shardsAreTheIndexes() throws {
    let index = #"{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}"#
    let fixture = try DownloadFixture(files: [
      "config.json": Array("{}".utf8), "model.safetensors.index.json": Array(index.utf8),
      "model-1.safetensors": [1], "model-2.safetensors": [2, 2], "model-3.safetensors": [3],
      "pytorch_model.bin": [4],
    ])
    #expect(
      try fixture.plan().files.map(\.name) == [
        "config.json", "model-1.safetensors", "model-2.safetensors", "model.safetensors.index.json",
      ])
    try fixture.pull()
    try fixture.cache.snapshot(of: fixture.id).requireComplete(CacheFixture.parts)
  }

  @Test(arguments: ["../../etc/passwd", "model-9.safetensors"])
  func anIndexNamesFilesThatThereAre(_ name: String) throws {
    let fixture = try DownloadFixture(files: [
      "config.json": Array("{}".utf8),
      "model.safetensors.index.json": Array(#"{"weight_map":{"a":"\#(name)"}}"#.utf8),
    ])
    let isSafe = name.isPlainFileName
    #expect(
      throws: isSafe ? HubError.lacks(name, fixture.id) : .unsafeFileName(name, fixture.id)
    ) { try fixture.plan() }
  }

  @Test func aModelInGGUFIsAllThereIs() throws {
    let fixture = try DownloadFixture(files: [
      "README.md": [0], "m-Q8_0.gguf": [1], "mmproj-m-F16.gguf": [2],
    ])
    let plan = try fixture.plan()
    #expect(plan.files.map(\.name) == ["m-Q8_0.gguf"] && plan.isGGUF)
    #expect(try DownloadFixture().plan().isGGUF == false)
  }

  @Test func ofSeveralModelsInGGUFOneIsNamed() throws {
    let fixture = try DownloadFixture(files: [
      "config.json": Array("{}".utf8), "m-Q4_K_M.gguf": [1], "m-UD-Q4_K_M.gguf": [2],
      "m-Q8_0-00001-of-00002.gguf": [3], "m-Q8_0-00002-of-00002.gguf": [4], "m-IQ4_K.gguf": [5],
    ])
    func names(_ variant: String?) throws -> [String] {
      try fixture.client().plan(fixture.id, .main, CacheFixture.parts, variant: variant).files
        .map(\.name)
    }
    #expect(try names("q4_k_m") == ["m-Q4_K_M.gguf"])
    #expect(try names("UD-Q4_K_M") == ["m-UD-Q4_K_M.gguf"])
    #expect(try names("m-IQ4_K.gguf") == ["m-IQ4_K.gguf"])
    #expect(
      try names("Q8_0") == ["m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf"])
    let all = ["m-IQ4_K", "m-Q4_K_M", "m-Q8_0", "m-UD-Q4_K_M"]
    #expect(throws: HubError.severalGGUF(fixture.id, all)) { try names(nil) }
    #expect(throws: HubError.noGGUF("Q4_K", fixture.id, all)) { try names("Q4_K") }
  }

  @Test func olderWeightsDoToo() throws {
    let fixture = try DownloadFixture(files: [
      "config.json": Array("{}".utf8), "pytorch_model.bin": [4], "model.fp16.safetensors": [1],
    ])
    #expect(try fixture.plan().files.map(\.name) == ["config.json", "pytorch_model.bin"])
  }

  @Test func whatIsNoModelIsNotDownloaded() throws {
    server.behavior.withLock { $0.files["model.safetensors"] = nil }
    expect(
      .noWeights(
        fixture.id,
        lookedFor: [
          "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
          "pytorch_model.bin.index.json",
        ]))
    server.behavior.withLock { $0.files["config.json"] = nil }
    expect(.lacks("config.json", fixture.id))
  }

  @Test func aRenamedModelIsFound() throws {
    server.behavior.withLock { $0.oldID = "old-name" }
    let settings = HubSettings { ["HF_ENDPOINT": server.endpoint, "HF_TOKEN": "hf_x"][$0] }
    let client = try HubClient(settings)
    let plan = try client.plan(ModelID("old-name")!, .main, CacheFixture.parts)
    let snapshot = try ModelDownload(plan, into: fixture.cache, client: client).run { _ in }
    #expect(snapshot.path.contains("/models--old-name/snapshots/"))
    try snapshot.requireComplete(CacheFixture.parts)
    #expect(
      server.requests.filter { !$0.isToFileServer }
        .allSatisfy { $0.headers["authorization"] == "Bearer hf_x" })
  }

  @Test func aRevisionIsOneWordOfTheAddress() throws {
    expect(.noSuchRevision(Revision("refs/pr/1")!, fixture.id), "refs/pr/1")
    #expect(server.requests[0].path == "/api/models/org/name/revision/refs%2Fpr%2F1?blobs=true")
  }

  @Test func privateModelsLookAsIfTheyWereNot() throws {
    let host = try fixture.client().host
    server.behavior.withLock { $0.token = "hf_right" }
    expect(.noSuchModel(fixture.id, hub: host, hasToken: false))
    expect(.noSuchModel(fixture.id, hub: host, hasToken: true), "main", ["HF_TOKEN": "hf_wrong"])
    #expect(try fixture.plan("main", ["HF_TOKEN": "hf_right"]).files.count == 3)
  }

  @Test func restrictedModelsSayWhereToAsk() throws {
    server.behavior.withLock {
      $0.token = "hf_right"
      $0.isGated = true
    }
    let page = "\(server.endpoint)/org/name"
    expect(.gated(fixture.id, page: page, hasToken: false))
    expect(.gated(fixture.id, page: page, hasToken: true), "main", ["HF_TOKEN": "hf_other"])
  }

  @Test func otherRefusals() throws {
    let host = try fixture.client().host
    server.fail(
      "revision",
      .status(
        401, headers: ["X-Error-Message": "Invalid credentials in Authorization header"]))
    expect(.tokenRefused(source: "HF_TOKEN"), "main", ["HF_TOKEN": "hf_x"])
    server.fail("revision", .status(403, headers: ["X-Error-Message": "No."]))
    expect(.forbidden(fixture.id, reason: "No."))
    server.fail("revision", .status(400))
    expect(.unexpectedAnswer(host: host, what: "status 400"))
    server.fail("revision", .status(302, headers: ["Location": "file:///etc/passwd"]))
    expect(.unexpectedAnswer(host: host, what: "a redirect to no address"))
    server.fail(
      "revision", .status(302, headers: ["Location": "/api/models/org/name/revision/main"]))
    #expect(try fixture.plan().files.count == 3)
  }

  @Test func circlesEnd() throws {
    for _ in 0..<20 {
      server.fail(
        "revision", .status(302, headers: ["Location": "/api/models/org/name/revision/main"]))
    }
    let host = try fixture.client().host
    expect(.unexpectedAnswer(host: host, what: "too many redirects"))
  }

  @Test func whatIsNoHub() throws {
    server.behavior.withLock { $0.modelType = "\"" }
    let host = try fixture.client().host
    expect(.unexpectedAnswer(host: host, what: "no JSON; is HF_ENDPOINT a hub?"))
  }

  @Test func whoIsOfflineAsksNothing() throws {
    expect(.offline, "main", ["HF_HUB_OFFLINE": "1"])
    #expect(server.requests.isEmpty)
  }

  @Test func nobodyThere() throws {
    let error = #expect(throws: HubError.self) {
      try fixture.plan("main", ["HF_ENDPOINT": "http://127.0.0.1:1"])
    }
    guard case .connection("127.0.0.1:1", 7, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("connect"))
  }
}
