import HeadPatterns
import Testing

@testable import Attention

@Suite struct HeadMeasureTests {
  private func summary(_ words: String, _ rows: [[Float]]) -> HeadSummary {
    let tokens = words.split(separator: " ").map {
      Token(text: String($0), display: String($0), isSpecial: $0.hasPrefix("["))
    }
    return HeadSummary(
      measuring: HeadWeights(queryCount: 4, keyCount: 4, values: rows.flatMap { $0 }),
      mask: .bidirectional, queries: tokens, keys: tokens, kind: .own)
  }

  private func value(_ name: String, of head: HeadSummary) throws -> Float? {
    try #require(HeadMeasure(name)).value(of: head)
  }

  /// Exact in binary but for the entropy, whose logarithm is good to 6 · 10⁻⁵.
  @Test func valuesAreTheMatrixs() throws {
    let head = summary(
      "[CLS] cat cat [SEP]",
      [
        [0.5, 0.5, 0, 0],
        [0.25, 0.25, 0.25, 0.25],
        [0, 0.5, 0.25, 0.25],
        [0, 0, 0, 1],
      ])
    #expect(try value("self", of: head) == (0.5 + 0.25 + 0.25 + 1) / 4)
    #expect(try value("prev", of: head) == (0.25 + 0.5 + 0) / 3)
    #expect(try value("same", of: head) == (0.25 + 0.5) / 2)
    #expect(try value("first", of: head) == (0.25 + 0 + 0) / 3)
    #expect(try value("delim", of: head) == (0 + 0.25 + 0.25 + 1) / 4)
    #expect(try value("sinks", of: head) == (0.5 + 0.5 + 0.25 + 1) / 4)
    #expect(try value("peak", of: head) == (0.5 + 0.25 + 0.5 + 1) / 4)
    #expect(try value("max", of: head) == 1)
    #expect(try value("distance", of: head) == (0.5 + (0.25 + 0.25 + 0.5) + 0.75 + 0) / 4)
    let entropy = try #require(try value("entropy", of: head))
    #expect(abs(entropy - (1 + 2 + 1.5 + 0) / 4) < 1e-4)
    let broad = try #require(try value("broad", of: head))
    #expect(abs(broad - entropy / 2) < 1e-4)
  }

  @Test func labelsThatFitNoHeadAreMeasured() throws {
    let even = [Float](repeating: 0.25, count: 4)
    let head = summary("a b c d", [even, even, even, even])
    #expect(head.patterns.map(\.label) == [.broad])
    #expect(try value("prev", of: head) == 0.25)
    #expect(try value("vert", of: head) == 0.25)
  }

  @Test func whatIsNotThereHasNoValue() throws {
    let even = [Float](repeating: 0.25, count: 4)
    // No word comes twice, there is one sentence, and one text.
    let head = summary("a b c d", [even, even, even, even])
    for name in ["same", "same-x", "induct", "subword", "punct", "block", "align"] {
      #expect(try value(name, of: head) == nil)
    }
    let broken = [Float](repeating: .nan, count: 4)
    let none = summary("a b c d", [broken, broken, broken, broken])
    #expect(HeadMeasure.allCases.compactMap { $0.value(of: none) }.allSatisfy { $0.isFinite })
    #expect(try value("prev", of: none) == nil)
    #expect(try value("peak", of: none) == nil)
  }

  @Test func namesAreReadBack() {
    for measure in HeadMeasure.allCases {
      #expect(HeadMeasure(measure.description) == measure)
      #expect(!measure.title.isEmpty)
    }
    #expect(Set(HeadMeasure.allCases.map(\.description)).count == HeadMeasure.allCases.count)
    #expect(HeadMeasure("mixed") == nil)
    #expect(HeadMeasure("Prev") == nil)
  }

  /// A mean of no rows is no 0. The first two queries of causal attention are left out.
  @Test(arguments: [1, 2]) func whereNoRowCountsThereIsNothing(_ count: Int) throws {
    let tokens = (0..<count).map { Token(text: "t\($0)", display: "t\($0)") }
    let rows: [Float] = count == 1 ? [1] : [1, 0, 0.25, 0.75]
    let head = HeadSummary(
      measuring: HeadWeights(queryCount: count, keyCount: count, values: rows), mask: .causal,
      queries: tokens, keys: tokens, kind: .own)
    #expect(head.spread == nil)
    #expect(head.measured == [])
    for measure in HeadMeasure.allCases where measure != .maximum {
      #expect(measure.value(of: head) == nil, "\(measure)")
    }
    // The second query has a choice, so this one can be told.
    #expect(HeadMeasure.maximum.value(of: head) == (count == 1 ? nil : 0.75))
  }

  @Test func aQueryOfOneKeyHasAPeakButNoEntropy() throws {
    let token = Token(text: "a", display: "a")
    let head = HeadSummary(
      measuring: HeadWeights(queryCount: 1, keyCount: 1, values: [1]), mask: .bidirectional,
      queries: [token], keys: [token], kind: .own)
    #expect(try value("peak", of: head) == 1)
    #expect(try value("self", of: head) == 1)
    #expect(try value("entropy", of: head) == nil)
    #expect(try value("broad", of: head) == nil)
    #expect(try value("max", of: head) == nil)
  }
}
