import Testing

@testable import Attention

@Suite struct InterventionTests {
  private let extents = [
    AttentionExtent(
      .own, masks: [.causal, .causalWindow(width: 2)], headCounts: [4, 4], queryCount: 6,
      keyCount: 6)
  ]

  @Test(arguments: ["9.9", "cross:3.1", "encoder:0.12"]) func headsAreSpelled(_ text: String) {
    #expect(HeadAddress(text)?.description == text)
  }

  @Test(arguments: [
    "", "9", "9.9.1", "-1.2", "9.", ".9", "x:1.2", "self 1.2", "99999999999999999999.1",
  ])
  func otherTextsAreNoHeads(_ text: String) { #expect(HeadAddress(text) == nil) }

  @Test(arguments: ["3-5:12>4", "3.0-3:12>4", "cross:3.1:last>0-2", "0:all>5"])
  func cutsAreSpelled(_ text: String) { #expect(EdgeCut(text)?.description == text) }

  @Test(arguments: ["", "3:12", "3>4", "5-3:1>2", "3.:1>2", "3:1>2>3", "3:>1", "x:3:1>2", "3:1>-2"])
  func otherTextsAreNoCuts(_ text: String) { #expect(EdgeCut(text) == nil) }

  @Test func rowsAreSpelled() {
    #expect(Rows("3,7-9,8,1")?.description == "1,3,7-9")
    #expect(Rows("all") == .all && Rows("last") == .last)
    #expect(Rows("") == nil && Rows("1,") == nil && Rows("0-99999999") == nil)
    #expect(Rows.last.indices(count: 4) == [3])
  }

  private func refusal(_ interventions: [Intervention]) -> String? {
    do throws(InterventionError) {
      try interventions.check(extents)
      return nil
    } catch { return "\(error)" }
  }

  @Test func whatDoesNotFitIsRefusedByName() throws {
    func off(
      _ head: String, _ replacement: HeadAblation.Replacement = .zero, _ rows: Rows = .all
    ) throws -> Intervention {
      .ablation(HeadAblation(try #require(HeadAddress(head)), as: replacement, rows: rows))
    }
    func cut(_ text: String) throws -> Intervention { .cut(try #require(EdgeCut(text))) }
    #expect(refusal([try off("1.3"), try cut("0-1:5>4")]) == nil)
    #expect(refusal([try off("2.0")]) == "head 2.0: there is no layer 2, there are 0-1")
    #expect(refusal([try off("1.4")]) == "head 1.4: there is no head 4, there are 0-3")
    #expect(
      refusal([try off("1.1", .mean, .numbered([1, 6]))])
        == "head 1.1: there is no token 6, there are 0-5")
    #expect(
      refusal([try off("cross:1.1")])
        == "head cross:1.1: the model has no cross attention: give the numbers alone, such as 0.1")
    #expect(refusal([try cut("0-2:1>0")]) == "cut 0-2:1>0: there is no layer 2, there are 0-1")
    #expect(refusal([try cut("0:1>6")]) == "cut 0:1>6: there is no token 6, there are 0-5")
    #expect(
      refusal([try cut("1.2:3>2-3")])
        == "cut 1.2:3>2-3: token 3 would have no key left to look at in head 1.2: cut fewer, or turn the head off"
    )
    // Each leaves a key, both together none.
    #expect(refusal([try cut("1:3>2"), try cut("1:3>3")]) != nil)
  }

  @Test func runsNameWhatWasDone() throws {
    let ablation = HeadAblation(HeadAddress(layer: 9, head: 9), as: .zeroKeepBias, rows: .last)
    #expect("\(Intervention.ablation(ablation))" == "head 9.9 off (zero-keep-bias, rows last)")
    var cut = try #require(EdgeCut("3-5:12>4"))
    #expect("\(Intervention.cut(cut))" == "cut 3-5:12>4 (renormalised)")
    cut.keepsSum = false
    #expect("\(Intervention.cut(cut))" == "cut 3-5:12>4 (not renormalised)")
  }

  /// Rows, columns, single scores and whole heads agree on what is cut.
  @Test(arguments: [true, false]) func cutsAreInEveryViewOfTheWeights(keepsSum: Bool) throws {
    let values = (0..<24).map { Float(($0 * 7) % 11) / 4 }
    let vectors = HeadVectors(headCount: 2, rowCount: 4, headSize: 3, values: values)
    var score = LayerAttention.Score(queries: vectors, keys: vectors, scale: 0.7)
    let whole = LayerAttention(index: 0, mask: .causal, score: score)
    var cut = try #require(EdgeCut("0.1:3>1"))
    cut.keepsSum = keepsSum
    score.cuts = [cut]
    let layer = LayerAttention(index: 0, mask: .causal, score: score)
    #expect(layer.weights(head: 0) == whole.weights(head: 0))
    let (before, after) = (whole.weights(head: 1), layer.weights(head: 1))
    for query in 0..<3 { #expect(after.row(query) == before.row(query)) }
    let rest = 1 - before[3, 1]
    for key in 0..<4 {
      let expected = key == 1 ? 0 : keepsSum ? before[3, key] / rest : before[3, key]
      #expect(abs(after[3, key] - expected) < 1e-6)
    }
    #expect(layer.row(head: 1, query: 3) == Array(after.row(3)))
    #expect((score.value(head: 1, query: 3, key: 1) == -.infinity) == keepsSum)
    let column = layer.column(head: 1, key: 1, logSums: layer.logSums(head: 1))
    for query in 0..<4 { #expect(abs(column[query] - after[query, 1]) < 1e-6) }
  }
}
