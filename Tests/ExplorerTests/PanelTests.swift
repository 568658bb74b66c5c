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

  private func rows(_ state: ExplorerState) -> [String] {
    state.render(theme: .plain).text
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func word(_ text: String) -> Token { SampleRecord.token(text, segment: 0) }

  @Test func wordsAreAskedOfThePairThenOfTheRow() throws {
    var driver = driver()
    let head = HeadAddress(layer: 0, head: 0)
    try driver.press("W")
    #expect(driver.asked == [.words(head, query: 0, key: 0)])
    #expect(rows(driver.state).contains { $0.hasPrefix(" measuring") })
    driver.answer(
      .finished(
        .success(
          .words(
            WrittenWords(
              raised: [.init(word("moon"), score: 1.5)], lowered: [.init(word("sun"), score: -2)],
              size: 0.5, streamSize: 12, weight: 0.25)))))
    let text = rows(driver.state)
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

  @Test func aHiddenPairIsNotAsked() throws {
    var driver = driver(.neuron)
    try driver.press(": 'query 2' Enter : 'key 5' Enter Q")
    #expect(driver.asked == [])
    #expect(rows(driver.state).contains { $0.hasPrefix(" the mask hides key 5 from query 2") })
  }

  @Test func theOutputCloses() throws {
    var driver = driver()
    try driver.press("5")
    #expect(
      driver.asked == [.output(nil, query: nil), .effects(.zero, rows: .row, nil)])
    let outcome = NamedOutcome(.token(7), tokens: [word("moon")])
    driver.answer(
      .finished(
        .success(
          .output(
            OutputReport(
              query: 8,
              predictions: [Prediction(position: 8, token: word("moon"), probability: 0.5)],
              outcome: outcome,
              shares: .known(
                [
                  .init(.embedding, 0.5), .init(.head(HeadAddress(layer: 1, head: 2)), 3),
                  .init(.feedForward(layer: 0), -1),
                ], score: 2.5, sum: 2.5),
              lens: [
                .init(
                  layer: 1, state: "resid_post",
                  best: [Prediction(position: 8, token: word("sun"), probability: 0.25)],
                  probabilities: [0.125], ranks: [3])
              ])))))
    let text = rows(driver.state)
    #expect(text[3].hasPrefix(" output at 8   outcome \"moon\""))
    #expect(text[5].contains("1.2") && text[5].contains("+3.000"))
    #expect(text[6].contains("0.mlp") && text[6].contains("−1.000"))
    #expect(text[5].contains("1 post  sun      .25") && text[5].hasSuffix("3"))
    #expect(text.contains { $0.contains("Σ 2.500 model 2.500") })
    // Effects come in beside the shares.
    var effects = HeadEffects(
      of: .zero, rows: .row, query: 8, outcome: outcome, score: 2.5, best: word("moon"), count: 8)
    effects.effects[HeadAddress(layer: 1, head: 2)] = .init(
      total: 1.25, direct: 3, divergence: 0.1, best: word("sun"))
    driver.answer(.partial(.effects(effects)))
    #expect(rows(driver.state)[5].contains("+3.000   +1.250"))
  }
}
