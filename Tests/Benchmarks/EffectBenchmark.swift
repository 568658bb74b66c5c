import Attention
import Files
import Transformers

/// The effects of all heads at the last row, and the direct shares of all edges.
enum EffectBenchmark {
  static func run(_ folder: String, _ reference: Reference?, _ goals: inout Goals) throws {
    let table = Table(
      "Effects of all heads at the last row, and direct shares of all edges", "model", "tokens",
      "heads", "first effects", "all effects", "PyTorch, eager, a hook for each head", "ratio",
      "shares of all edges", "of a pass")
    let checkpoint = try RandomCheckpoint(.gpt2, in: folder)
    let model = try ModelRegistry.loadModel(from: ModelFiles(folder: checkpoint.folder))
    let length = 15
    var input = ModelInput(ids: (0..<length).map { 5 + $0 * 7 % 20_000 })
    let pass = try Measure.shortest(11) { _ = try model.forward(input) }
    input.recording = Replay.recording.union(DirectShares.recording)
    let output = try model.forward(input)
    let outcome = Outcome.token(1_000)
    let replay = Replay(output, of: model, row: length - 1, tokens: outcome.ids)
    var first = Double.infinity
    func allEffects() throws -> Double {
      try Measure.shortest(5) {
        let start = ContinuousClock.now
        var isFirst = true
        try replay.effects(of: .zero, rows: .row) { _ in
          if isFirst { first = min(first, (ContinuousClock.now - start).seconds) }
          isFirst = false
        }
      }
    }
    // Before and after the alternative, since machines are not equally fast all the time.
    var all = try allEffects()
    let theirs = try reference?.ask("effects", checkpoint.folder, "\(length)").first?.seconds
    all = min(all, try allEffects())
    let shares = try Measure.shortest(5) {
      let shares = try DirectShares(output, of: model, outcome: outcome)
      for layer in shares.layers {
        for head in layer.heads.indices { _ = layer.edges(head: head) }
      }
    }
    table.row(
      RandomCheckpoint.Shape.gpt2.rawValue, "\(length)", "\(replay.heads(rows: .row).count)",
      first.milliseconds, all.milliseconds, theirs.milliseconds, theirs.ratio(to: all),
      shares.milliseconds, (shares / pass).fixed(2))
    goals.note(
      "effects of all heads, last row, against hooks in PyTorch", .atLeast(20),
      theirs.map { $0 / all }, as: Goals.times)
    goals.note("the first of them", .atMost(0.1), first, as: Goals.seconds)
    goals.note(
      "direct shares of all edges, of a pass", .atMost(0.1), shares / pass, as: Goals.share)
  }
}
