import Attention
import Files
import Tensors
import TestSupport
import Testing
import Transformers

/// Queries and keys before rotary positions turned them, worked out from those after, against what the reference
/// implementation gives to its own rotation.
@Suite struct RotationTests {
  private static func reference() throws -> [String: Tensor] {
    try SafetensorsFile(ModelFiles(folder: Fixtures.path("")).open("rotations.safetensors")).tensors
  }

  /// The models that the reference turns.
  static func models() throws -> [String] {
    try Set(reference().keys.compactMap { $0.split(separator: ".").dropFirst().first })
      .map(String.init).sorted()
  }

  private func layers(of model: String, tokenCount: Int?) throws -> [LayerAttention] {
    let golden = try #require(
      GoldenCase.all(of: model).first {
        tokenCount == nil || $0.input.tokens.count == tokenCount
      })
    let files = try ModelFiles(folder: Fixtures.path("models/\(model)"))
    return try ModelRegistry.loadModel(from: files).forward(golden.input).stacks[0].layers
  }

  @Test(arguments: try models())
  func turnsBackToTheReference(_ model: String) throws {
    let reference = try Self.reference().filter {
      $0.key.split(separator: ".").dropFirst().first == Substring(model)
    }
    let tokenCount = try #require(reference.first).value.shape[1]
    let layers = try layers(of: model, tokenCount: tokenCount)
    // Layers that look at another's keys have none of their own.
    for (layer, attention) in layers.enumerated() {
      let turns = attention.score?.rotation != nil
      #expect((reference["query.\(model).\(layer)"] != nil) == turns)
    }
    for (name, tensor) in reference {
      let parts = name.split(separator: ".")
      let layer = try #require(Int(parts[2]))
      let score = try #require(layers[layer].score)
      let (headCount, size) = (tensor.shape[0], tensor.shape[2])
      let expected = try tensor.floats()
      let isQuery = parts[0] == "query"
      let groupSize = isQuery ? 1 : score.queries.headCount / headCount
      func vectors(isTurned: Bool) -> [Float] {
        (0..<headCount).flatMap { head in
          (0..<tokenCount).flatMap { row in
            (isQuery
              ? score.query(head: head, row: row, isTurned: isTurned)
              : score.key(head: head * groupSize, row: row, isTurned: isTurned)).prefix(size)
          }
        }
      }
      func difference(_ found: [Float]) -> Float {
        zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      }
      // Single precision, in another order of sums: the tolerance of all vectors.
      let largest = expected.map(abs).max() ?? 0
      #expect(difference(vectors(isTurned: false)) < 2e-5 * max(1, largest), "\(name)")
      #expect(difference(vectors(isTurned: true)) > 0.01 * largest, "\(name)")
    }
  }

  /// Models that change vectors between turning and multiplying them, by a norm or a factor.
  private static let changing: Set = ["hunyuan_alpha", "ministral3_grown", "nanochat"]

  /// No other model turns without being compared, and none is said to turn that does not.
  @Test func allRotaryModelsAreCompared() throws {
    let models = try Self.changing.union(Self.models())
    for model in FamilyTests.families.flatMap(\.1) {
      let layers = try layers(of: model, tokenCount: nil)
      #expect(
        layers.contains { $0.score?.rotation != nil } == models.contains(model), "\(model)")
    }
  }
}
