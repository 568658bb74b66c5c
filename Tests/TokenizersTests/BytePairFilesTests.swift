import Files
import TestSupport
import Testing

@testable import Tokenizers

/// vocab.json and merges.txt.
@Suite struct BytePairFilesTests {
  private let vocabulary = """
    {"<s>": 0, "</s>": 1, "<unk>": 2, "<mask>": 3, "a": 4, "b": 5, "ab": 6, "Ġ": 7, "Ġa": 8}
    """
  private let merges = "#version: 0.2\na b\nĠ a\n"

  private func tokens(
    _ text: String, pair: String? = nil, _ configuration: String? = nil, merges: String? = nil
  ) throws -> [String] {
    var files = ["vocab.json": vocabulary, "merges.txt": merges ?? self.merges]
    files["tokenizer_config.json"] = configuration
    return try Tokenizer(ModelFiles(files)).encode(text, pair: pair).tokens.map(\.text)
  }

  @Test func gpt2() throws {
    let gpt2 = #""tokenizer_class": "GPT2Tokenizer""#
    #expect(try tokens("ab a", "{\(gpt2)}") == ["ab", "Ġa"])
    #expect(try tokens("a", "{\(gpt2), \"add_prefix_space\": true}") == ["Ġa"])
    #expect(
      try tokens("a", pair: "b", "{\(gpt2), \"add_bos_token\": true, \"bos_token\": \"<s>\"}")
        == ["<s>", "a", "b"])
  }

  @Test func roberta() throws {
    let named = #"{"tokenizer_class": "RobertaTokenizerFast"}"#
    for configuration in [named, nil] {
      #expect(try tokens("ab <mask>", configuration) == ["<s>", "ab", "<mask>", "</s>"])
      #expect(
        try tokens("a", pair: "b", configuration) == ["<s>", "a", "</s>", "</s>", "b", "</s>"])
    }
  }

  @Test func linesCanEndInCarriageReturns() throws {
    #expect(try tokens("ab a", merges: "a b\r\nĠ a") == ["<s>", "ab", "Ġa", "</s>"])
  }

  @Test func whatIsWrong() {
    #expect(
      throws: TokenizerError.wrongValue(
        file: "merges.txt", place: "line 2", expected: "two tokens", found: "\"ab\"")
    ) { try tokens("a", merges: "a b\nab") }
    #expect(
      throws: TokenizerError.mergeNotInVocabulary(
        file: "merges.txt", merge: "b a", token: "ba")
    ) { try tokens("a", merges: "b a") }
    #expect(
      throws: TokenizerError.unsupportedClass("CLIPTokenizer", file: "vocab.json")
    ) { try tokens("a", #"{"tokenizer_class": "CLIPTokenizer"}"#) }
    #expect(
      throws: TokenizerError.tokenNotInVocabulary(
        file: "vocab.json", token: "<|endoftext|>")
    ) { try tokens("a", #"{"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true}"#) }
  }
}
