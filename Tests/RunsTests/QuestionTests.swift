import Attention
import DemoModels
import Testing
import Transformers

@testable import Runs

/// Questions about what heads do, on the built-in models.
@Suite struct QuestionTests {
  private func run(_ demo: DemoModel, for question: Question) throws -> Run {
    try LoadedModel(demo.files).run(
      ModelRequest(text: demo.text, pair: demo.pair), recording: question.recording)
  }

  private func answer(_ question: Question, of demo: DemoModel = .gpt2) throws -> Finding {
    try run(demo, for: question).answer(question)
  }

  @Test func partsOfTheOutputCloseOnItsScore() throws {
    guard case .output(let report) = try answer(.output(nil, query: nil)) else {
      Issue.record("no report")
      return
    }
    guard case .known(let parts, let score, let sum) = report.shares else {
      Issue.record("no shares")
      return
    }
    let whole = parts.reduce(0) { $0 + $1.share }
    #expect(abs(sum - score) < 1e-4 && abs(whole - score) < 1e-4 && score > 1)
    #expect(report.outcome?.tokens == [report.predictions[0].token])
    let heads = parts.filter { if case .head = $0.source { true } else { false } }
    let strongest = heads.max { $0.share < $1.share }
    #expect(strongest?.source == .head(HeadAddress(layer: 1, head: 2)))
    let last = try #require(report.lens.last)
    #expect(last.ranks == [0])
    #expect(abs(last.best[0].probability - report.predictions[0].probability) < 1e-5)
  }

  @Test func edgesSumToTheHeadsShare() throws {
    let run = try run(.gpt2, for: .shares(nil))
    guard case .edges(let edges) = try run.answer(.shares(nil)),
      case .output(let report) = try answer(.output(nil, query: nil)),
      case .known(let parts, _, _) = report.shares
    else {
      Issue.record("no shares")
      return
    }
    let head = HeadAddress(layer: 1, head: 2)
    let row = try #require(edges.values(of: head)).row(report.query)
    let share = try #require(parts.first { $0.source == .head(head) }).share
    #expect(abs(row.reduce(0, +) - share) < 1e-4)
    #expect(edges.outcome == report.outcome)
    #expect(edges.values(of: HeadAddress(layer: 9, head: 0)) == nil)
  }

  @Test func sizesAreWeightsTimesWhatIsMoved() throws {
    let run = try run(.bert, for: .writes)
    guard case .edges(let edges) = try run.answer(.writes) else {
      Issue.record("no sizes")
      return
    }
    let sizes = try #require(edges.values(of: HeadAddress(layer: 1, head: 0)))
    let weights = run.record.weights(stack: 0, layer: 1, head: 0)
    // What a key's value is worth does not depend on the query.
    let worth = (0..<2).map { sizes[$0, 3] / weights[$0, 3] }
    #expect(abs(worth[0] - worth[1]) < 1e-3 && worth[0] > 0)
    #expect(edges.outcome == nil)
  }

  @Test func theInductionHeadIsMissedMost() throws {
    let question = Question.effects(.zero, rows: .row, nil)
    let run = try run(.gpt2, for: question)
    var counts: [Int] = []
    let finding = try run.answer(question) {
      if case .effects(let effects) = $0 { counts.append(effects.effects.count) }
    }
    guard case .effects(let effects) = finding else {
      Issue.record("no effects")
      return
    }
    #expect(effects.isComplete && counts == Array(1...effects.count))
    let heads = effects.effects.sorted { $0.value.total > $1.value.total }.map(\.key)
    #expect(heads.first == HeadAddress(layer: 1, head: 2))
    let effect = try #require(effects.effects[heads[0]])
    #expect(effect.best != effects.best)
    #expect(try #require(effect.direct) > 1)
    #expect(try #require(effect.divergence) > 0.1)
  }

  @Test func anEncodersHeadsAreTakenOffTheLastState() throws {
    let question = Question.output(nil, query: nil)
    let run = try LoadedModel(DemoModel.bert.files).run(
      ModelRequest(text: "the cat sat on the [MASK]"), recording: question.recording)
    guard case .output(let report) = try run.answer(question),
      case .removal(let parts, let reason) = report.shares
    else {
      Issue.record("no removals")
      return
    }
    #expect(parts.count == 16 && reason.contains("linear"))
  }

  @Test func aWriteRaisesWords() throws {
    let head = HeadAddress(layer: 1, head: 2)
    let question = Question.words(head, query: 0, key: nil)
    let run = try run(.gpt2, for: question)
    let last = run.record.stacks[0].queries.count - 1
    guard case .words(let words) = try run.answer(.words(head, query: last, key: nil)) else {
      Issue.record("no words")
      return
    }
    #expect(words.raised[0].token.id == run.record.predictions[0].token.id)
    #expect(words.raised[0].score > 0 && words.lowered[0].score < 0)
    #expect(words.size > 0 && words.streamSize > 0 && words.weight == nil)
  }

  @Test func writersSumToTheScore() throws {
    let head = HeadAddress(layer: 1, head: 2)
    let question = Question.origins(head, query: 6, key: 3)
    guard case .origins(let origins) = try answer(question) else {
      Issue.record("no writers")
      return
    }
    for side in [origins.query, origins.key] {
      #expect(abs(side.reduce(0) { $0 + $1.part } - origins.score) < 1e-3)
    }
    #expect(abs(origins.sum - origins.score) < 1e-3)
  }

  @Test func savedAttentionCannotBeAsked() throws {
    let record = try run(.gpt2, for: .writes).record
    #expect(throws: RunError.needsModel) { try Run(saved: record).answer(.writes) }
  }

  @Test func aChangeIsNamedWhereTheNumbersStand() throws {
    let model = try LoadedModel(DemoModel.gpt2.files)
    var request = ModelRequest(text: DemoModel.gpt2.text)
    let before = try model.run(request).record
    request.interventions = [.ablation(HeadAblation(HeadAddress(layer: 1, head: 2)))]
    let after = try model.run(request).record
    #expect(after.notes == ["head 1.2 off (zero, rows all)"])
    #expect(after.predictions[0].token != before.predictions[0].token)
  }
}
