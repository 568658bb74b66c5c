import Attention
import Tensors
import Testing
import Transformers

/// Compares an output with the golden tensors, each of which must have a counterpart.
///
/// Tolerances: a correct float32 implementation is within 8e-6 of the attention and 2e-5 of the
/// vectors (the difference between float32 and float64); a wrong activation or epsilon is not.
func expect(_ output: ModelOutput, matches golden: GoldenCase) throws {
  #expect(!golden.tensors.isEmpty)
  for (name, tensor) in golden.tensors {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count > 1, let kind = AttentionKind(rawValue: parts[1]) else {
      Issue.record("\(name): a tensor of another kind")
      continue
    }
    let index = parts.count > 2 ? Int(parts[2]) : nil
    let expected = try tensor.floats()
    let stack = try #require(output.stacks.first { $0.kind == kind })
    let states = output.hiddenStates(kind)
    let found: [Float]
    var tolerance = 1e-4 * max(1, expected.lazy.map { abs($0) }.max() ?? 0)
    switch (parts[0], index) {
    case ("attention", let layer?):
      let heads = stack.layers[layer]
      found = (0..<heads.headCount).flatMap { heads.weights(head: $0).values }
      tolerance = 2e-5
    case ("query", let layer?):
      found = try #require(stack.layers[layer].score).queries.values
    case ("key", let layer?):
      found = try #require(stack.layers[layer].score).keys.values
    case ("bias", let layer?):
      let bias = try #require(stack.layers[layer].score?.bias)
      found = (0..<bias.headCount).flatMap(bias.values)
    case ("hidden_states", let index?):
      found = try #require(states)[index].values
    case ("hidden", nil):
      found = try #require(states?.last).values
    default:
      Issue.record("\(name): a tensor of another kind")
      continue
    }
    try #require(found.count == expected.count, "\(name)")
    let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance, "\(golden.testDescription): \(name)")
    // max() passes over NaN.
    #expect(found.allSatisfy { $0.isFinite }, "\(golden.testDescription): \(name)")
  }
}
