import Files
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// Fixtures converted to GGUF as llama.cpp's converter does, against what they are in Hugging Face layout.
@Suite struct GGUFConversionTests {
  @Test(arguments: Conversion.all)
  func equalsWhatWasConverted(_ conversion: Conversion) throws {
    try expectEqual(conversion)
  }

  /// Also where the rows of the base lie in another order.
  @Test func adaptersAreAdded() throws {
    var adapter = AdapterBuilder()
    for (module, size, inputs) in [
      ("self_attn.q_proj", 24, 16), ("self_attn.k_proj", 12, 16), ("mlp.down_proj", 16, 24),
    ] {
      adapter.adapt("model.layers.1.\(module)", outputs: size, inputs: inputs, rank: 2)
    }
    let conversion = try #require(Conversion.all.first { $0.architecture == "mistral3" })
    try expectEqual(conversion, adapter.files(#""r": 2, "lora_alpha": 6"#))
  }

  private func expectEqual(_ conversion: Conversion, _ adapter: ModelFiles? = nil) throws {
    let source = try conversion.source()
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/m.gguf"
    try Data(conversion.file(of: source)).write(to: URL(fileURLWithPath: path))
    let found = try ModelRegistry.loadModel(from: ModelFiles(gguf: path), adapter: adapter)
    let expected = try ModelRegistry.loadModel(from: source, adapter: adapter)
    #expect(found.summary.unusedTensors == [])
    var recording = Recording.hiddenStates
    recording.logits = true
    var input = ModelInput(ids: [7, 9, 11, 13, 8, 6, 10, 12], recording: recording)
    input.predictionPositions = [7]
    let output = try found.forward(input)
    let other = try expected.forward(input)
    func values(_ output: ModelOutput) throws -> [Float] {
      let states = try #require(output.hiddenStates(.own)).flatMap(\.values)
      let weights = output.stacks[0].layers.flatMap { layer in
        (0..<layer.headCount).flatMap { layer.weights(head: $0).values }
      }
      return states + weights + (found.summary.predictsTokens ? output.logits?.values ?? [] : [])
    }
    let numbers = try values(output)
    let others = try values(other)
    try #require(numbers.count == others.count)
    let largest = others.map(abs).max() ?? 0
    #expect(zip(numbers, others).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, largest) })
    #expect(
      output.stacks[0].layers.map { $0.experts?.experts }
        == other.stacks[0].layers.map { $0.experts?.experts })
  }
}

/// What is to be converted, and what its file says.
struct Conversion: CustomTestStringConvertible, Sendable {
  let model: String
  let architecture: String
  /// Whether the rows of queries and keys alternate between the halves that turn together.
  var isPaired = false
  /// Whether queries, keys and values are one tensor.
  var isFused = false
  /// Instead of what the configuration has, as members of JSON: these files know no dense layers before others.
  var settings = ""
  /// Keys of the file, such as `expert_count`.
  var sizes: [String: UInt32] = [:]
  var numbers: [String: Float] = [:]
  var flags: [String: Bool] = [:]
  /// The parts of names, in the order in which they are replaced; none for those of decoders.
  var ownNames: [(String, String)] = []

  var testDescription: String { "\(model) as \(architecture)" }

