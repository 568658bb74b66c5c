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
      model: "nomic_bert", architecture: "nomic-bert", numbers: ["rope.freq_base": 100],
      ownNames: [
        ("nomic_bert.", ""), ("embeddings.word_embeddings", "token_embd"),
        ("embeddings.token_type_embeddings", "token_types"), ("emb_ln", "token_embd_norm"),
        ("encoder.layers", "blk"), ("attn.Wqkv", "attn_qkv"), ("attn.out_proj", "attn_output"),
        ("norm1", "attn_output_norm"), ("norm2", "layer_output_norm"), ("mlp.fc11", "ffn_up"),
        ("mlp.fc12", "ffn_gate"), ("mlp.fc2", "ffn_down"),
      ]),
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
      (
        "post_attention_layernorm",
        ["gpt-oss", "olmo2"].contains(architecture) ? "post_attention_norm" : "ffn_norm"
      ),
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
    func size(_ key: String) -> Int? { configuration[key]?.integer }
    let (hiddenSize, headCount) = (size("hidden_size") ?? 0, size("num_attention_heads") ?? 1)
    let headSize = size("head_dim") ?? hiddenSize / headCount
    var builder = GGUFBuilder()
    builder.add("general.architecture", architecture)
    var sizes = sizes
    for (key, value) in [
      ("context_length", size("max_position_embeddings")), ("embedding_length", hiddenSize),
      ("block_count", size("num_hidden_layers")), ("attention.head_count", headCount),
      ("attention.head_count_kv", size("num_key_value_heads")), ("attention.key_length", headSize),
      ("attention.value_length", headSize), ("feed_forward_length", size("intermediate_size")),
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
      ("rope_theta", "rope.freq_base"),
    ] {
      if let value = configuration[key]?.number { numbers[stored] = Float(value) }
    }
    for (key, value) in numbers.sorted(by: { $0.key < $1.key }) {
      builder.add("\(architecture).\(key)", number: value)
    }
    for (key, value) in flags { builder.add("\(architecture).\(key)", value) }
    for tensor in try converted(source, headSize: headSize) where !tensor.name.hasPrefix("cls.") {
      builder.add(tensor.name, shape: tensor.shape, tensor.values)
    }
    return builder.bytes
  }

  private var defaultEpsilon: Double {
    switch architecture {
    case "qwen2moe", "qwen3moe", "granite", "granitemoe", "seed_oss", "smollm3": 1e-6
    case "nomic-bert": 1e-12
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
    if isPaired, result.name.contains("attn_q.") || result.name.contains("attn_k.") {
      let (rowCount, length) = (numbers.shape[0], numbers.shape[1])
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
