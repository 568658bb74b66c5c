import Testing

@testable import Attention

@Suite struct HeadFilterTests {
  private let head = HeadSummary(
    patterns: [.init(label: .first, score: 0.7), .init(label: .induction, score: 0.5)],
    measured: [.init(label: .first, score: 0.7), .init(label: .previous, score: 0.25)],
    spread: .init(entropy: 1.5, peak: 0.75, sinks: 0.8, distance: nil), topPairs: [],
    maximum: 0.9, pooled: HeadWeights(queryCount: 0, keyCount: 0, values: []))

  @Test(arguments: [
    ("first", true), ("induct", true), ("prev", false), ("mixed", false),
    ("prev>.2", true), ("prev > 0.25", false), ("prev<.3", true), ("first<.7", false),
    ("entropy<1.6", true), ("entropy>1.6", false), ("max>.8", true), ("peak>.75", false),
    // What was not measured is neither more nor less.
    ("same>-1", false), ("same<1", false), ("distance<99", false),
  ])
  func aFilter(_ text: String, _ passes: Bool) throws {
    #expect(try #require(HeadFilter(text)).contains(head) == passes)
  }

  @Test(arguments: [
    "", "1st", "prev>", "prev>x", "prev>nan", "prev>inf", ">.5", "mixed>.5", "a<b<1",
  ])
  func noFilter(_ text: String) {
    #expect(HeadFilter(text) == nil)
  }

  @Test func itIsReadBack() {
    for text in ["first", "same-x", "prev>0.5", "entropy<1.25"] {
      #expect(HeadFilter(text)?.description == text)
    }
    #expect(HeadFilter("mixed")?.measure == .peak)
    #expect(HeadFilter("first")?.measure == .score(.first))
  }
}
