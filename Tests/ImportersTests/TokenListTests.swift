import Foundation
import Testing

@testable import Importers

@Suite struct TokenListTests {
  private func read(_ text: String) throws -> [String] {
    let url = FileManager.default.temporaryDirectory.appending(
      component: "tokens-\(UUID().uuidString)")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try TokenList.read(url.path)
  }

  @Test func aLineIsAToken() throws {
    #expect(try read("[CLS]\nthe\n##se\n[SEP]\n") == ["[CLS]", "the", "##se", "[SEP]"])
    #expect(try read("a\r\n b\r\n") == ["a", " b"])
    #expect(try read("a\n\nb") == ["a", "", "b"])
    #expect(try read("\u{FEFF}The\r\ncat\r\n") == ["The", "cat"])
  }

  @Test func aListIsAList() throws {
    #expect(try read(#" ["[CLS]", "\n", "é"]"#) == ["[CLS]", "\n", "é"])
    #expect(try read("\u{FEFF}" + #"["a"]"#) == ["a"])
    // No list of strings: lines.
    #expect(try read("[1, 2]") == ["[1, 2]"])
  }

  @Test func nothingIsNoList() {
    #expect(throws: ImportError.self) { try read("") }
  }
}
