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

  /// I20, I21, I22: a run and itself differ by nothing; the other way round is the negative; in a decoder, rows in front
  /// of the first change are the same.
  @Test func differencesAreAntisymmetric() throws {
    let (a, b) = (try run(Self.text), try run(Self.other))
    let same = try RunDifference(a, a)
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

  @Test func otherShapesAreRefused() throws {
    let (one, two) = (try run("a b", of: .gpt2), try run("a b", of: .t5))
    #expect(throws: RunError.otherShape) { try RunDifference(one, two) }
  }
}
