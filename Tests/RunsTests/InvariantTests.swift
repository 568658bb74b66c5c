import Attention
import DemoModels
import Testing
import Transformers

@testable import Runs

/// What holds of heads that are off, of edges that are cut, and of what is moved, whatever the model.
@Suite struct InvariantTests {
  private let ids = [4516, 5475, 424, 836, 5416, 4810, 1199, 4516, 5475, 424, 836, 5416, 4810]
  private let model: LoadedModel

  init() throws { model = try LoadedModel(DemoModel.gpt2.files) }

  private func run(_ ids: [Int], _ interventions: [Intervention] = []) throws -> Run {
    try model.run(
      ModelRequest(text: "", inputIDs: ids, interventions: interventions),
      recording: Question.effects(.zero, rows: .row, nil).recording)
  }

  private func totals(
    _ run: Run, _ kind: HeadAblation.Replacement, _ rows: EffectRows
  ) throws -> [HeadAddress: Float] {
    try run.effects(of: kind, rows: rows, outcome: "#1199").effects.mapValues(\.total)
  }

  /// I2, I7: of one token the mean over the text is the token's own, and so is what the first token that it sees has.
  @Test(arguments: [HeadAblation.Replacement.mean, .first])
  func ofOneTokenNothingElseCanStandInItsPlace(_ kind: HeadAblation.Replacement) throws {
    let totals = try totals(run([4516]), kind, .all)
    #expect(totals.count == 16 && totals.values.allSatisfy { abs($0) < 1e-5 })
    #expect(try self.totals(run([4516]), .zero, .all).values.contains { abs($0) > 0.1 })
  }

  /// I6: in the last layer only the row that predicts matters; before it others do, too.
  @Test func inTheLastLayerTheRowIsEnough() throws {
    let run = try run(ids)
    let (all, row) = (try totals(run, .zero, .all), try totals(run, .zero, .row))
    for head in 0..<4 {
      let last = HeadAddress(layer: 3, head: head)
      let (one, other) = (try #require(all[last]), try #require(row[last]))
      #expect(abs(one - other) < 1e-5)
    }
    let previous = HeadAddress(layer: 0, head: 1)
    let (one, other) = (try #require(all[previous]), try #require(row[previous]))
    #expect(abs(one - other) > 0.1)
  }

  /// I8: off twice is off once, and on again is as before, bit for bit.
  @Test func offTwiceIsOffOnce() throws {
    let off = Intervention.ablation(HeadAblation(HeadAddress(layer: 1, head: 2)))
    let once = try run(ids, [off]).record.predictions
    #expect(try run(ids, [off, off]).record.predictions == once)
    let before = try run(ids).record.predictions
    #expect(before != once)
    #expect(try run(ids).record.predictions == before)
  }

  /// I15: what keys have in the outcome's direction, by their weights, is the head's share.
  @Test func valuesByTheirWeightsAreTheShare() throws {
    let run = try run(ids)
    let pass = try run.requiredPass
    let shares = try DirectShares(
      pass.output, of: pass.model.model, outcome: .token(1199), rows: [12])
    for layer in shares.layers {
      for head in 0..<4 {
        let weights = run.record.stacks[0].layers[layer.index].row(head: head, query: 12)
        let sum = zip(layer.values(head: head), weights).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(sum - layer.heads[head][0]) < 1e-4)
      }
    }
  }

  /// I29: with all edges of a row cut but one, that one has the whole weight.
  @Test func theOnlyEdgeLeftHasTheWholeWeight() throws {
    let cuts = [0...4, 6...12].map { keys in
      Intervention.cut(
        EdgeCut(layers: 1...1, heads: 2...2, queries: .numbered([12]), keys: keys))
    }
    let row = try run(ids, cuts).record.stacks[0].layers[1].row(head: 2, query: 12)
    #expect(row[5] == 1 && row.reduce(0, +) == 1)
  }
}
