import Attention
import DemoModels
import Glibc
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

  /// I31: the last reading of the lens is what the model says.
  @Test func theLastReadingIsThePrediction() throws {
    let run = try model.run(
      ModelRequest(text: "", inputIDs: ids), recording: Question.output(nil, query: nil).recording)
    let report = try run.output("#1199")
    let last = try #require(report.lens.last)
    #expect(zip(last.best, report.predictions).allSatisfy { $0 == $1 })
    let scores = try LogitLens.scores(
      run.requiredPass.output, of: run.requiredPass.model.model, row: 12)
    #expect(last.logits == [scores[1199]])
  }

  /// I33: what all keys share changes no weight, so that the parts of scores beyond their mean make the row.
  @Test func contrastsMakeTheRow() throws {
    let run = try run(ids)
    let pass = try run.requiredPass
    let head = HeadAddress(layer: 1, head: 2)
    let scores = try (0...12).map { key -> Float in
      let split = try ScoreSplit(
        pass.output, of: pass.model.model, head: head, query: 12, key: key)
      let contrast = split.contrast.reduce(0, +)
      #expect(abs(split.sum - split.score) < 1e-3)
      #expect(abs(split.byQuery.reduce(0, +) - contrast) < 1e-3)
      return contrast
    }
    #expect(abs(scores.reduce(0, +)) < 1e-2)
    let parts = scores.map { exp($0 - (scores.max() ?? 0)) }
    let row = run.record.stacks[0].layers[1].row(head: 2, query: 12)
    let whole = parts.reduce(0, +)
    for (part, weight) in zip(parts, row) { #expect(abs(part / whole - weight) < 1e-4) }
  }

  /// I42: shares of tokens sum to 1, and none comes from behind in a decoder.
  @Test func rolloutIsAShareOfTokens() throws {
    let bert = try LoadedModel(DemoModel.bert.files).run(ModelRequest(text: "The cat sat"))
    for (stack, looksBack) in try [
      (run(ids).record.stacks[0], true), (bert.record.stacks[0], false),
    ] {
      let count = stack.queries.count
      for shares in stack.rollout() {
        for query in 0..<count {
          let row = shares[query * count..<(query + 1) * count]
          #expect(abs(row.reduce(0, +) - 1) < 1e-5)
          let ahead = row.dropFirst(query + 1)
          #expect(ahead.allSatisfy { looksBack == ($0 == 0) })
        }
      }
    }
  }

  /// I35: with the weights of another run, with its values, and with both, what a head takes differs by Δα·v, α·Δv, and
  /// by Δα·Δv besides.
  @Test func weightsAndValuesOfTheOtherRunMakeItsSum() throws {
    var others = ids
    others[6] = 639
    let layers = try [ids, others].map { try run($0).record.stacks[0].layers[1] }
    func taken(_ weights: Int, _ values: Int) -> [Float] {
      let row = layers[weights].row(head: 2, query: 12)
      let values = layers[values].values(ofHead: 2)
      return (0..<values.size).map { feature in
        row.indices.reduce(0) { $0 + row[$1] * values.values[$1 * values.size + feature] }
      }
    }
    let size = layers[0].values(ofHead: 2).size
    let (own, other) = (taken(0, 0), layers[1].weightedValues(head: 2).values.suffix(size))
    let (pattern, values) = (taken(1, 0), taken(0, 1))
    let row = zip(layers[0].row(head: 2, query: 12), layers[1].row(head: 2, query: 12)).map {
      $1 - $0
    }
    for (feature, whole) in other.enumerated() {
      let cross = row.indices.reduce(Float(0)) { sum, key in
        let place = key * size + feature
        return sum + row[key]
          * (layers[1].values(ofHead: 2).values[place] - layers[0].values(ofHead: 2).values[place])
      }
      #expect(abs(whole - (pattern[feature] + values[feature] - own[feature] + cross)) < 1e-4)
    }
  }
}
