import Attention
import Files
import TestSupport
import Testing

@testable import Transformers

/// Heads that are off and edges that are cut: what is run again from a layer on, or as rows of one product, against
/// whole passes with the same change.
@Suite struct EffectTests {
  /// Norms in all places, windows, biases of positions, groups of heads, caps, encoders and encoder-decoders.
  static let models =
    TraceTests.models + [
      "bert_mlm_cased", "gpt_neo_local", "mistral_window", "qwen3_typed_layers", "llama_dynamic",
      "phi3_longrope", "stablelm_norms_by_head", "umt5",
    ]

  private func loaded(_ name: String) throws -> (any TransformerModel, ModelInput) {
    let model = try ModelRegistry.loadModel(
      from: ModelFiles(folder: Fixtures.path("models/\(name)")))
    let golden = try #require(GoldenCase.all(of: name).first)
    var input = golden.input
    input.recording = Recording(logits: true)
    if case .generated = input.target, model.summary.isEncoderDecoder {
      let ids = [0, 5, 6, 7]
      let tokens = ids.map { Token(text: "\($0)", display: "\($0)", id: $0) }
      input.target = .given(tokens: tokens, ids: ids)
    }
    if model.summary.predictsTokens, input.predictionPositions.isEmpty {
      input.predictionPositions = [input.ids.count - 1]
    }
    return (model, input)
  }

  private func clean(
    _ model: any TransformerModel, _ input: ModelInput, tokens: [Int] = [3, 5]
  ) throws -> Replay {
    var input = input
    input.recording = Replay.recording
    let output = try model.forward(input)
    let row =
      model.summary.isEncoderDecoder
      ? output.stacks[1].queries.count - 1 : input.predictionPositions.first ?? 0
    return Replay(output, of: model, row: row, tokens: tokens)
  }

  private func logits(
    _ model: any TransformerModel, _ input: ModelInput, _ interventions: [Intervention]
  ) throws -> [Float]? {
    var input = input
    input.interventions = interventions
    return try model.forward(input).logits.map { Array($0.row(0)) }
  }

  @Test(
    arguments: models,
    [
      (.zero, .all), (.zero, .row), (.zeroKeepBias, .row), (.mean, .row), (.first, .row),
      (.mean, .all),
    ] as [(HeadAblation.Replacement, EffectRows)])
  func effectsAreThoseOfWholePasses(
    _ name: String, kind: (replacement: HeadAblation.Replacement, rows: EffectRows)
  ) throws {
    let (model, input) = try loaded(name)
    let replay = try clean(model, input)
    var count = 0
    try replay.effects(of: kind.replacement, rows: kind.rows) { effect in
      count += 1
      let rows = kind.rows == .all ? Rows.all : .numbered([replay.row])
      let ablation = HeadAblation(effect.head, as: kind.replacement, rows: rows)
      guard let expected = try logits(model, input, [.ablation(ablation)]) else {
        guard case .distances(let first, let mean) = effect.output else {
          Issue.record("a prediction of a model without a head")
          return
        }
        #expect(first > -1e-6 && mean > -1e-6 && first.isFinite && mean.isFinite)
        return
      }
      guard case .prediction(let found) = effect.output else {
        Issue.record("no prediction")
        return
      }
      let tolerance = 2e-5 * max(1, expected.map { abs($0) }.max() ?? 0)
      #expect(abs(found.logits[0] - expected[3]) <= tolerance, "\(effect.head)")
      #expect(abs(found.logits[1] - expected[5]) <= tolerance, "\(effect.head)")
      let largest = try #require(expected.max())
      #expect(abs(found.best[0].logit - largest) <= tolerance, "\(effect.head)")
      #expect(found.divergence >= 0)
    }
    #expect(count == replay.heads(rows: kind.rows).count && count > 0)
  }

