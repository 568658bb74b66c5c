import Attention
import TerminalUI
import Testing

@testable import Explorer

/// Lists over the view: what they ask, and what they tell.
@Suite struct PanelTests {
  private func driver(_ view: ViewKind = .head) -> QuestionDriver {
    QuestionDriver(
      ExplorerState(
        record: SampleRecord.causal(count: 9), request: ModelRequest(text: "a"), view: view,
        width: 80, height: 24))
  }

  private func word(_ text: String) -> Token { SampleRecord.token(text, segment: 0) }

  @Test func wordsAreAskedOfThePairThenOfTheRow() throws {
    var driver = driver()
    let head = HeadAddress(layer: 0, head: 0)
    try driver.press("W")
    #expect(driver.asked == [.words(head, query: 0, key: 0)])
    #expect(driver.state.rows().contains { $0.hasPrefix(" measuring") })
    driver.answer(
      .finished(
        .success(
          .words(
            WrittenWords(
              raised: [.init(word("moon"), score: 1.5)], lowered: [.init(word("sun"), score: -2)],
              size: 0.5, streamSize: 12, weight: 0.25)))))
    let text = driver.state.rows()
    #expect(text.contains { $0.hasPrefix(" words that head 0.0 writes, q 0 \"a\" → k 0 \"a\"") })
    #expect(text.contains { $0.hasPrefix(" size 0.500 beside 12.000 of the state") })
    #expect(
      text.contains { $0.hasPrefix(" moon                 +1.500   sun                  −2.000") })
    try driver.press("W")
    #expect(driver.asked.last == .words(head, query: 0, key: nil))
    try driver.press("Esc")
    #expect(driver.state.panel == nil && driver.state.view == .head)
    #expect(driver.waiting.isEmpty)
  }

  /// The rest of a long list is summed, so that its numbers make the score.
  @Test func writersSumToTheScore() throws {
    var driver = driver(.neuron)
    try driver.press("Q")
    let names = ["embed", "0.b_O", "0.mlp", "0.norm_bias.attention", "const"]
    func writers(_ sign: Float) -> [ScoreOrigins.Writer] {
      (0..<20).map {
        .init($0 < 5 ? names[$0] : "1.\($0)", part: sign * Float(20 - $0), contrast: Float(20 - $0))
      }
    }
    driver.answer(
      .finished(
        .success(
          .origins(
            ScoreOrigins(
              query: writers(1), key: writers(-1), pairs: [], score: 210, sum: 210)))))
    let rows = driver.state.rows()
    for name in ["embed  ", "attn bias 0", "mlp 0", "attn norm 0", "const"] {
      #expect(rows.contains { $0.hasPrefix(" \(name)") }, "\(name)")
    }
    // 20 + … + 14 are listed.
    #expect(
      rows.contains { row in
        row.components(separatedBy: "13 more").count == 3
          && row.components(separatedBy: "+91.000").count == 4 && row.contains("−91.000")
      }, "\(rows.joined(separator: "\n"))")
  }

  @Test func aCardHasTheEffectAndExamples() throws {
    var driver = driver()
    driver.change { state in
      let head = HeadAddress(layer: 0, head: 0)
      state.evidence = TextEvidence(
        model: state.record.model, textCount: 7,
        heads: [
          head: HeadEvidence(exemplars: [
            HeadExemplar(
              line: 3, query: 5, queryToken: " rug\u{1B}", key: 2, keyToken: "cat", weight: 0.91,
              size: 2.34)
          ])
        ])
    }
    try driver.press("i")
    #expect(driver.asked == [.effects(.zero, rows: .row, nil)])
    #expect(driver.state.rows().contains { $0.hasPrefix(" effect: ") })
    let moon = NamedOutcome(.token(7), tokens: [Token(text: "moon", display: " moon", id: 7)])
    var effects = HeadEffects(
      of: .zero, rows: .row, query: 8, outcome: moon, score: 9, best: nil, count: 1)
    effects.effects[HeadAddress(layer: 0, head: 0)] = .init(
      total: 1.5, direct: 1.25, divergence: 0.5)
    driver.answer(.finished(.success(.effects(effects))))
    let rows = driver.state.rows()
    #expect(
      rows.contains {
        $0.hasPrefix(
          " effect on \" moon\": total +1.50 (zero, row 8)  direct +1.25  repaired −0.25")
      }, "\(rows.joined(separator: "\n"))")
    #expect(rows.contains { $0.contains(" 2.3  line 3  5 ") && $0.contains("→ 2 cat .91") })
    #expect(!rows.joined().contains("\u{1B}"))
  }

  /// Why there is nothing to list is said once, in no more rows than that takes.
  @Test func aRefusalIsSaidOnce() throws {
    var driver = driver()
    let before = driver.state.rows()
    try driver.press("W")
    driver.answer(.finished(.failure(ModelFailure("no head predicts tokens"))))
    let rows = driver.state.rows()
    #expect(rows.count { $0.contains("no head predicts tokens") } == 1)
    #expect(zip(before, rows).count { $0 != $1 } == 1)
  }

  @Test func aHiddenPairIsNotAsked() throws {
    var driver = driver(.neuron)
    try driver.press(": 'query 2' Enter : 'key 5' Enter Q")
    #expect(driver.asked == [])
    #expect(driver.state.rows().contains { $0.hasPrefix(" the mask hides key 5 from query 2") })
  }
}
