import Attention
import Files
import Tensors
import TestSupport
import Testing
import Transformers

@testable import Runs

/// What heads and blocks do, against the reference implementation in float64.
@Suite struct PassTensorsTests {
  private let ids = [4, 354, 575, 70, 227, 483, 350, 6, 429, 641, 19, 5]

  private func output(
    _ recording: Recording
  ) throws -> (any TransformerModel, ModelOutput) {
    let model = try ModelRegistry.loadModel(
      from: ModelFiles(folder: Fixtures.path("models/bert_mlm_cased")))
    let tokens = ids.map { Token(text: "\($0)", display: "\($0)", id: $0) }
    let input = ModelInput(
      tokens: tokens, ids: ids, predictionPositions: [7], recording: recording)
    return (model, try model.forward(input))
  }

  private func values(_ source: TensorSource) -> [Float] {
    (0..<source.pieceCount).flatMap(source.piece)
  }

  @Test func equalTheReference() throws {
    let (model, output) = try output(.everything)
    let sources = PassTensors(output, of: model).sources(Set(PassTensors.Quantity.allCases))
    let found = Dictionary(uniqueKeysWithValues: sources.map { ($0.name, $0) })
    let file = try ModelFiles(folder: Fixtures.path("analyses"))
      .find("bert_mlm_cased.safetensors")
    for (name, golden) in try SafetensorsFile(#require(file)).tensors
    where !name.hasPrefix("attention.") {
      let source = try #require(found[name], "\(name)")
      #expect(source.shape == golden.shape, "\(name)")
      let expected = try golden.floats()
      let largest = expected.map { abs($0) }.max() ?? 0
      let worst = zip(values(source), expected).map { abs($0 - $1) }.max() ?? .infinity
      // Float32 against float64 stays below 1.4e-5 of the largest value.
      #expect(worst <= 2e-5 * max(1, largest), "\(name)")
    }
  }

  /// Each quantity says what has to be kept for it.
  @Test func recordingsAreEnough() throws {
    for quantity in PassTensors.Quantity.allCases {
      let (model, all) = try output(.everything)
      let whole = PassTensors(all, of: model).sources([quantity])
      let (_, output) = try output(quantity.recording)
      let sources = PassTensors(output, of: model).sources([quantity])
      #expect(sources.map(\.name) == whole.map(\.name), "\(quantity.name)")
      #expect(sources.map(values) == whole.map(values), "\(quantity.name)")
    }
  }

  @Test func headsAndLayersAreChosen() throws {
    let (model, output) = try output(.everything)
    let tensors = PassTensors(output, of: model, heads: [1, 3]) { $0 == 1 }
    let sources = tensors.sources([.value, .headNorm, .state(.before)])
    #expect(sources.map(\.name) == ["value.self.1", "head_norm.self.1", "resid_pre.self.1"])
    let all = PassTensors(output, of: model).sources([.headNorm])[1]
    let count = ids.count
    #expect(
      values(sources[1])
        == Array(values(all)[count..<2 * count] + values(all)[3 * count..<4 * count]))
  }
}
