import Attention
import TerminalUI
import Testing

@testable import Explorer

/// What a visitor stumbled over: numbers and words that touch, pieces that pass for words, stripes.
@Suite struct DrawingVisitTests {
  private static let dark = Theme(.dark, depth: .truecolor, glyphs: .unicode)

  private func state(_ view: ViewKind, _ script: String, width: Int = 80) throws -> ExplorerState {
    var state = ExplorerState(
      record: SampleRecord.bert(), request: nil, view: view, width: width, height: 24)
    try state.press(script)
    return state
  }

  @Test func headsOfTwoDigitsDoNotTouch() throws {
    let text = try state(.head, "} } } } } } } } } }").render(theme: Self.dark).text
    #expect(text.contains(" heads   0   1   2   3   4   5   6   7   8   9 ‹10› 11"), "\(text)")
  }

  @Test(arguments: [
    (["[CLS]", "un", "##believ", ","], "·believ", false),
    (["The", "Ġbrid", "ge", ","], "·ge", false),
    (["un", "##believ"], "##believ", true),
  ])
  func piecesAreMarked(_ texts: [String], _ label: String, _ isRaw: Bool) {
    let tokens = texts.map { text in
      let isPiece = text.hasPrefix("##") || text == "ge" || text == ","
      return Token(
        text: text, display: text.hasPrefix("##") ? String(text.dropFirst(2)) : text,
        isSpecial: text.hasPrefix("["), continuesWord: isPiece)
    }
    let axis = TokenAxis(tokens, isRaw: isRaw)
    #expect(axis.items.map(\.label).contains(label))
    #expect(axis.items.last?.label != "·,")
    #expect(TokenAxis(tokens, isRaw: isRaw, glyphs: .ascii).items.count == texts.count)
    #expect(TokenAxis(tokens, mergesWords: true).items.allSatisfy { !$0.label.contains("·") })
  }

  @Test func helpLeavesNoStripes() throws {
    let open = try state(.matrix, "?").render(theme: Self.dark).text
    #expect(!open.contains("▀") && !open.contains("▄"))
  }

  @Test func numbersBesideTheLetterOfASentenceHaveABlank() {
    func axis(_ first: Int, _ second: Int) -> TokenAxis {
      TokenAxis(
        (0..<first + second).map {
          Token(text: "t", display: "t", segment: $0 < first ? 0 : 1)
        })
    }
    #expect(axis(3, 4).numberWidth(hasGutter: true) == 2)
    #expect(axis(3, 4).numberWidth(hasGutter: false) == 1)
    #expect(axis(8, 7).numberWidth(hasGutter: true) == 2)
    #expect(axis(12, 7).numberWidth(hasGutter: true) == 3)
  }

  @Test func mixedHasNoNumber() {
    #expect(HeadSummary.Pattern(label: .mixed, score: 0.5).text(.unicode) == "mixed")
    #expect(HeadSummary.Pattern(label: .sharp, score: 0.5).text(.unicode) == "sharp .50")
    let offset = HeadSummary.Pattern(
      label: .offset, score: 0.5, operand: 2, isBesidesSinks: true)
    #expect(offset.text(.unicode) == "off +2* .50")
  }

  @Test func aLongTokenIsWholeWhereThereIsRoom() throws {
    let record = SampleRecord.bert()
    var tokens = record.stacks[0].queries
    tokens[2].display = "antidisestablishmentarian"
    let stack = AttentionStack(
      kind: .own, queries: tokens, keys: tokens, layers: record.stacks[0].layers,
      summaries: record.stacks[0].summaries)
    let whole = ExplorerState(
      record: AttentionRecord(model: "m", stacks: [stack]), request: nil, view: .head, width: 120,
      height: 24)
    #expect(whole.render(theme: Self.dark).text.contains("antidisestablishmentarian"))
  }
}
