import Attention
import Files
import Foundation
import TestSupport
import Testing
import Transformers

@Suite struct EncoderDecoderTests {
  static let families = [
    ("T5", ["t5", "t5_v1_1"]), ("UMT5", ["umt5"]), ("BART", ["bart", "bart_cond"]),
    ("mBART", ["mbart"]), ("Marian", ["marian", "marian_split"]), ("M2M-100", ["m2m_100"]),
    ("PEGASUS", ["pegasus"]),
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
  }

  @Test(arguments: try cases().filter { $0.generatedIDs != nil })
  func writesLikeTheReference(_ golden: GoldenCase) throws {
    var input = golden.input
    input.target = .generated()
    let expected = try #require(golden.generatedIDs)
    let output = try load(golden.model).forward(input)
    #expect(output.generatedIDs == expected)
    print(golden.model, output.generatedIDs!, expected)
  }
}
