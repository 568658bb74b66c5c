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

  // MARK: What is shown

  /// Of key 2 the factor is 3, of key 1 it is −2: numbers have their signs, and losses are dotted.
  @Test func sharesAreSignedInEveryView() throws {
    var driver = driver()
    try driver.press("t t v v : 'query 1' Enter : 'key 1' Enter")
    driver.answer(shares)
    let weights = record.weights(stack: 0, layer: 0, head: driver.state.selection.head)
    let loss = NumberText.signedAmount(-2 * weights[1, 1], digits: 3, glyphs: .unicode)
    #expect(loss.hasPrefix("−"))
    for view in [ViewKind.head, .matrix] {
      driver.change { $0.view = view }
      #expect(driver.state.render().text.contains("k 1 \"the\"  share \(loss)"), "\(view)")
    }
    // The neuron view is about attention alone.
    driver.change { $0.view = .neuron }
    #expect(!driver.state.render().text.contains("share"))
    driver.change { $0.view = .model }
    #expect(driver.state.render().text.contains("full at +"))
  }

  @Test func aSignedNumberDoesNotTouchItsBar() throws {
    var driver = driver()
    try driver.press("v v")
    driver.answer(shares)
    for width in [80, 120] {
      driver.change { $0.viewport.width = width }
      var isWide = false
      for _ in 0..<9 {
        let text = driver.state.render().text
        #expect(text.firstMatch(of: /\.[0-9]+█/) == nil, "\(width)")
        isWide = isWide || text.contains(/\+[0-9]\.[0-9]+ +█/)
        try driver.press("j")
      }
      #expect(isWide)
    }
  }

  // MARK: Rankings

  @Test func headsAreRankedByThePair() throws {
    var driver = driver()
    try driver.press(": 'query 3' Enter : 'key 2' Enter p")
    #expect(driver.state.view == .model)
    #expect(driver.state.render().text.contains("sort pair q 3 → k 2"))
    let weights = try #require(driver.state.rankedPlaces).map {
      record.weights(stack: 0, layer: $0.layer, head: $0.head)[3, 2]
    }
    #expect(weights == weights.sorted(by: >) && weights.count == 72)
    try driver.press("Enter")
    #expect(driver.state.view == .head)
    try driver.press("p p")
    #expect(driver.state.rankedPlaces == nil)
    // With shares shown, by the share.
    try driver.press("v v")
    driver.answer(shares)
    try driver.press("p")
    let first = try #require(driver.state.rankedPlaces?.first)
    #expect(record.weights(stack: 0, layer: first.layer, head: first.head)[3, 2] == weights[0])
    #expect(driver.state.render().text.contains("share of \" mat\"   sort pair"))
  }

  /// Heads keep their places until all effects are known.
  @Test func effectsFillIn() throws {
    var driver = driver(.model)
    try driver.press(": 'sort effect' Enter")
    #expect(driver.waiting.map(\.question) == [.effects(.zero, rows: .all, nil)])
    let token = Token(text: "mat", display: " mat")
    var effects = HeadEffects(
      of: .zero, rows: .all, query: 8, outcome: NamedOutcome(.token(7), tokens: [token]), score: 3,
      best: token, count: 72)
    func effect(_ total: Float) -> HeadEffects.Effect {
      .init(total: total, direct: nil, divergence: 0, best: token)
    }
    effects.effects[HeadAddress(layer: 0, head: 1)] = effect(-0.5)
    driver.answer(.partial(.effects(effects)))
    #expect(driver.state.rankedPlaces?.first == HeadPlace(layer: 0, head: 0))
    #expect(driver.state.render().text.contains("effects: 1 of 72 heads"))
    #expect(driver.state.render().text.contains("−.50"))
    for layer in 0..<6 {
      for head in 0..<12 {
        effects.effects[HeadAddress(layer: layer, head: head)] = effect(
          layer == 4 && head == 5 ? 2.25 : Float(head) / 100)
      }
    }
    driver.answer(.finished(.success(.effects(effects))))
    #expect(driver.state.rankedPlaces?.first == HeadPlace(layer: 4, head: 5))
    try driver.press("g")
    let text = driver.state.render().text
    #expect(text.contains("sort effect on \" mat\", zero, all rows"))
    #expect(text.contains("4.5") && text.contains("+2.3"))
    // Nobody looks any more, and nothing is asked again.
    try driver.press("2 1")
    #expect(driver.asked.count == 1)
  }

  @Test func aRankingThatCannotBeIsGivenUp() throws {
    var driver = driver(.model)
    try driver.press(": 'sort direct' Enter")
    driver.answer(.finished(.failure(ModelFailure("not linear"))))
    #expect(driver.state.message?.text == "not linear")
    #expect(driver.state.rankedPlaces == nil)
    try driver.press(": 'sort direct' Enter")
    #expect(driver.state.message?.text == "not linear")
    #expect(driver.asked.count == 1)
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
