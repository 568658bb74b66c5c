import Files
import TestSupport
import Testing

@testable import Tokenizers

/// Each expectation is what the reference library does.
@Suite struct SplitTests {
  private func pieces(
    of text: String, at pattern: String, kind: String = "Regex", _ behavior: String = "Isolated",
    isInverted: Bool = false
  ) throws -> [String] {
    let pattern = pattern.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let split = """
      {"type": "Split", "pattern": {"\(kind)": "\(pattern)"}, "behavior": "\(behavior)",
       "invert": \(isInverted)}
      """
    let file = FileBytes(name: "test", Array(split.utf8))
    return try Setting(file).preTokenizer().pieces(of: AlignedText(text)).map { piece in
      String(String.UnicodeScalarView(piece.scalars))
    }
  }

  /// Of `ababxab`, cut at `ab`; of `baac`, cut at `a*`, which also matches nothing.
  @Test(arguments: [
    ("Removed", false, ["x"], ["b", "c"]),
    ("Removed", true, ["ab", "ab", "ab"], ["aa"]),
    ("Isolated", false, ["ab", "ab", "x", "ab"], ["b", "aa", "c"]),
    ("Isolated", true, ["ab", "ab", "x", "ab"], ["b", "aa", "c"]),
    ("MergedWithPrevious", false, ["ab", "ab", "xab"], ["baa", "c"]),
    ("MergedWithPrevious", true, ["ab", "abx", "ab"], ["b", "aac"]),
    ("MergedWithNext", false, ["ab", "abx", "ab"], ["b", "aac"]),
    ("MergedWithNext", true, ["ab", "ab", "xab"], ["baa", "c"]),
    ("Contiguous", false, ["abab", "x", "ab"], ["b", "aa", "c"]),
    ("Contiguous", true, ["abab", "x", "ab"], ["b", "aa", "c"]),
  ])
  func behaviors(behavior: String, isInverted: Bool, text: [String], empty: [String]) throws {
    #expect(try pieces(of: "ababxab", at: "ab", behavior, isInverted: isInverted) == text)
    #expect(
      try pieces(of: "ababxab", at: "ab", kind: "String", behavior, isInverted: isInverted) == text)
    #expect(try pieces(of: "baac", at: "a*", behavior, isInverted: isInverted) == empty)
  }

  @Test func aTextIsNoExpression() throws {
    #expect(try pieces(of: "a-.b--.c", at: "-.", kind: "String", "Removed") == ["a", "b-", "c"])
  }

  @Test func patternsOfKnownModels() throws {
    let llama =
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"#
      + #" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    #expect(
      try pieces(of: "It'S  1234 !?\n\n é中", at: llama)
        == ["It", "'S", " ", " ", "123", "4", " !?\n\n", " é中"])
    let bloom = #" ?[^(\s|[.,!?…。，、।۔،])]+"#
    #expect(
      try pieces(of: "a b, (c|d)]e", at: bloom) == [
        "a", " b", ", (", "c", "|", "d", ")", "]e",
      ])
    #expect(try pieces(of: "12345678", at: "[0-9][0-9][0-9]") == ["123", "456", "78"])
  }

  /// Scalars that tables of different age class differently, and one that PCRE2 alone takes for white space.
  @Test func classes() throws {
    #expect(try pieces(of: "a\u{2EBF0}\u{10D50}1", at: #"\p{L}+"#) == ["a\u{2EBF0}\u{10D50}", "1"])
    #expect(try pieces(of: "a\u{180E} b", at: #"\s+"#) == ["a\u{180E}", " ", "b"])
    #expect(try pieces(of: "aⓐe\u{301}_1-", at: #"\w+"#) == ["aⓐe\u{301}_1", "-"])
    #expect(try pieces(of: "a4e9中z", at: #"[\u4e00-\u9fa5]|\h"#) == ["a", "4", "e", "9", "中", "z"])
  }

  @Test(arguments: [
    ("[a", "[ without ] is not supported"),
    ("a\\", "\\ at the end is not supported"),
    ("a{1,2}+", "}+ is not supported"),
    ("[a[^b]]", "[^ within [ ] is not supported"),
    ("[a-z&&[b]]", "&& within [ ] is not supported"),
    ("(?<=a+)b", "lookbehind assertion is not fixed length"),
    ("(a", "missing closing parenthesis"),
  ])
  func refused(pattern: String, problem: String) {
    #expect(
      throws: TokenizerError.wrongPattern(file: "f", pattern: pattern, problem: problem)
    ) { try RegularExpression(pattern, file: "f") }
  }

  @Test func wording() {
    #expect(
      TokenizerError.wrongPattern(file: "f", pattern: "(a", problem: "no").description
        == "f: the regular expression \"(a\" cannot be used: no")
    #expect(
      TokenizerError.patternTooSlow(file: "f", pattern: String(repeating: "a", count: 50))
        .description
        == "f: the regular expression \"\(String(repeating: "a", count: 40))…\" takes too long on this text"
    )
  }

  @Test(.timeLimit(.minutes(10))) func exponentialPatternsAreGivenUp() throws {
    let pattern = try RegularExpression("(a+)+[bc]", file: "f")
    #expect(throws: TokenizerError.patternTooSlow(file: "f", pattern: "(a+)+[bc]")) {
      try pattern.matches(in: AlignedText(String(repeating: "a", count: 200)))
    }
  }

  @Test func replacement() throws {
    let spaces = #"{"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": "_"}"#
    #expect(try normalized("a  b \u{3000}c", by: spaces) == "a0-1 _2-3 b3-4 _5-6 c6-7")
    let before = #"{"type": "Replace", "pattern": {"Regex": "(?=b)"}, "content": "-"}"#
    #expect(try normalized("ab", by: before) == "a0-1 -0-1 b1-2")
    let file = FileBytes(
      name: "test", Array(#"{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}"#.utf8))
    #expect(try Setting(file).decoder().decode("▁a▁b") == " a b")
  }
}
