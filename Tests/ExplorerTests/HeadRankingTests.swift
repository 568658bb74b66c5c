import Attention
import TerminalUI
import Testing

@testable import Explorer

/// The order and choice of heads in the model view, one line per step.
@Suite struct HeadRankingTests {
  /// 2 layers × 3 heads with `prev` scores of .1 .9 .5 and .7 .3, the last one without any; best labels are
  /// `prev` from .5 on, else `first`.
  private let record: AttentionRecord = {
    let tokens = (0..<2).map { SampleRecord.token("t\($0)", segment: 0) }
    let weights = HeadWeights(queryCount: 2, keyCount: 2, values: [1, 0, 0.5, 0.5])
    let layers = [4, 9].map {
      LayerAttention(index: $0, mask: .causal, weights: [weights, weights, weights])
    }
    func summary(_ score: Float?) -> HeadSummary {
      let isPrevious = score.map { $0 >= 0.5 } ?? false
      return HeadSummary(
        patterns: [.init(label: isPrevious ? .previous : .first, score: score ?? 0)],
        measured: score.map { [.init(label: .previous, score: $0)] } ?? [], topPairs: [],
        maximum: 1, pooled: weights)
    }
    let scores: [[Float?]] = [[0.1, 0.9, 0.5], [0.7, 0.3, nil]]
    return AttentionRecord(
      model: "m",
      stacks: [
        AttentionStack(
          kind: .own, queries: tokens, keys: tokens, layers: layers,
          summaries: scores.map { $0.map(summary) })
      ])
  }()

  private func state(_ steps: Action...) -> ExplorerState {
    var state = ExplorerState(record: record, request: nil, view: .model, width: 80, height: 24)
    for step in steps { _ = state.update(step) }
    return state
  }

  private func titles(_ state: ExplorerState) -> [String]? {
    state.rankedPlaces?.map(state.title)
  }

  private let byPrevious = Action.rank(HeadRanking(by: .score(.previous)))

  @Test func theMostComesFirstAndTheUnmeasuredLast() {
    #expect(titles(state()) == nil)
    let ranked = state(byPrevious)
    #expect(titles(ranked) == ["4.1", "9.0", "4.2", "9.1", "4.0", "9.2"])
    // The head that is looked at stays.
    #expect(ranked.title(of: ranked.place) == "4.0")
  }

  @Test func theHeadStaysWhereItIsListed() throws {
    let filter = try #require(HeadFilter("prev>.2"))
    for ranking in [HeadRanking(only: filter), HeadRanking(by: .score(.previous), only: filter)] {
      let kept = state(.move(.right), .move(.right), .rank(ranking))
      #expect(kept.title(of: kept.place) == "4.2")
      // One that is left out gives way to the first.
      let left = state(.rank(ranking))
      #expect(left.title(of: left.place) == left.rankedPlaces.map { left.title(of: $0[0]) })
    }
    let back = state(.move(.right), .move(.right), .toggleSort, .back)
    #expect(back.title(of: back.place) == "4.2")
  }

  @Test func aFilterAloneKeepsTheOrder() throws {
    let filter = try #require(HeadFilter("prev<.6"))
    let few = state(.rank(HeadRanking(only: filter)))
    #expect(titles(few) == ["4.0", "4.2", "9.1"])
    #expect(few.title(of: few.place) == "4.0")
    #expect(
      titles(state(.rank(HeadRanking(by: .score(.previous), only: filter))))
        == ["4.2", "9.1", "4.0"])
  }

  @Test func aFilterThatLeavesNothingIsRefused() throws {
    let filter = try #require(HeadFilter("prev>.95"))
    let refused = state(byPrevious, .rank(HeadRanking(only: filter)))
    #expect(refused.display.ranking == HeadRanking(by: .score(.previous)))
    #expect(refused.message?.text == "no head is prev>0.95: prev goes from .10 to .90")
    let unmeasured = try #require(HeadFilter("same>.1"))
    #expect(
      state(.rank(HeadRanking(only: unmeasured))).message?.text
        == "no head is same>0.1: same cannot be measured on this text")
  }

  @Test func theKeyRanksByTheBestLabelAndPutsBack() {
    let ranked = state(.move(.right), .toggleSort)
    #expect(ranked.display.ranking.order == .measure(.score(.previous)))
    #expect(state(.move(.right), .toggleSort, .toggleSort).display.ranking.isEmpty)
    #expect(state(byPrevious, .back).display.ranking.isEmpty)
    #expect(state(byPrevious, .back).title(of: state(byPrevious).place) == "4.0")
  }

  @Test func arrowsWalkTheRanking() {
    // All six are so few that they are drawn large, two in a row.
    #expect(ModelLayout(state(byPrevious)).columnCount == 2)
    func place(_ steps: Action...) -> String {
      var state = state(byPrevious)
      for step in steps { _ = state.update(step) }
      return state.title(of: state.place)
    }
    #expect(place(.move(.right)) == "9.2")
    #expect(place(.moveToFirst, .move(.right), .move(.right)) == "4.2")
    #expect(place(.moveToFirst, .move(.left)) == "4.1")
    #expect(place(.moveToFirst, .move(.down)) == "4.2")
    #expect(place(.moveToLast) == "9.2")
    #expect(place(.moveToLast, .moveToFirst) == "4.1")
    #expect(place(.page(1)) == "9.2")
  }

  @Test func theLastRowEndsEarly() throws {
    var state = ExplorerState(
      record: ModelSample.bert(), request: nil, view: .model, width: 80, height: 24)
    state.display.modelZoom = .index
    _ = state.update(.rank(HeadRanking(by: .maximum)))
    let places = state.rankedPlaces ?? []
    #expect(places.count == 72)
    // The best fourteen stand in three rows of four and one of two.
    let bound = try #require(HeadMeasure.maximum.value(of: state.summary(places[14])))
    _ = state.update(.rank(HeadRanking(by: .maximum, only: .above(.maximum, bound))))
    #expect(state.rankedPlaces == Array(places[..<14]))
    #expect(ModelLayout(state).columnCount == 4)
    _ = state.update(.moveToFirst)
    for _ in 0..<3 { _ = state.update(.move(.right)) }
    _ = state.update(.move(.down))
    #expect(state.place == places[7])
    for _ in 0..<2 { _ = state.update(.move(.down)) }
    #expect(state.place == places[13])
    _ = state.update(.move(.down))
    #expect(state.place == places[13])
    _ = state.update(.move(.up))
    #expect(state.place == places[9])
  }

  @Test func aNewTextMayLeaveNothing() {
    var state = state(.rank(HeadRanking(only: .above(.score(.previous), 0.8))))
    let even = SampleRecord.causal(count: 9, layers: 2, heads: 3)
    state.record = ModelSample.labelled(even)
    _ = state.handle(.resize(width: 80, height: 24))
    #expect(state.rankedPlaces == [])
    let text = state.render(theme: Theme(.dark, depth: .indexed256, glyphs: .unicode)).text
    #expect(text.contains("no head is prev>0.8: prev goes from "))
    #expect(text.contains("only prev>0.8 0/6"))
    for action in [Action.move(.right), .move(.down), .moveToLast, .page(1), .open] {
      _ = state.update(action)
    }
    #expect(state.view == .head)
  }

  @Test func measuresThatAreNoSharesHaveTheirOwnNumbers() {
    #expect(HeadMeasure.entropy.text(1.034) == "1.03")
    #expect(HeadMeasure.distance.text(12.34) == "12.3")
    #expect(HeadMeasure.distance.text(1234.5) == "1235")
    #expect(HeadMeasure.score(.own).text(0.995) == ".99")
  }
}
