import Attention
import Testing

@testable import Importers

@Suite struct TokenSpellingTests {
  /// Displays, with `+` before what goes on with a word and `*` before special tokens.
  private func spelled(_ tokens: String...) -> [String] {
    Token.spelled(tokens).map {
      ($0.continuesWord ? "+" : $0.isSpecial ? "*" : "") + $0.display
    }
  }

  @Test func marksAreRead() {
    #expect(
      spelled("[CLS]", "un", "##do", "##", "[SEP]") == ["*[CLS]", "un", "+do", "##", "*[SEP]"])
    #expect(
      spelled("<|endoftext|>", "The", "Ġcaf", "Ã©", "s", ".", "Ċ")
        == ["*<|endoftext|>", "The", " caf", "+é", "+s", ".", "\n"])
    #expect(spelled("<s>", "▁the", "re", "▁", "</s>") == ["*<s>", " the", "+re", " ", "*</s>"])
    #expect(spelled("the", "re</w>", "is</w>") == ["the", "+re", "is"])
    #expect(spelled(" the", "re", ",", " is") == [" the", "+re", ",", " is"])
    #expect(spelled("the", "re", "[MASK]") == ["the", "re", "[MASK]"])
  }
}
