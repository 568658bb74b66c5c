import Attention
import TerminalUI
import Testing

@testable import Explorer

/// A dot for each head over two measures.
@Suite struct ScatterTests {
  /// 2 layers × 3 heads, of whose last one nothing is known; `prev` and `next` by head.
  private let record: AttentionRecord = {
    let tokens = (0..<2).map { SampleRecord.token("t\($0)", segment: 0) }
    let weights = HeadWeights(queryCount: 2, keyCount: 2, values: [1, 0, 0.5, 0.5])
    let layers = [0, 1].map {
      LayerAttention(index: $0, mask: .causal, weights: [weights, weights, weights])
    }
    let values: [[(Float, Float)?]] = [
      [(0.1, 0.8), (0.9, 0.1), (0.5, 0.5)], [(0.9, 0.9), (0.1, 0.1), nil],
    ]
    func summary(_ scores: (previous: Float, next: Float)?) -> HeadSummary {
      HeadSummary(
        patterns: [.init(label: .mixed, score: 0)],
        measured: scores.map {
          [.init(label: .previous, score: $0.previous), .init(label: .next, score: $0.next)]
        } ?? [], topPairs: [], maximum: 1, pooled: weights)
    }
    return AttentionRecord(
      model: "m",
      stacks: [
        AttentionStack(
          kind: .own, queries: tokens, keys: tokens, layers: layers,
          summaries: values.map { $0.map(summary) })
      ])
  }()

  private func state(
    _ keys: String = ": 'scatter prev next' Enter", request: ModelRequest? = nil
  ) throws -> ExplorerState {
    try ExplorerState(record: record, request: request, view: .model, width: 60, height: 16)
      .pressing(keys)
  }

  private func title(_ state: ExplorerState) -> String { state.title(of: state.place) }

  @Test func headsAreDotsWithNames() throws {
    let rows = try state().rows()
    #expect(rows[1].hasPrefix(" right prev   up next"))
    let expected = """
            ▲ next
        .90 │                                                1.0•
            │      ◆0.0
            │
            │                            •0.2
            │
            │
            │      •1.1                                      0.1•
        .00 │
            ╰────────────────────────────────────────────────────
            .00                                        prev → .90
      """.split(separator: "\n")
    for (row, expected) in zip(rows[3...], expected) { #expect(row == expected) }
    #expect(rows[14].hasPrefix(" layer 0 head 0  prev .10  next .80"))
  }

  /// A name behind the number would be read with it.
  @Test func severalHeadsInOnePlaceAreANumberWithoutAName() throws {
    let state = try state(": 'scatter prev prev' Enter Right Right")
    #expect(title(state) == "0.2")
    let rows = state.rows()[3..<11]
    #expect(rows.contains { $0.hasSuffix(" 2") }, "\(rows.joined(separator: "\n"))")
    #expect(!rows.contains { $0.contains("0.0") || $0.contains("1.1") })
  }

  /// To the right is the head with the next more of the one, up that with the next more of the other.
  @Test func theCursorWalksHeads() throws {
    var state = try state()
    #expect(title(state) == "0.0")
    var walk: [String] = []
    for key in ["Right", "Right", "Right", "Right", "Right", "Down", "Down", "Left"] {
      try state.press(key)
      walk.append(title(state))
    }
    #expect(walk == ["1.1", "0.2", "0.1", "1.0", "1.0", "0.0", "0.2", "1.1"])
    // Of which nothing is known is no dot; from there the cursor goes to one.
    let hidden = try self.state(": 'layer 1' Enter : 'head 2' Enter : 'scatter prev next' Enter Up")
    #expect(title(hidden) == "1.0")
  }

  @Test func aClickFindsTheNearestDot() throws {
    var state = try state()
    let layout = ModelLayout(state)
    let dots = ScatterLayout(try #require(ScatterScene(state)), in: layout).dots
    let dot = try #require(dots.first { state.title(of: $0.place) == "0.2" })
    state.click(x: dot.x + 2, y: dot.y)
    #expect(title(state) == "0.2")
    state.click(x: dot.x + 9, y: dot.y)
    #expect(title(state) == "0.2")
    state.click(x: dot.x, y: dot.y)
    #expect(state.view == .head && state.selection.head == 2)
  }

  @Test func itEndsWhereHeadsAreRanked() throws {
    #expect(try state(": 'scatter prev next' Enter : scatter Enter").scatter == nil)
    let ranked = try state(": 'scatter prev next' Enter : 'sort prev' Enter")
    #expect(ranked.scatter == nil && ranked.display.ranking.order == .measure(.score(.previous)))
    let chosen = try state(": 'scatter prev next' Enter : 'only prev>.4' Enter")
    #expect(chosen.scatter != nil)
    #expect(ScatterScene(chosen)?.dots.count == 3)
  }

  /// Values that only the model knows are asked for; those that it does not have, refused.
  @Test func whatIsMissingIsAsked() throws {
    var driver = QuestionDriver(
      ExplorerState(
        record: record, request: ModelRequest(text: "a b"), view: .model, width: 80, height: 24))
    try driver.press(": 'scatter write prev' Enter")
    #expect(driver.asked == [.writes])
    #expect(driver.state.render().text.contains("sizes: measuring"))
    driver.answer(.finished(.success(.edges(.sample(record)))))
    #expect(driver.state.render().text.contains("write →"))
    let refused = try state(": 'scatter write effect' Enter")
    #expect(refused.message?.text.contains("this needs the model") == true)
    #expect(refused.scatter == nil)
    let wrong = try state(": 'scatter prev' Enter")
    #expect(wrong.message?.text.contains("two measures with a blank between") == true)
  }

  @Test func aBookmarkAndATableHaveIt() throws {
    var state = try state()
    state.session.source = "m"
    #expect(state.bookmark?.commands.contains("scatter prev next") == true)
    let table = ViewTable(ofView: state)
    #expect(Array(table.columns.suffix(2)) == ["prev", "next"])
    #expect(Array(table.rows[1].suffix(2)) == ["0.9", "0.1"] && table.rows[5].last == "")
  }

  /// Values without bounds, and the same for all heads, have their places.
  @Test func anyValueHasAPlace() throws {
    var state = try state()
    state.display.scatter?.up = .measure(.maximum)
    let layout = ScatterLayout(try #require(ScatterScene(state)), in: ModelLayout(state))
    #expect(layout.scene.up.range == 0...1 && layout.dots.allSatisfy { $0.y == layout.area.y })
    #expect(layout.dots.count == 5 && layout.zeroX == nil && layout.zeroY == nil)
  }
}
