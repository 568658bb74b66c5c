import Attention
import DemoModels
import TestSupport
import Testing
import Transformers

@testable import Runs

/// Two runs beside each other: invariants that hold whatever the model.
@Suite struct DifferenceTests {
  private static let text = " moon bridge coat island bell soldier moon bridge coat island bell"
  private static let other = " moon bridge coat island bell window moon bridge coat island bell"
  private static let longer =
    " moon bridge coat island red bell soldier moon bridge coat island bell"

  private func run(_ text: String, of model: DemoModel = .gpt2) throws -> Run {
    try LoadedModel(model.files).run(
      ModelRequest(text: text), recording: RunDifference.recording)
  }

  private func values(_ tensors: AnalysisTensors, _ name: String) throws -> [Float] {
    let source = try #require(tensors.tensors.first { $0.name == name }, "\(name)")
    return (0..<source.pieceCount).flatMap(source.piece)
  }

  /// I20, I21, I22, I39: a run and one of the same checkpoint differ by nothing; the other way round is the negative; in
  /// a decoder, rows in front of the first change are the same.
  @Test func differencesAreAntisymmetric() throws {
    let (a, b) = (try run(Self.text), try run(Self.other))
    let same = try RunDifference(a, run(Self.text))
    #expect(
      same.heads.allSatisfy { $0.divergence == 0 && $0.sumChange == 0 && $0.shareChange == 0 })
    let difference = try RunDifference(a, b)
    let (forth, back) = (difference.tensors(), try RunDifference(b, a).tensors())
    let name = "diff_attention.self.1"
    let one = try values(forth, name)
    #expect(one == (try values(back, name)).map { -$0 })
    // 4 heads, 13 × 13; the change is at 6.
    for head in 0..<4 { #expect(one[head * 169..<head * 169 + 6 * 13].allSatisfy { $0 == 0 }) }
    #expect(one.contains { abs($0) > 0.1 })
    // The head that repeats what came before says something else now.
    let share = difference.heads.max { abs($0.shareChange ?? 0) < abs($1.shareChange ?? 0) }
    #expect(share?.head == HeadAddress(layer: 1, head: 2))
  }

  /// I23: rows with their bucket sum to 1, and the divergence has its bounds.
  @Test func rowsStayDistributions() throws {
    let difference = try RunDifference(run(Self.text), run(Self.longer))
    #expect(difference.alignments[.own]?.queries.pairs.count == 13 && !difference.isPatchable)
    let tensors = difference.tensors()
    let buckets = try values(tensors, "diff_bucket.self.0")
    #expect(buckets[..<52].allSatisfy { $0 == 0 } && buckets[52...].contains { $0 > 0.1 })
    let (a, b) = (difference.first.record, difference.second.record)
    let changes = try values(tensors, "diff_attention.self.0")
    for pair in 0..<13 {
      let sum = changes[pair * 13..<(pair + 1) * 13].reduce(0, +)
      #expect(abs(sum + buckets[52 + pair] - buckets[pair]) < 1e-5)
    }
    #expect(a.stacks[0].queries.count == 13 && b.stacks[0].queries.count == 14)
    let js = try values(tensors, "js.self.0")
    #expect(js.allSatisfy { $0 >= 0 && $0 < 0.69315 } && js.contains { $0 > 0.1 })
  }

  /// I34: all of a head from the same text changes nothing, and what the first layer reads at all rows is the whole run;
  /// the head that repeats what came before is enough to bring the word back.
  @Test func activationsOfTheOtherRunBringItsPrediction() throws {
    let (a, b) = (try run(Self.text), try run(Self.other))
    let difference = try RunDifference(a, b)
    #expect(difference.isPatchable)
    let tensors = try difference.patches(outcome: nil)
    let clean = try values(tensors, "patch.clean")
    let corrupt = try values(tensors, "patch.corrupt")
    func score(_ pair: ArraySlice<Float>) -> Float {
      let m = pair[pair.startIndex] - pair[pair.startIndex + 1]
      return (m - (corrupt[0] - corrupt[1])) / (clean[0] - clean[1] - (corrupt[0] - corrupt[1]))
    }
    #expect(score(clean[...]) == 1 && score(corrupt[...]) == 0)
    let all = try values(tensors, "patch.denoise.head_all.self.1")
    #expect(
      (0..<4).map { score(all[$0 * 2..<$0 * 2 + 2]) }.enumerated().max { $0.1 < $1.1 }?.0 == 2)
    #expect(score(all[4..<6]) > 0.9)
    // Row 6 alone differs in what the first layer reads.
    let states = try values(tensors, "patch.denoise.resid.self.0")
    #expect(abs(score(states[12..<14]) - 1) < 1e-4 && abs(score(states[14..<16])) < 1e-4)
    let same = try RunDifference(a, a).patches(outcome: "#1199 - #3850")
    let unchanged = try values(same, "patch.noise.pattern.self.1")
    let whole = try values(same, "patch.clean")
    #expect(zip(unchanged, whole + whole + whole + whole).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  /// The other token of a patch is what the second run predicts, or, where that is the same, what rises most.
  @Test func patchesAreJudgedByWhatTheRunsTellApart() throws {
    let (a, b) = (try run(Self.text), try run(Self.other))
    #expect(try RunDifference(a, b).patchedOutcome(nil) == .difference(1199, 3850))
    let similar = try run(" moon bridge coat island bell soldier moon bridge window island bell")
    #expect(try similar.likeliestIDs(1) == a.likeliestIDs(1))
    let scores = try [a, similar].map { run in
      try LogitLens.scores(
        run.requiredPass.output, of: run.requiredPass.model.model, row: run.outcomeRow)
    }
    guard case .difference(1199, let rising) = try RunDifference(a, similar).patchedOutcome(nil)
    else {
      Issue.record("another first token")
      return
    }
    let rise = scores[1][rising] - scores[0][rising]
    #expect(scores[0].indices.allSatisfy { $0 == 1199 || scores[1][$0] - scores[0][$0] <= rise })
  }