  static let all = [
    Conversion(
      model: "mixtral_window", architecture: "llama", isPaired: true,
      sizes: ["expert_count": 3, "attention.sliding_window": 4],
      numbers: ["rope.freq_base": 1_000_000]),
    Conversion(
      model: "qwen2_moe_shared", architecture: "qwen2moe",
      settings: #""mlp_only_layers": [], "num_hidden_layers": 2, "use_sliding_window": false"#,
      sizes: [
        "expert_count": 4, "expert_feed_forward_length": 8, "expert_shared_feed_forward_length": 12,
      ]),
    Conversion(
      model: "qwen3_moe_sparse", architecture: "qwen3moe",
      settings: #""decoder_sparse_step": 1, "num_hidden_layers": 1"#, sizes: ["expert_count": 4]),
    Conversion(
      model: "olmoe_clipped", architecture: "olmoe", sizes: ["expert_count": 4],
      numbers: ["attention.clamp_kqv": 0.9], flags: ["expert_weights_norm": true]),
    Conversion(
      model: "gpt_oss", architecture: "gpt-oss",
      sizes: [
        "expert_count": 3, "attention.sliding_window": 4,
        "rope.scaling.original_context_length": 16,
      ], numbers: ["rope.freq_base": 500, "rope.scaling.factor": 4]),
    Conversion(
      model: "granitemoe_shared", architecture: "granitemoe", isPaired: true,
      sizes: ["expert_count": 3, "expert_shared_feed_forward_length": 12]),
    Conversion(model: "granite_multipliers", architecture: "granite", isPaired: true),
    Conversion(model: "seed_oss", architecture: "seed_oss"),
    Conversion(
      model: "smollm3_windows", architecture: "smollm3", isPaired: true,
      settings: #""use_sliding_window": false, "no_rope_layer_interval": 4"#,
      numbers: ["rope.freq_base": 2_000_000]),
    Conversion(
      model: "ministral3_grown", architecture: "mistral3", isPaired: true,
      sizes: ["rope.scaling.original_context_length": 4],
      numbers: [
        "rope.freq_base": 500, "rope.scaling.factor": 16, "rope.scaling.yarn_beta_fast": 32,
        "rope.scaling.yarn_beta_slow": 1, "rope.scaling.yarn_log_multiplier": 1,
        "attention.temperature_scale": 0.5,
      ]),
    Conversion(model: "olmo2_joint_norms", architecture: "olmo2"),
    Conversion(
      model: "olmo3_windows", architecture: "olmo2",
      settings: #"""
        "rope_scaling": null, "layer_types": ["sliding_attention", "sliding_attention"],
        "rope_parameters": {"sliding_attention": {"rope_theta": 800.0}}
        """#,
      sizes: ["attention.sliding_window": 5]),
    Conversion(model: "arcee", architecture: "arcee", isPaired: true),
    Conversion(
      model: "olmo_clipped", architecture: "olmo", isPaired: true,
      numbers: ["attention.clamp_kqv": 0.7]),
    Conversion(model: "nemotron", architecture: "nemotron", sizes: ["rope.dimension_count": 4]),
    Conversion(
      model: "exaone4_windows", architecture: "exaone4", settings: #""sliding_window_pattern": 4"#,
      sizes: ["attention.sliding_window": 4]),
    Conversion(model: "exaone4_full", architecture: "exaone4"),
    Conversion(model: "ernie4_5_biased", architecture: "ernie4_5"),
    Conversion(
      model: "hunyuan_alpha", architecture: "hunyuan-dense",
      numbers: ["rope.freq_base": Float(100 * pow(50, 8.0 / 6))]),
    Conversion(model: "cohere_head_norms", architecture: "command-r"),
    Conversion(
      model: "cohere2_windows", architecture: "cohere2", settings: #""sliding_window_pattern": 4"#,
      sizes: ["attention.sliding_window": 4]),
    Conversion(model: "glm", architecture: "chatglm", sizes: ["rope.dimension_count": 4]),
    Conversion(model: "glm4_plain", architecture: "glm4", sizes: ["rope.dimension_count": 4]),
    Conversion(
      model: "stablelm_parallel", architecture: "stablelm", sizes: ["rope.dimension_count": 2]),
    Conversion(
      model: "stablelm_sequential", architecture: "stablelm", sizes: ["rope.dimension_count": 4]),
    Conversion(
      model: "phimoe", architecture: "phimoe", settings: #""router_jitter_noise": 0.01"#,
      sizes: ["expert_count": 4], numbers: ["rope.freq_base": 1_000_000]),
    Conversion(model: "eurobert", architecture: "eurobert"),
    // Both ways, and the window is that of both sides together.
    Conversion(
      model: "gemma3_both_ways", architecture: "gemma-embedding",
      settings: #""query_pre_attn_scalar": 10, "sliding_window_pattern": 6"#,
      sizes: ["attention.sliding_window": 6], numbers: ["rope.freq_base": 1_000_000],
      ownNames: [
        ("model.norm", "output_norm"), ("model.", ""), ("embed_tokens", "token_embd"),
        ("layers", "blk"),
        ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "post_attention_norm"),
        ("pre_feedforward_layernorm", "ffn_norm"), ("post_feedforward_layernorm", "post_ffw_norm"),
        ("self_attn.o_proj", "attn_output"), ("self_attn.", "attn_"), ("mlp.", "ffn_"),
        ("_proj", ""),
      ]),
    Conversion(
      model: "phi_head_norms", architecture: "phi2", isFused: true,
      settings: #""qk_layernorm": false"#,
      sizes: ["rope.dimension_count": 4],
      ownNames: [
        ("model.embed_tokens", "token_embd"), ("model.final_layernorm", "output_norm"),
        ("lm_head", "output"), ("model.layers", "blk"), ("input_layernorm", "attn_norm"),
        ("self_attn.dense", "attn_output"), ("self_attn.", "attn_"), ("_proj", ""),
        ("mlp.fc1", "ffn_up"), ("mlp.fc2", "ffn_down"),
      ]),
    Conversion(
      model: "gpt_neox_parallel", architecture: "gptneox", sizes: ["rope.dimension_count": 4],
      numbers: ["rope.freq_base": 1000], ownNames: neoXNames),
    Conversion(
      model: "gpt_neox_sequential", architecture: "gptneox", settings: #""hidden_act": "gelu""#,
      sizes: ["rope.dimension_count": 4], numbers: ["rope.freq_base": 1000],
      flags: ["use_parallel_residual": false], ownNames: neoXNames),
    Conversion(
      model: "bloom_six_heads", architecture: "bloom",
      ownNames: [("transformer.word_embeddings_layernorm", "token_embd_norm")] + neoXNames),
    Conversion(
      model: "mpt_six_heads", architecture: "mpt", settings: #""attn_config": {"clip_qkv": 0.8}"#,
      numbers: ["attention.clamp_kqv": 0.8, "attention.max_alibi_bias": 8],
      ownNames: [
        ("transformer.wte", "token_embd"), ("transformer.norm_f", "output_norm"),
        ("transformer.blocks", "blk"), ("attn.Wqkv", "attn_qkv"), ("attn.out_proj", "attn_output"),
        ("norm_1", "attn_norm"), ("norm_2", "ffn_norm"), ("ffn.up_proj", "ffn_up"),
        ("ffn.down_proj", "ffn_down"),
      ]),
    Conversion(
      model: "gpt_bigcode", architecture: "starcoder", sizes: ["attention.head_count_kv": 1],
      ownNames: [
        ("transformer.wte", "token_embd"), ("transformer.wpe", "position_embd"),
        ("transformer.ln_f", "output_norm"), ("transformer.h", "blk"), ("ln_1", "attn_norm"),
        ("ln_2", "ffn_norm"), ("attn.c_attn", "attn_qkv"), ("attn.c_proj", "attn_output"),
        ("mlp.c_fc", "ffn_up"), ("mlp.c_proj", "ffn_down"),
      ]),
    Conversion(
      model: "modernbert", architecture: "modern-bert",
      sizes: ["attention.sliding_window": 16, "attention.sliding_window_pattern": 3],
      numbers: ["rope.freq_base": 160_000, "rope.freq_base_swa": 10_000],
      ownNames: [
        ("model.embeddings.tok_embeddings", "token_embd"),
        ("model.embeddings.norm", "token_embd_norm"), ("model.final_norm", "output_norm"),
        ("model.layers", "blk"), ("attn.Wqkv", "attn_qkv"), ("attn.Wo", "attn_output"),
        ("mlp.Wi", "ffn_up"), ("mlp.Wo", "ffn_down"), ("mlp_norm", "ffn_norm"),
      ]),
    Conversion(
      model: "nomic_bert", architecture: "nomic-bert", numbers: ["rope.freq_base": 100],
      ownNames: [
        ("nomic_bert.", ""), ("embeddings.word_embeddings", "token_embd"),
        ("embeddings.token_type_embeddings", "token_types"), ("emb_ln", "token_embd_norm"),
        ("encoder.layers", "blk"), ("attn.Wqkv", "attn_qkv"), ("attn.out_proj", "attn_output"),
        ("norm1", "attn_output_norm"), ("norm2", "layer_output_norm"), ("mlp.fc11", "ffn_up"),
        ("mlp.fc12", "ffn_gate"), ("mlp.fc2", "ffn_down"),
      ]),
  ]

  /// Those of GPT-NeoX, and BLOOM's.
  private static let neoXNames = [
    ("gpt_neox.embed_in", "token_embd"), ("transformer.word_embeddings", "token_embd"),
    ("gpt_neox.final_layer_norm", "output_norm"), ("transformer.ln_f", "output_norm"),
    ("embed_out", "output"), ("gpt_neox.layers", "blk"), ("transformer.h", "blk"),
    ("self_attention", "attention"), ("input_layernorm", "attn_norm"),
    ("post_attention_layernorm", "ffn_norm"), ("attention.query_key_value", "attn_qkv"),
    ("attention.dense", "attn_output"), ("mlp.dense_h_to_4h", "ffn_up"),
    ("mlp.dense_4h_to_h", "ffn_down"),
  ]

  private var dropsFirstLayer: Bool { settings.contains("num_hidden_layers") }

  // MARK: Hugging Face layout

  /// The fixture, changed as far as it has to be.
  func source() throws -> ModelFiles {
    let files = try ModelFiles(folder: Fixtures.path("models/\(model)"))
    let file = try files.open("config.json")
    var text = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
    let stored = try SafetensorsFile(files.open("model.safetensors")).tensors
    let tensors = try stored.values.sorted { $0.name < $1.name }.compactMap { tensor in
      var name = tensor.name
      if dropsFirstLayer {
        guard !name.contains("layers.0.") else { return nil as TensorSource? }
        for layer in 1..<4 { name.replace("layers.\(layer).", with: "layers.\(layer - 1).") }
      }
      return TensorSource(name: name, shape: tensor.shape, values: try tensor.floats())
    }
    if !settings.isEmpty {
      for member in try #require(JSONDocument(FileBytes(Array("{\(settings)}".utf8))).root.object) {
        text.replace("\"\(member.name)\":", with: "\"formerly_\(member.name)\":")
      }
      text = text.replacing("{", with: "{\(settings), ", maxReplacements: 1)
    }
    var bytes: [UInt8] = []
    try SafetensorsWriter.write(tensors, metadata: [:]) { bytes += $0 }
    return ModelFiles(
      builtIn: "source",
      files: [
        "config.json": FileBytes(name: "config.json", Array(text.utf8)),
        "model.safetensors": FileBytes(name: "model.safetensors", bytes),
      ])
  }

  // MARK: GGUF

  private var names: [(String, String)] {
    guard ownNames.isEmpty else { return ownNames }
    return [
      ("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"),
      ("model.layers", "blk"), ("input_layernorm", "attn_norm"),
      ("post_self_attn_layernorm", "post_attention_norm"), ("post_mlp_layernorm", "post_ffw_norm"),
      (
        "post_attention_layernorm",
        ["exaone4", "gpt-oss", "olmo2", "seed_oss"].contains(architecture)
          ? "post_attention_norm" : "ffn_norm"
      ),
      ("mlp.gate_up_proj", "ffn_up"), ("query_layernorm", "q_norm"), ("key_layernorm", "k_norm"),
      ("post_feedforward_layernorm", "post_ffw_norm"), ("self_attn.o_proj", "attn_output"),
      ("self_attn.sinks", "attn_sinks.weight"), ("self_attn", "attn"), ("attn.", "attn_"),
      ("_proj", ""), ("block_sparse_moe", "mlp"), ("mlp.shared_expert_gate", "ffn_gate_inp_shexp"),
      ("mlp.router.layer", "ffn_gate_inp"), ("mlp.router", "ffn_gate_inp"),
      ("mlp.gate.weight", "\(sizes["expert_count"] == nil ? "ffn_gate" : "ffn_gate_inp").weight"),
      ("mlp.", "ffn_"),
    ]
  }

  func file(of source: ModelFiles) throws -> [UInt8] {
    let configuration = try JSONDocument(source.open("config.json")).root
    func size(_ keys: String...) -> Int? { keys.compactMap { configuration[$0]?.integer }.first }
    let hiddenSize = size("hidden_size", "n_embed", "d_model", "n_embd") ?? 0
    let headCount = size("num_attention_heads", "n_heads", "n_head") ?? 1
    let headSize = size("head_dim") ?? hiddenSize / headCount
    var builder = GGUFBuilder()
    builder.add("general.architecture", architecture)
    var sizes = sizes
    for (key, value) in [
      ("context_length", size("max_position_embeddings", "max_seq_len", "n_positions") ?? 2048),
      ("embedding_length", hiddenSize),
      ("block_count", size("num_hidden_layers", "n_layer", "n_layers")),
      ("attention.head_count", headCount),
      (
        "attention.head_count_kv",
        size("num_key_value_heads") ?? sizes["attention.head_count_kv"].map(Int.init)
      ),
      ("attention.key_length", headSize),
      ("attention.value_length", headSize),
      ("feed_forward_length", size("intermediate_size", "n_inner") ?? 4 * hiddenSize),
      ("expert_used_count", size("num_experts_per_tok")),
    ] {
      sizes[key] = value.map { UInt32($0) }
    }
    for (key, value) in sizes.sorted(by: { $0.key < $1.key }) {
      builder.add("\(architecture).\(key)", value)
    }
    let epsilon = configuration["rms_norm_eps"]?.number ?? defaultEpsilon
    for key in ["layer_norm_rms_epsilon", "layer_norm_epsilon"] {
      builder.add("\(architecture).attention.\(key)", number: Float(epsilon))
    }
    if numbers["rope.scaling.factor"] != nil {
      builder.add("\(architecture).rope.scaling.type", "yarn")
    }
    var numbers = numbers
    for (key, stored) in [
      ("attention_multiplier", "attention.scale"), ("embedding_multiplier", "embedding_scale"),
      ("residual_multiplier", "residual_scale"), ("logits_scaling", "logit_scale"),
      ("rope_theta", "rope.freq_base"), ("logit_scale", "logit_scale"),
    ] {
      if let value = configuration[key]?.number { numbers[stored] = Float(value) }
    }
    for (key, value) in numbers.sorted(by: { $0.key < $1.key }) {
      builder.add("\(architecture).\(key)", number: value)
    }
    for (key, value) in flags { builder.add("\(architecture).\(key)", value) }
    let leftOut = ["cls.", "decoder.", "head."]
    for tensor in try converted(source, headSize: headSize)
    where !leftOut.contains(where: tensor.name.hasPrefix)
      && !tensor.name.contains("_layernorm.")
    {
      builder.add(tensor.name, shape: tensor.shape, tensor.values)
    }
    return builder.bytes
  }

  private var defaultEpsilon: Double {
    switch architecture {
    case "qwen2moe", "qwen3moe", "granite", "granitemoe", "seed_oss", "smollm3": 1e-6
    case "nomic-bert": 1e-12
    case "chatglm", "glm4": 1.5625e-7
    default: 1e-5
    }
  }

  private struct Numbers {
    var name: String
    var shape: [Int]
    var values: [Float]

    /// Every second row, or a half of the rows, of each of `count` parts.
    func rows(of count: Int, _ isWanted: (_ row: Int, _ rowCount: Int) -> Bool) -> [Float] {
      let (rowCount, length) = (shape[shape.count - 2], shape[shape.count - 1])
      return (0..<count * rowCount).filter { isWanted($0 % rowCount, rowCount) }
        .flatMap { values[$0 * length..<($0 + 1) * length] }
    }
  }

  private func converted(_ source: ModelFiles, headSize: Int) throws -> [Numbers] {
    var tensors: [Numbers] = []
    var experts: [String: [(index: Int, numbers: Numbers)]] = [:]
    for (name, tensor) in try SafetensorsFile(source.open("model.safetensors")).tensors
      .sorted(by: { $0.key < $1.key })
    {
      let numbers = Numbers(name: name, shape: tensor.shape, values: try tensor.floats())
      let parts = name.split(separator: ".")
      if let place = parts.firstIndex(of: "experts"), let index = Int(parts[place + 1]) {
        let role =
          ["w1": "gate", "w2": "down", "w3": "up"][parts[place + 2]]
          ?? String(parts[place + 2].dropLast("_proj".count))
        experts["blk.\(parts[2]).ffn_\(role)_exps.weight", default: []].append((index, numbers))
      } else if parts.contains("experts") || name.contains("_linear") {
        tensors += Self.parted(numbers, layer: String(parts[2]))
      } else {
        tensors.append(renamed(numbers, headSize: headSize))
      }
    }
    if isFused || architecture == "chatglm" { tensors = Self.fused(tensors) }
    return tensors
      + experts.sorted { $0.key < $1.key }.map { name, parts in
        Numbers(
          name: name, shape: [parts.count] + parts[0].numbers.shape,
          values: parts.sorted { $0.index < $1.index }.flatMap(\.numbers.values))
      }
  }

  private func renamed(_ numbers: Numbers, headSize: Int) -> Numbers {
    var result = numbers
    for (part, replacement) in names { result.name.replace(part, with: replacement) }
    if ["nemotron", "gemma-embedding"].contains(architecture), result.name.hasSuffix("norm.weight")
    {
      result.values = numbers.values.map { $0 + 1 }
    }
    if ["bloom", "gptneox"].contains(architecture), result.name.contains("attn_qkv.") {
      // All queries, then all keys, then all values.
      let length = numbers.values.count / numbers.shape[0]
      let pieces = (0..<numbers.shape[0] / headSize).map {
        numbers.values[$0 * headSize * length..<($0 + 1) * headSize * length]
      }
      result.values = (0..<3).flatMap { part in
        pieces.indices.filter { $0 % 3 == part }.flatMap { pieces[$0] }
      }
    }
    if isPaired, result.name.contains("attn_q.") || result.name.contains("attn_k.") {
      let rowCount = numbers.shape[0]
      let length = numbers.values.count / rowCount
      result.values = (0..<rowCount).flatMap { row in
        let (head, place) = (row / headSize, row % headSize)
        let from = head * headSize + place % 2 * (headSize / 2) + place / 2
        return numbers.values[from * length..<(from + 1) * length]
      }
    }
    // The gate of the shared expert has one output, and no axis for it.
    if result.name.contains("inp_shexp") { result.shape = [numbers.shape[1]] }
    if let place = result.name.range(of: "ffn_shared_expert.") {
      result.name.replaceSubrange(place, with: "ffn_")
      result.name.replace(".weight", with: "_shexp.weight")
    }
    return result
  }

  /// Queries, keys and values of each layer in one tensor.
  private static func fused(_ tensors: [Numbers]) -> [Numbers] {
    func part(_ name: String, _ letter: String) -> Numbers? {
      tensors.first { $0.name == name.replacing("attn_q.", with: "attn_\(letter).") }
    }
    let names = tensors.map(\.name).filter { $0.contains("attn_q.") }
    let fused = names.map { name in
      let parts = ["q", "k", "v"].compactMap { part(name, $0) }
      return Numbers(
        name: name.replacing("attn_q.", with: "attn_qkv."),
        shape: [parts.map { $0.shape[0] }.reduce(0, +)] + parts[0].shape.dropFirst(),
        values: parts.flatMap(\.values))
    }
    let isFused = ["attn_q.", "attn_k.", "attn_v."]
    return fused + tensors.filter { tensor in !isFused.contains { tensor.name.contains($0) } }
  }

  /// The tensors that the reference has for all experts, gate and up taken apart.
  private static func parted(_ numbers: Numbers, layer: String) -> [Numbers] {
    let block = "blk.\(layer)"
    let count = numbers.shape.count > 2 ? numbers.shape[0] : 1
    func halves(_ ending: String, _ numbers: Numbers) -> [Numbers] {
      let shape =
        numbers.shape.dropLast(2) + [
          numbers.shape[numbers.shape.count - 2] / 2, numbers.shape[numbers.shape.count - 1],
        ]
      return [("gate", true), ("up", false)].map { name, isFirst in
        Numbers(
          name: "\(block).ffn_\(name)_\(ending).weight", shape: Array(shape),
          values: numbers.rows(of: count) { ($0 < $1 / 2) == isFirst })
      }
    }
    let ending = numbers.name.contains("shared_mlp") ? "shexp" : "exps"
    if numbers.name.contains("input_linear") { return halves(ending, numbers) }
    if numbers.name.contains("output_linear") {
      return [
        Numbers(
          name: "\(block).ffn_down_\(ending).weight", shape: numbers.shape, values: numbers.values)
      ]
    }
    // gpt-oss has its matrices the other way round, and gate and up in turn.
    if numbers.name.hasSuffix("_bias") {
      guard numbers.name.contains("gate_up") else {
        return [
          Numbers(
            name: "\(block).ffn_down_exps.bias", shape: numbers.shape, values: numbers.values)
        ]
      }
      return [("gate", 0), ("up", 1)].map { name, first in
        Numbers(
          name: "\(block).ffn_\(name)_exps.bias",
          shape: [numbers.shape[0], numbers.shape[1] / 2],
          values: stride(from: first, to: numbers.values.count, by: 2).map { numbers.values[$0] })
      }
    }
    let (inputs, outputs) = (numbers.shape[1], numbers.shape[2])
    let turned = Numbers(
      name: numbers.name, shape: [count, outputs, inputs],
      values: (0..<count).flatMap { expert in
        (0..<outputs).flatMap { output in
          (0..<inputs).map { numbers.values[(expert * inputs + $0) * outputs + output] }
        }
      })
    guard numbers.name.contains("gate_up") else {
      return [
        Numbers(
          name: "\(block).ffn_down_exps.weight", shape: turned.shape, values: turned.values)
      ]
    }
    return [("gate", 0), ("up", 1)].map { name, first in
      Numbers(
        name: "\(block).ffn_\(name)_exps.weight", shape: [count, outputs / 2, inputs],
        values: turned.rows(of: count) { row, _ in row % 2 == first })
    }
  }
}
