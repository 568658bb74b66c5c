import Attention
import DemoModels
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
    let report = try LoadedModel.changed { name, values in
      if name.contains("c_attn") { values = values.map { _ in 0 } }
    }.probe(.induction)
    #expect(report.heads.count == 16)
    #expect(report.heads.values.allSatisfy { abs($0.score - report.chance) < 1e-5 })
  }

  /// I37: where heads write their part of what they read, every token is copied; its negative, and none is.
  @Test(arguments: [Float(1), -1]) func whatIsWrittenAsReadIsCopied(_ sign: Float) throws {
    let size = 128
    let report = try LoadedModel.changed { name, values in
      switch name {
      case _ where name.hasSuffix("wte.weight"):
        // No token is longer than another, so that none is nearer to a third than that to itself.
        for row in 0..<values.count / size {
          let range = row * size..<(row + 1) * size
          let mean = values[range].reduce(0, +) / Float(size)
          for place in range { values[place] -= mean }
          let length = values[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
          for place in range { values[place] /= max(length, 1e-6) }
        }
      case _ where name.hasSuffix("h.0.attn.c_attn.weight"):
        for row in 0..<size {
          for column in 0..<size {
            values[row * 3 * size + 2 * size + column] = row == column ? 1 : 0
          }
        }
      case _ where name.hasSuffix("h.0.attn.c_proj.weight"):
        values = values.indices.map { $0 % (size + 1) == 0 ? sign : 0 }
      case _ where name.contains("ln_") && name.hasSuffix("weight"):
        values = values.map { _ in 1 }
      case _ where name.hasSuffix("wpe.weight") || name.hasSuffix("bias"):
        values = values.map { _ in 0 }
      default: break
      }
    }.probe(.copying)
    for head in 0..<4 {
      let score = try #require(report.heads[HeadAddress(layer: 0, head: head)]).score
      // A quarter of the features each.
      #expect(sign > 0 ? score > 0.9 : score < 0.1, "\(head) \(score)")
    }
  }

  @Test func whatCannotBeReadFromSharesIsRefused() throws {
    #expect(throws: TransformerError.self) { try report(.copying, .bert) }
    // An encoder-decoder's decoder is tested, with the text in its encoder.
    #expect(try report(.previous, .t5).heads.keys.allSatisfy { $0.kind == .decoder })
  }
}
