import Attention
import TerminalUI
import Testing

@testable import Explorer

/// How the prediction comes about: what the view asks, tells, and lets a person do.
@Suite struct OutputViewTests {
  private static func driver(_ view: ViewKind = .output, width: Int = 80) -> QuestionDriver {
    QuestionDriver(
      ExplorerState(
        record: SampleRecord.causal(count: 9), request: ModelRequest(text: "a"), view: view,
        width: width, height: width == 80 ? 24 : 50))
  }

  private static func word(_ text: String, _ id: Int) -> Token {
    Token(text: text, display: text, id: id)
  }
  private static let moon = NamedOutcome(.token(7), tokens: [word("moon", 7)])
  private static let head = HeadAddress(layer: 1, head: 2)

  private static func report(_ shares: OutputReport.Shares) -> OutputReport {
    OutputReport(
      query: 8,
      predictions: [
        Prediction(position: 8, token: word("moon", 7), probability: 0.5),
        Prediction(position: 8, token: word("sun", 8), probability: 0.25),
      ], outcome: moon, shares: shares,
      lens: [
        .init(
          layer: 0, state: "resid_pre",
          best: [Prediction(position: 8, token: word("sun", 8), probability: 0.25)], logits: [1],
          probabilities: [0.125], ranks: [3]),
        .init(
          layer: 1, state: "resid_mid",
          best: [Prediction(position: 8, token: word("sun", 8), probability: 0.25)], logits: [1],
          probabilities: [0.25], ranks: [1]),
        .init(
          layer: 1, state: "resid_post",
          best: [Prediction(position: 8, token: word("moon", 7), probability: 0.5)], logits: [2],
          probabilities: [0.5], ranks: [0]),
      ])
  }

  private static let known = OutputReport.Shares.known(
    [
      .init(.embedding, 0.5), .init(.head(head), 3), .init(.feedForward(layer: 1), -1),
      .init(.normBiases, 0.25),
    ], score: 2.75, sum: 2.75)

  private static var effects: HeadEffects {
    var effects = HeadEffects(
      of: .zero, rows: .row, query: 8, outcome: moon, score: 2.75, best: word("moon", 7), count: 8)
    effects.effects[head] = .init(
      total: 1.25, direct: 3, divergence: 0.125, best: word("sun", 8))
    return effects
  }

  private static func answered(_ shares: OutputReport.Shares = known) -> QuestionDriver {
    var driver = driver()
    driver.answer(.finished(.success(.output(report(shares)))))
    driver.answer(.partial(.effects(effects)))
    return driver
  }

  @Test func thePartsCloseOnTheScore() throws {
    var driver = Self.driver(.head)
    #expect(driver.asked == [])
    try driver.press("5")
    #expect(driver.asked == [.output(nil, query: nil), .effects(.zero, rows: .row, nil)])
    #expect(driver.state.rows()[4].hasPrefix(" measuring"))
    let state = Self.answered().state
    let text = state.rows()
    #expect(text[1].hasPrefix(" outcome \"moon\"   at 8 "))
    #expect(text[2].contains("▼direct    total"))
    #expect(text[3].hasPrefix(" moon       .50  ███████"))
    #expect(text[3].contains("1.2         +3.000   +1.250  ████████████"))
    // A loss begins where the sum stands, goes back, and is hatched.
    #expect(text[4].contains("mlp 1       −1.000                      ░░░░░░"))
    #expect(text.contains { $0.contains("Σ 2.750  model 2.750") })
    #expect(text.contains { $0.hasPrefix(" embed    sun        .25      4") })
    #expect(text.contains { $0.hasPrefix(" 1 mlp    moon       .50      1") })
    #expect(text.contains { $0.contains("norms frozen; not what is lost without the part") })
    #expect(text.contains { $0.contains("(zero, row 8); later layers may repair; one text") })
    #expect(text.contains { $0.contains("lens: a readout, not what the model would say") })
  }

