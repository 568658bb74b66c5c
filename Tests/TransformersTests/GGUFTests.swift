import Files
import Foundation
import Tensors
import TestSupport
import Testing
import Tokenizers

@testable import Transformers

/// Models in GGUF against the reference, which computes with their weights as they are.
@Suite struct GGUFTests {
  private static let models = ["llama_v2", "starcoder2_iq4_nl", "gemma3_mixed", "bert_q8_0"]

  private func files(_ name: String) throws -> ModelFiles {
    try ModelFiles(gguf: Fixtures.path("gguf/\(name).gguf"))
  }

  @Test(arguments: models)
  func equalsTheReference(name: String) throws {
    let model = try ModelRegistry.loadModel(from: files(name))
    let goldens = try GoldenCase.all(of: "gguf_\(name)")
    #expect(!goldens.isEmpty)
    for golden in goldens { try expect(try model.forward(golden.input), matches: golden) }
    #expect(model.summary.unusedTensors == [])
  }

  @Test(arguments: models)
  func makesTheReferencesTokens(name: String) throws {
    let tokenizer = try Tokenizer(files(name))
    let folder = try ModelFiles(folder: Fixtures.path("goldens/gguf_\(name)"))
    let cases = try #require(JSONDocument(folder.open("cases.json")).root["cases"]?.array)
    for golden in cases {
      let text = try #require(golden["text"]?.string)
      let tokens = try tokenizer.encode(text, pair: golden["text_pair"]?.string).tokens
      #expect(tokens.map(\.id) == golden["input_ids"]?.array?.compactMap(\.integer))
      #expect(tokens.map(\.text) == golden["tokens"]?.array?.compactMap(\.string))
    }
  }

  @Test func roundedWeightsAreSaid() throws {
    let files = try files("llama_v2")
    #expect(try ModelRegistry.loadModel(from: files).summary.roundedFormats == ["Q8_0", "Q4_1"])
    #expect(files.name == "llama_v2")
    let plain = try ModelFiles(folder: Fixtures.path("corrupt/ok_control"))
    #expect(try ModelRegistry.loadModel(from: plain).summary.roundedFormats == [])
  }

  // MARK: What the converter has changed

  /// A model of one layer with two heads of four features: what a converter makes of its metadata.
  private static func builder(_ architecture: String = "llama") -> GGUFBuilder {
    var builder = GGUFBuilder()
    builder.add("general.architecture", architecture)
    let sizes: [(String, UInt32)] = [
      ("context_length", 16), ("embedding_length", 8), ("block_count", 1),
      ("feed_forward_length", 4), ("attention.head_count", 2), ("attention.head_count_kv", 1),
    ]
    for (key, value) in sizes { builder.add("\(architecture).\(key)", value) }
    for key in ["layer_norm_rms_epsilon", "layer_norm_epsilon"] {
      builder.add("\(architecture).attention.\(key)", number: 1e-5)
    }
    builder.add("token_embd.weight", shape: [3, 8], count(24))
    return builder
  }

  private static func count(_ count: Int) -> [Float] { (0..<count).map { Float($0) } }

  /// What `body` makes of the path of a file.
  ///
  /// - Parameter change: Gets what `builder` makes.
  private func withFile<Result>(
    _ architecture: String = "llama", _ change: (inout GGUFBuilder) -> Void,
    _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = try TemporaryFolder()
    var builder = Self.builder(architecture)
    change(&builder)
    let path = "\(folder.path)/m.gguf"
    try Data(builder.bytes).write(to: URL(fileURLWithPath: path))
    return try body(path)
  }

  private func model(
    _ architecture: String = "llama", _ change: (inout GGUFBuilder) -> Void
  ) throws -> GGUFModel {
    try withFile(architecture, change) { try GGUFModel(GGUFParts(path: $0)) }
  }

