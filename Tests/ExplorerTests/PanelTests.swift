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
