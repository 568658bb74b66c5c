import Attention
import DemoModels
import Files
import Tensors
import TestSupport
import Testing
import Transformers

@testable import Runs

/// What is told of heads on the built-in models, against the reference implementation in float64.
@Suite struct AnalysisTests {
  private let ids = [4516, 5475, 424, 836, 5416, 4810, 1199, 4516, 5475, 424, 836, 5416, 4810]

  private var subject: AnalysisSubject {
    get throws {
      AnalysisSubject(
        outcome: "#1199 - #1145",
        heads: [HeadAddress(layer: 0, head: 0), HeadAddress(layer: 3, head: 3)],
        cuts: [try #require(EdgeCut("0.0:12>10")), try #require(EdgeCut("0:12>10"))],
        pairs: [try #require(HeadPair("0.0:12>10"))])
    }
  }

  private func run(_ request: ModelRequest, of model: DemoModel = .gpt2) throws -> Run {
    let recording = Analysis.allCases.map(\.recording).reduce(Recording()) { $0.union($1) }
    return try LoadedModel(model.files).run(request, recording: recording)
  }

  private func values(_ source: TensorSource) -> [Float] {
    (0..<source.pieceCount).flatMap(source.piece)
  }

  @Test func equalTheReference() throws {
    let run = try run(ModelRequest(inputIDs: ids))
    var found: [String: TensorSource] = [:]
    for analysis in Analysis.allCases {
      var subject = try subject
      if analysis == .writers { subject.pairs = [try #require(HeadPair("1.0:12>7"))] }
      for tensor in try run.tensors(of: analysis, subject).tensors { found[tensor.name] = tensor }
    }
    // The second cut of the reference is its third: between them stand those that are not renormalised.
    for name in ["kl", "target", "weights"] { found["cut.2.\(name)"] = found["cut.1.\(name)"] }
    let file = try ModelFiles(folder: Fixtures.path("analyses")).find("demo-gpt2.safetensors")
    let goldens = try SafetensorsFile(#require(file)).tensors
    #expect(goldens.count > 50)
    for (name, golden) in goldens {
      let source = try #require(found[name], "\(name)")
      let expected = try golden.floats()
      var new = values(source)
      if name.hasPrefix("lens_target") {
        // Of the rows that the reference has.
        new = [12, 1, 6].flatMap { new[$0 * 2..<($0 + 1) * 2] }
      } else {
        #expect(source.shape == golden.shape, "\(name)")
      }
      let largest = expected.map { abs($0) }.max() ?? 0
      let worst = zip(new, expected).map { abs($0 - $1) }.max() ?? .infinity
      // Shares are relative to the sum of all of their sizes, which is above 40 here.
      let scale = name.hasPrefix("dla") ? 40 : max(1, largest)
      #expect(worst <= 2e-5 * scale && new.count == expected.count, "\(name) \(worst)")
    }
  }

  /// The head that was trained to go on with what came before leads by all measures, and without it the model expects
  /// something else.
  @Test func theInductionHeadComesFirst() throws {
    let run = try run(ModelRequest(inputIDs: ids))
    #expect(run.record.predictions.first?.token.id == 1199)
    let effects = try run.effects(of: .zero, rows: .row, outcome: nil)
    #expect(effects.isComplete && effects.count == 16)
    for value in [\HeadEffects.Effect.total, \.directShare] {
      let first = try #require(
        effects.effects.max { $0.value[keyPath: value] < $1.value[keyPath: value] })
      #expect(first.key == HeadAddress(layer: 1, head: 2))
      #expect(first.value.best?.id != 1199)
    }
    let sizes = try effects.effects.keys.map { ($0, try run.writeSize(of: $0, at: 12) ?? 0) }
    #expect(sizes.max { $0.1 < $1.1 }?.0 == HeadAddress(layer: 1, head: 2))
    let report = try run.output(nil)
    guard case .known(let parts, let score, let sum) = report.shares else {
      Issue.record("no shares")
      return
    }
    #expect(abs(sum - score) < 1e-4)
    let inParts = parts.reduce(into: 0.0) { $0 += Double($1.share) }
    #expect(abs(Float(inParts) - sum) < 1e-4)
    #expect(report.lens.last?.best[0].token.id == 1199 && report.lens.last?.ranks == [0])
  }

  /// A number is never made up.
  @Test func withoutSharesThereIsNoDirectOne() throws {
    let run = try run(ModelRequest(text: "the cat sat on the [MASK]"), of: .bert)
    let effects = try run.effects(of: .zero, rows: .row, outcome: nil).effects.values
    #expect(effects.count == 16)
    #expect(effects.allSatisfy { $0.direct == nil && $0.repaired == nil && $0.total != 0 })
  }

  @Test func aRunNamesWhatWasChanged() throws {
    let off = Intervention.ablation(HeadAblation(HeadAddress(layer: 1, head: 2)))
    let run = try run(ModelRequest(inputIDs: ids, interventions: [off]))
    #expect(run.record.notes == ["head 1.2 off (zero, rows all)"])
    #expect(run.record.predictions.first?.token.id != 1199)
  }

  @Test func outcomesAreTextsOrIds() throws {
    let run = try run(ModelRequest(inputIDs: ids))
    #expect(try run.outcome(" soldier") == .token(1199))
    #expect(try run.outcome(" soldier - writer") == .difference(1199, 1145))
    #expect(try run.outcome("#1199 - #7") == .difference(1199, 7))
    #expect(try run.outcome(nil) == .token(1199))
    #expect(throws: RunError.self) { try run.outcome("#99999999") }
  }

  private func refusal(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return "\(error)" }
    return nil
  }

  @Test func whatCannotBeToldIsRefused() throws {
    let bert = try run(ModelRequest(text: "The cat"), of: .bert)
    #expect(
      refusal { _ = try bert.outcome(nil) }
        == "the text has no mask, so the model has nothing to predict: put one where a word is asked for, such as [MASK]"
    )
    #expect(
      refusal { _ = try bert.tensors(of: .dla, AnalysisSubject()) }?.hasPrefix(
        "the head with which BERT predicts is not linear") == true)
    let gpt2 = try run(ModelRequest(inputIDs: ids))
    #expect(
      refusal { _ = try gpt2.outcome("xyzzyq") }
        == "the outcome \"xyzzyq\" is 5 tokens (x | y | z | zy | q) and has to be one: give one of them, or the id of a token, such as #42"
    )
    var subject = AnalysisSubject()
    #expect(
      refusal { _ = try gpt2.tensors(of: .words, subject) }
        == "words: of which pairs? Give --pairs, such as 0.3:12>4")
    subject.pairs = [try #require(HeadPair("0.3:4>12"))]
    #expect(
      refusal { _ = try gpt2.tensors(of: .words, subject) }
        == "0.3:4>12: the query does not see the key")
    subject.pairs = [try #require(HeadPair("9.3:4>2"))]
    #expect(
      refusal { _ = try gpt2.tensors(of: .writers, subject) }
        == "9.3:4>2: there is no such layer, head or token")
    let saved = Run(saved: gpt2.record)
    #expect(
      refusal { _ = try saved.tensors(of: .rollout, subject) }
        == "saved attention has no weights, and this is told from them: name a model instead")
  }
}

extension HeadEffects.Effect {
  fileprivate var directShare: Float { direct ?? 0 }
}
