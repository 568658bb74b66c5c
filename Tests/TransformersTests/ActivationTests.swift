import Testing

@testable import Transformers

@Suite struct ActivationTests {
  /// By the names that transformers has for them, at 1.
  @Test(arguments: [
    ("gelu", 0.841_344_7), ("gelu_python", 0.841_344_7), ("gelu_new", 0.841_191_9),
    ("gelu_fast", 0.841_191_9), ("gelu_pytorch_tanh", 0.841_191_9), ("relu", 1),
    ("silu", 0.731_058_6), ("swish", 0.731_058_6), ("tanh", 0.761_594_2),
  ])
  func byName(name: String, expected: Float) throws {
    let activation = try #require(Activation(name))
    let y = activation(HiddenStates(tokenCount: 1, size: 2, values: [1, 0]))
    #expect(abs(y.values[0] - expected) < 2e-7)
    #expect(y.values[1] == 0)
  }

  @Test func unknown() {
    #expect(Activation("GELU") == nil)
    #expect(Activation("") == nil)
  }
}