  /// All heads off leave the bias of the output alone (I4); one by one in one request is all at once (I3).
  @Test func allHeadsOffLeaveTheBias() throws {
    let (model, given) = try loaded("gpt2_layer_scales")
    var input = given
    input.recording = .everything
    input.interventions = (0..<model.summary.headCount).map {
      .ablation(HeadAblation(HeadAddress(layer: 1, head: $0)))
    }
    let output = try model.forward(input)
    let written = try #require(output.traces[.own]?.layers[1][.attentionOutput])
    let bias = try #require(model.structure.attention(.own, layer: 1)?.output.bias)
    for row in 0..<written.tokenCount { #expect(Array(written.row(row)) == bias) }
    #expect(output.interventions == input.interventions)
    // What the record says of a head that is off.
    let writer = try #require(model.headWriter(.own, layer: 1))
    #expect(writer.norms(of: output.stacks[0].layers[1], head: 0).allSatisfy { $0 == 0 })
    #expect(writer.edgeNorms(of: output.stacks[0].layers[1], head: 0).allSatisfy { $0 == 0 })
  }

  /// Tokens before the row stay as they were, bit for bit (I5); nothing changed is nothing changed (I1, I28).
  @Test func whatComesBeforeStays() throws {
    let (model, given) = try loaded("gpt2_layer_scales")
    var input = given
    input.recording = .everything
    let whole = try #require(try model.forward(input).traces[.own]?.last)
    let cut = try #require(EdgeCut("0:2>4"))
    input.interventions = [.cut(cut)]
    #expect(try model.forward(input).traces[.own]?.last?.values == whole.values)
    let row = input.ids.count - 2
    input.interventions = [
      .ablation(HeadAblation(HeadAddress(layer: 0, head: 1), as: .mean, rows: .numbered([row])))
    ]
    let changed = try #require(try model.forward(input).traces[.own]?.last)
    for other in 0..<row { #expect(changed.row(other) == whole.row(other)) }
    #expect(changed.row(row) != whole.row(row))
  }

  /// A pass with a change takes nothing from another one, and leaves nothing for one.
  @Test func noMemoryIsSharedWithAChange() throws {
    let (model, given) = try loaded("gpt2_layer_scales")
    var input = given
    input.keepsMemory = true
    let memory = try #require(try model.forward(input).memory)
    let off = Intervention.ablation(HeadAblation(HeadAddress(layer: 0, head: 0)))
    let expected = try logits(model, input, [off])
    input.memory = memory
    input.interventions = [off]
    let output = try model.forward(input)
    #expect(output.memory == nil)
    #expect(output.logits.map { Array($0.row(0)) } == expected)
  }

  /// An edge that is cut without renormalising takes its term away, and no other (I30).
  @Test func cutsAreReplayed() throws {
    for name in ["gpt2_layer_scales", "gemma2_caps", "bert_base", "t5_small"] {
      let (model, input) = try loaded(name)
      let replay = try clean(model, input)
      let kind = model.summary.isEncoderDecoder ? "cross:" : ""
      for keepsSum in [true, false] {
        var cut = try #require(EdgeCut("\(kind)1.0-1:last>1"))
        cut.keepsSum = keepsSum
        let output = try replay.output(with: [.cut(cut)])
        guard let expected = try logits(model, input, [.cut(cut)]),
          case .prediction(let found) = output
        else { continue }
        #expect(abs(found.logits[0] - expected[3]) <= 2e-5 * max(1, abs(expected[3])), "\(name)")
      }
    }
  }

  /// Of several heads at once, what replaces the later ones is what they did before anything changed.
  @Test func meansAreThoseOfTheCleanRun() throws {
    let (model, given) = try loaded("gpt2_layer_scales")
    var input = given
    input.recording = Recording(values: true)
    let mean = try model.forward(input).stacks[0].layers[1].weightedValues(head: 0).mean
    input.interventions = [
      .ablation(HeadAblation(HeadAddress(layer: 0, head: 1))),
      .ablation(HeadAblation(HeadAddress(layer: 1, head: 0), as: .mean)),
    ]
    let sums = try model.forward(input).stacks[0].layers[1].weightedValues(head: 0)
    for row in 0..<sums.tokenCount { #expect(Array(sums.row(row)) == mean) }
  }

  @Test func effectsEndWhenAsked() throws {
    struct End: Error {}
    let (model, input) = try loaded("gpt2_layer_scales")
    let replay = try clean(model, input)
    var count = 0
    #expect(throws: End.self) {
      try replay.effects(of: .zero, rows: .row) { _ in
        count += 1
        if count == 2 { throw End() }
      }
    }
    #expect(count == 2)
    #expect(throws: InterventionError.self) {
      try replay.output(with: [.ablation(HeadAblation(HeadAddress(layer: 99, head: 0)))])
    }
  }
}
