import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct BPETests {
  private func tokenizer(
    vocabulary: [String], merges: String, _ settings: String = ""
  ) throws -> Tokenizer {
    var small = SmallTokenizer()
    let entries = vocabulary.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ",")
    small.model = """
      {"type": "BPE", \(settings) "vocab": {\(entries)}, "merges": \(merges)}
      """
    return try small.load()
  }

  private func tokens(
    of text: String, vocabulary: [String], merges: String, _ settings: String = ""
  ) throws -> [String] {
    try tokenizer(vocabulary: vocabulary, merges: merges, settings).encode(text).tokens.map(\.text)
  }

  private func error(merges: String, _ settings: String = "") -> TokenizerError? {
    do throws(any Error) {
      _ = try tokenizer(vocabulary: ["a", "b", "ab"], merges: merges, settings)
      return nil
    } catch {
      return error as? TokenizerError
    }
  }

  // MARK: - Merging

  @Test func theFirstMergeLearnedGoesFirst() throws {
    let vocabulary = ["a", "b", "c", "ab", "bc", "abc"]
    #expect(
      try tokens(of: "abc", vocabulary: vocabulary, merges: #"["a b", "b c"]"#) == ["ab", "c"])
    #expect(
      try tokens(of: "abc", vocabulary: vocabulary, merges: #"["b c", "a b"]"#) == ["a", "bc"])
    #expect(
      try tokens(of: "abcabc", vocabulary: vocabulary, merges: #"["b c", "a b", "a bc"]"#)
        == ["abc", "abc"])
  }

  @Test func equalMergesGoFromLeftToRight() throws {
    let vocabulary = ["a", "aa", "aaaa"]
    let merges = #"[["a", "a"], ["aa", "aa"]]"#
    let texts = (1...7).map { String(repeating: "a", count: $0) }
    #expect(
      try texts.map { try tokens(of: $0, vocabulary: vocabulary, merges: merges) } == [
        ["a"], ["aa"], ["aa", "a"], ["aaaa"], ["aaaa", "a"], ["aaaa", "aa"], ["aaaa", "aa", "a"],
      ])
  }

  @Test func aLongWordTakesLittleTime() throws {
    let tokenizer = try tokenizer(vocabulary: ["a", "aa"], merges: #"["a a"]"#)
    let encoding = try tokenizer.encode(String(repeating: "a", count: 100_001))
    #expect(encoding.tokens.count == 50_001)
    #expect(encoding.tokens.last?.sourceRange == 100_000..<100_001)
  }

  @Test func tokensCanHaveSpacesWhereMergesArePairs() throws {
    var small = SmallTokenizer()
    small.preTokenizer = "null"
    small.model = """
      {"type": "BPE", "vocab": {"a": 0, " ": 1, " a": 2, "a a": 3},
       "merges": [[" ", "a"], ["a", " a"]]}
      """
    #expect(try small.load().encode("a a").tokens.map(\.id) == [3])
  }

  @Test func wholeWordsWithoutMerges() throws {
    let vocabulary = ["a", "b", "ab", "aba"]
    let merges = #"["a b"]"#
    #expect(
      try tokens(of: "aba ab", vocabulary: vocabulary, merges: merges) == ["ab", "a", "ab"])
    #expect(
      try tokens(of: "aba ab", vocabulary: vocabulary, merges: merges, #""ignore_merges": true,"#)
        == ["aba", "ab"])
  }

  @Test func prefixesAndSuffixes() throws {
    #expect(
      try tokens(
        of: "ab a", vocabulary: ["a", "@@b", "ab"], merges: #"["a @@b"]"#,
        #""continuing_subword_prefix": "@@","#) == ["ab", "a"])
    #expect(
      try tokens(
        of: "ab a", vocabulary: ["a", "a</w>", "b</w>", "ab</w>"], merges: #"["a b</w>"]"#,
        #""end_of_word_suffix": "</w>","#) == ["ab</w>", "a</w>"])
  }

  // MARK: - Unknown characters

  @Test func unknownCharacters() throws {
    let vocabulary = ["a", "?", "<0xC3>", "<0xA9>"]
    func tokens(_ text: String, _ settings: String = "") throws -> [String] {
      try self.tokens(of: text, vocabulary: vocabulary, merges: "[]", settings)
    }
    #expect(try tokens("axéa") == ["a", "a"])
    #expect(try tokens("axéa", #""unk_token": "?","#) == ["a", "?", "?", "a"])
    #expect(try tokens("axéa", #""unk_token": "?", "fuse_unk": true,"#) == ["a", "?", "a"])
    #expect(
      try tokens("aéxa", #""unk_token": "?", "byte_fallback": true,"#)
        == ["a", "<0xC3>", "<0xA9>", "?", "a"])
    #expect(throws: TokenizerError.noUnknownToken(token: "!")) {
      try tokens("x", #""unk_token": "!","#)
    }
  }

  @Test func sourcesOfUnknownCharacters() throws {
    let tokenizer = try tokenizer(
      vocabulary: ["a", "?", "<0xC3>", "<0xA9>"], merges: "[]",
      #""unk_token": "?", "fuse_unk": true, "byte_fallback": true,"#)
    let tokens = try tokenizer.encode("axyaé").tokens
    #expect(tokens.map(\.sourceRange) == [0..<1, 1..<3, 3..<4, 4..<5, 4..<5])
    #expect(tokens.map(\.continuesWord) == [false, true, true, true, true])
  }

  // MARK: - What is wrong

  @Test func mergesOfTokensThatAreNotThere() throws {
    #expect(error(merges: #"["a b"]"#) == nil)
    #expect(
      error(merges: #"["a b", "b ab"]"#)
        == .mergeNotInVocabulary(file: "tokenizer.json", merge: "b ab", token: "bab"))
    #expect(
      error(merges: #"[["b", "a"]]"#)
        == .mergeNotInVocabulary(file: "tokenizer.json", merge: "b a", token: "ba"))
    let folder = Fixtures.path("corrupt/tok_bad_merges")
    #expect(
      throws: TokenizerError.mergeNotInVocabulary(
        file: "\(folder)/tokenizer.json", merge: "t h", token: "th")
    ) { try Tokenizer(fixture: "corrupt/tok_bad_merges") }
  }

  @Test(arguments: [#"["ab"]"#, #"["a b a"]"#, #"[["a"]]"#, "[7]", #"[["a", 1]]"#])
  func mergesThatAreNoPairs(merges: String) {
    guard case .wrongValue(_, "model.merges[0]", "two tokens", _) = error(merges: merges) else {
      Issue.record("\(merges) was taken")
      return
    }
  }

  @Test func dropoutIsRefused() {
    #expect(error(merges: "[]", #""dropout": 0.0,"#) == nil)
    #expect(error(merges: "[]", #""dropout": null,"#) == nil)
    #expect(
      error(merges: "[]", #""dropout": 0.1,"#)
        == .wrongValue(
          file: "tokenizer.json", place: "model.dropout",
          expected: "no dropout, which makes tokens a matter of chance", found: "0.1"))
  }
}
