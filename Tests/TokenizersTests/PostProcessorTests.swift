import Testing

@testable import Tokenizers

@Suite struct PostProcessorTests {
  private func encode(_ postProcessor: String, pair: String? = "b") throws -> [String] {
    var small = SmallTokenizer()
    small.postProcessor = postProcessor
    return try small.load().encode("a", pair: pair).tokens.map {
      "\($0.text) \($0.id) type \($0.typeID) \($0.isSpecial ? "special " : "")of \($0.sequence)"
    }
  }

  private let template = #"""
    {"type": "TemplateProcessing",
     "single": [{"SpecialToken": {"id": "C", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
     "pair": [{"SpecialToken": {"id": "C", "type_id": 2}}, {"Sequence": {"id": "A", "type_id": 0}},
              {"SpecialToken": {"id": "S", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
              {"SpecialToken": {"id": "C", "type_id": 1}}],
     "special_tokens": {"C": {"id": "C", "ids": [7], "tokens": ["<c>"]},
                        "S": {"id": "S", "ids": [8, 9], "tokens": ["<s>", "<t>"]}}}
    """#

  @Test func templates() throws {
    #expect(try encode(template, pair: nil) == ["<c> 7 type 0 special of 0", "a 1 type 0 of 0"])
    #expect(
      try encode(template) == [
        "<c> 7 type 2 special of 0", "a 1 type 0 of 0", "<s> 8 type 0 special of 0",
        "<t> 9 type 0 special of 1", "b 2 type 1 of 1", "<c> 7 type 1 special of 1",
      ])
  }

  @Test func bert() throws {
    let bert = #"{"type": "BertProcessing", "sep": ["S", 8], "cls": ["C", 7]}"#
    #expect(
      try encode(bert) == [
        "C 7 type 0 special of 0", "a 1 type 0 of 0", "S 8 type 0 special of 0",
        "b 2 type 1 of 1", "S 8 type 1 special of 1",
      ])
  }

  @Test func robertaOpensSentenceBWithASecondDelimiter() throws {
    let roberta =
      #"{"type": "RobertaProcessing", "sep": ["S", 8], "cls": ["C", 7], "trim_offsets": true, "#
      + #""add_prefix_space": false}"#
    #expect(
      try encode(roberta) == [
        "C 7 type 0 special of 0", "a 1 type 0 of 0", "S 8 type 0 special of 0",
        "S 8 type 0 special of 1", "b 2 type 0 of 1", "S 8 type 0 special of 1",
      ])
  }

  @Test func withoutPostProcessorThereIsNothingAround() throws {
    #expect(try encode("null") == ["a 1 type 0 of 0", "b 2 type 1 of 1"])
  }

  @Test func sentenceBMustHaveAPlace() throws {
    let single =
      #"{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}], "#
      + #""pair": [{"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {}}"#
    #expect(try encode(single, pair: nil) == ["a 1 type 0 of 0"])
    #expect(throws: TokenizerError.noPairs(file: "tokenizer.json")) { try encode(single) }
  }

  @Test func everyIDIsCountedForTheModel() throws {
    var small = SmallTokenizer()
    #expect(try small.load().largestID == 4)
    small.postProcessor = template
    #expect(try small.load().largestID == 9)
  }

  @Test func trimmingLeavesSpacesOutOfSourceRanges() throws {
    var small = SmallTokenizer()
    small.addedTokens = [SmallTokenizer.added("<x>", "lstrip", "rstrip")]
    small.postProcessor =
      #"{"type": "RobertaProcessing", "sep": ["S", 8], "cls": ["C", 7], "trim_offsets": true, "#
      + #""add_prefix_space": false}"#
    let tokens = try small.load().encode("a  <x> b").tokens
    #expect(tokens.map(\.sourceRange) == [nil, 0..<1, 3..<6, 7..<8, nil])
  }

  @Test func trimmingKnowsTheSpaceThatWasAdded() {
    let token = SourceToken(id: 0, source: SourceSpan(start: 0, end: 3))
    func trimmed(_ text: String, prefix: Bool, start: UInt32 = 0, isFirst: Bool) -> SourceSpan {
      var token = token
      token.source.start = start
      return OffsetTrimming(addsPrefixSpace: prefix).trimmed(token, text: text, isFirst: isFirst)
    }
    #expect(trimmed("Ġab", prefix: false, isFirst: true) == SourceSpan(start: 1, end: 3))
    #expect(trimmed("Ġab", prefix: true, isFirst: true) == SourceSpan(start: 0, end: 3))
    #expect(trimmed("Ġa", prefix: true, start: 1, isFirst: false) == SourceSpan(start: 2, end: 3))
    #expect(trimmed("ĠĠĠ", prefix: false, isFirst: false) == SourceSpan(start: 3, end: 3))
    #expect(trimmed("abĠ", prefix: false, isFirst: false) == SourceSpan(start: 0, end: 2))
  }
}
