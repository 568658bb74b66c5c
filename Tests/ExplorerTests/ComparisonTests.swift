import Attention
import TerminalUI
import Testing

@testable import Explorer

/// Two runs beside each other on the screen: what is asked, shown and done.
@Suite struct ComparisonTests {
  private static let request = ModelRequest(text: "a long text")
  private static let other = ModelRequest(text: "a long story")

  private func driver(_ view: ViewKind = .head, width: Int = 120) -> QuestionDriver {
    QuestionDriver(
      ExplorerState(
        record: SampleRecord.causal(count: 9), request: Self.request, source: "model", view: view,
        width: width, height: 24))
  }

  /// The driver once the second text has been run.
  private func compared(_ view: ViewKind = .head) throws -> QuestionDriver {
    var driver = driver(view)
    let effects = try driver.press("D C-w story Enter")
    #expect(effects == [.run(Self.other, number: 1)])
    driver.change { $0.finish(1, with: .success(SampleRecord.causal(count: 9, headSize: 8))) }
    return driver
  }

  private func report(restored: Float? = nil) -> Findings.Answer {
    let record = SampleRecord.causal(count: 9)
    let tokens = Array(0..<9)
    // The fifth has no partner.
    let alignment = TokenAlignment(tokens.filter { $0 != 5 }, tokens)
    let edges = EdgeValues(from: ComparedRun(Self.request)) { head in
      let weights = record.weights(stack: 0, layer: head.layer, head: head.head)
      return HeadWeights(
        queryCount: 9, keyCount: 9,
        values: weights.values.enumerated().map { $0 % 2 == 0 ? $1 : -$1 })
    }
    let moon = NamedOutcome(.token(7), tokens: [Token(text: "moon", display: "moon", id: 7)])
    return .finished(
      .success(
        .difference(
          DifferenceReport(
            other: record,
            alignments: [.own: TokenAxesAlignment(queries: alignment, keys: alignment)],
            edges: edges,
            heads: (0..<8).map {
              HeadDifference(
                head: HeadAddress(layer: $0 / 4, head: $0 % 4), divergence: Float($0) / 20,
                sumChange: 0.5, writeChange: 0.25, shareChange: $0 == 6 ? -1.5 : 0)
            }, otherOutput: nil,
            restoration: restored.map {
              Restoration(outcome: moon, score: $0, without: 0, other: 1)
            }))))
  }

