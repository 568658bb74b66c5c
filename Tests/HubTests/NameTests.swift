import Testing

@testable import Hub

@Suite struct ModelIDTests {
  @Test(arguments: [
    "gpt2", "bert-base-uncased", "google/t5-v1_1-small", "01-ai/Yi-1.5-6B", "a", "_x/y_",
    "sentence-transformers/all-MiniLM-L6-v2",
  ])
  func isAModelsName(_ text: String) throws {
    let id = try #require(ModelID(text))
    #expect(id.description == text)
    #expect(ModelID(folder: id.folder) == id)
  }

  @Test(arguments: [
    "", "/", "a/", "/a", "a/b/c", "..", "../..", "../../etc", "a/..", ".hidden", "a..b", "a--b",
    "a/b.git", "-a", "a-", "a.", "~/model", "/tmp/model", "./model", "a b", "a\nb", "a\0", "é",
    "a/ b", "a?b", "a%2e", "models/\u{1B}[31m",
  ])
  func isNone(_ text: String) {
    #expect(ModelID(text) == nil)
  }

  @Test func aNameIsAtMost96Long() {
    #expect(ModelID(String(repeating: "a", count: 96)) != nil)
    #expect(ModelID(String(repeating: "a", count: 97)) == nil)
  }

  @Test func foldersOfOtherKindsAreNoModels() {
    #expect(ModelID(folder: "models--org--name")?.description == "org/name")
    #expect(ModelID(folder: "models--gpt2")?.description == "gpt2")
    for folder in ["datasets--org--name", ".locks", "models--", "models--a--b--c", "models--.."] {
      #expect(ModelID(folder: folder) == nil, "\(folder)")
    }
  }

  @Test func theNameFollowsTheOrganisation() {
    #expect(ModelID("org/name")?.name == "name")
    #expect(ModelID("gpt2")?.name == "gpt2")
  }
}

@Suite struct RevisionTests {
  @Test(arguments: ["main", "v1.0", "refs/pr/1", "feature/x", "0123456789abcdef", "ü"])
  func isARevision(_ text: String) {
    #expect(Revision(text)?.description == text)
  }

  @Test(arguments: [
    "", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/", ".x", "a/.b", "a b", "a\n", "a\0b",
  ])
  func isNone(_ text: String) {
    #expect(Revision(text) == nil)
  }

  @Test func hashesAreHexadecimal() {
    #expect(Revision("abcd")?.isCommitPrefix == true)
    #expect(Revision("abc")?.isCommitPrefix == false)
    #expect(Revision("main")?.isCommitPrefix == false)
    #expect(String(repeating: "a", count: 40).isCommitHash)
    #expect(!String(repeating: "A", count: 40).isCommitHash)
    #expect(!String(repeating: "a", count: 41).isCommitHash)
  }
}

@Suite struct ByteCountTests {
  @Test(arguments: [
    (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"),
    (9949, "9.9 kB"), (9950, "10 kB"), (440_449_768, "440 MB"), (999_499, "999 kB"),
    (999_500, "1.0 MB"), (1_340_000_000, "1.3 GB"), (5_000_000_000_000_000, "5000 TB"),
  ])
  func roundsToTwoOrThreeDigits(_ count: Int, _ text: String) {
    #expect(ByteCount(count).description == text)
  }
}

@Suite struct ContentHashTests {
  private func isRight(_ text: String, _ etag: String) -> Bool? {
    let bytes = Array(text.utf8)
    guard var hash = ContentHash(etag: etag, size: bytes.count) else { return nil }
    // In two pieces, and again: a hash that was asked begins anew.
    for _ in 0..<2 {
      for half in [bytes.prefix(2), bytes.dropFirst(2)] {
        half.withUnsafeBytes { hash.update($0) }
      }
      guard hash.isRight() else { return false }
    }
    return true
  }

  @Test func largeFilesHaveTheirSHA256() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(isRight("abc", abc) == true)
    #expect(isRight("abd", abc) == false)
    #expect(
      isRight("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") == true)
  }

  @Test func smallFilesHaveTheHashOfGit() {
    #expect(isRight("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a") == true)
    #expect(isRight("hello!", "ce013625030ba8dba906f756967f9e9ca394464a") == false)
    #expect(isRight("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391") == true)
  }

  @Test(arguments: ["", "abc", "../../../../etc/passwd", String(repeating: "g", count: 64)])
  func otherNamesAreNoChecksums(_ etag: String) {
    #expect(isRight("abc", etag) == nil)
  }
}
