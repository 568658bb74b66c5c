import Files
import TestSupport
import Testing

@testable import Tokenizers

/// What `transformers` makes of a sentencepiece model, family by family.
@Suite struct SentencePieceConversionTests {
  private static let model = SentencePieceBuilder([
    "▁a": -1, "b": -2, "▁": -3, "2": -4, ",": -4, "2,": -5, "é": -6, "E": -6, "\"": -6,
  ])

  private func tokenizer(
    _ tokenizerClass: String, _ settings: String = "", model: SentencePieceBuilder = model,
    and files: [String: String] = [:]
  ) throws -> Tokenizer {
    try Tokenizer(ModelFiles(model, class: tokenizerClass, settings: settings, and: files))
  }

  private func texts(_ tokenizer: Tokenizer, _ text: String, pair: String? = nil) throws -> String {
    try tokenizer.encode(text, pair: pair).tokens.map(\.text).joined(separator: " ")
  }

  private func vocabulary(_ tokenizer: Tokenizer) -> [String] {
    (0...tokenizer.largestID).compactMap(tokenizer.token(of:))
  }

  @Test func t5() throws {
    let tokenizer = try tokenizer("T5TokenizerFast", #", "extra_ids": 2"#)
    let pieces = Self.model.pieces.map(\.text)
    #expect(vocabulary(tokenizer) == pieces + ["<extra_id_1>", "<extra_id_0>", "<pad>"])
    #expect(try texts(tokenizer, "ab <extra_id_0>b") == "▁a b <extra_id_0> ▁ b </s>")
    #expect(try texts(tokenizer, "a", pair: "b") == "▁a </s> ▁ b </s>")
    #expect(
      try texts(self.tokenizer("T5Tokenizer", #", "legacy": false"#), "a</s>b") == "▁a </s> b </s>")
  }

  @Test func xlmRoberta() throws {
    let tokenizer = try tokenizer("XLMRobertaTokenizer")
    let pieces = Self.model.pieces.dropFirst(3).map(\.text)
    #expect(vocabulary(tokenizer) == ["<s>", "<pad>", "</s>", "<unk>"] + pieces + ["<mask>"])
    #expect(try texts(tokenizer, "a  <mask> zz") == "<s> ▁a <mask> ▁ <unk> </s>")
    #expect(try texts(tokenizer, "a", pair: "b") == "<s> ▁a </s> </s> ▁ b </s>")
    // The mask takes spaces along unless the files say otherwise.
    #expect(try tokenizer.encode("a  <mask>").tokens[2].sourceRange == 1..<9)
    let plain = try self.tokenizer(
      "XLMRobertaTokenizer", #", "mask_token": {"content": "<mask>", "lstrip": false}"#)
    #expect(try plain.encode("a  <mask>").tokens[2].sourceRange == 3..<9)
  }

  @Test func camembert() throws {
    let tokenizer = try tokenizer("CamembertTokenizer")
    let first = ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED", "<s>", "</s>"]
    #expect(vocabulary(tokenizer).starts(with: first))
    #expect(try tokenizer.encode("a").tokens.map(\.id) == [5, 7, 6])
  }

  @Test func albert() throws {
    var model = Self.model
    model.pieces[1].text = "[CLS]"
    model.pieces[2].text = "[SEP]"
    let tokenizer = try tokenizer("AlbertTokenizer", model: model)
    // Digits and commas come apart; capitals and accents go; quotes become one character.
    #expect(try texts(tokenizer, "2, É ``b''") == "[CLS] ▁ 2 , ▁ <unk> ▁ \" b \" [SEP]")
    #expect(
      try texts(
        self.tokenizer(
          "AlbertTokenizer", #", "keep_accents": true, "do_lower_case": false"#, model: model),
        "éE") == "[CLS] ▁ é E [SEP]")
    #expect(try tokenizer.encode("a", pair: "b").tokens.map(\.typeID) == [0, 0, 0, 1, 1, 1])
  }

  @Test func deberta() throws {
    var model = Self.model
    model.pieces[0].text = "[UNK]"
    model.pieces[1].text = "[CLS]"
    model.pieces[2].text = "[SEP]"
    let tokenizer = try tokenizer("DebertaV2Tokenizer", model: model)
    #expect(try texts(tokenizer, "  a   b, [MASK] ") == "[CLS] ▁a ▁ b , [MASK] [SEP]")
    // Neither is in the vocabulary; the order is that of the tokenizer's tokens.
    #expect(Set([tokenizer.id(of: "[PAD]"), tokenizer.id(of: "[MASK]")]) == [12, 13])
    #expect(
      try texts(
        self.tokenizer("DebertaV2Tokenizer", #", "split_by_punct": true"#, model: model), "b,")
        == "[CLS] ▁ b ▁ , [SEP]")
    #expect(
      try texts(
        self.tokenizer("DebertaV2Tokenizer", #", "do_lower_case": true"#, model: model), "A")
        == "[CLS] ▁a [SEP]")
  }

  @Test func pegasus() throws {
    var model = Self.model
    model.pieces = [("<pad>", 0, .control), ("</s>", 0, .control), ("<unk>", 0, .unknown)]
    model.pieces += Self.model.pieces.dropFirst(3)
    model.unknownID = 2
    let tokenizer = try tokenizer("PegasusTokenizer", model: model)
    #expect(tokenizer.token(of: 2) == "<mask_1>" && tokenizer.token(of: 104) == "<unk_102>")
    #expect(try tokenizer.encode("az").tokens.map(\.id) == [106, 105, 1])
    #expect(try texts(tokenizer, "a", pair: "b <mask_2>") == "▁a ▁ b <mask_2> </s>")
  }

  // MARK: - Merging pieces

  private static var merging: SentencePieceBuilder {
    var model = SentencePieceBuilder([
      "▁": -9, "a": -9, "b": -9, "ab": -1, "▁a": -2, "ba": -2, "\t": -3, "abb": -3,
    ])
    model.algorithm = 2
    model.pieces += (0..<256).map { (ByteToken.texts[$0], 0, .byte) }
    return model
  }

  @Test func llama() throws {
    let legacy = try tokenizer("LlamaTokenizer", model: Self.merging)
    #expect(try texts(legacy, "aab é") == "<s> ▁a ab ▁ <0xC3> <0xA9>")
    #expect(try texts(legacy, "b</s>b") == "<s> ▁ b </s> ▁ b")
    #expect(try texts(legacy, "a", pair: "b") == "<s> ▁a <s> ▁ b")
    #expect(try legacy.encode("a", pair: "b").tokens.map(\.typeID) == [0, 0, 1, 1, 1])
    let newer = try tokenizer(
      "LlamaTokenizer", #", "legacy": false, "add_bos_token": false, "add_eos_token": true"#,
      model: Self.merging)
    #expect(try texts(newer, "b</s>b") == "▁ b </s> b </s>")
    let tokens = try legacy.encode("aé").tokens
    #expect(tokens.map(\.display) == ["<s>", " a", "⟨C3⟩", "⟨A9⟩"])
    #expect(tokens.map(\.continuesWord) == [false, false, true, true])
  }

  @Test func gemma() throws {
    var model = Self.merging
    model.pieces[0] = ("<pad>", 0, .control)
    model.pieces[1] = ("<eos>", 0, .control)
    model.pieces[2] = ("<bos>", 0, .control)
    model.pieces.insert(("<unk>", 0, .unknown), at: 3)
    model.pieces.insert(("▁▁", 0, .userDefined), at: 4)
    model.pieces.removeAll { $0.text == "\t" }
    model.unknownID = 3
    let tokenizer = try tokenizer("GemmaTokenizer", model: model)
    #expect(try texts(tokenizer, "ab  a") == "<bos> ab ▁▁ a")
    // Older files have the tab as a byte only.
    #expect(try texts(tokenizer, "\t") == "<bos> \t")
  }

  @Test func mergesFollowTheScores() throws {
    let vocabulary = Vocabulary(["a", "b", "c", "ab", "bc", "abc"])
    let pieces = [("ab", -2.0), ("bc", -1), ("abc", -1), ("x", 0)].map(ScoredPiece.init)
    let table = try MergeTable.joining(pieces, vocabulary: vocabulary, file: "m")
    // Of equal scores the longer first part comes first.
    #expect(table[3, 2] == .init(rank: 0, entry: 5))
    #expect(table[0, 4] == .init(rank: 1, entry: 5))
    #expect(table[1, 2] == .init(rank: 2, entry: 4))
    #expect(table[0, 1] == .init(rank: 3, entry: 3))
  }

  // MARK: - Listed tokens

  @Test func tokensThatTheFilesAdd() throws {
    let settings = #", "extra_ids": 0, "additional_special_tokens": ["<x>"]"#
    let old = try tokenizer(
      "T5Tokenizer", settings, and: ["added_tokens.json": #"{"<z>": 13, "<y>": 12, "<x>": 14}"#])
    #expect(try texts(old, "a<y><z> <x>b") == "▁a <y> <z> <x> ▁ b </s>")
    let new = try tokenizer(
      "T5Tokenizer",
      #"""
      , "extra_ids": 0, "added_tokens_decoder": {"12": {"content": "<y>", "single_word": false,
      "lstrip": false, "rstrip": true, "normalized": false, "special": false}}
      """#)
    #expect(try texts(new, "a<y>  b") == "▁a <y> ▁ b </s>")
    #expect(try new.encode("a<y>  b").tokens[1].sourceRange == 1..<6)
  }

  @Test func theModelTypeTellsTheClass() throws {
    let files = ModelFiles(
      builtIn: "test",
      files: [
        "spiece.model": FileBytes(name: "m", Self.model.bytes),
        "config.json": FileBytes(name: "c", Array(#"{"model_type": "mt5"}"#.utf8)),
      ])
    #expect(try texts(Tokenizer(files), "a") == "▁a </s>")
  }

  // MARK: - What is wrong

  @Test func whatIsNotSupportedIsNamed() {
    func message(
      _ tokenizerClass: String, _ change: (inout SentencePieceBuilder) -> Void = { _ in }
    )
      -> String?
    {
      var model = Self.model
      change(&model)
      do {
        _ = try tokenizer(tokenizerClass, model: model)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message("XLNetTokenizer")?.hasPrefix(
        "spiece.model: made for XLNetTokenizer, which is not supported; ") == true)
    #expect(
      message("T5Tokenizer") { $0.algorithm = 3 }
        == "spiece.model: sentencepiece model of type \"word\" is not supported")
    #expect(
      message("T5Tokenizer") { $0.algorithm = 4 }
        == "spiece.model: sentencepiece model of type \"char\" is not supported")
    #expect(
      message("AlbertTokenizer") { $0.pieces[1].text = "<c>" } == nil)
  }
}
