import Attention
import DemoModels
import Files
import Tensors
import TestSupport
import Testing
import Transformers

@testable import Runs

/// Tests on texts of the program's own find the heads that the built-in models were trained to have.
@Suite struct ProbeTests {
  private func report(_ probe: Probe, _ model: DemoModel = .gpt2) throws -> ProbeReport {
    try LoadedModel(model.files).probe(probe)
  }

  private func best(_ report: ProbeReport, by value: (ProbeReport.Score) -> Float) -> HeadAddress? {
    report.heads.max { value($0.value) < value($1.value) }?.key
  }

  @Test func theInductionHeadLeadsByPatternShareAndLoss() throws {
    let report = try report(.induction)
    let head = HeadAddress(layer: 1, head: 2)
    #expect(best(report) { $0.score } == head)
    #expect(best(report) { $0.direct ?? 0 } == head && best(report) { $0.total ?? 0 } == head)
    #expect(try #require(report.heads[head]).score > 0.8)
    #expect(report.chance < 0.05)
    #expect(try #require(report.probability) > 0.5)
    #expect(report.texts.contains("50 random ones, twice; seeds 1-4"))
  }

  @Test func previousTokenHeadsLead() throws {
    #expect(best(try report(.previous)) { $0.score } == HeadAddress(layer: 0, head: 1))
    #expect(best(try report(.previous, .bert)) { $0.score } == HeadAddress(layer: 1, head: 3))
  }

  @Test func theInductionHeadCopies() throws {
    let report = try report(.copying)
    #expect(best(report) { $0.score } == HeadAddress(layer: 1, head: 2))
    #expect(report.chance == 0.02)
  }

  @Test func theSameFiguresAgain() throws {
    let (one, two) = (try report(.duplicate), try report(.duplicate))
    #expect(one.heads == two.heads)
  }

  /// I38: where all keys get the same, the score is chance.
  @Test func evenAttentionScoresByChance() throws {
    let files = DemoModel.gpt2.files
    let stored = try SafetensorsFile(files.open("model.safetensors")).tensors.values
    var bytes: [UInt8] = []
    try SafetensorsWriter.write(
      stored.sorted { $0.name < $1.name }.map { tensor in
        let values = try tensor.floats()
        return TensorSource(
          name: tensor.name, shape: tensor.shape,
          values: tensor.name.contains("c_attn") ? values.map { _ in 0 } : values)
      }, metadata: [:]
    ) { bytes += $0 }
    var parts = ["model.safetensors": FileBytes(name: "model.safetensors", bytes)]
    for name in ["config.json", "tokenizer.json"] { parts[name] = try files.open(name) }
    let report = try LoadedModel(ModelFiles(builtIn: "even", files: parts)).probe(.induction)
    #expect(report.heads.count == 16)
    #expect(report.heads.values.allSatisfy { abs($0.score - report.chance) < 1e-5 })
  }

  @Test func whatCannotBeReadFromSharesIsRefused() throws {
    #expect(throws: TransformerError.self) { try report(.copying, .bert) }
    // An encoder-decoder's decoder is tested, with the text in its encoder.
    #expect(try report(.previous, .t5).heads.keys.allSatisfy { $0.kind == .decoder })
  }
}
