import Files
import TestSupport
import Testing

@testable import Tokenizers

/// tokenizer_config.json over tokenizer.json. Each expectation is what `transformers` 5.24 does.
@Suite struct ClassSettingsTests {
  private func tokens(
    _ text: String, _ json: SmallTokenizer, _ configuration: String? = nil, model: String? = nil
  ) throws -> [String] {
    var files = ["tokenizer.json": json.json]
    files["tokenizer_config.json"] = configuration
    files["config.json"] = model
    return try Tokenizer(ModelFiles(files)).encode(text).tokens.map(\.text)
  }

  @Test func bert() throws {
    var cased = SmallTokenizer()
    cased.normalizer = NormalizerTests.bert(clean: true, chinese: true, lowercase: false)
    cased.preTokenizer = #"{"type": "BertPreTokenizer"}"#
    cased.model = """
      {"type": "WordPiece", "unk_token": "?", "continuing_subword_prefix": "##",
       "max_input_chars_per_word": 9,
       "vocab": {"?": 0, "E": 1, "e": 2, "É": 3, "é": 4, "中": 5, "##中": 6}}
      """
    let bert = #""tokenizer_class": "BertTokenizer""#
    #expect(try tokens("É", cased, "{\(bert), \"do_lower_case\": true}") == ["e"])
    #expect(try tokens("É", cased, "{\(bert), \"do_lower_case\": false}") == ["É"])
    #expect(try tokens("É", cased, "{\(bert), \"strip_accents\": false}") == ["é"])
    #expect(
      try tokens("É", cased, "{\(bert), \"do_lower_case\": false, \"strip_accents\": true}")
        == ["E"])
    #expect(try tokens("中中", cased, "{\(bert)}") == ["中", "中"])
    #expect(
      try tokens("中中", cased, "{\(bert), \"tokenize_chinese_chars\": false}") == ["中", "##中"])
    // What is left out is as in the class, which the model's type tells too.
    #expect(try tokens("É", cased, "{\(bert)}") == ["e"])
    #expect(try tokens("É", cased, "{}", model: #"{"model_type": "bert"}"#) == ["e"])
    #expect(
      try tokens("É", cased, "{}", model: #"{"tokenizer_class": "MPNetTokenizer"}"#) == ["e"])
    // These take tokenizer.json as it is.
    #expect(try tokens("É", cased) == ["É"])
    for name in ["PreTrainedTokenizerFast", "TokenizersBackend"] {
      #expect(
        try tokens(
          "É", cased, "{\"tokenizer_class\": \"\(name)\", \"do_lower_case\": true}",
          model: #"{"model_type": "bert"}"#) == ["É"])
    }
    #expect(
      try tokens("É", cased, "{\(bert)}", model: #"{"model_type": "modernbert"}"#) == ["É"])
  }

  @Test func byteLevelClasses() throws {
    var small = SmallTokenizer()
    small.preTokenizer = #"{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}"#
    small.model = #"""
      {"type": "BPE", "vocab": {"a": 0, "Ġ": 1, "Ġa": 2}, "merges": ["Ġ a"]}
      """#
    for name in ["GPT2Tokenizer", "RobertaTokenizerFast", "GPTNeoXTokenizer"] {
      #expect(
        try tokens("a", small, "{\"tokenizer_class\": \"\(name)\", \"add_prefix_space\": true}")
          == ["Ġa"])
      #expect(try tokens("a", small, "{\"tokenizer_class\": \"\(name)\"}") == ["a"])
    }
    // Within a sequence, and where the file says otherwise.
    small.preTokenizer = #"""
      {"type": "Sequence", "pretokenizers": [
        {"type": "ByteLevel", "add_prefix_space": true, "use_regex": false}]}
      """#
    #expect(try tokens("a", small, nil, model: #"{"model_type": "qwen2"}"#) == ["a"])
    #expect(
      try tokens("a", small, #"{"tokenizer_class": "PreTrainedTokenizerFast"}"#) == ["Ġa"])
  }

  @Test func classesOfPieces() throws {
    var small = SmallTokenizer()
    small.normalizer = #"{"type": "Sequence", "normalizers": [{"type": "NFC"}]}"#
    small.preTokenizer =
      #"{"type": "Metaspace", "replacement": "▁", "add_prefix_space": true}"#
    small.model = #"""
      {"type": "Unigram", "unk_id": 0,
       "vocab": [["?", 0], ["▁", -1], ["É", -1], ["E", -1], ["é", -1], ["e", -1]]}
      """#
    let albert = #""tokenizer_class": "AlbertTokenizer""#
    #expect(try tokens("É", small, "{\(albert)}") == ["▁", "e"])
    #expect(try tokens("É", small, "{\(albert), \"keep_accents\": true}") == ["▁", "é"])
    #expect(try tokens("É", small, "{\(albert), \"do_lower_case\": false}") == ["▁", "E"])
    #expect(try tokens("É", small, "{\(albert), \"add_prefix_space\": false}") == ["e"])
    let deberta = #""tokenizer_class": "DebertaV2Tokenizer""#
    #expect(try tokens("É", small, "{\(deberta)}") == ["▁", "É"])
    #expect(try tokens("É", small, "{\(deberta), \"do_lower_case\": true}") == ["▁", "é"])
    let xlm = #""tokenizer_class": "XLMRobertaTokenizer", "add_prefix_space": false"#
    #expect(try tokens("É", small, "{\(xlm)}") == ["É"])
  }

  @Test func llamaPutsASpaceBeforeATextOrNot() throws {
    var small = SmallTokenizer()
    small.normalizer = #"""
      {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
      """#
    small.preTokenizer = "null"
    small.model = #"{"type": "BPE", "vocab": {"a": 0, "▁": 1, "▁a": 2}, "merges": ["▁ a"]}"#
    let llama = #""tokenizer_class": "LlamaTokenizer""#
    #expect(try tokens("a a", small, "{\(llama)}") == ["▁a", "▁a"])
    #expect(try tokens("a a", small, "{\(llama), \"add_prefix_space\": false}") == ["a", "▁a"])
    #expect(try tokens("a a", small, "{\(llama), \"add_prefix_space\": true}") == ["▁a", "▁a"])
  }
}