  @Test func neighboursAreTakenApartIntoHalves() throws {
    let model = try model { builder in
      builder.add("blk.0.attn_q.weight", shape: [8, 8], Self.count(64))
      builder.add("blk.0.attn_k.weight", shape: [4, 8], Self.count(32))
      builder.add("blk.0.attn_v.weight", shape: [4, 8], Self.count(32))
      builder.add("blk.0.attn_q.bias", shape: [8], Self.count(8))
    }
    let weights = model.weights
    let attention = "model.layers.0.self_attn"
    #expect(
      weights["\(attention).q_proj.weight"]?.arrangement == .rows([0, 2, 1, 3, 4, 6, 5, 7]))
    #expect(weights["\(attention).k_proj.weight"]?.arrangement == .rows([0, 2, 1, 3]))
    #expect(weights["\(attention).v_proj.weight"]?.arrangement == .inOrder)
    #expect(
      try weights["\(attention).q_proj.bias"]?.floats() == [0, 2, 1, 3, 4, 6, 5, 7])
  }

  @Test func keyHeadsGetTheirQueriesBack() throws {
    // Four query heads, two key heads and two value heads, of two features each.
    let model = try model("falcon") { builder in
      builder.values.removeAll { $0.key.contains("head_count") }
      builder.add("falcon.attention.head_count", 4)
      builder.add("falcon.attention.head_count_kv", 2)
      builder.add("blk.0.attn_qkv.weight", shape: [16, 8], Self.count(128))
    }
    #expect(
      model.weights["transformer.h.0.self_attention.query_key_value.weight"]?.arrangement
        == .rows([0, 1, 2, 3, 8, 9, 12, 13, 4, 5, 6, 7, 10, 11, 14, 15]))
  }

  @Test func matricesOfGPT2LieTheirWayRoundAgain() throws {
    let model = try model("gpt2") { builder in
      builder.add("blk.0.attn_qkv.weight", shape: [24, 8], Self.count(192))
      builder.add("position_embd.weight", shape: [16, 8], Self.count(128))
    }
    let matrix = model.weights["transformer.h.0.attn.c_attn.weight"]
    #expect(matrix?.shape == [8, 24] && matrix?.arrangement == .transposed)
    #expect(model.weights["transformer.wpe.weight"]?.arrangement == .inOrder)
  }

  @Test func normsOfGemmaHoldOneLess() throws {
    let model = try model("gemma") { builder in
      builder.add("blk.0.attn_norm.weight", shape: [8], Self.count(8))
    }
    #expect(
      try model.weights["model.layers.0.input_layernorm.weight"]?.floats()
        == Self.count(8).map { $0 - 1 })
  }

  @Test func rowsInAnotherOrderMultiplyLikeTheirCopies() throws {
    var generator = SeededGenerator(seed: 1)
    let values = generator.floats(8 * 6)
    let order: [UInt32] = [3, 1, 7, 0, 2, 6, 5, 4]
    let tensor = Tensor(name: "w", values: values, shape: [8, 6], path: "")
    let copy = order.flatMap { values[Int($0) * 6..<Int($0) * 6 + 6] }
    // With few tokens, and with so many that the kernel packs them.
    for tokenCount in [1, 60] {
      let x = HiddenStates(
        tokenCount: tokenCount, size: 6, values: generator.floats(tokenCount * 6))
      let ordered = Linear(weight: WeightMatrix(tensor.withRows(order)), bias: nil)
      let copied = Linear(
        weight: WeightMatrix(Tensor(name: "w", values: copy, shape: [8, 6], path: "")), bias: nil)
      #expect(ordered(x).values == copied(x).values)
      #expect(ordered[2..<5](x).values == copied[2..<5](x).values)
    }
  }

  /// What effects multiply with: outputs and inputs exchanged, in parts of blocks.
  @Test func blocksMultiplyTheOtherWayRound() throws {
    let tensors = try SafetensorsFile(FileBytes(mapping: Fixtures.path("blocks.safetensors")))
      .tensors
    let blocks = try #require(tensors["blocks.Q4_K"])
    let values = try #require(tensors["values.Q4_K"]).floats()
    let owner = FileBytes(Array(blocks.bytes) + Array(blocks.bytes))
    let matrix = WeightMatrix(
      Tensor(
        name: "w", elementType: .q4K, shape: [2, 256], bytes: owner.bytes, owner: owner))
    let x = HiddenStates(tokenCount: 1, size: 2, values: [2, -0.5])
    let y = Linear(weight: matrix.transposed, bias: nil)(x).values
    let worst = zip(y, values).map { abs($0 - 1.5 * $1) }.max() ?? .infinity
    #expect(y.count == 256 && worst <= 1e-5 * (values.map { abs($0) }.max() ?? 0))
  }

  // MARK: Refusals

  private static let refused: [(@Sendable (inout GGUFBuilder) -> Void, String)] = [
    ({ $0.values.removeFirst() }, "\"general.architecture\" is missing"),
    (
      { $0.add("general.type", "adapter") },
      "the file holds no model but what it calls \"adapter\""
    ),
    (
      { $0.values.removeAll { $0.key == "llama.embedding_length" } },
      "\"llama.embedding_length\" is missing"
    ),
    (
      { $0.values[5].bytes = GGUFBuilder.bytes(UInt32(0)) },
      "\"llama.attention.head_count\" is 0, outside 1 … 16777216"
    ),
    (
      { $0.values[5].bytes = GGUFBuilder.bytes(UInt32(3)) },
      "3 heads cannot share the hidden size 8 evenly"
    ),
    (
      { $0.values[3].bytes = GGUFBuilder.bytes(UInt32(1) << 31) },
      "\"llama.block_count\" is 2147483648, outside 1 … 4096"
    ),
    (
      { $0.values[4] = ("llama.feed_forward_length", 8, GGUFBuilder.string("many")) },
      "llama.feed_forward_length is a string instead of a whole number"
    ),
    (
      { builder in
        builder.values.remove(at: 4)
        builder.add("llama.feed_forward_length", integers: [4, 5])
      }, "llama.feed_forward_length differs by layer, which is not supported"
    ),
    (
      { builder in
        builder.add("llama.attention.key_length", 4)
        builder.add("llama.attention.value_length", 8)
      }, "keys and values have different sizes"
    ),
    (
      { builder in
        builder.add("llama.expert_count", 8)
        builder.add("blk.0.ffn_gate_exps.weight", shape: [8, 4, 8], Self.count(256))
      }, "\"llama.expert_used_count\" is missing"
    ),
    (
      { builder in
        builder.add("llama.expert_count", 8)
        builder.add("llama.expert_used_count", 2)
        builder.add("llama.expert_gating_func", 2)
        builder.add("blk.0.ffn_gate_exps.weight", shape: [8, 4, 8], Self.count(256))
      }, "llama.expert_gating_func is 2.0, which is not supported"
    ),
    (
      { builder in
        builder.add("llama.expert_count", 8)
        builder.add("blk.0.ffn_gate.0.weight", shape: [4, 8], Self.count(32))
      },
      "each expert has tensors of its own, as in files of before April 2024: convert it again with llama.cpp's convert_hf_to_gguf.py"
    ),
    ({ $0.entries.removeAll() }, "tensor token_embd.weight is missing"),
  ]

  @Test(arguments: refused.indices)
  func whatMakesNoSenseIsNamed(index: Int) {
    #expect {
      _ = try model("llama", Self.refused[index].0).configuration()
    } throws: { error in
      "\(error)".hasSuffix("/m.gguf: \(Self.refused[index].1)")
    }
  }

  @Test func familiesWithoutExpertsHaveNone() {
    #expect {
      _ = try model("phi3") { $0.add("phi3.expert_count", 8) }
    } throws: { error in
      "\(error)".hasSuffix(
        "/m.gguf: a model of architecture \"phi3\" with experts, which is not read from GGUF: give the folder that it was made from"
      )
    }
  }

  /// The folder that the file was made from would not open either.
  @Test func layersWithoutWeightsAreNamed() {
    for (architecture, reason, change) in [
      (
        "qwen3next",
        "mixes tokens by a gated delta rule, and only layers 3, 7 have attention weights",
        { $0.add("qwen3next.full_attention_interval", 4) }
      ),
      (
        "lfm2", "mixes tokens by short convolutions, and only layer 2 has attention weights",
        { $0.add("lfm2.attention.head_count_kv", integers: [0, 0, 8, 0, 0, 0, 0, 0]) }
      ),
      ("mamba", "is a state-space model and has no attention weights", { _ in }),
    ] as [(String, String, (inout GGUFBuilder) -> Void)] {
      #expect {
        _ = try model(architecture) { builder in
          builder.values.removeAll { $0.key.contains("block_count") || $0.key.contains("_kv") }
          builder.add("\(architecture).block_count", 8)
          change(&builder)
        }
      } throws: { error in
        "\(error)".hasSuffix(
          "/m.gguf: a model of type \"\(architecture)\" cannot be shown: it \(reason)")
      }
    }
  }

  @Test func unknownArchitecturesAreNamed() {
    #expect {
      _ = try model("klama") { _ in }
    } throws: { error in
      "\(error)".contains(
        "/m.gguf: models of architecture \"klama\" are not read from GGUF, but of arcee, bert, bloom, "
      )
    }
  }

  /// A layer with more than the model is known to have would give other numbers.
  @Test func nothingOfALayerIsLeftOut() throws {
    func add(_ builder: inout GGUFBuilder, without left: String = "") {
      let parts: [(String, [Int])] = [
        ("blk.0.attn_norm", [8]), ("blk.0.attn_q", [8, 8]), ("blk.0.attn_k", [4, 8]),
        ("blk.0.attn_v", [4, 8]), ("blk.0.attn_output", [8, 8]), ("blk.0.ffn_norm", [8]),
        ("blk.0.ffn_gate", [4, 8]), ("blk.0.ffn_up", [4, 8]), ("blk.0.ffn_down", [8, 4]),
        ("output_norm", [8]),
      ]
      for (name, shape) in parts where name != left {
        builder.add("\(name).weight", shape: shape, Self.count(shape.reduce(1, *)))
      }
    }
    func failure(_ change: (inout GGUFBuilder) -> Void) throws -> String? {
      try withFile("llama", change) { path in
        do {
          _ = try ModelRegistry.loadModel(from: ModelFiles(gguf: path))
          return nil
        } catch {
          return "\(error)".replacing("\(path): ", with: "")
        }
      }
    }
    #expect(try failure { add(&$0) } == nil)
    #expect(
      try failure { add(&$0, without: "blk.0.attn_k") } == "tensor blk.0.attn_k.weight is missing")
    let strange = try failure { builder in
      add(&builder)
      builder.add("blk.0.attn_q.bias", shape: [8], Self.count(8))
    }
    #expect(
      strange
        == "tensor blk.0.attn_q.bias has no place in a model of this architecture as it is known here: without it the numbers would be wrong"
    )
    // Of what stands beside the layers, nothing depends on it.
    let beside = try failure { builder in
      add(&builder)
      builder.add("v.blk.0.ln1.weight", shape: [8], Self.count(8))
    }
    #expect(beside == nil)
  }

  // MARK: Tokenizers

  private func failure(ofTokenizer change: (inout GGUFBuilder) -> Void) throws -> String {
    try withFile("llama", change) { path in
      do {
        _ = try Tokenizer(ModelFiles(gguf: path))
        return ""
      } catch {
        return "\(error)".replacing(path, with: "m")
      }
    }
  }

  /// The words of a text are its tokens where every piece of it is an entry that all its parts merge to.
  @Test(arguments: [
    (["gpt-2", "modern-bert", "exaone4"], "it|'s| 12345| a|,|b"),
    (["llama-bpe", "pixtral", "glm4", "chatglm-bpe"], "it|'s| |123|45| a|,b"),
    (["qwen2", "stablelm2", "hunyuan", "seed-coder"], "it|'s| |1|2|3|4|5| a|,b"),
    (["deepseek-v3", "hunyuan-dense"], "it|'s| |123|45| a|,b"),
    (["deepseek-coder"], "it|'|s| |1|2|3|4|5| a|,|b"),
    (["bloom", "poro-chat"], "it's| 12345| a|,|b"),
  ])
  func textIsCutAsTheNameSays(names: [String], words: String) throws {
    let text = Array(words.filter { $0 != "|" }.replacing(" ", with: "Ġ"))
    func piece(_ range: Range<Int>) -> String { String(text[range]) }
    var pieces: [String] = []
    var merges: [String] = []
    for length in 1...text.count {
      for start in 0...text.count - length {
        let whole = start..<start + length
        guard !pieces.contains(piece(whole)) else { continue }
        pieces.append(piece(whole))
        for middle in whole.dropFirst() {
          merges.append("\(piece(start..<middle)) \(piece(middle..<whole.upperBound))")
        }
      }
    }
    for name in names {
      let tokens = try withFile("llama") { builder in
        builder.add("tokenizer.ggml.model", "gpt2")
        builder.add("tokenizer.ggml.pre", name)
        builder.add("tokenizer.ggml.tokens", strings: pieces)
        builder.add("tokenizer.ggml.merges", strings: merges)
      } _: { path in
        try Tokenizer(ModelFiles(gguf: path)).encode(words.filter { $0 != "|" }).tokens
      }
      #expect(
        tokens.map { $0.text.replacing("Ġ", with: " ") }.joined(separator: "|") == words, "\(name)")
    }
  }

  @Test func unknownTokenizersAreNamed() throws {
    func bytePairs(pre: String?) throws -> String {
      try failure { builder in
        builder.add("tokenizer.ggml.model", "gpt2")
        if let pre { builder.add("tokenizer.ggml.pre", pre) }
        builder.add("tokenizer.ggml.tokens", strings: ["a", "b", "ab"])
        builder.add("tokenizer.ggml.merges", strings: ["a b"])
      }
    }
    let wayOut = "--tokenizer names a folder that has it"
    #expect(try bytePairs(pre: "gpt-2") == "")
    #expect(
      try bytePairs(pre: "seed")
        == "m: cannot be read: its tokenizer: text cut as by \"seed\" (tokenizer.ggml.pre) is not known; \(wayOut)"
    )
    #expect(
      try bytePairs(pre: nil)
        == "m: cannot be read: its tokenizer: tokenizer.ggml.pre is missing, which says how text is cut; \(wayOut)"
    )
    #expect(
      try failure { builder in
        builder.add("tokenizer.ggml.model", "rwkv")
        builder.add("tokenizer.ggml.tokens", strings: ["a"])
      } == "m: cannot be read: its tokenizer: tokenizers of kind \"rwkv\" are not read; \(wayOut)")
    #expect(
      try failure { $0.add("tokenizer.ggml.model", "llama") }
        == "m: cannot be read: its tokenizer: tokenizer.ggml.tokens is missing or no list of strings; \(wayOut)"
    )
    #expect(
      try failure { builder in
        builder.add("tokenizer.ggml.model", "llama")
        builder.add("tokenizer.ggml.tokens", strings: ["a", "b"])
        builder.add("tokenizer.ggml.scores", numbers: [1])
      }
        == "m: cannot be read: its tokenizer: tokenizer.ggml.scores is no list of 2 numbers; \(wayOut)"
    )
  }

  /// Spaces that belong together are a token of their own, which the converter writes with spaces.
  @Test func runsOfSpacesAreTheTokensThatTheyWere() throws {
    let tokens = try withFile("llama") { builder in
      builder.add("tokenizer.ggml.model", "llama")
      builder.add("tokenizer.ggml.add_space_prefix", false)
      builder.add("tokenizer.ggml.add_bos_token", false)
      builder.add("tokenizer.ggml.tokens", strings: ["<unk>", "▁", "a", "▁a", "  "])
      builder.add("tokenizer.ggml.scores", numbers: [0, -3, -2, -1, -1000])
      builder.add("tokenizer.ggml.token_type", integers: [2, 1, 1, 1, 4])
    } _: { path in
      try Tokenizer(ModelFiles(gguf: path)).encode("  a a").tokens
    }
    #expect(tokens.map(\.text) == ["▁▁", "a", "▁a"])
  }
}