  @Test func theCursorGoesAlongThePartsAndTheHeadsWithIt() throws {
    var driver = Self.answered()
    // Of what was looked at nothing is known, so it begins at the first head.
    #expect(driver.state.place == HeadPlace(layer: 1, head: 2))
    try driver.press("g")
    #expect(driver.state.selection.layer == 1 && driver.state.selection.head == 2)
    #expect(
      driver.state.rows()[22].hasPrefix(
        " head 1.2  direct +3.000  total +1.250  repaired +1.750  KL .125"))
    try driver.press("j")
    #expect(driver.state.selection.part == .feedForward(layer: 1))
    #expect(driver.state.rows()[22].hasPrefix(" mlp 1  direct −1.000"))
    // What is no head is neither opened nor turned off.
    try driver.press("z")
    #expect(driver.state.message?.text == "mlp 1 is no head: heads alone are turned off")
    try driver.press("Enter")
    #expect(driver.state.view == .output)
    #expect(driver.state.message?.text == "mlp 1 is no head to open")
    try driver.press("k Enter")
    #expect(driver.state.view == .head && driver.state.activeHeads == [2])
    #expect(driver.state.selection.layer == 1 && driver.state.selection.query == 8)
    #expect(driver.waiting.isEmpty)
  }

  @Test func partsAreSortedByShareTotalOrPlace() throws {
    var driver = Self.answered()
    func names() -> [String] { OutputScene(driver.state)?.parts.map(\.name) ?? [] }
    #expect(names() == ["1.2", "mlp 1", "embed", "norm bias"])
    try driver.press("s s")
    #expect(names() == ["embed", "1.2", "mlp 1", "norm bias"])
    try driver.press(": 'sort total' Enter")
    #expect(names() == ["1.2", "embed", "mlp 1", "norm bias"])
    #expect(OutputScene(driver.state)?.parts.last?.end == 2.75)
  }

  /// Heads that predict masked words are not linear: no sum is claimed.
  @Test func withoutSharesItSaysSo() throws {
    let state = Self.answered(.removal([.init(.head(Self.head), 2)], because: "x")).state
    let text = state.rows()
    #expect(text[2].contains("part ▼removal    total"))
    #expect(!text.contains { $0.contains("Σ") || $0.contains("repaired") })
    #expect(
      text.contains(" removal: lost without a head's write; no share, the MLM head is not linear"))
    // Where a note has no room, none of it is there.
    var small = state
    _ = small.handle(.resize(width: 60, height: 16))
    let few = small.rows()
    #expect(few.contains { $0.hasSuffix("later layers may") })
    #expect(few.contains(" repair; one text") && !few.contains { $0.contains("lens:") })
  }

  @Test func whatPredictsNothingHasDistances() throws {
    var driver = Self.driver()
    driver.answer(
      .finished(
        .success(
          .output(
            OutputReport(
              query: 0, predictions: [], outcome: nil, shares: .unknown("no head"), lens: [])))))
    var effects = HeadEffects(
      of: .zero, rows: .row, query: 0, outcome: nil, score: nil, best: nil, count: 8)
    effects.effects[Self.head] = .init(total: 0.0625, meanDistance: 0.125)
    driver.answer(.partial(.effects(effects)))
    let text = driver.state.rows()
    #expect(text[2].hasPrefix("  part       ▼a     mean"))
    #expect(text[3].contains("1.2    0.0625   0.1250  ██████"))
    #expect(text.contains { $0.contains("the model predicts nothing: distances (1 − cosine)") })
  }

  @Test func otherReplacementsAreAskedForAndNamed() throws {
    var driver = Self.answered()
    try driver.press("Z")
    #expect(driver.asked.last == .effects(.mean, rows: .row, nil))
  }

  @Test func savedAttentionHasNone() throws {
    let state = ExplorerState(
      record: SampleRecord.causal(count: 9), request: nil, view: .output, width: 80, height: 24)
    #expect(state.rows()[4].hasPrefix(" attention from a file cannot be recomputed"))
    #expect(state.wantedQuestions.isEmpty)
  }
}
