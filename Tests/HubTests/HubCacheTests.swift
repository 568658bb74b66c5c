import Foundation
import TestSupport
import Testing

@testable import Hub

/// A cache as huggingface_hub leaves it.
struct CacheFixture {
  let folder: TemporaryFolder
  let id = ModelID("org/name")!
  let cache: HubCache

  static let first = "aaaa" + String(repeating: "1", count: 36)
  static let second = "aaaa" + String(repeating: "2", count: 36)
  static let parts = ModelParts(
    required: ["config.json"], optional: ["tokenizer.json"],
    weights: [
      ("model.safetensors", "model.safetensors.index.json"),
      ("pytorch_model.bin", "pytorch_model.bin.index.json"),
    ])

  init() throws {
    folder = try TemporaryFolder()
    cache = HubCache(path: folder.path)
  }

  var path: String { "\(folder.path)/models--org--name" }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// A file of a snapshot, as a link to a blob.
  func link(_ name: String, _ text: String?, commit: String = first) throws {
    let blob = HubServer.gitHash(Array(name.utf8))
    if let text { try write(text, to: "blobs/\(blob)") }
    let folder = "\(path)/snapshots/\(commit)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/\(name)", withDestinationPath: "../../blobs/\(blob)")
  }

  func requireComplete() throws(HubError) {
    try cache.snapshot(of: id).requireComplete(Self.parts)
  }
}

@Suite struct HubCacheTests {
  private let fixture: CacheFixture
  private var cache: HubCache { fixture.cache }
  private var id: ModelID { fixture.id }

  init() throws { fixture = try CacheFixture() }

  @Test func aBranchStandsForItsCommit() throws {
    try fixture.write(CacheFixture.first, to: "refs/main")
    try fixture.write(CacheFixture.second + "\n", to: "refs/pr/1")
    try fixture.link("config.json", "{}")
    try fixture.link("config.json", nil, commit: CacheFixture.second)
    #expect(try cache.snapshot(of: id).commit == CacheFixture.first)
    #expect(
      try cache.snapshot(of: id, revision: #require(Revision("pr/1"))).commit
        == CacheFixture.second)
    #expect(try cache.snapshots().map(\.revision) == ["main", "pr/1"])
    #expect(try cache.snapshots().map(\.size) == [2, 2])
    try fixture.write("{}", to: "snapshots/\(CacheFixture.second)/onnx/quantised/config.json")
    try FileManager.default.createSymbolicLink(
      atPath: "\(fixture.path)/snapshots/\(CacheFixture.second)/circle", withDestinationPath: ".")
    #expect(try cache.snapshots().map(\.size) == [2, 4])
  }

