import Attention
import Files
import Glibc
import TestSupport
import Testing

@testable import Transformers

/// Shares of a score, by what has to add up, for every way of arranging norms.
@Suite struct DirectShareTests {
  private func traced(
    _ name: String, _ interventions: [Intervention] = [], of files: ModelFiles? = nil
  ) throws -> (any TransformerModel, ModelOutput) {
    let model = try ModelRegistry.loadModel(
      from: files ?? ModelFiles(folder: Fixtures.path("models/\(name)")))
    var input = try #require(GoldenCase.all(of: name).first).input
    input.recording = DirectShares.recording
    input.interventions = interventions
    return (model, try model.forward(input))
  }

  private static let linear = TraceTests.models.filter {
    !["bert_base", "albert_groups", "modernbert", "deberta_v2_linear"].contains($0)
  }

  /// All shares sum to the score (I9), those of edges to those of heads (I10).
  @Test(arguments: linear) func sharesClose(_ name: String) throws {
    let (model, output) = try traced(name)
    guard model.summary.predictsTokens else { return }
    for outcome in [Outcome.token(7), .difference(3, 5)] {
      let shares = try DirectShares(output, of: model, outcome: outcome)
      let size = (0..<shares.rows.count).map { row in
        shares.feedForward.reduce(abs(shares.embedding[row])) { $0 + abs($1[row]) }
          + shares.layers.flatMap(\.heads).reduce(0) { $0 + abs($1[row]) }
      }
      for row in shares.rows.indices {
        #expect(
          abs(shares.sum[row] - shares.score[row]) <= 1e-5 * max(1, size[row]), "\(name) \(row)")
      }
      for layer in shares.layers {
        for (head, share) in layer.heads.enumerated() {
          let edges = layer.edges(head: head)
          let keyCount = edges.count / share.count
          for (row, whole) in share.enumerated() {
            let sum = edges[row * keyCount..<(row + 1) * keyCount].reduce(0, +)
            #expect(abs(sum - whole) <= 1e-5 * max(1, size[row]))
          }
        }
      }
      // Of one row by itself.
      let last = shares.rows.count - 1
      let single = try DirectShares(output, of: model, outcome: outcome, rows: [last])
      for (layer, all) in zip(single.layers, shares.layers) {
        for (head, share) in layer.heads.enumerated() {
          #expect(abs(share[0] - all.heads[head][last]) <= 1e-5 * max(1, size[last]))
        }
      }
    }
  }

  /// They close also where heads are off and edges are cut.
  @Test func sharesOfAChangedPassClose() throws {
    var cut = try #require(EdgeCut("1:last>1"))
    cut.keepsSum = false
    let (model, output) = try traced(
      "gpt2_layer_scales",
      [
        .ablation(HeadAblation(HeadAddress(layer: 0, head: 1), as: .mean)),
        .ablation(HeadAblation(HeadAddress(layer: 1, head: 0))), .cut(cut),
      ])
    let shares = try DirectShares(output, of: model, outcome: .token(7))
    for (sum, score) in zip(shares.sum, shares.score) {
      #expect(abs(sum - score) <= 1e-4 * max(1, abs(score)))
    }
    let off = shares.layers[1].heads[0]
    let bias = try #require(shares.layers[1].valueBias)[0]
    for (share, bias) in zip(off, bias) { #expect(abs(share + bias) <= 1e-6) }
    #expect(shares.layers[1].edges(head: 0).allSatisfy { $0 == 0 })
  }

  /// In the last layer of a parallel block, nothing stands between a head's write and the norm; in another one the
  /// feed-forward block does, unless it adds nothing (I19).
  @Test(arguments: ["gpt_neox_parallel", "gpt_neox_sequential", "arcee"])
  func removalOfTheLastLayerIsItsEffectWhereNothingFollows(_ name: String) throws {
    let path = Fixtures.path("models/\(name)")
    let last = try ModelRegistry.loadModel(from: ModelFiles(folder: path)).summary.layerCount - 1
    let files = try ModelFiles.changed("models/\(name)") { tensor, values in
      let ends = [
        "mlp.dense_4h_to_h.weight", "mlp.dense_4h_to_h.bias", "mlp.down_proj.weight",
        "mlp.down_proj.bias",
      ]
      guard name != "gpt_neox_parallel", ends.contains(where: { tensor.hasSuffix("\(last).\($0)") })
      else { return }
      values = values.map { _ in 0 }
    }
    let (model, output) = try traced(name, of: files)
    let row = output.stacks[0].queries.count - 1
    let replay = Replay(output, of: model, row: row, tokens: [3, 5])
    let removals = try replay.removals(output, of: model)
    #expect(removals.count == replay.heads(rows: .row).count)
    try replay.effects(of: .zeroKeepBias, rows: .row) { effect in
      guard effect.head.layer == last, case .prediction(let total) = effect.output,
        let removed = removals.first(where: { $0.head == effect.head })?.output
      else { return }
      #expect(abs(total.logits[0] - removed.logits[0]) <= 2e-5 * max(1, abs(total.logits[0])))
    }
  }

  /// Shares are linear in the outcome (I11).
  @Test(arguments: ["gpt2_layer_scales", "gemma2_caps", "opt_norms_behind"])
  func aDifferenceIsTheDifferenceOfItsTokens(_ name: String) throws {
    let (model, output) = try traced(name)
    func shares(_ outcome: Outcome) throws -> [Float] {
      try DirectShares(output, of: model, outcome: outcome).layers.flatMap {
        $0.heads.flatMap(\.self)
      }
    }
    let (one, two) = (try shares(.token(3)), try shares(.token(5)))
    for (index, share) in try shares(.difference(3, 5)).enumerated() {
      #expect(abs(share - (one[index] - two[index])) <= 1e-5 * max(1, abs(one[index])))
    }
  }

  /// Scores less their mean, as shares sum to them, are the same prediction (I13).
  @Test(arguments: ["gpt2_layer_scales", "granite_multipliers"])
  func centredScoresPredictTheSame(_ name: String) throws {
    let model = try ModelRegistry.loadModel(
      from: ModelFiles(folder: Fixtures.path("models/\(name)")))
    var input = try #require(GoldenCase.all(of: name).first).input
    input.recording = DirectShares.recording.union(Recording(logits: true))
    input.predictionPositions = [input.ids.count - 1]
    let output = try model.forward(input)
    let logits = try #require(output.logits).row(0)
    let centred = try logits.indices.map { id in
      try DirectShares(
        output, of: model, outcome: .token(id - logits.startIndex), rows: input.predictionPositions
      ).sum[0]
    }
    func softmax(_ scores: some Collection<Float>) -> [Float] {
      let largest = scores.max() ?? 0
      let parts = scores.map { exp($0 - largest) }
      let whole = parts.reduce(0, +)
      return parts.map { $0 / whole }
    }
    for (one, other) in zip(softmax(centred), softmax(logits)) { #expect(abs(one - other) < 1e-5) }
    #expect(abs(centred.reduce(0, +)) < 1e-3)
    #expect(abs(logits.reduce(0, +)) > 1e-2)
  }

  /// With a token's row of the vocabulary twice as large, shares are (I14).
  @Test func sharesGrowWithTheirDirection() throws {
    let ids = try #require(GoldenCase.all(of: "gpt2_layer_scales").first).input.ids
    // The text has neither, so that its embeddings stay.
    let unread = Array((0..<48).filter { !ids.contains($0) }.prefix(2))
    func shares(scaledBy factor: Float) throws -> [Float] {
      let files = try ModelFiles.changed("models/gpt2_layer_scales") { name, values in
        guard name.hasSuffix("wte.weight") else { return }
        for feature in 0..<32 {
          values[unread[0] * 32 + feature] *= factor
          values[unread[1] * 32 + feature] = 0
        }
      }
      let (model, output) = try traced("gpt2_layer_scales", of: files)
      return try DirectShares(output, of: model, outcome: .difference(unread[0], unread[1]))
        .layers.flatMap { $0.heads.flatMap(\.self) }
    }
    let (plain, doubled) = (try shares(scaledBy: 1), try shares(scaledBy: 2))
    #expect(plain.contains { abs($0) > 1e-3 })
    #expect(zip(plain, doubled).allSatisfy { 2 * $0 == $1 })
  }

  @Test func whatHasNoSharesIsRefused() throws {
    let (bert, output) = try traced("bert_mlm_cased")
    #expect(throws: TransformerError.noShares(family: "BERT")) {
      try DirectShares(output, of: bert, outcome: .token(3))
    }
    let (other, headless) = try traced("bert_base")
    #expect(throws: TransformerError.predictsNothing) {
      try DirectShares(headless, of: other, outcome: .token(3))
    }
    #expect(
      "\(TransformerError.noShares(family: "BERT"))"
        == "the head with which BERT predicts is not linear, so parts of a state have no shares of a score: ask for removal, the score without each head's write"
    )
  }
}
