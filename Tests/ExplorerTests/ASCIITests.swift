import Attention
import TerminalUI
import Testing

@testable import Explorer

/// Where a terminal has no Unicode, the screen has none: tokens apart, which are as they are.
@Suite struct ASCIITests {
  private static let theme = Theme(.dark, depth: .indexed256, glyphs: .ascii)

  private static let records: [(String, AttentionRecord)] = [
    ("one sentence", SampleRecord.bert()),
    ("a pair", SampleRecord.bert(isPair: true)),
    ("a long text", SampleRecord.causal(count: 300)),
    ("decoder only", SampleRecord.causal(count: 1)),
    ("three kinds", plain(SampleRecord.encoderDecoder())),
    ("blanks and line ends", blanks),
  ]

  /// The record with tokens in ASCII.
  private static func plain(_ record: AttentionRecord) -> AttentionRecord {
    func plain(_ tokens: [Token]) -> [Token] {
      tokens.map { SampleRecord.token($0.text == "saß" ? "sass" : $0.text, segment: $0.segment) }
    }
    return AttentionRecord(
      model: record.model,
      stacks: record.stacks.map {
        AttentionStack(
          kind: $0.kind, queries: plain($0.queries), keys: plain($0.keys), layers: $0.layers,
          summaries: $0.summaries)
      })
  }

  private static var blanks: AttentionRecord {
    let tokens = ["a", " ", "\n", "\t", "\u{1B}", "  ", "b"].map {
      SampleRecord.token($0, segment: 0)
    }
    return AttentionRecord(
      model: "blanks",
      stacks: [
        SampleRecord.stack(
          .own, queries: tokens, keys: tokens, layers: 2, heads: 3, headSize: 8)
      ])
  }

  /// Settings, overlays, filters, prompts, messages.
  private static let scripts = [
    "", "x", "x x", "f f f f", "d", "w", "v", "v v", "s", "T", "H", "H H", "c", "a", "o", "Tab",
    "m",
    "+", "+ +", "- -", "+ + m", "G", "j J >", "] }", "?", "? PgDn", "? PgDn PgDn", "? / sort",
    "? / n Enter",
    ":", ": Tab", ": 'query '", ": 'kind '", ": 'layer 99' Enter", ": 'text '", ": x", "e",
    "e Space z", "E",
    "/", "/ zebra Enter", "u", "y",
  ]

  @Test(arguments: ViewKind.allCases, [(60, 16), (112, 30), (20, 5)])
  func everyScreen(_ view: ViewKind, _ size: (width: Int, height: Int)) throws {
    for (name, record) in Self.records {
      let start = ExplorerState(
        record: record, request: ModelRequest(text: "x"), view: view, width: size.width,
        height: size.height)
      for script in Self.scripts {
        var state = start
        state.display.glyphs = .ascii
        try state.press(script)
        let strange = state.render(theme: Self.theme).text.unicodeScalars.filter { !$0.isASCII }
        guard strange.isEmpty else {
          Issue.record("\(name), keys \(script): \(String(String.UnicodeScalarView(strange)))")
          break
        }
      }
    }
  }
}
