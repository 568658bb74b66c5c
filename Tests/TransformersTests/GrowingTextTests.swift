import Attention
import Files
import HeadPatterns
import TestSupport
import Testing

@testable import Transformers

/// Keys and values that are kept, token by token, against the pass in one go, for each way of telling positions.
@Suite struct GrowingTextTests {
  /// Learned positions, rotary ones of both pairings and three scalings, biases by distance, windows, caps, keys that heads share.
  static let models = [
    "gpt2_layer_scales", "gpt_neo_local", "gpt_neox_parallel", "gptj_neighbours", "llama_yarn",
    "llama_by_wavelength", "mistral_window", "qwen3_typed_layers", "gemma2_caps",
    "gemma3_pattern", "olmo2_joint_norms", "bloom_six_heads", "falcon_biases",
    "falcon_multi_query", "opt_norms_before", "opt_norms_behind",
  ]

  private func load(_ name: String) throws -> any TransformerModel {
    try ModelRegistry.loadModel(from: ModelFiles(folder: Fixtures.path("models/\(name)")))
  }

  private func input(_ ids: [Int], after memory: PassMemory? = nil) -> ModelInput {
    var input = ModelInput(
      tokens: ids.map { Token(text: "\($0)", display: "\($0)", id: $0) }, ids: ids,
      predictionPositions: [ids.count - 1],
      recording: Recording(summarizer: PatternSummarizer()))
    input.memory = memory
    input.keepsMemory = true
    return input
  }

  /// Both runs add up in other orders where other numbers of tokens run at once.
  private func expectSame(_ found: ModelOutput, _ expected: ModelOutput, _ name: String) throws {
    #expect(found.stacks.map(\.kind) == expected.stacks.map(\.kind))
    for (found, expected) in zip(found.stacks, expected.stacks) {
      #expect(found.queries == expected.queries && found.keys == expected.keys)
      for (layer, other) in zip(found.layers, expected.layers) {
        for head in 0..<layer.headCount {
          let weights = zip(layer.weights(head: head).values, other.weights(head: head).values)
          let worst = weights.map { abs($0 - $1) }.max() ?? 0
          #expect(worst < 1e-5, "\(name) \(found.kind) \(layer.index).\(head)")
        }
      }
      let patterns = zip(found.summaries.joined(), expected.summaries.joined())
      #expect(!found.summaries.isEmpty)
      #expect(patterns.allSatisfy { $0.patterns.map(\.label) == $1.patterns.map(\.label) })
    }
    #expect(found.predictions.map(\.id) == expected.predictions.map(\.id))
    for (one, other) in zip(found.predictions, expected.predictions) {
      #expect(abs(one.probability - other.probability) < 1e-5)
    }
  }

  @Test(arguments: models) func tokenByToken(_ name: String) throws {
    let model = try load(name)
    let texts = try GoldenCase.all(of: name).map(\.input.ids)
    let ids = Array(try #require(texts.max { $0.count < $1.count }).prefix(12))
    var memory: PassMemory?
    for count in 1...ids.count {
      let text = input(Array(ids.prefix(count)), after: memory)
      if let memory {
        let stack = try #require(model as? SingleStackModel).stack
        #expect(
          memory.sharedCount(
            with: text.ids, in: stack, needed: [count - 1], recording: Recording()) == count - 1)
      }
      let output = try model.forward(text)
      try expectSame(output, try model.forward(input(text.ids)), name)
      memory = output.memory
      #expect(memory != nil)
    }
  }

  @Test func tokensThatAreTheSameDoNotRunAgain() throws {
    let model = try load("gpt2_layer_scales")
    let first = try model.forward(input([5, 7, 9, 11, 13]))
    // Another token in the middle, and a text that ends sooner.
    for ids in [[5, 7, 8, 11, 13], [5, 7, 9], [6, 7, 9]] {
      try expectSame(
        try model.forward(input(ids, after: first.memory)), try model.forward(input(ids)), "\(ids)")
    }
  }

  @Test(arguments: ["bert_base", "gemma3_both_ways"])
  func nothingIsKeptWhereLaterTokensCount(_ name: String) throws {
    #expect(try load(name).forward(input([5, 7, 9])).memory == nil)
  }

  /// Rotary positions whose speeds depend on the length: beyond it, what has run would have turned otherwise.
  @Test(arguments: ["llama_dynamic", "phi3_longrope"])
  func scalingsByLengthRunAgain(_ name: String) throws {
    let model = try load(name)
    let ids = try #require(
      GoldenCase.all(of: name).map(\.input.ids).max { $0.count < $1.count })
    let memory = try model.forward(input(Array(ids.prefix(3)))).memory
    try expectSame(
      try model.forward(input(ids, after: memory)), try model.forward(input(ids)), name)
  }

  @Test(arguments: ["t5_small", "umt5", "bart_small", "marian_split", "m2m_small"])
  func targetsGrow(_ name: String) throws {
    let model = try load(name)
    let golden = try #require(GoldenCase.all(of: name).first)
    guard case .given(let tokens, let ids) = golden.input.target else { return }
    func input(_ count: Int, after memory: PassMemory?) -> ModelInput {
      var input = golden.input
      input.recording = Recording(summarizer: PatternSummarizer())
      input.target = .given(tokens: Array(tokens.prefix(count)), ids: Array(ids.prefix(count)))
      input.memory = memory
      input.keepsMemory = true
      return input
    }
    var memory: PassMemory?
    for count in 1...min(ids.count, 8) {
      let output = try model.forward(input(count, after: memory))
      try expectSame(output, try model.forward(input(count, after: nil)), name)
      memory = output.memory
      #expect(memory != nil)
    }
  }
}
