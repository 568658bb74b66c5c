import Attention
import Explorer
import Testing

/// What the picture wants to know, when it is asked, and what becomes of the answers.
@Suite struct QuestionTests {
  private let record = SampleRecord.bert()

  private func driver(_ view: ViewKind = .head, request: ModelRequest? = .init(text: "the cat"))
    -> QuestionDriver
  {
    QuestionDriver(
      ExplorerState(record: record, request: request, view: view, width: 80, height: 24))
  }

  private var writes: Findings.Answer { .finished(.success(.edges(.sample(record)))) }
  private var shares: Findings.Answer {
    .finished(.success(.edges(.sample(record, outcome: " mat"))))
  }

  @Test func nothingIsAskedWhereNobodyLooks() throws {
    var driver = driver()
    try driver.press("j j ] } 1 2 3 4")
    #expect(driver.asked == [])
  }

  @Test func aMeaningIsAskedOnceAndShownWhenItIsKnown() throws {
    var driver = driver()
    try driver.press("v j k")
    #expect(driver.asked == [.writes])
    #expect(driver.state.render().text.contains("sizes: measuring"))
    driver.answer(writes)
    #expect(driver.state.render().text.contains("size of what is moved ‖α·v·W_O‖"))
    #expect(!driver.state.render().text.contains("measuring"))
    try driver.press("v")
    driver.answer(shares)
    #expect(driver.state.render().text.contains("share of \" mat\""))
    try driver.press("v v j")
    #expect(driver.asked == [.writes, .shares(nil)])
    #expect(driver.waiting.isEmpty)
  }

  /// While the model runs once more, that is said.
  @Test func theSecondRunIsTold() throws {
    var driver = driver()
    try driver.press("v")
    driver.answer(.tracing(RunProgress(finished: 2, total: 6)))
    #expect(driver.state.render().text.contains("sizes: running once more, layer 2 of 6"))
    driver.answer(writes)
    #expect(!driver.state.render().text.contains("running once more"))
  }

  @Test func whatNobodyWaitsForIsTakenBack() throws {
    var driver = driver()
    try driver.press("v")
    let number = driver.waiting[0].number
    try driver.press("v")
    #expect(driver.waiting.map(\.question) == [.shares(nil)])
    // A late answer to what was taken back is dropped.
    driver.state.take(writes, to: number)
    #expect(driver.state.findings[.writes] == nil)
    try driver.press("v v")
    #expect(driver.asked == [.writes, .shares(nil), .writes])
  }

  @Test func anotherTextBeginsAnew() throws {
    var driver = driver()
    try driver.press("v")
    driver.answer(writes)
    try driver.press("e x Enter")
    #expect(driver.waiting.isEmpty)
    driver.change { $0.finish(1, with: .success(SampleRecord.bert(layers: 2))) }
    #expect(driver.asked == [.writes, .writes])
    #expect(driver.state.render().text.contains("sizes: measuring"))
  }

  /// Questions of the text before are not answered to the next one.
  @Test func anEditTakesBackWhatIsAsked() throws {
    var driver = driver()
    try driver.press("v")
    let number = driver.waiting[0].number
    let effects = try driver.press("e x Enter")
    #expect(effects == [.run(ModelRequest(text: "the catx"), number: 1)])
    driver.change { $0.finish(1, with: .success(SampleRecord.bert())) }
    driver.state.take(writes, to: number)
    #expect(driver.state.findings[.writes] == nil)
  }

  @Test func aFailureIsSaidOnceAndNotAskedAgain() throws {
    var driver = driver()
    try driver.press("v v")
    driver.answer(.finished(.failure(ModelFailure("no shares here"))))
    #expect(driver.state.message?.text == "no shares here")
    #expect(driver.state.display.quantity == .attention)
    try driver.press("j")
    #expect(driver.state.message == nil)
    // The next time it is passed over, with the reason.
    try driver.press("v")
    driver.answer(writes)
    try driver.press("v")
    #expect(driver.state.message?.text == "no shares here")
    #expect(driver.state.display.quantity == .attention)
    #expect(driver.asked.count { $0 == .shares(nil) } == 1)
  }

  @Test func aWrongOutcomeGoesBackToTheLikeliest() throws {
    var driver = driver()
    try driver.press(": 'outcome \" Mary\"' Enter : 'quantity share' Enter")
    #expect(driver.waiting.map(\.question) == [.shares(" Mary")])
    driver.answer(.finished(.failure(ModelFailure("\" Mary\" is two tokens"))))
    #expect(driver.state.message?.text == "\" Mary\" is two tokens")
    #expect(driver.waiting.map(\.question) == [.shares(nil)])
    driver.answer(shares)
    #expect(driver.state.render().text.contains("share of \" mat\""))
  }

  @Test func savedAttentionIsNotAsked() throws {
    var driver = driver(request: nil)
    try driver.press("v")
    #expect(driver.asked == [])
    #expect(driver.state.display.quantity == .attention)
    #expect(
      driver.state.message?.text
        == "attention from a file has no values: their sizes and shares need the model")
    try driver.press(": 'quantity share' Enter")
    #expect(driver.state.display.quantity == .attention)
    #expect(driver.state.message?.isError == true)
  }

  @Test func anEncodersHeadsHaveNoShare() throws {
    let record = SampleRecord.encoderDecoder()
    var driver = QuestionDriver(
      ExplorerState(
        record: record, request: ModelRequest(text: "a"), view: .head, width: 80, height: 24))
    try driver.press("v v")
    #expect(driver.state.display.quantity == .attention)
    #expect(driver.state.message?.text.contains("encoder's heads have no share") == true)
    try driver.press("x v v")
    #expect(driver.waiting.map(\.question) == [.shares(nil)])
  }
}
