import Files
import TestSupport
import Testing

@testable import Tokenizers

/// Tokens that are added beside a vocabulary, in each of its forms: whole, and with the ids that `transformers`
/// gives them.
@Suite struct ListedTokenTests {
  private static let added = #"{"virus": 8, "<ent>": 7, "<e1>": 9}"#
  private static let special = #"{"additional_special_tokens": ["<e1>", "b"]}"#
  private static let decoder = #"""
    {"added_tokens_decoder": {
      "8": {"content": "virus", "normalized": true}, "7": {"content": "<ent>"},
      "9": {"content": "<e1>", "special": true, "rstrip": true}}}
    """#

  private func texts(_ files: ModelFiles, _ text: String) throws -> String {
    try Tokenizer(files).encode(text).tokens.map { "\($0.text)=\($0.id)" }.joined(separator: " ")
  }

  private func wordPiece(_ files: [String: String]) -> ModelFiles {
    let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\nb\n"
    return ModelFiles(files.merging(["vocab.txt": vocabulary]) { $1 })
  }

  @Test func besideAVocabularyOfWords() throws {
    // Seven lines: the ids follow those of the vocabulary.
    let expected = "[CLS]=2 a=4 <ent>=7 virus=8 <e1>=9 b=6 [SEP]=3"
    let text = "a<ent> VIRUS<e1> b"
    #expect(
      try texts(
        wordPiece(["added_tokens.json": Self.added, "special_tokens_map.json": Self.special]), text)
        == expected)
    #expect(try texts(wordPiece(["tokenizer_config.json": Self.decoder]), text) == expected)
    // Special ones are taken as they are written, also where the vocabulary has them.
    #expect(
      try texts(wordPiece(["special_tokens_map.json": Self.special]), "a<e1>ab B")
        == "[CLS]=2 a=4 <e1>=7 a=4 b=6 b=6 [SEP]=3")
    #expect(
      try texts(wordPiece(["tokenizer_config.json": #"{"image_token": "<i>"}"#]), "a<i>")
        == "[CLS]=2 a=4 <i>=7 [SEP]=3")
    #expect(
      try texts(
        wordPiece(["tokenizer_config.json": #"{"extra_special_tokens": {"image": "<i>"}}"#]), "a<i>"
      ) == "[CLS]=2 a=4 <i>=7 [SEP]=3")
  }

  @Test func besideTokenizerJSON() throws {
    var small = SmallTokenizer()
    small.normalizer = #"{"type": "Lowercase"}"#
    small.addedTokens = [SmallTokenizer.added("<x>", id: 5)]
    func texts(_ files: [String: String], _ text: String) throws -> String {
      try self.texts(
        ModelFiles(files.merging(["tokenizer.json": small.json]) { $1 }), text)
    }
    #expect(
      try texts(["added_tokens.json": #"{"virus": 6, "<y>": 7}"#], "a<y>VIRUS<x>")
        == "a=1 <y>=7 virus=6 <x>=5")
    #expect(
      try texts(
        ["tokenizer_config.json": Self.decoder.replacing("<ent>", with: "<x>")],
        "a<x>VIRUS<e1> b") == "a=1 <x>=5 virus=6 <e1>=7 b=2")
    #expect(try texts(["special_tokens_map.json": Self.special], "ab<e1>") == "a=1 b=2 <e1>=6")
    // The model's own token for unknown words is no word of the text.
    #expect(try texts(["tokenizer_config.json": #"{"unk_token": "?"}"#], "?a") == "?=0")
  }

  @Test func besideByteLevelFiles() throws {
    let files = [
      "vocab.json": #"{"a": 0, "b": 1, "ab": 2, "Ġ": 3}"#, "merges.txt": "a b\n",
      "added_tokens.json": #"{"<y>": 5, "virus": 4}"#,
    ]
    #expect(try texts(ModelFiles(files), "ab<y>virus b") == "ab=2 <y>=5 virus=4 Ġ=3 b=1")
  }

  @Test func besideMarian() throws {
    let vocabulary = #"{"</s>": 0, "<unk>": 1, "▁a": 2, "b": 3, "▁": 4, "<pad>": 5}"#
    let model = SentencePieceBuilder(["▁a": -1, "b": -1, "▁": -2])
    let files = ModelFiles(
      model, named: "source.spm", class: "MarianTokenizer",
      and: ["vocab.json": vocabulary, "added_tokens.json": #"{"<y>": 6, "virus": 7}"#],
      target: model)
    #expect(try texts(files, "a<y>virus") == "▁a=2 <y>=6 virus=7 </s>=0")
  }

  @Test func specialTokensCanBeTextLikeAnyOther() throws {
    let configuration = Self.decoder.replacing(
      "{\"added", with: "{\"split_special_tokens\": true, \"added")
    #expect(
      try texts(wordPiece(["tokenizer_config.json": configuration]), "virus<e1>")
        == "[CLS]=2 virus=8 [UNK]=1 [UNK]=1 [UNK]=1 [SEP]=3")
  }
}