  @Test func aCommitIsKnownByItsBeginning() throws {
    try fixture.link("config.json", "{}")
    try fixture.link("config.json", nil, commit: CacheFixture.second)
    func commit(_ text: String) throws -> String {
      try cache.snapshot(of: id, revision: #require(Revision(text))).commit
    }
    #expect(try commit("aaaa1") == CacheFixture.first)
    #expect(try commit(CacheFixture.second) == CacheFixture.second)
    #expect(
      throws: HubError.ambiguousRevision(
        Revision("aaaa")!, id, commits: [CacheFixture.first, CacheFixture.second])
    ) { try commit("aaaa") }
    #expect(
      throws: HubError.revisionNotCached(
        Revision("bbbb")!, id, cached: ["aaaa1111", "aaaa2222"])
    ) { try commit("bbbb") }
  }

  @Test func whatIsNotThereIsNotCached() throws {
    #expect(throws: HubError.notCached(id, cache: cache.path)) { try cache.snapshot(of: id) }
    #expect(try cache.snapshots().isEmpty)
    #expect(try HubCache(path: "/no/such/cache").snapshots().isEmpty)
    // Left by a download that never got to the first file.
    try fixture.write("x", to: "blobs/x.incomplete")
    #expect(throws: HubError.notCached(id, cache: cache.path)) { try cache.snapshot(of: id) }
  }

  @Test(arguments: ["", "../../../../etc", "main", "AAAA", String(repeating: "a", count: 41)])
  func aReferenceIsACommit(_ text: String) throws {
    try fixture.write(text, to: "refs/main")
    try fixture.link("config.json", "{}")
    #expect(throws: HubError.malformedReference(path: fixture.path + "/refs/main")) {
      try cache.snapshot(of: id)
    }
    #expect(try cache.snapshots().map(\.revision) == ["aaaa1111"])
  }

  @Test func otherThingsInTheCacheAreNoModels() throws {
    for name in ["datasets--org--name", ".locks", "blobs", "models--..", "models--a--b--c"] {
      try FileManager.default.createDirectory(
        atPath: "\(cache.path)/\(name)/snapshots/\(CacheFixture.first)",
        withIntermediateDirectories: true)
    }
    #expect(try cache.modelIDs().isEmpty)
    try fixture.link("config.json", "{}")
    try fixture.write("", to: "snapshots/.DS_Store")
    #expect(try cache.snapshots().map(\.id) == [id])
  }

  // MARK: Completeness

  @Test func linksAndPlainFilesAreComplete() throws {
    try fixture.write(CacheFixture.first, to: "refs/main")
    try fixture.link("config.json", "{}")
    try fixture.link("model.safetensors", "weights")
    try fixture.requireComplete()
    let other = try CacheFixture()
    try other.write(CacheFixture.first, to: "refs/main")
    try other.write("{}", to: "snapshots/\(CacheFixture.first)/config.json")
    try other.write("weights", to: "snapshots/\(CacheFixture.first)/pytorch_model.bin")
    try other.requireComplete()
  }

  private func expectMissing(
    _ missing: [String], isCutOff: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      throws: HubError.incomplete(id, revision: "main", missing: missing, isCutOff: isCutOff),
      sourceLocation: sourceLocation
    ) { try fixture.requireComplete() }
  }

  @Test func missingFilesAreNamed() throws {
    try fixture.write(CacheFixture.first, to: "refs/main")
    expectMissing(["config.json", "model.safetensors"])
    try fixture.link("config.json", "{}")
    expectMissing(["model.safetensors"])
    try fixture.link("pytorch_model.bin", nil)
    expectMissing(["pytorch_model.bin"])
    try fixture.link("tokenizer.json", nil)
    try fixture.write("half", to: "blobs/abc.incomplete")
    expectMissing(["pytorch_model.bin", "tokenizer.json"], isCutOff: true)
  }

  @Test func missingShardsAreNamed() throws {
    try fixture.write(CacheFixture.first, to: "refs/main")
    try fixture.link("config.json", "{}")
    try fixture.link(
      "model.safetensors.index.json", #"{"weight_map":{"a":"one.bin","b":"two.bin","c":"one.bin"}}"#
    )
    expectMissing(["one.bin", "two.bin"])
    try fixture.link("one.bin", "1")
    expectMissing(["two.bin"])
    try fixture.link("two.bin", "2")
    try fixture.requireComplete()
  }

  @Test(arguments: [
    "../../../../etc/passwd", "/etc/passwd", "..", "", "a/b", "x\u{1B}[31m", ".hidden",
  ])
  func anIndexNamesFilesOfItsFolder(_ name: String) throws {
    try fixture.write(CacheFixture.first, to: "refs/main")
    try fixture.link("config.json", "{}")
    let text = try String(
      decoding: JSONSerialization.data(withJSONObject: ["weight_map": ["a": name]]), as: UTF8.self)
    try fixture.link("model.safetensors.index.json", text)
    #expect(throws: HubError.unsafeFileName(name, id)) { try fixture.requireComplete() }
  }

  @Test(arguments: ["{}", "[]", #"{"weight_map":[]}"#, #"{"weight_map":{"a":1}}"#])
  func anIndexSaysWhereWeightsAre(_ text: String) throws {
    try fixture.write(CacheFixture.first, to: "refs/main")
    try fixture.link("config.json", "{}")
    try fixture.link("model.safetensors.index.json", text)
    #expect(throws: HubError.malformedIndex("model.safetensors.index.json", id)) {
      try fixture.requireComplete()
    }
  }
}
