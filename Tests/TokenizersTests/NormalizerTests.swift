import Testing

@testable import Tokenizers

/// Each expectation is what the reference library does.
@Suite struct NormalizerTests {
  static func bert(
    clean: Bool = false, chinese: Bool = false, accents: String = "null", lowercase: Bool = false
  ) -> String {
    """
    {"type": "BertNormalizer", "clean_text": \(clean), "handle_chinese_chars": \(chinese),
     "strip_accents": \(accents), "lowercase": \(lowercase)}
    """
  }

  @Test func cleaningDropsControlCharactersAndEvensOutSpaces() throws {
    let bert = Self.bert(clean: true)
    #expect(try normalized("a\u{0}\u{7}\u{AD}\u{200D}\u{FFFD}\u{E000}b", by: bert) == "a0-1 b7-8")
    #expect(try normalized("a\t\u{3000}\u{2028}b", by: bert) == "a0-1  1-2  2-3  3-4 b4-5")
    // White space, but control characters first.
    #expect(try normalized("a\u{B}\u{85}b", by: bert) == "a0-1 b3-4")
    // A format character that the library's tables do not know yet.
    #expect(try normalized("a\u{8E2}", by: bert) == "a0-1 \u{8E2}1-2")
  }

  @Test func ideographsStandAlone() throws {
    let bert = Self.bert(chinese: true)
    #expect(try normalized("a中b", by: bert) == "a0-1  1-2 中1-2  1-2 b2-3")
    #expect(try normalized("か한", by: bert) == "か0-1 한1-2")
  }

  @Test func accentsGoWithCapitalsUnlessSaidOtherwise() throws {
    #expect(try normalized("Éa", by: Self.bert(lowercase: true)) == "e0-1 a1-2")
    #expect(try normalized("Éa", by: Self.bert(accents: "false", lowercase: true)) == "é0-1 a1-2")
    #expect(try normalized("Éa", by: Self.bert(accents: "true")) == "E0-1 a1-2")
    #expect(try normalized("Éa", by: Self.bert()) == "É0-1 a1-2")
    // The mark's own place is left out.
    #expect(try normalized("e\u{301}a", by: Self.bert(accents: "true")) == "e0-1 a2-3")
    // Spacing marks stay: that one is a nonspacing mark only since a later version.
    #expect(try normalized("\u{A9BD}", by: Self.bert(accents: "true")) == "\u{A9BD}0-1")
  }

  @Test func lowerCaseCanBeLonger() throws {
    let lowercase = #"{"type": "Lowercase"}"#
    #expect(try normalized("İX", by: lowercase) == "i0-1 \u{307}0-1 x1-2")
    // Scalar by scalar: a sigma at the end is no final sigma.
    #expect(try normalized("ΑΣ", by: lowercase) == "α0-1 σ1-2")
    #expect(try normalized("ẞß", by: lowercase) == "ß0-1 ß1-2")
  }

  @Test(arguments: [
    ("NFD", "é\u{1E69}", "e0-1 \u{301}0-1 s1-2 \u{323}1-2 \u{307}1-2"),
    // Marks change places; places in the source do not.
    ("NFD", "e\u{301}\u{323}", "e0-1 \u{323}1-2 \u{301}2-3"),
    ("NFD", "\u{301}\u{323}e", "\u{323}0-1 \u{301}1-2 e2-3"),
    ("NFD", "한", "\u{1112}0-1 \u{1161}0-1 \u{11AB}0-1"),
    ("NFC", "e\u{301}\u{323}x", "ẹ0-1 \u{301}2-3 x3-4"),
    ("NFC", "\u{1112}\u{1161}\u{11AB}", "한0-1"),
    // A mark of equal class in between blocks.
    ("NFC", "e\u{302}\u{302}\u{301}", "ê0-1 \u{302}2-3 \u{301}3-4"),
    ("NFC", "\u{958}", "\u{915}0-1 \u{93C}0-1"),
    ("NFC", "\u{2126}", "Ω0-1"),
    ("NFKC", "ﬁx①", "f0-1 i0-1 x1-2 12-3"),
    ("NFKD", "ﬃ", "f0-1 f0-1 i0-1"),
    // A composition of Unicode 13, unknown to the library.
    ("NFD", "\u{11938}", "\u{11938}0-1"),
  ])
  func unicodeForms(form: String, text: String, expected: ExactText) throws {
    #expect(try normalized(text, by: "{\"type\": \"\(form)\"}") == expected)
  }

  @Test func formsOfTheLongestDecomposition() throws {
    let result = try normalized("\u{FDFA}", by: #"{"type": "NFKD"}"#)
    #expect(result.description.split(separator: "0-1").count == 18)
  }

  @Test func stripsAndPrepends() throws {
    func strip(_ left: Bool, _ right: Bool) -> String {
      "{\"type\": \"Strip\", \"strip_left\": \(left), \"strip_right\": \(right)}"
    }
    #expect(try normalized(" \u{3000}a ", by: strip(true, true)) == "a2-3")
    #expect(try normalized(" a ", by: strip(true, false)) == "a1-2  2-3")
    #expect(try normalized(" a ", by: strip(false, true)) == " 0-1 a1-2")
    #expect(try normalized("  ", by: strip(true, true)) == "")
    #expect(try normalized("  ", by: strip(false, true)) == "")
    let prepend = #"{"type": "Prepend", "prepend": "xy"}"#
    #expect(try normalized("ab", by: prepend) == "x0-1 y0-1 a0-1 b1-2")
    #expect(try normalized("", by: prepend) == "")
    #expect(try normalized("é\u{301}", by: #"{"type": "StripAccents"}"#) == "é0-1")
  }

  @Test func replacesEachOccurrence() throws {
    func replace(_ pattern: String, _ content: String) -> String {
      "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\(pattern)\"}, \"content\": \"\(content)\"}"
    }
    #expect(try normalized("abbc", by: replace("bb", "QR")) == "a0-1 Q2-3 R2-3 c3-4")
    #expect(try normalized("abca", by: replace("a", "")) == "b1-2 c2-3")
    #expect(try normalized("aaab", by: replace("aa", "x")) == "x1-2 a2-3 b3-4")
    // Equal only canonically.
    #expect(try normalized("é", by: replace("e\u{301}", "x")) == "é0-1")
  }

  @Test func replacementsCannotGrowWithoutEnd() throws {
    let double = #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}"#
    let doubles = Array(repeating: double, count: 32).joined(separator: ",")
    #expect(throws: TokenizerError.textGrowsTooLong) {
      try normalized("aaa", by: "{\"type\": \"Sequence\", \"normalizers\": [\(doubles)]}")
    }
  }

  @Test func sequencesApplyInOrder() throws {
    let sequence =
      #"{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}, "#
      + #"{"type": "Lowercase"}]}"#
    #expect(try normalized("ÉÀ", by: sequence) == "e0-1 a1-2")
  }
}
