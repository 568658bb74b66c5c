import Attention
import CKernels
import Files
import HeadPatterns
import Tensors
import TestSupport
import Testing
import Threads
import Transformers

@Suite struct BertTests {
  private func load(_ name: String) throws -> any TransformerModel {
    try ModelRegistry.loadModel(from: ModelFiles(folder: Fixtures.path(name)))
  }

  @Test func equalsTheReferenceOnOlderProcessors() throws {
    let best = ck_current_variant()
    defer { ck_use_variant(best) }
    for variant in [CK_VARIANT_BASELINE, CK_VARIANT_AVX2] where ck_use_variant(variant) {
      for golden in try ["bert_base", "bert_fp16"].flatMap(GoldenCase.all) {
        let model = try load("models/\(golden.model)")
        try expect(try model.forward(golden.input), matches: golden)
      }
    }
  }

  @Test(arguments: ["ok_control", "ok_extra_tensors"])
  func equalsTheReferenceWithoutPrefix(name: String) throws {
    let ids = [2, 63, 64, 65, 66, 63, 67, 69, 63, 68, 1, 41, 3]
    let golden = GoldenCase(
      model: name, id: "expected",
      input: ModelInput(
        tokens: ids.map { Token(text: "", display: "", id: $0) }, ids: ids,
        recording: .hiddenStates),
      tensors: try SafetensorsFile(
        FileBytes(mapping: Fixtures.path("corrupt/expected.safetensors"))
      ).tensors)
    try expect(try load("corrupt/\(name)").forward(golden.input), matches: golden)
  }

  @Test func summarizes() throws {
    #expect(
      try load("models/bert_gamma_beta").summary
        == ModelSummary(
          family: "BERT", layerCount: 2, headCount: 3, hiddenSize: 48, positionCount: 128,
          vocabularySize: 640, predictsTokens: true, readsTokenTypes: true,
          unusedTensors: [
            "bert.embeddings.position_ids", "bert.pooler.dense.bias", "bert.pooler.dense.weight",
            "cls.seq_relationship.bias", "cls.seq_relationship.weight",
          ]))
  }

  @Test func progressCountsLayersAndMayEndThePass() throws {
    let model = try load("models/bert_base")
    let input = ModelInput(tokens: [Token(text: "a", display: "a")], ids: [7])
    var steps: [[Int]] = []
    _ = try model.forward(input) { steps.append([$0.finished, $0.total]) }
    #expect(steps == [[1, 3], [2, 3], [3, 3]])
    #expect(throws: CancellationError.self) {
      try model.forward(input) { _ in throw CancellationError() }
    }
  }

  /// What is shown while a model runs is what will be shown in the end.
  @Test func layersAreKnownAsTheyCome() throws {
    var input = try #require(try GoldenCase.all(of: "bert_base").last).input
    input.recording.summarizer = PatternSummarizer()
    var known: [AttentionStack] = []
    let output = try load("models/bert_base").forward(input) { known += $0.stacks }
    #expect(known.map(\.layers.count) == [1, 2, 3])
    #expect(known.allSatisfy { $0.layerCount == 3 && !$0.summaries.isEmpty })
    for stack in known {
      #expect(stack.summaries == Array(output.stacks[0].summaries.prefix(stack.layers.count)))
      #expect(stack.layerNumbers == [0, 1, 2])
    }
  }

  /// What is shown must not depend on how many cores there are.
  @Test func oneThreadComputesTheSame() throws {
    let golden = try #require(try GoldenCase.all(of: "bert_base").last)
    let model = try load("models/bert_base")
    let threadCount = Parallel.threadCount
    defer { Parallel.threadCount = threadCount }
    Parallel.threadCount = 1
    let one = try model.forward(golden.input).hiddenStates(.own)?.last
    Parallel.threadCount = 3
    let three = try model.forward(golden.input).hiddenStates(.own)?.last
    // Equal but for the rounding of another kernel variant, which a test that runs meanwhile may choose.
    let isClose = try zip(#require(one).values, #require(three).values).allSatisfy {
      abs($0 - $1) < 1e-5
    }
    #expect(isClose)
  }
}
