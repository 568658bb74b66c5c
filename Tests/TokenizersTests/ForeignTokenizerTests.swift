import Files
import TestSupport
import Testing

@testable import Tokenizers

/// Files that are known, and not read: they are named.
@Suite struct ForeignTokenizerTests {
  private func error(_ files: [String: String]) -> TokenizerError? {
    do {
      _ = try Tokenizer(ModelFiles(files))
      return nil
    } catch {
      return error
    }
  }

  @Test func classesThatAreProgramsOfTransformers() {
    for name in ["PhobertTokenizer", "BertJapaneseTokenizer"] {
      let vocabulary = "the 10\ncat 9\n"
      #expect(
        error(["vocab.txt": vocabulary, "config.json": "{\"tokenizer_class\": \"\(name)\"}"])
          == .unsupportedClass(name, file: "vocab.txt"))
      // What the tokenizer's own file says counts first.
      #expect(
        error([
          "vocab.txt": vocabulary, "config.json": #"{"tokenizer_class": "BertTokenizer"}"#,
          "tokenizer_config.json": "{\"tokenizer_class\": \"\(name)\"}",
        ]) == .unsupportedClass(name, file: "vocab.txt"))
    }
  }

  @Test func vocabulariesOfOtherLibraries() {
    #expect(
      error(["qwen.tiktoken": "IQ== 0\n"])
        == .foreignVocabulary(file: "qwen.tiktoken", library: "tiktoken"))
  }

  @Test func programsInTheFolder() {
    for map in [#"{"AutoTokenizer": ["a.QWenTokenizer", null]}"#, #"["a.QWenTokenizer", null]"#] {
      #expect(
        error(["tokenizer_config.json": "{\"auto_map\": \(map)}", "qwen.tiktoken": "IQ== 0\n"])
          == .ownCode(file: "tokenizer_config.json", module: "a.QWenTokenizer"))
    }
    // How the pieces of such a file make up a text is for the program to say.
    #expect(
      error([
        "tokenizer_config.json": #"{"auto_map": {"AutoTokenizer": ["a.B", null]}}"#,
        "tiktoken.model": "IQ== 0\n",
      ]) == .ownCode(file: "tokenizer_config.json", module: "a.B"))
    // What is there to be read is read.
    #expect(
      error([
        "tokenizer_config.json": #"{"auto_map": {"AutoTokenizer": ["a.B", null]}}"#,
        "tokenizer.json": SmallTokenizer().json,
      ]) == nil)
  }
}
