import Attention
import Files
import TestSupport
import Testing

@testable import Transformers

/// What the numbers of heads stand for.
@Suite struct HeadOrderTests {
  private func run(_ files: ModelFiles) throws -> (any TransformerModel, ModelOutput) {
    let model = try ModelRegistry.loadModel(from: files)
    var input = try #require(GoldenCase.all(of: "arcee").first).input
    input.recording = Recording.everything
    return (model, try model.forward(input))
  }

  /// I18: heads that share keys and values, in another order among themselves, do the same under other numbers.
  @Test func headsOfAGroupChangePlaces() throws {
    let (model, output) = try run(ModelFiles(folder: Fixtures.path("models/arcee")))
    let (headCount, size) = (
      model.summary.headCount, model.summary.hiddenSize / model.summary.headCount
    )
    try #require(output.stacks[0].layers[0].score?.keys.headCount == headCount / 2)
    let swapped = try ModelFiles.changed("models/arcee") { name, values in
      let width = model.summary.hiddenSize
      if name.contains("q_proj") {
        // Rows, or the numbers of a bias.
        let length = name.hasSuffix("bias") ? size : size * width
        values = Array(values[length..<2 * length] + values[..<length] + values[(2 * length)...])
      } else if name.hasSuffix("o_proj.weight") {
        for row in 0..<width {
          for column in 0..<size {
            values.swapAt(row * width + column, row * width + size + column)
          }
        }
      }
    }
    let (changed, other) = try run(swapped)
    for layer in output.stacks[0].layers.indices {
      let (one, two) = (output.stacks[0].layers[layer], other.stacks[0].layers[layer])
      let writers = (
        try #require(model.headWriter(.own, layer: layer)),
        try #require(changed.headWriter(.own, layer: layer))
      )
      for (head, place) in [1, 0, 2, 3].enumerated() {
        let pairs = [
          (one.weights(head: head).values, two.weights(head: place).values),
          (
            writers.0.edgeNorms(of: one, head: head), writers.1.edgeNorms(of: two, head: place)
          ),
        ]
        for (a, b) in pairs {
          #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
      }
    }
    let states = try [output, other].map { try #require($0.traces[.own]?.last).values }
    #expect(zip(states[0], states[1]).allSatisfy { abs($0 - $1) <= 1e-4 })
  }
}
