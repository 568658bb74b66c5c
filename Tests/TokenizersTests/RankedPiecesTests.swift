import Files
import TestSupport
import Testing

@testable import Tokenizers

/// Vocabularies of other kinds than tokenizer.json's: tiktoken's, tekken's, ESM's, ByT5's and Qwen2's.
@Suite struct RankedPiecesTests {
  private func base64(_ text: String) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: 3).map { start in
      let part = bytes[start..<min(start + 3, bytes.count)]
      let bits = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - part.count))
      return (0..<4).map { place in
        place <= part.count ? String(digits[Int(bits >> UInt32(18 - 6 * place) & 63)]) : "="
      }.joined()
    }.joined()
  }

  /// Pieces whose ranks are their order.
  private let pieces = ["a", "b", "c", " ", "ab", "bc", "abc", " a", "1", "!"]

  private func tokens(_ text: String, _ files: [String: String]) throws -> [String] {
    try Tokenizer(ModelFiles(files)).encode(text).tokens.map(\.text)
  }

  @Test func tiktoken() throws {
    let lines = pieces.enumerated().map { "\(base64($0.element)) \($0.offset)\n" }.joined()
    let files = ["tokenizer.model": lines, "config.json": #"{"model_type": "llama"}"#]
    // A word that is a piece is not spelled, though the lowest rank would make "ab" of it first.
    #expect(try tokens("abc", files) == ["abc"])
    // Of "bcb": "bc" is a piece, "cb" is none.
    #expect(try tokens("bcb abc11!", files) == ["bc", "b", "Ġ", "abc", "1", "1", "!"])
    let ids = try Tokenizer(ModelFiles(files)).encode("ab a").tokens.map(\.id)
    #expect(ids == [4, 7])
    var named = files
    named["tokenizer_config.json"] =
      #"{"bos_token": "<s>", "add_bos_token": true, "added_tokens_decoder": {"10": {"content": "<s>", "special": true}}}"#
    #expect(try Tokenizer(ModelFiles(named)).encode("a").tokens.map(\.id) == [10, 0])
  }

  @Test func whatIsWrongWithRanks() {
    #expect(
      throws: TokenizerError.wrongValue(
        file: "tiktoken.model", place: "line 2", expected: "a piece in base64 and its rank",
        found: "\"?? 1\"")
    ) { try tokens("a", ["tiktoken.model": "YQ== 0\n?? 1\n"]) }
  }

  @Test func tekken() throws {
    let vocabulary = pieces.enumerated().map { rank, piece in
      #"{"rank": \#(rank), "token_bytes": "\#(base64(piece))", "token_str": null}"#
    }.joined(separator: ",")
    let text = #"""
      {"config": {"pattern": " ?[a-z]+|[0-9]|!", "num_vocab_tokens": 10, "default_vocab_size": 12,
       "default_num_special_tokens": 4, "version": "v3"}, "vocab": [\#(vocabulary)],
       "special_tokens": [{"rank": 3, "token_str": "[INST]", "is_control": true}]}
      """#
    let tokenizer = try Tokenizer(ModelFiles(["tekken.json": text]))
    let encoding = try tokenizer.encode("ab abc[INST]b")
    #expect(encoding.tokens.map(\.text) == ["<s>", "ab", "Ġ", "abc", "[INST]", "b"])
    // Special tokens come first, and pieces beyond the vocabulary's size are none of the model's.
    #expect(encoding.tokens.map(\.id) == [1, 8, 7, 10, 3, 5])
    #expect(encoding.tokens.map(\.isSpecial) == [true] + Array(repeating: false, count: 5))
    #expect(
      throws: TokenizerError.wrongValue(
        file: "tekken.json", place: "config.default_num_special_tokens",
        expected: "a whole number from 0 to 2147483647", found: "nothing")
    ) { try tokens("a", ["tekken.json": "{}"]) }
  }

  @Test func residues() throws {
    let files = [
      "vocab.txt": "<cls>\n<pad>\n<eos>\n<unk>\nL\nA\nG\nX\n<mask>",
      "tokenizer_config.json": #"{"tokenizer_class": "EsmTokenizer"}"#,
    ]
    #expect(try tokens("LA <mask>G", files) == ["<cls>", "L", "A", "<mask>", "G", "<eos>"])
    // What lies between residues is one unknown token, white space apart.
    #expect(try tokens("LzzA zz", files) == ["<cls>", "L", "<unk>", "A", "<unk>", "<eos>"])
    let pair = try Tokenizer(ModelFiles(files)).encode("L", pair: "A").tokens
    #expect(pair.map(\.text) == ["<cls>", "L", "<eos>", "A", "<eos>"])
  }

  @Test func bytes() throws {
    let files = ["tokenizer_config.json": #"{"tokenizer_class": "ByT5Tokenizer"}"#]
    let tokens = try Tokenizer(ModelFiles(files)).encode("hé b<extra_id_0>").tokens
    #expect(tokens.map(\.id) == [107, 198, 172, 35, 101, 259, 1])
    #expect(tokens.map(\.text) == ["h", "Ã", "©", " ", "b", "<extra_id_0>", "</s>"])
    #expect(tokens[1].display == "⟨C3⟩")
    #expect(tokens.map(\.continuesWord) == [false, true, true, false, true, false, false])
  }

  @Test func qwen() throws {
    let files = [
      "vocab.json": #"{"1": 0, "2": 1, "a": 2, "Ġ": 3, "Ġa": 4, "12": 5, "<|endoftext|>": 6}"#,
      "merges.txt": "Ġ a\n1 2\n",
      "tokenizer_config.json": #"{"tokenizer_class": "Qwen2Tokenizer"}"#,
    ]
    // Digits stand alone, whatever merges there are.
    #expect(try tokens("a a12", files) == ["a", "Ġa", "1", "2"])
  }
}