  @Test func aSecondTextIsComparedWithTheFirst() throws {
    var driver = try compared()
    #expect(driver.state.request == Self.other)
    #expect(driver.asked == [.difference(from: ComparedRun(Self.request), nil)])
    #expect(driver.state.rows()[1].contains("difference: measuring"))
    driver.answer(report())
    #expect(driver.state.rows()[1].contains("change of the weight from \"…text\""))
    #expect(driver.state.changeSentence?.hasPrefix("head 0.0 looks ") == true)
    #expect(driver.state.changeSentence?.contains(" than in the other run from ") == true)
    // A place has what it is compared with.
    let place = try #require(driver.state.bookmark)
    #expect(place.compared == ComparedRun(Self.request))
    var other = ExplorerState(
      record: SampleRecord.causal(count: 9), request: nil, width: 80, height: 24)
    _ = other.update(.goTo(place))
    _ = other.finishOpening(
      1, with: .success((record: SampleRecord.causal(count: 9), request: Self.other)))
    #expect(other.compared == place.compared && other.display.quantity == .difference)
    try driver.press(": 'query 4' Enter : 'key 2' Enter")
    let readout = driver.state.rows()[22]
    #expect(
      readout.contains("change +") && readout.contains("here .") && readout.contains("there ."))
    try driver.press(": 'key 5' Enter : 'query 6' Enter")
    #expect(driver.state.rows()[22].contains("key 5 has no partner there"))
    // The other meanings are still there; what they are compared with is said.
    try driver.press("v")
    #expect(driver.state.rows()[1].contains("compared with \"…text\""))
  }

  /// The grid of labels says by how much each head differs, and the neuron view by how much each weight.
  @Test func everyViewShowsTheDifference() throws {
    var driver = QuestionDriver(
      ExplorerState(
        record: SampleRecord.causal(count: 9), request: Self.request, view: .model, width: 80,
        height: 24))
    try driver.press(": 'zoom index' Enter")
    let before = driver.state.rows().joined()
    #expect(!before.contains("numbers largest"))
    try driver.press("D C-w story Enter")
    driver.change { $0.finish(1, with: .success(SampleRecord.causal(count: 9, headSize: 8))) }
    driver.answer(report())
    let rows = driver.state.rows()
    #expect(rows[1].contains("change from \"…text\"") && rows[1].contains("numbers largest"))
    // Four heads of each layer, each with its sign.
    let numbers = rows.filter { $0.prefix(40).count { "+−".contains($0) } == 4 }
    #expect(numbers.count == 2, "\(rows.joined(separator: "\n"))")
    try driver.press("3 : 'query 4' Enter")
    let neurons = driver.state.rows()
    #expect(neurons.contains { $0.contains("softmax") && $0.contains("change") })
    #expect(neurons.contains { $0.contains("−.") || $0.contains("+.") })
  }

  @Test func theOtherRunIsOneKeyAway() throws {
    var driver = try compared()
    #expect(try driver.press("B") == [.run(Self.request, number: 2)])
    driver.change { $0.finish(2, with: .success(SampleRecord.causal(count: 9))) }
    #expect(driver.state.compared == ComparedRun(Self.other))
    #expect(driver.asked.last == .difference(from: ComparedRun(Self.other), nil))
    #expect(try driver.press("D") == [])
    #expect(driver.state.compared == nil && driver.state.display.quantity == .attention)
    #expect(driver.state.rows()[23].contains("no longer compared"))
    #expect(driver.waiting.isEmpty)
  }

  @Test func withoutASecondRunNothingIsCompared() throws {
    var driver = driver()
    for key in ["B", "P"] {
      #expect(try driver.press(key) == [])
      #expect(
        driver.state.rows()[23].contains(
          "there is no second run: D compares this one with another"))
    }
    // Nor is it a meaning that one could miss.
    try driver.press("v v v")
    #expect(driver.state.display.quantity == .attention && driver.state.message == nil)
    try driver.press("D Enter")
    #expect(driver.state.rows()[23].contains("that is the text that is looked at"))
    #expect(driver.state.compared == nil)
  }

  @Test func whatWasChangedIsComparedWithTheRunAsItWas() throws {
    var driver = driver()
    var off = Self.request
    off.interventions = [.ablation(HeadAblation(HeadAddress(layer: 0, head: 0)))]
    #expect(try driver.press("z") == [.run(off, number: 1)])
    driver.change { $0.finish(1, with: .success(SampleRecord.causal(count: 9))) }
    #expect(try driver.press("D") == [])
    #expect(driver.asked == [.difference(from: ComparedRun(Self.request), nil)])
    driver.answer(report())
    #expect(driver.state.rows()[1].contains("change of the weight from the unchanged run"))
  }

  @Test func aHeadOfTheOtherRunIsPutIn() throws {
    var driver = try compared()
    driver.answer(report())
    var patched = Self.other
    let head = HeadAddress(layer: 0, head: 0)
    patched.interventions = [.patch(HeadPatch(head, from: Self.request))]
    #expect(try driver.press("P") == [.run(patched, number: 2)])
    let plain = SampleRecord.causal(count: 9)
    driver.change {
      $0.finish(
        2,
        with: .success(
          AttentionRecord(
            model: "m", stacks: plain.stacks, interventions: patched.interventions)))
    }
    driver.answer(report(restored: 0.93))
    let state = driver.state.rows()[1]
    #expect(state.contains("as there 0.0") && state.contains("restored +.930 of \"moon\""))
    #expect(driver.state.rows().contains { $0.contains("head &0") })
    // Off, it is off; and again, it is as it was.
    var off = Self.other
    off.interventions = [.ablation(HeadAblation(head))]
    #expect(try driver.press("z") == [.run(off, number: 3)])
    #expect(try driver.press("P P") == [.run(patched, number: 4), .run(Self.other, number: 5)])
  }

  @Test func headsAreRankedByHowMuchTheyDiffer() throws {
    var driver = try compared(.model)
    driver.answer(report())
    try driver.press("s")
    #expect(driver.state.display.ranking.order == .difference(.divergence))
    #expect(driver.state.rankedPlaces?.first == HeadPlace(layer: 1, head: 3))
    #expect(
      driver.state.rows()[22].contains("js .") && driver.state.rows()[22].contains("delta_z .50"))
    try driver.press(": 'sort delta_share' Enter")
    #expect(driver.state.display.ranking.order == .difference(.share))
    try driver.press("D")
    #expect(driver.state.display.ranking.order == nil)
    #expect(try driver.press(": 'sort js' Enter") == [])
    #expect(driver.state.rows().contains { $0.contains("there is no second run") })
  }

  /// Another model takes the place of this one, which stays what it is compared with.
  @Test func anotherModelIsComparedOnceItIsOpen() throws {
    var driver = driver()
    let effects = try driver.press(": 'diff-model other' Enter").filter { $0 != .list }
    #expect(effects == [.open(Bookmark(source: "other", request: Self.request), number: 1)])
    driver.change {
      _ = $0.finishOpening(1, with: .success((SampleRecord.causal(count: 9), Self.request)))
    }
    let first = ComparedRun(model: "model", Self.request)
    #expect(driver.state.compared == first && driver.asked == [.difference(from: first, nil)])
    #expect(
      try driver.press("P") == []
        && driver.state.message?.text.contains("runs of one model") == true
    )
    driver.answer(.finished(.failure(ModelFailure("other tokens"))))
    #expect(driver.state.compared == nil && driver.state.rows()[23].contains("other tokens"))
  }
}
