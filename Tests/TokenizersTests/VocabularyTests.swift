import Testing

@testable import Tokenizers

@Suite struct VocabularyTests {
  private func vocabulary(_ entries: [(String, Int32)]) -> Vocabulary {
    let bytes = entries.map { Array($0.0.utf8) }
    let copies = bytes.map { bytes in
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
      _ = copy.initialize(from: bytes)
      return UnsafeBufferPointer(copy)
    }
    defer { for copy in copies { copy.deallocate() } }
    return Vocabulary(count: entries.count) { (copies[$0], entries[$0].1) }
  }

  @Test func findsBothWays() {
    let vocabulary = vocabulary([("b", 7), ("a", 3), ("", 5), ("##ing", 900_000)])
    #expect(vocabulary.count == 4)
    #expect(vocabulary.largestID == 900_000)
    #expect(vocabulary.longestLength == 5)
    for (token, id) in [("b", 7), ("a", 3), ("", 5), ("##ing", 900_000)] as [(String, Int32)] {
      #expect(vocabulary.id(of: token) == id)
      #expect(vocabulary.token(of: id) == token)
    }
    #expect(vocabulary.id(of: "c") == nil)
    for id: Int32 in [0, 4, 6, 900_001, .max, -1] { #expect(vocabulary.token(of: id) == nil) }
  }

  @Test func canonicallyEquivalentTokensAreDifferent() {
    let vocabulary = vocabulary([("é", 0), ("e\u{301}", 1)])
    #expect(vocabulary.id(of: "é") == 0)
    #expect(vocabulary.id(of: "e\u{301}") == 1)
  }

  @Test func theLastOfEqualTokensAndOfEqualIDsCounts() {
    let tokens = vocabulary([("a", 0), ("b", 1), ("a", 2)])
    #expect(tokens.count == 2)
    #expect(tokens.id(of: "a") == 2)
    #expect(tokens.token(of: 0) == nil)
    let ids = vocabulary([("a", 0), ("b", 0)])
    #expect(ids.id(of: "a") == 0)
    #expect(ids.id(of: "b") == 0)
    #expect(ids.token(of: 0) == "b")
  }

  @Test func manyEntries() {
    let entries = (0..<5000).map { ("token\($0)", Int32(9999 - $0)) }
    let vocabulary = vocabulary(entries)
    #expect(entries.allSatisfy { vocabulary.id(of: $0.0) == $0.1 })
    #expect(entries.allSatisfy { vocabulary.token(of: $0.1) == $0.0 })
  }
}
