import Attention
import Files
import Foundation
import TestSupport
import Testing
import Transformers

/// The table of families in the documentation. To write it anew from a run of this machine:
/// `WRITE_FAMILY_TABLE=1 swift test --filter FamilyTableTests`.
@Suite struct FamilyTableTests {
  private static let path = Fixtures.path(
    "../../Sources/Transformers/Transformers.docc/Families.md")

  @Test func listsEveryFamily() throws {
    if ProcessInfo.processInfo.environment["WRITE_FAMILY_TABLE"] != nil {
      try Self.document().write(toFile: Self.path, atomically: true, encoding: .utf8)
    }
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    let names = rows.compactMap { $0.split(separator: "|").first }.map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    #expect(names == FamilyTests.families.map(\.0))
    for type in ModelRegistry.modelTypes {
      #expect(text.contains("`\(type)`"), "\(type)")
    }
  }

  private static func document() throws -> String {
    var lines = [
      "# Families and their largest errors",
      "",
      "What each family's attention differs from its reference implementation (PyTorch, eager, float32).",
      "",
      "## Overview",
      "",
      "The largest differences over all fixtures of a family, absolute for attention, relative to max(1, the largest",
      "value) for queries, keys and hidden states. A correct float32 implementation is within about 1e-5. The reference",
      "of Jina BERT and GTE is their code on the hub, written out anew.",
      "`WRITE_FAMILY_TABLE=1 swift test --filter FamilyTableTests` makes this page.",
      "",
      "| family | checkpoints | cases | attention | query, key | hidden states |",
      "|---|---|---|---|---|---|",
    ]
    for (family, models) in FamilyTests.families {
      let cases = try models.flatMap { try GoldenCase.all(of: $0) }
      var worst = LargestErrors()
      for golden in cases {
        let files = try ModelFiles(folder: Fixtures.path("models/\(golden.model)"))
        try worst.include(ModelRegistry.loadModel(from: files).forward(golden.input), golden)
      }
      let errors = [worst.attention, worst.vectors, worst.hidden].map {
        String(format: "%.0e", Double($0))
      }
      lines.append(
        "| \(family) | \(models.count) | \(cases.count) | \(errors.joined(separator: " | ")) |")
    }
    let types = ModelRegistry.modelTypes.map { "`\($0)`" }.joined(separator: ", ")
    return (lines + ["", "Known values of `model_type`: \(types).", ""]).joined(separator: "\n")
  }
}

/// The largest differences of outputs from their goldens.
private struct LargestErrors {
  var attention: Float = 0
  var vectors: Float = 0
  var hidden: Float = 0

  mutating func include(_ output: ModelOutput, _ golden: GoldenCase) throws {
    for (name, tensor) in golden.tensors {
      let parts = name.split(separator: ".").map(String.init)
      let kind = try #require(AttentionKind(rawValue: parts[1]))
      let stack = try #require(output.stacks.first { $0.kind == kind })
      let expected = try tensor.floats()
      let scale = max(1, expected.map { abs($0) }.max() ?? 0)
      func difference(_ found: [Float]) -> Float {
        zip(found, expected).map { abs($0 - $1) }.max() ?? 0
      }
      switch (parts[0], parts.count > 2 ? Int(parts[2]) : nil) {
      case ("attention", let layer?):
        let layer = stack.layers[layer]
        let weights = (0..<layer.headCount).flatMap { layer.weights(head: $0).values }
        attention = max(attention, difference(weights))
      case ("query", let layer?):
        let score = try #require(stack.layers[layer].score)
        vectors = max(vectors, difference(score.queries.values) / scale)
      case ("key", let layer?):
        let score = try #require(stack.layers[layer].score)
        vectors = max(vectors, difference(score.keys.values) / scale)
      case ("hidden_states", let index?):
        let states = try #require(output.hiddenStates(kind))
        hidden = max(hidden, difference(states[index].values) / scale)
      default: break
      }
    }
  }
}