  /// A head that does what it did in the other run, as an intervention, brings back what the grid of patches says.
  @Test func aPatchIsAChangeOfTheRun() throws {
    let model = try LoadedModel(DemoModel.gpt2.files)
    let (a, b) = (ModelRequest(text: Self.text), ModelRequest(text: Self.other))
    let head = HeadAddress(layer: 1, head: 2)
    var patched = b
    patched.interventions = [.patch(HeadPatch(head, from: a))]
    let compared = ComparedRun(a)
    guard
      case .difference(let report) = try TracedRuns().answer(
        .difference(from: compared, nil), of: patched, from: .model(model, b),
        opening: { _ in throw RunError.saved })
    else {
      Issue.record("another finding")
      return
    }
    let share = try #require(report.restoration?.share)
    let difference = try RunDifference(run(Self.text), run(Self.other))
    let alone = try #require(difference.restored(outcome: nil)?.heads[head])
    #expect(share > 0.9 && abs(share - alone) < 1e-4)
    let change = try #require(report.heads[head]?.sumChange)
    #expect(change < 1e-5)
    #expect(report.edges.compared == compared && report.other.interventions.isEmpty)
    let record = try model.run(patched).record
    #expect(record.notes == ["head 1.2 as in \"\(Self.text.prefix(39))…\""])
    // From the text itself it is nothing (I8); and from another one of another length it cannot be.
    patched.interventions = [.patch(HeadPatch(head, from: b))]
    for (new, old) in zip(
      try model.run(patched).record.predictions, try model.run(b).record.predictions)
    {
      #expect(new.token == old.token && abs(new.probability - old.probability) < 1e-5)
    }
    patched.interventions = [.patch(HeadPatch(head, from: ModelRequest(text: Self.longer)))]
    #expect {
      try model.run(patched)
    } throws: {
      "\($0)".hasSuffix(
        "activations fit only between texts of the same length, and that one has 14 tokens, this one 13"
      )
    }
    patched.interventions = [.patch(HeadPatch(HeadAddress(layer: 9, head: 0), from: a))]
    #expect(throws: InterventionError.self) { try model.run(patched) }
  }

  /// On the edges stands by how much each weight is larger, between tokens that are partners.
  @Test func edgesHaveWhatWeightsGained() throws {
    let (a, b) = (try run(Self.text), try run(Self.longer))
    let report = try b.difference(from: a, ComparedRun(ModelRequest(text: Self.text)), outcome: nil)
    let head = HeadAddress(layer: 1, head: 2)
    let edges = try #require(report.edges.values(of: head))
    let (one, two) = (a.record.stacks[0].layers[1], b.record.stacks[0].layers[1])
    // The fifth word is new, so that what follows stands one further on.
    #expect(edges[5, 0] == 0 && edges[13, 5] == 0)
    let gain = two.row(head: 2, query: 13)[7] - one.row(head: 2, query: 12)[6]
    #expect(edges[13, 7] == gain && edges.queryCount == 14)
    #expect(report.otherOutput?.outcome?.outcome == .token(1199))
    let divergence = try #require(report.heads[head]?.divergence)
    #expect(divergence > 0)
  }

  /// Of saved attention the weights are known, and no more.
  @Test func savedAttentionIsComparedByItsWeights() throws {
    let (a, b) = (try run(Self.text), try run(Self.other))
    let saved = try RunDifference(Run(saved: a.record), Run(saved: b.record))
    let made = try RunDifference(a, b)
    #expect(saved.heads.map(\.divergence) == made.heads.map(\.divergence))
    #expect(saved.heads.allSatisfy { $0.sumChange == nil && $0.shareChange == nil })
    #expect(!saved.isPatchable && saved.outcome == nil)
    #expect(throws: RunError.needsModel) {
      try RunDifference(Run(saved: a.record), Run(saved: b.record), outcome: "#5")
    }
  }

  @Test func otherShapesAreRefused() throws {
    let (one, two) = (try run("a b", of: .gpt2), try run("a b", of: .t5))
    #expect(throws: RunError.otherShape) { try RunDifference(one, two) }
    let names = RunError.otherTokens("a", "b", firstAt: 3, counts: 4, 5)
    #expect(
      "\(names)"
        == "a and b read other tokens, the first at 3, so heads cannot be compared row by row")
  }
}
