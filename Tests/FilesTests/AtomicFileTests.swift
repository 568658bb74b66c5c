import Files
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  private let folder: TemporaryFolder
  private let files = FileManager.default

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, to name: String) throws(FileError) {
    let file = try AtomicFile(path: "\(folder.path)/\(name)")
    try file.write(text)
    try file.commit()
  }

  private func text(of name: String) throws -> String {
    try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
  }

  private func permissions(of name: String) throws -> Int {
    let attributes = try files.attributesOfItem(atPath: "\(folder.path)/\(name)")
    return try #require(attributes[.posixPermissions] as? Int)
  }

  private func link(_ name: String, to target: String) throws {
    try files.createSymbolicLink(
      atPath: "\(folder.path)/\(name)", withDestinationPath: target)
  }

  @Test func withoutACommitNothingIsLeft() throws {
    do {
      let file = try AtomicFile(path: "\(folder.path)/text")
      try file.write("half")
      #expect(try files.contentsOfDirectory(atPath: folder.path).count == 1)
    }
    #expect(try files.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func whatIsReplacedKeepsItsPermissions() throws {
    try write("old", to: "secret")
    try files.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: "\(folder.path)/secret")
    try write("new", to: "secret")
    #expect(try text(of: "secret") == "new")
    #expect(try permissions(of: "secret") == 0o600)
  }

  @Test func aLinkStaysALink() throws {
    try files.createDirectory(
      atPath: "\(folder.path)/data", withIntermediateDirectories: false)
    try write("old", to: "data/file")
    try link("second", to: "data/file")
    try link("first", to: "second")
    try write("new", to: "first")
    #expect(try text(of: "data/file") == "new")
    #expect(try files.destinationOfSymbolicLink(atPath: "\(folder.path)/first") == "second")
    #expect(try files.contentsOfDirectory(atPath: "\(folder.path)/data") == ["file"])
  }

  @Test func aLinkToNothingYetGetsItsFile() throws {
    try link("first", to: "later")
    try write("new", to: "first")
    #expect(try text(of: "later") == "new")
    #expect(try files.destinationOfSymbolicLink(atPath: "\(folder.path)/first") == "later")
  }

  @Test func aLinkThatLeadsInCirclesIsRefused() throws {
    try link("first", to: "second")
    try link("second", to: "first")
    #expect(throws: FileError.self) { try write("new", to: "first") }
  }
}
