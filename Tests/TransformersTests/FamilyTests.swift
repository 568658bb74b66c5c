import Attention
import Files
import Foundation
import TestSupport
import Testing
import Transformers

/// Every family against its reference implementation, by the same rules.
@Suite struct FamilyTests {
  /// Small checkpoints, under the families' names in a title.
  static let families = [
    ("BERT", ["bert_base", "bert_mlm_cased", "bert_gamma_beta", "bert_fp16"]),
    ("RoBERTa", ["roberta"]),
    ("DistilBERT", ["distilbert"]),
    ("ELECTRA", ["electra"]),
    ("ALBERT", ["albert"]),
    ("T5", ["t5_small"]),
    ("UMT5", ["umt5"]),
    ("BART", ["bart_small"]),
    ("mBART", ["mbart"]),
    ("Marian", ["marian_split"]),
    ("M2M-100", ["m2m_small"]),
    ("PEGASUS", ["pegasus_small"]),
    ("MPNet", ["mpnet"]),
    ("DeBERTa", ["deberta_v3"]),
    ("ModernBERT", ["modernbert"]),
  ]

  static func cases() throws -> [GoldenCase] {
    try families.flatMap(\.1).flatMap { model in
      let cases = try GoldenCase.all(of: model)
      try #require(cases.count >= 2, "\(model)")
      return cases
    }
  }

  private func load(_ name: String) throws -> any TransformerModel {
    try ModelRegistry.loadModel(from: ModelFiles(folder: Fixtures.path("models/\(name)")))
  }

  @Test(arguments: families)
  func summarizes(family: String, models: [String]) throws {
    for model in models {
      let summary = try load(model).summary
      #expect(summary.family == family)
      let golden = try #require(GoldenCase.all(of: model).first)
      #expect(summary.predictsTokens == (golden.logits != nil), "\(model)")
    }
  }

  @Test(arguments: try cases())
  func equalsTheReference(_ golden: GoldenCase) throws {
    try expect(try load(golden.model).forward(golden.input), matches: golden)
  }

  @Test(arguments: try cases().filter { $0.logits != nil })
  func predictsLikeTheReference(_ golden: GoldenCase) throws {
    let logits = try #require(golden.logits)
    let predictions = try load(golden.model).forward(golden.input).predictions
    #expect(predictions.map(\.id) == logits.ids)
    #expect(predictions.allSatisfy { $0.position == logits.position })
    // The softmax takes a constant from all logits: their differences remain.
    for (prediction, logit) in zip(predictions, logits.values) {
      let difference = log(prediction.probability / predictions[0].probability)
      #expect(abs(Double(difference) - (logit - logits.values[0])) < 2e-4)
    }
    let sum = predictions.reduce(0) { $0 + $1.probability }
    #expect(sum > 0 && sum < 1)
  }
}
