import Files
import TestSupport
import Testing

@testable import Tokenizers

/// Tokenizers of translation models: their languages, and the decoder's text.
@Suite struct TranslationTests {
  private func texts(_ encoding: Encoding) -> String {
    encoding.tokens.map(\.text).joined(separator: " ")
  }

  // MARK: - Marian

  private static let vocabulary = #"""
    {"</s>": 0, "<unk>": 1, "▁a": 2, "b": 3, "▁": 4, "ß": 5, "▁c": 6, ">>fr<<": 7, "<pad>": 8}
    """#

  private func marian(_ settings: String = "") throws(TokenizerError) -> Tokenizer {
    var source = SentencePieceBuilder(["▁a": -1, "b": -1, "▁": -2, "d": -1])
    source.charsmap = CharsmapBuilder(["\u{A0}": " ", "½": "b"]).bytes
    return try Tokenizer(
      ModelFiles(
        source, named: "source.spm", class: "MarianTokenizer", settings: settings,
        and: ["vocab.json": Self.vocabulary],
        target: SentencePieceBuilder(["▁c": -1, "ß": -2, "▁": -2])))
  }

  @Test func marianSpellsItsTwoTextsWithTwoModels() throws {
    let tokenizer = try marian()
    #expect(try texts(tokenizer.encode("ab")) == "▁a b </s>")
    #expect(try texts(tokenizer.encodeTarget("cß a")) == "▁c ß ▁ <unk> </s>")
    #expect(try texts(tokenizer.encode("a", pair: "b")) == "▁a ▁ b </s>")
    // No piece of the model, but an entry of the vocabulary; and the reverse.
    #expect(try tokenizer.encode("ß").tokens.map(\.id) == [4, 5, 0])
    #expect(try tokenizer.encode("dd").tokens.map(\.id) == [4, 1, 1, 0])
    #expect(tokenizer.languages == [])
  }

  @Test func spacesAreSentencepieces() throws {
    let tokenizer = try marian()
    #expect(try texts(tokenizer.encode("  a\u{A0} ½  ")) == "▁a ▁ b </s>")
    #expect(
      try tokenizer.encode("  a\u{A0} ½  ").tokens.map(\.sourceRange) == [2..<3, 3..<4, 5..<6, nil])
    #expect(try texts(tokenizer.encode("a▁")) == "▁a </s>")
    #expect(try texts(tokenizer.encode("\u{A0} ")) == "</s>")
    #expect(try texts(tokenizer.encode("a</s> b")) == "▁a </s> ▁ b </s>")
  }

  @Test func theTextBeginsWithTheLanguage() throws {
    let tokenizer = try marian()
    #expect(try texts(tokenizer.encode(">>fr<< a")) == ">>fr<< ▁a </s>")
    #expect(try texts(tokenizer.encode(">>xx<<a")) == "<unk> ▁a </s>")
    #expect(try tokenizer.encode(">>fr<< a").tokens[0].sourceRange == 0..<6)
    // No piece of the model, but an entry of the vocabulary.
    #expect(try texts(tokenizer.encode("a >>fr<<")) == "▁a ▁ >>fr<< </s>")
    #expect(try texts(tokenizer.encode(">>fr<")) == "▁ <unk> </s>")
  }

  private func message(_ files: ModelFiles) -> String? {
    do {
      _ = try Tokenizer(files)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func whatMarianNeeds() {
    #expect(
      throws: TokenizerError.unsupported(
        file: "source.spm", stage: "MarianTokenizer", type: "separate_vocabs")
    ) { try marian(#", "separate_vocabs": true"#) }
    let model = SentencePieceBuilder(["a": 0])
    #expect(
      message(ModelFiles(model, named: "source.spm", class: "MarianTokenizer"))?
        .contains("test/target.spm") == true)
    #expect(
      message(ModelFiles(model, named: "source.spm", class: "MarianTokenizer", target: model))?
        .contains("test/vocab.json") == true)
    #expect(
      message(
        ModelFiles(
          model, named: "source.spm", class: "MarianTokenizer", and: ["vocab.json": #"{"a": 0}"#],
          target: model)) == "vocab.json: the token \"<unk>\" is not in the vocabulary")
  }

  /// Sums of scores in single precision: `00` and `0` are as good as `0` and `00`, but for rounding.
  @Test func tiesComeOutAsInSentencepiece() throws {
    let tokenizer = try Tokenizer(fixture: "models/m2m_100")
    let tokens = try tokenizer.encode("1,000\nworld").tokens.map(\.text)
    #expect(tokens == ["__en__", "▁", "1,", "0", "00", "▁wo", "rl", "d", "</s>"])
  }

  @Test func userDefinedPiecesAreAlwaysTaken() throws {
    var model = SentencePieceBuilder(["▁": -1, "a": -1, "ab": -1, "½": -1])
    model.charsmap = CharsmapBuilder(["½": "1", "b": "a"]).bytes
    model.pieces.append(("b½", 0, .userDefined))
    let vocabulary = #"{"<s>": 0, "</s>": 1, "<pad>": 2, "<unk>": 3, "▁": 4, "a": 5, "b½": 6}"#
    let tokenizer = try Tokenizer(
      ModelFiles(
        model, class: "M2M100Tokenizer", settings: #", "src_lang": "de""#,
        and: ["vocab.json": vocabulary]))
    #expect(try texts(tokenizer.encode("ab½b")) == "__de__ ▁ a b½ a </s>")
  }

  // MARK: - Languages

  @Test func m2m100() throws {
    let tokenizer = try Tokenizer(fixture: "models/m2m_100")
    #expect(tokenizer.languages.count == 100)
    #expect(tokenizer.languages.first == "af" && tokenizer.languages.last == "zu")
    #expect(try texts(tokenizer.encode("the", sourceLanguage: "fr")) == "__fr__ ▁the </s>")
    #expect(try texts(tokenizer.encodeTarget("la")) == "__de__ ▁la </s>")
    #expect(try texts(tokenizer.encodeTarget("la", language: "fr")) == "__fr__ ▁la </s>")
    #expect(try tokenizer.targetPrefixID() == 657)
    #expect(try tokenizer.targetPrefixID(language: "fr") == 665)
    #expect(throws: TokenizerError.unknownLanguage("xx", languages: tokenizer.languages)) {
      try tokenizer.encode("the", sourceLanguage: "xx")
    }
  }

  @Test func mbartPutsTheLanguageLast() throws {
    let model = SentencePieceBuilder(["▁a": -1])
    let tokenizer = try Tokenizer(
      ModelFiles(model, class: "MBartTokenizer", settings: #", "tgt_lang": "de_DE""#))
    #expect(tokenizer.languages.count == 25)
    #expect(try texts(tokenizer.encode("a")) == "▁a </s> en_XX")
    #expect(
      try texts(tokenizer.encode("a", pair: "a", sourceLanguage: "ro_RO")) == "▁a ▁a </s> ro_RO")
    #expect(try texts(tokenizer.encodeTarget("a")) == "▁a </s> de_DE")
    // After four tokens, one piece and the 25 languages.
    #expect(tokenizer.maskID == 30)
    let newer = try Tokenizer(ModelFiles(model, class: "MBart50Tokenizer"))
    #expect(newer.languages.count == 52)
    #expect(try texts(newer.encode("a")) == "en_XX ▁a </s>")
    #expect(try newer.targetPrefixID(language: "sl_SI") == 56)
    #expect(throws: TokenizerError.noTargetLanguage(languages: newer.languages)) {
      try newer.encodeTarget("a")
    }
  }

  @Test func nllbReplacesTheTemplateOfItsFile() throws {
    var small = SmallTokenizer()
    small.addedTokens = ["</s>", "eng_Latn", "zho_Hans", "Eng_Latn1", "<mask>"].map {
      SmallTokenizer.added($0, "special")
    }
    func tokenizer(_ settings: String) throws -> Tokenizer {
      try Tokenizer(
        ModelFiles([
          "tokenizer.json": small.json,
          "tokenizer_config.json": "{\"tokenizer_class\": \"NllbTokenizer\"\(settings)}",
        ]))
    }
    let newer = try tokenizer("")
    #expect(newer.languages == ["eng_Latn", "zho_Hans"])
    #expect(try texts(newer.encode("a")) == "eng_Latn a </s>")
    #expect(try texts(newer.encode("a", sourceLanguage: "zho_Hans")) == "zho_Hans a </s>")
    let older = try tokenizer(#", "legacy_behaviour": true, "src_lang": "zho_Hans""#)
    #expect(try texts(older.encode("a")) == "a </s> zho_Hans")
  }

  @Test func tokenizersWithoutLanguages() throws {
    let tokenizer = try SmallTokenizer().load()
    #expect(tokenizer.languages == [])
    #expect(try tokenizer.targetPrefixID() == nil)
    #expect(try tokenizer.encodeTarget("ab") == tokenizer.encode("ab"))
    #expect(throws: TokenizerError.noLanguages(file: "tokenizer.json")) {
      try tokenizer.encode("a", sourceLanguage: "en")
    }
  }

  @Test func messages() {
    #expect(
      TokenizerError.unknownLanguage("xx", languages: ["en", "fr"]).description
        == "no language \"xx\": the tokenizer has en, fr")
    #expect(
      TokenizerError.noTargetLanguage(languages: ["en", "fr"]).description
        == "the decoder's text needs a language: --target-lang with one of en, fr")
    #expect(
      TokenizerError.noLanguages(file: "f").description
        == "f: the tokenizer has no tokens for languages")
  }
}
