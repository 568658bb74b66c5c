import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct ByteLevelTests {
  private func pieces(of text: String, _ settings: String) throws -> [String] {
    let json = "{\"type\": \"ByteLevel\", \(settings)}"
    return try Setting(FileBytes(Array(json.utf8))).preTokenizer().pieces(of: AlignedText(text))
      .map { String(String.UnicodeScalarView($0.scalars)) }
  }

  @Test func wordsTakeTheSpaceBefore() throws {
    func words(_ text: String) throws -> [String] {
      try pieces(of: text, #""add_prefix_space": false"#)
    }
    #expect(try words("I'm 12 years,  old") == ["I", "'m", "Ġ12", "Ġyears", ",", "Ġ", "Ġold"])
    #expect(try words("a\n\nb ") == ["a", "Ċ", "Ċ", "b", "Ġ"])
    #expect(try words("né") == ["nÃ©"])
    #expect(try words("") == [])
  }

  @Test func settings() throws {
    #expect(try pieces(of: "a b", #""add_prefix_space": true"#) == ["Ġa", "Ġb"])
    #expect(try pieces(of: " a", #""add_prefix_space": true"#) == ["Ġa"])
    #expect(
      try pieces(of: "a b", #""add_prefix_space": true, "use_regex": false"#) == ["ĠaĠb"])
  }

  @Test func everyByteHasItsCharacter() {
    let characters = ByteCharacter.characters
    #expect(Set(characters).count == 256)
    #expect(characters[0x20] == "Ġ" && characters[0x0A] == "Ċ" && characters[0xAD] == "Ń")
    let text = String(String.UnicodeScalarView(characters))
    #expect(ByteCharacter.bytes(of: text) == Array(0...255))
    #expect(ByteCharacter.bytes(of: "a b") == nil)
  }

  @Test(arguments: [
    ("Ġthe", " the"), ("Ċ", "\n"), ("nÃ©", "né"), ("Ã", "⟨C3⟩"), ("Ġâĸ", " ⟨E2 96⟩"),
    ("©Ġa", "⟨A9⟩ a"), ("▁the", "▁the"), ("", ""),
  ])
  func decoding(token: String, expected: String) {
    #expect(ByteLevelDecoder().decode(token) == expected)
  }

  @Test(arguments: [("roberta", "Ġ"), ("llama", "▁")])
  func wordsBeginWithTheMarkOfASpace(model: String, mark: Character) throws {
    let tokens = try Tokenizer(fixture: "models/\(model)").encode("The elephant sleeps").tokens
    let words = tokens.filter { !$0.isSpecial && !$0.continuesWord }
    #expect(words.count == 3)
    #expect(words.dropFirst().allSatisfy { $0.text.first == mark && $0.display.first == " " })
    #expect(!tokens.filter(\.continuesWord).isEmpty)
  }
}
