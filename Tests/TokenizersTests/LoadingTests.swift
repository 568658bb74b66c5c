import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct LoadingTests {
  private func error(_ files: [String: String]) -> TokenizerError? {
    do {
      _ = try Tokenizer(ModelFiles(files))
      return nil
    } catch {
      return error
    }
  }

  private func error(fixture: String) throws -> TokenizerError? {
    let files = try ModelFiles(folder: Fixtures.path(fixture))
    do {
      _ = try Tokenizer(files)
      return nil
    } catch {
      return error
    }
  }

  // MARK: - What is there

  @Test func namesTheFilesLookedFor() throws {
    let folder = Fixtures.path("corrupt/tok_absent")
    guard case .absent(folder, let names) = try error(fixture: "corrupt/tok_absent") else {
      Issue.record("another error")
      return
    }
    #expect(names.starts(with: ["tokenizer.json", "vocab.json and merges.txt", "vocab.txt"]))
    #expect(names.contains("spiece.model"))
  }

  @Test func theVocabularyFileAloneGivesTheSameTokens() throws {
    let control = try Tokenizer(fixture: "corrupt/ok_control")
    let tokenizer = try Tokenizer(fixture: "corrupt/ok_crlf_vocab")
    for text in ["The cat sat on the mat and the dog barked.", "[MASK] cat", "Ünknown 猫"] {
      #expect(try tokenizer.encode(text, pair: text) == control.encode(text, pair: text))
    }
    #expect(tokenizer.vocabularyCount == control.vocabularyCount)
    #expect(tokenizer.largestID == 72)
    #expect(tokenizer.maskID == control.maskID)
  }

  @Test func theVocabularyFileFollowsTheConfiguration() throws {
    func tokens(_ configuration: String?, _ text: String) throws -> [String] {
      var files = ["vocab.txt": "[PAD]\n[UNK]\n[CLS]\n[SEP]\nÉa\nea\néa\nEa\n中\n##中\na\n<c>\n"]
      files["tokenizer_config.json"] = configuration
      return try Tokenizer(ModelFiles(files)).encode(text).tokens.map(\.text)
    }
    #expect(try tokens(nil, "Éa") == ["[CLS]", "ea", "[SEP]"])
    #expect(try tokens(#"{"do_lower_case": false}"#, "Éa") == ["[CLS]", "Éa", "[SEP]"])
    #expect(try tokens(#"{"strip_accents": false}"#, "Éa") == ["[CLS]", "éa", "[SEP]"])
    #expect(
      try tokens(#"{"do_lower_case": false, "strip_accents": true}"#, "Éa")
        == ["[CLS]", "Ea", "[SEP]"])
    #expect(try tokens(nil, "中中") == ["[CLS]", "中", "中", "[SEP]"])
    #expect(
      try tokens(#"{"tokenize_chinese_chars": false}"#, "中中") == ["[CLS]", "中", "##中", "[SEP]"])
    #expect(try tokens(#"{"cls_token": {"content": "<c>"}}"#, "a") == ["<c>", "a", "[SEP]"])
    #expect(try tokens(nil, "a<c>") == ["[CLS]", "a", "[UNK]", "[UNK]", "[UNK]", "[SEP]"])
    #expect(
      try tokens(#"{"cls_token": "<c>", "tokenizer_class": "BertTokenizerFast"}"#, "a<c>")
        == ["<c>", "a", "<c>", "[SEP]"])
  }

  @Test func mpNetSurroundsATextByOtherTokens() throws {
    let files = [
      "vocab.txt": "<s>\n<pad>\n</s>\n[UNK]\na\nb\n<mask>\n",
      "config.json": #"{"model_type": "mpnet"}"#,
    ]
    let tokenizer = try Tokenizer(ModelFiles(files))
    #expect(
      try tokenizer.encode("A <mask>", pair: "b").tokens.map(\.id) == [0, 4, 6, 2, 2, 5, 2])
  }

  @Test func vocabularyFilesThatAreNotBERTs() {
    let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]"
    #expect(
      error([
        "vocab.txt": vocabulary, "tokenizer_config.json": #"{"tokenizer_class": "EsmTokenizer"}"#,
      ])
        == .tokenNotInVocabulary(file: "vocab.txt", token: "<cls>"))
    #expect(error(["vocab.txt": ""]) == .emptyVocabulary(file: "vocab.txt"))
    #expect(
      error(["vocab.txt": "a\nb"]) == .tokenNotInVocabulary(file: "vocab.txt", token: "[CLS]"))
    let bytes = FileBytes(name: "vocab.txt", [0x61, 0x0A, 0xFF])
    #expect(throws: TokenizerError.notUTF8(file: "vocab.txt")) {
      try Tokenizer(ModelFiles(builtIn: "test", files: ["vocab.txt": bytes]))
    }
  }

  // MARK: - Special tokens

  @Test func theOlderFileOfSpecialTokensHoldsUnlessTheNewerListsThem() throws {
    var files = [
      "tokenizer.json": SmallTokenizer().json,
      "special_tokens_map.json": #"{"mask_token": "a", "pad_token": {"content": "b"}}"#,
    ]
    let mapped = try Tokenizer(ModelFiles(files))
    #expect(mapped.maskID == 1)
    #expect(mapped.id(of: .padding) == 2)
    #expect(mapped.id(of: .separator) == nil)
    files["tokenizer_config.json"] = ###"{"mask_token": "ab", "sep_token": "##b"}"###
    let both = try Tokenizer(ModelFiles(files))
    #expect(both.maskID == 1)
    #expect(both.id(of: .separator) == 3)
    files["tokenizer_config.json"] =
      #"{"mask_token": "ab", "pad_token": null, "added_tokens_decoder": {}}"#
    let newer = try Tokenizer(ModelFiles(files))
    #expect(newer.maskID == 4)
    #expect(newer.id(of: .padding) == 2)
  }

  @Test func theUsualMaskIsFoundWithoutConfiguration() throws {
    var small = SmallTokenizer()
    #expect(try small.load().maskID == nil)
    small.addedTokens = [SmallTokenizer.added("<mask>", "special")]
    #expect(try small.load().maskID == 5)
  }

  // MARK: - What is wrong

  @Test func corruptFolders() throws {
    func path(_ folder: String) -> String { Fixtures.path("corrupt/\(folder)/tokenizer.json") }
    #expect(
      try error(fixture: "corrupt/tok_empty_vocab")
        == .emptyVocabulary(file: path("tok_empty_vocab")))
    #expect(
      try error(fixture: "corrupt/tok_unknown_model")
        == .unsupported(file: path("tok_unknown_model"), stage: "model", type: "NeuralBPE"))
    #expect(
      try error(fixture: "corrupt/tok_unknown_pretokenizer")
        == .unsupported(
          file: path("tok_unknown_pretokenizer"), stage: "pre_tokenizer", type: "Telepathic"))
  }

  @Test func unknownStagesAreNamed() {
    func unsupported(_ change: (inout SmallTokenizer) -> Void) -> String? {
      var small = SmallTokenizer()
      change(&small)
      return error(["tokenizer.json": small.json])?.description
    }
    #expect(
      unsupported { $0.normalizer = #"{"type": "Sequence", "normalizers": [{"type": "Upper"}]}"# }
        == #"tokenizer.json: normalizer of type "Upper" is not supported"#)
    #expect(
      unsupported { $0.postProcessor = #"{"type": "Mail"}"# }
        == #"tokenizer.json: post_processor of type "Mail" is not supported"#)
    #expect(
      unsupported { $0.decoder = #"{"type": "Enigma"}"# }
        == #"tokenizer.json: decoder of type "Enigma" is not supported"#)
  }

  @Test(arguments: [
    ("-1", "-1"), ("2147483648", "2147483648"), ("99999999999999999999", "1e+20"),
    ("1.0", "1.0"), (#""1""#, #""1""#), ("null", "null"), ("[1]", "an array"),
  ])
  func idsThatAreNone(value: String, found: String) {
    var small = SmallTokenizer()
    small.model = small.model.replacing("\"ab\": 4", with: "\"ab\": \(value)")
    #expect(
      error(["tokenizer.json": small.json])
        == .wrongValue(
          file: "tokenizer.json", place: "model.vocab.ab",
          expected: "a whole number from 0 to 2147483647", found: found))
  }

  @Test func idsThatRepeatOrLeaveGaps() throws {
    var small = SmallTokenizer()
    small.model = small.model.replacing("\"ab\": 4", with: "\"ab\": 2147483647, \"c\": 1")
    small.addedTokens = [SmallTokenizer.added("ab"), SmallTokenizer.added("<x>")]
    let tokenizer = try small.load()
    #expect(try tokenizer.encode("a c").tokens.map(\.id) == [1, 1])
    #expect(tokenizer.token(of: 1) == "c")
    #expect(tokenizer.largestID == 2_147_483_647)
    #expect(try tokenizer.encode("<x>").tokens.count == 1)
    #expect(tokenizer.token(of: .max) == nil)
    #expect(tokenizer.token(of: -1) == nil)
  }

  /// Every value of a good file, replaced by one of each kind in turn: an error, or a tokenizer that works.
  @Test func noValueCanCrash() throws {
    var small = SmallTokenizer()
    small.normalizer = NormalizerTests.bert(clean: true, chinese: true, lowercase: true)
    small.addedTokens = [SmallTokenizer.added("<x>", "lstrip")]
    small.decoder = ###"{"type": "WordPiece", "prefix": "##"}"###
    small.postProcessor =
      #"{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}, "#
      + #"{"SpecialToken": {"id": "S", "type_id": 1}}], "pair": [], "#
      + #""special_tokens": {"S": {"id": "S", "ids": [4], "tokens": ["S"]}}}"#
    let json = small.json
    #expect(error(["tokenizer.json": json]) == nil)
    let values = json.matches(of: /"[^"]*"(?!:)|true|false|null|-?[0-9]+|\[[^\[\]]*\]|\{[^{}]*\}/)
    #expect(values.count > 60)
    var errorCount = 0
    for value in values {
      for replacement in ["null", "[]", "{}", "0", "-1", "1e300", "true", "\"\"", "[[]]"] {
        var broken = json
        broken.replaceSubrange(value.range, with: replacement)
        if error(["tokenizer.json": broken]) != nil {
          errorCount += 1
        } else {
          let tokenizer = try Tokenizer(ModelFiles(["tokenizer.json": broken]))
          _ = try? tokenizer.encode("ab <x> abb 中", pair: "b", maximumCount: 3)
        }
      }
    }
    #expect(errorCount > 300)
  }

  @Test func brokenTemplatesAreNamed() {
    func wrong(_ template: String) -> String? {
      var small = SmallTokenizer()
      small.postProcessor =
        #"{"type": "TemplateProcessing", "single": ["# + template + #"], "pair": [], "#
        + #""special_tokens": {"S": {"id": "S", "ids": [1, 2], "tokens": ["S", "T"]}}}"#
      return error(["tokenizer.json": small.json])?.description
    }
    #expect(wrong(#"{"SpecialToken": {"id": "S", "type_id": 0}}"#) == nil)
    #expect(
      wrong(#"{"SpecialToken": {"id": "U", "type_id": 0}}"#)
        == "tokenizer.json: post_processor.single[0].SpecialToken.id: "
        + #"expected one of special_tokens, found "U""#)
    #expect(
      wrong(#"{"Sequence": {"id": "B", "type_id": 0}}"#)
        == "tokenizer.json: post_processor.single[0].Sequence.id: expected A, found \"B\"")
    let many = Array(repeating: #"{"SpecialToken": {"id": "S", "type_id": 0}}"#, count: 513)
    #expect(wrong(many.joined(separator: ","))?.contains("at most 1024 tokens") == true)
    let sentence = #"{"Sequence": {"id": "A", "type_id": 0}}"#
    #expect(wrong("\(sentence), \(sentence)")?.contains("each sentence once at most") == true)
    #expect(
      wrong("{}")
        == "tokenizer.json: post_processor.single[0]: "
        + "expected a Sequence or a SpecialToken, found an object")
  }

  @Test func nestedStagesAreLimited() {
    func nested(_ depth: Int, count: Int = 1) -> TokenizerError? {
      var small = SmallTokenizer()
      small.normalizer = #"{"type": "NFC"}"#
      for _ in 0..<depth {
        let stages = Array(repeating: small.normalizer, count: count).joined(separator: ",")
        small.normalizer = "{\"type\": \"Sequence\", \"normalizers\": [\(stages)]}"
      }
      return error(["tokenizer.json": small.json])
    }
    #expect(nested(3) == nil)
    #expect(nested(1, count: 32) == nil)
    #expect(nested(1, count: 33)?.description.contains("at most 32 stages") == true)
    #expect(nested(4)?.description.contains("nested twice at most") == true)
    #expect(nested(5000)?.description.contains("nested twice at most") == true)
  }

  @Test func notJSON() {
    #expect(
      error(["tokenizer.json": "{"])?.description
        == "tokenizer.json: not valid JSON at line 1, column 2: Missing a name for object member.")
    #expect(
      error(["tokenizer.json": "[]"])
        == .wrongValue(
          file: "tokenizer.json", place: "model.type", expected: "a string", found: "nothing"))
    #expect(
      error(["tokenizer.json": #"{"version": "2.0"}"#])?.description
        == #"tokenizer.json: version: expected version "1.0", found "2.0""#)
  }

  @Test func oldFilesDoNotNameTheModel() throws {
    var small = SmallTokenizer()
    small.model = small.model.replacing(#""type": "WordPiece", "#, with: "")
    #expect(try small.load().encode("ab").tokens.map(\.id) == [4])
    small.model = #"{"unk_id": 0, "vocab": [["?", 0], ["a", -1], ["ab", -1]]}"#
    #expect(try small.load().encode("ab").tokens.map(\.id) == [2])
    small.model = #"{"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}"#
    #expect(try small.load().encode("ab").tokens.map(\.id) == [2])
    small.model = #"{"unk_token": "?", "vocab": {"?": 0, "a": 1, "ab": 2}}"#
    #expect(try small.load().encode("ab").tokens.map(\.id) == [2])
  }

  @Test func wording() {
    let errors: [(TokenizerError, String)] = [
      (.file(.missing(path: "f")), "f: no such file or folder"),
      (
        .absent(
          folder: "m", lookedFor: ["tokenizer.json", "vocab.json and merges.txt", "vocab.txt"]),
        "m: no tokenizer: looked for tokenizer.json, vocab.json and merges.txt, vocab.txt; "
          + "--tokenizer names the folder that has one"
      ),
      (
        .wrongValue(file: "f", place: "", expected: "an object", found: "null"),
        "f: expected an object, found null"
      ),
      (
        .unsupportedClass("PhobertTokenizer", file: "vocab.txt"),
        "vocab.txt: made for PhobertTokenizer, which is not supported; transformers makes the ids, "
          + "and --input-ids takes them instead of a text"
      ),
      (
        .unsupportedClass(nil, file: "f"),
        "f: the files do not say for which tokenizer it is made: tokenizer_class in "
          + "tokenizer_config.json names that"
      ),
      (
        .ownCode(file: "f", module: "a.B"),
        "f: the tokenizer is a program of the model's own, a.B, and is not run; "
          + "transformers makes the ids, and --input-ids takes them instead of a text"
      ),
      (
        .foreignVocabulary(file: "f", library: "tiktoken"),
        "f: a vocabulary of tiktoken, which is not read; save_pretrained() of transformers' "
          + "AutoTokenizer writes it as tokenizer.json, and --tokenizer names the folder"
      ),
      (.notUTF8(file: "f"), "f: not UTF-8 text"),
      (.emptyVocabulary(file: "f"), "f: the vocabulary is empty"),
      (.vocabularyTooLarge(file: "f", maximum: 9), "f: the vocabulary has more than 9 tokens"),
      (
        .tokenNotInVocabulary(file: "f", token: "[CLS]"),
        #"f: the token "[CLS]" is not in the vocabulary"#
      ),
      (
        .mergeNotInVocabulary(file: "f", merge: "a b", token: "ab"),
        #"f: the merge "a b" needs the token "ab", which is not in the vocabulary"#
      ),
      (
        .noUnknownToken(token: "[UNK]"),
        "the text has a word that the vocabulary cannot spell, and the token for unknown words, "
          + #""[UNK]", is not in the vocabulary"#
      ),
      (.textGrowsTooLong, "the tokenizer's normalizer makes the text too long"),
      (.noPairs(file: "f"), "f: the post_processor does not say how to join two sentences"),
      (
        .tooFewTokens(maximum: 1, specialCount: 2),
        "1 tokens are too few: 2 special tokens surround the text"
      ),
    ]
    for (error, text) in errors { #expect(error.description == text) }
  }
}
