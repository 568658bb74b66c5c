import Attention
import Files
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// LoRA adapters, against the base with s·B·A added to its weights by the plain formula.
@Suite struct AdapterTests {
  private let qwen = "models/qwen3_typed_layers"
  private let gpt2 = "models/gpt2_layer_scales"
  private let bert = "corrupt/ok_control"

  // MARK: Against merged weights

  @Test func addsToEveryMatrixOfALayer() throws {
    var adapter = AdapterBuilder()
    for (module, size, inputs) in [
      ("self_attn.q_proj", 40, 32), ("self_attn.k_proj", 20, 32), ("self_attn.v_proj", 20, 32),
      ("self_attn.o_proj", 32, 40), ("mlp.gate_proj", 40, 32), ("mlp.up_proj", 40, 32),
      ("mlp.down_proj", 32, 40),
    ] {
      adapter.adapt("model.layers.1.\(module)", outputs: size, inputs: inputs, rank: 4)
    }
    let settings = #""r": 4, "lora_alpha": 6"#
    try expectEqual(qwen, adapter.files(settings), adapter.merged(qwen, scale: 1.5))
    // The same with as many tokens as are multiplied in another way.
    try expectEqual(
      qwen, adapter.files(settings), adapter.merged(qwen, scale: 1.5), tokenCount: 60)
  }

  @Test(arguments: [
    (#""r": 9, "lora_alpha": 6, "use_rslora": true"#, 2),
    (#""r": 3, "lora_alpha": 6, "rank_pattern": {"other": 4, "q_pro.": 9}"#, Float(6) / 9),
    (#""r": 9, "lora_alpha": 6, "alpha_pattern": {"layers.1.self_attn.q_proj": 18}"#, 2),
    // It has to match to the end, and from the start of a component.
    (#""r": 9, "lora_alpha": 9, "alpha_pattern": {"q": 1, "attn.q_proj": 1}"#, 1),
    (
      #""r": 9, "lora_alpha": 9, "alpha_pattern": {"q_proj": 18, "layers.1.self_attn.q_proj": 1}"#,
      2
    ),
  ])
  func scales(settings: String, scale: Float) throws {
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.1.self_attn.q_proj", outputs: 40, inputs: 32, rank: 9)
    try expectEqual(qwen, adapter.files(settings), adapter.merged(qwen, scale: scale))
  }

  /// Whatever the settings say of it, the base's layout counts.
  @Test(arguments: [true, false])
  func matricesThatLieByColumns(isSaidSo: Bool) throws {
    var adapter = AdapterBuilder()
    adapter.adapt("transformer.h.0.attn.c_attn", outputs: 96, inputs: 32, rank: 2)
    adapter.adapt("transformer.h.1.attn.c_proj", outputs: 32, inputs: 32, rank: 2)
    let files = try adapter.files(#""r": 2, "lora_alpha": 2, "fan_in_fan_out": \#(isSaidSo)"#)
    try expectEqual(gpt2, files, adapter.merged(gpt2, scale: 1))
  }

  @Test(arguments: ["", "bert."])
  func classesWithAnotherPrefix(prefix: String) throws {
    var adapter = AdapterBuilder()
    adapter.adapt("encoder.layer.0.attention.self.query", outputs: 16, inputs: 16, rank: 2)
    let merged = try adapter.merged(bert, scale: 1)
    adapter.prefix = "base_model.model." + prefix
    try expectEqual(bert, adapter.files(#""r": 2, "lora_alpha": 2"#), merged)
  }

  @Test func embeddings() throws {
    var adapter = AdapterBuilder()
    let (low, high) = (AdapterBuilder.noise(2 * 48, 1), AdapterBuilder.noise(32 * 2, 2))
    adapter.add("model.embed_tokens.lora_embedding_A", [2, 48], low)
    adapter.add("model.embed_tokens.lora_embedding_B", [32, 2], high)
    let merged = try AdapterBuilder.changed(qwen) { name, values in
      guard name == "model.embed_tokens.weight" else { return }
      for id in 0..<48 {
        for feature in 0..<32 {
          for rank in 0..<2 {
            values[id * 32 + feature] += 2 * high[feature * 2 + rank] * low[rank * 48 + id]
          }
        }
      }
    }
    let files = try adapter.files(#""r": 2, "lora_alpha": 4"#)
    try expectEqual(qwen, files, merged)
    // The layer onto the vocabulary shares the base's table, as in PEFT.
    let base = try ModelRegistry.loadModel(from: ModelFiles(folder: Fixtures.path(qwen)))
    let adapted = try ModelRegistry.loadModel(
      from: ModelFiles(folder: Fixtures.path(qwen)), adapter: files)
    let state = HiddenStates(tokenCount: 1, size: 32, values: AdapterBuilder.noise(32, 3))
    let heads = [base, adapted].compactMap { $0.structure.head?.logits(state).values }
    #expect(heads.count == 2 && heads[0] == heads[1])
  }

  /// The output layer is the embeddings once more, and the file has no weight for it: PEFT adds to the former alone.
  @Test func aTiedOutputLayer() throws {
    var adapter = AdapterBuilder()
    adapter.adapt("lm_head", outputs: 48, inputs: 32, rank: 2)
    let files = try ModelFiles(folder: Fixtures.path(qwen))
    let base = try ModelRegistry.loadModel(from: files)
    let adapted = try ModelRegistry.loadModel(
      from: files, adapter: adapter.files(#""r": 2, "lora_alpha": 4"#))
    #expect(try output(adapted) == output(base))
    let state = AdapterBuilder.noise(32, 3)
    func logits(_ model: any TransformerModel) throws -> [Float] {
      try #require(model.structure.head)
        .logits(HiddenStates(tokenCount: 1, size: 32, values: state)).values
    }
    let added = adapter.product(of: "lm_head", with: state).map { 2 * $0 }
    let expected = zip(try logits(base), added).map(+)
    #expect(zip(try logits(adapted), expected).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(added.contains { abs($0) > 0.1 })
  }

  /// PEFT adapts a module: others with the same table stay, and one that no side reads from changes nothing.
  @Test(arguments: ["models/m2m_small", "models/t5_small"])
  func aTableThatBothSidesHave(model: String) throws {
    let body = model.contains("t5") ? "" : "model."
    func vectors(_ module: String?) throws -> (encoder: [Float], decoder: [Float]) {
      var adapter = AdapterBuilder()
      adapter.add(
        "\(body)\(module ?? "").lora_embedding_A", [2, 70], AdapterBuilder.noise(140, 1))
      adapter.add("\(body)\(module ?? "").lora_embedding_B", [24, 2], AdapterBuilder.noise(48, 2))
      let files = try module.map { _ in try adapter.files(#""r": 2, "lora_alpha": 2"#) }
      let loaded = try ModelRegistry.loadModel(
        from: ModelFiles(folder: Fixtures.path(model)), adapter: files)
      let both = try #require(loaded as? EncoderDecoder)
      return (
        try both.encoder.embeddings([7, 9], tokenTypeIDs: nil, from: 0).values,
        try both.decoder.embeddings([7, 9], tokenTypeIDs: nil, from: 0).values
      )
    }
    let base = try vectors(nil)
    let shared = try vectors("shared")
    #expect(shared == base)
    let encoder = try vectors("encoder.embed_tokens")
    #expect(encoder.encoder != base.encoder && encoder.decoder == base.decoder)
    let decoder = try vectors("decoder.embed_tokens")
    #expect(decoder.encoder == base.encoder && decoder.decoder != base.decoder)
  }

  @Test func wholeTensorsAndBiases() throws {
    var adapter = AdapterBuilder()
    adapter.adapt("encoder.layer.0.attention.self.query", outputs: 16, inputs: 16, rank: 2)
    let query = "encoder.layer.0.attention.self.query"
    let whole = [
      ("\(query).base_layer.bias", "\(query).bias", [16]),
      ("encoder.layer.0.output.LayerNorm.bias", "encoder.layer.0.output.LayerNorm.bias", [16]),
      ("embeddings.word_embeddings.weight", "embeddings.word_embeddings.weight", [73, 16]),
      // Heads of the class that was trained have no counterpart.
      ("classifier.weight", "", [2, 16]), ("odd_one.weight", "", [2, 16]),
    ]
    var replaced: [String: [Float]] = [:]
    for (index, (name, target, shape)) in whole.enumerated() {
      let values = AdapterBuilder.noise(shape.reduce(1, *), UInt64(index + 7))
      adapter.add(name, shape, values)
      replaced[target] = values
    }
    let merged = try adapter.merged(bert, scale: 1) { name, values in
      values = replaced[name] ?? values
    }
    let settings = #""r": 2, "lora_alpha": 2, "modules_to_save": ["odd_one"], "bias": "all""#
    try expectEqual(bert, adapter.files(settings), merged)
  }

  /// `lora_bias`: what is added to B·A·x, and scaled as that is.
  @Test func biasesOfUpdates() throws {
    let (module, bias) = ("encoder.layer.0.attention.self.query", AdapterBuilder.noise(16, 5))
    var adapter = AdapterBuilder()
    adapter.adapt(module, outputs: 16, inputs: 16, rank: 2)
    let merged = try adapter.merged(bert, scale: 3) { name, values in
      guard name.hasSuffix("\(module).bias") else { return }
      values = zip(values, bias).map { $0 + 3 * $1 }
    }
    adapter.add("\(module).lora_B.bias", [16], bias)
    let settings = #""r": 2, "lora_alpha": 6, "lora_bias": true"#
    try expectEqual(bert, adapter.files(settings), merged)
    // A layer without a bias has one then.
    var other = AdapterBuilder()
    let values = AdapterBuilder.noise(40, 6)
    other.adapt("model.layers.1.self_attn.q_proj", outputs: 40, inputs: 32, rank: 2)
    other.add("model.layers.1.self_attn.q_proj.lora_B.bias", [40], values)
    let model = try ModelRegistry.loadModel(
      from: ModelFiles(folder: Fixtures.path(qwen)), adapter: other.files(settings))
    let attention = try #require(model.structure.attention(.own, layer: 1))
    #expect(attention.projections.query.linear.bias == values.map { 3 * $0 })
    // And what has no place is not left out.
    other.add("model.layers.0.self_attn.q_proj.lora_B.bias", [40], values)
    try #expect(
      failure(other.files(settings))
        == "adapter_model.safetensors: tensor base_model.model.model.layers.0.self_attn.q_proj.lora_B.bias is there without its counterpart"
    )
  }

  /// I39.
  @Test func zeroAddsNothing() throws {
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.0.self_attn.q_proj", outputs: 40, inputs: 32, rank: 2, isZero: true)
    let files = try ModelFiles(folder: Fixtures.path(qwen))
    let base = try output(ModelRegistry.loadModel(from: files))
    let adapted = try output(
      ModelRegistry.loadModel(from: files, adapter: adapter.files(#""r": 2, "lora_alpha": 2"#)))
    #expect(base.map(\.bitPattern) == adapted.map(\.bitPattern))
  }

  /// The base is as it was, however often an adapter was laid over it (I40).
  @Test func theBaseStaysAsItWas() throws {
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.0.self_attn.q_proj", outputs: 40, inputs: 32, rank: 2)
    let files = try ModelFiles(folder: Fixtures.path(qwen))
    let before = try output(ModelRegistry.loadModel(from: files))
    let adapted = try output(
      ModelRegistry.loadModel(from: files, adapter: adapter.files(#""r": 2, "lora_alpha": 2"#)))
    let after = try output(ModelRegistry.loadModel(from: files))
    #expect(before.map(\.bitPattern) == after.map(\.bitPattern) && before != adapted)
  }

  /// α/√r is α/r where the rank is 1 (I41).
  @Test func theRootOfOneIsOne() throws {
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.0.self_attn.q_proj", outputs: 40, inputs: 32, rank: 1)
    let files = try ModelFiles(folder: Fixtures.path(qwen))
    func output(_ rest: String) throws -> [Float] {
      let settings = #""r": 1, "lora_alpha": 3"# + rest
      return try self.output(
        ModelRegistry.loadModel(from: files, adapter: adapter.files(settings)))
    }
    let plain = try output("")
    #expect(try output(#", "use_rslora": true"#).map(\.bitPattern) == plain.map(\.bitPattern))
  }

  // MARK: What is refused

  @Test(arguments: [
    ("use_dora", "true", "DoRA, which also learns how long the columns of weights are"),
    ("layer_replication", "[[0, 1]]", "an adapter of a deeper model, made of repeated layers"),
  ])
  func otherKinds(key: String, value: String, meaning: String) throws {
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.0.self_attn.q_proj", outputs: 40, inputs: 32, rank: 2)
    try #expect(
      failure(adapter.files(#""r": 2, "\#(key)": \#(value)"#))
        == "adapter_config.json: \"\(key)\" says that this is \(meaning): merge it first, in Python with PEFT's merge_and_unload(), save that, and give its folder"
    )
  }

  @Test func initialisationThatChangesTheBase() throws {
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.0.self_attn.q_proj", outputs: 40, inputs: 32, rank: 2)
    try #expect(
      failure(adapter.files(#""r": 2, "init_lora_weights": "pissa_niter_4""#))?.hasPrefix(
        #"adapter_config.json: "init_lora_weights" is "pissa_niter_4", which changes the base's weights too"#
      ) == true)
    try #expect(failure(adapter.files(#""r": 2, "init_lora_weights": "gaussian""#)) == nil)
  }

  @Test func promptsAreNoWeights() throws {
    try #expect(
      failure(AdapterBuilder().files("", type: "PREFIX_TUNING"))
        == "adapter_config.json: an adapter of kind PREFIX_TUNING, which puts vectors in front of a text instead of changing weights, and is not read: let Python run it and save its attention, and open the file"
    )
  }

  @Test(arguments: [
    (#""r": 0"#, #"adapter_config.json: "r" is 0, outside 1 … 16777216"#),
    (#""r": "2""#, #"adapter_config.json: "r" is a string instead of a whole number"#),
    (
      #""r": 2, "alpha_pattern": {"q_proj": []}"#,
      #"adapter_config.json: "alpha_pattern.q_proj" is a list instead of a number"#
    ),
    (
      #""r": 4"#,
      "adapter_model.safetensors: base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight has rank 2, which by adapter_config.json is 4: how much the update counts would be a guess"
    ),
  ])
  func settings(settings: String, message: String) throws {
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.0.self_attn.q_proj", outputs: 40, inputs: 32, rank: 2)
    try #expect(failure(adapter.files(settings)) == message)
  }

  @Test func brokenTensors() throws {
    let module = "model.layers.0.self_attn.q_proj"
    func failure(_ build: (inout AdapterBuilder) -> Void) throws -> String? {
      var adapter = AdapterBuilder()
      build(&adapter)
      return try self.failure(adapter.files(#""r": 2"#))
    }
    let name = "base_model.model.\(module)"
    let weights = "adapter_model.safetensors"
    let cases: [(String, (inout AdapterBuilder) -> Void)] = [
      ("\(weights): it holds no LoRA tensor", { $0.add("\(module).weight", [1], [1]) }),
      (
        "\(weights): tensor \(name).lora_A.weight is there without its counterpart",
        { $0.add("\(module).lora_A.weight", [2, 32], AdapterBuilder.noise(64, 1)) }
      ),
      (
        "\(weights): tensor \(name).lora_B.weight has numbers that are NaN or infinite",
        { $0.add("\(module).lora_B.weight", [1, 1], [.infinity]) }
      ),
      (
        "lora: \(name).lora_A.weight is for 33 inputs, and the base's \(module).weight has 32: is it the model that the adapter was made for?",
        { $0.adapt(module, outputs: 40, inputs: 33, rank: 2) }
      ),
      (
        "lora: \(name).lora_B.weight is for 20 outputs, and the base's \(module).weight has 40: is it the model that the adapter was made for?",
        { $0.adapt(module, outputs: 20, inputs: 32, rank: 2) }
      ),
      (
        "lora: the base has no module model.layers.2.self_attn.q_proj to adapt: is it the model that the adapter was made for?",
        { $0.adapt("model.layers.2.self_attn.q_proj", outputs: 40, inputs: 32, rank: 2) }
      ),
      (
        "lora: what it adds to model.layers.0.self_attn.q_norm.weight has no place in a model of this architecture as it is known here",
        { $0.adapt("model.layers.0.self_attn.q_norm", outputs: 10, inputs: 10, rank: 2) }
      ),
      (
        "\(weights): tensor \(name).lora_magnitude_vector is nothing that a LoRA adapter of PEFT's has: without it the numbers would be wrong",
        { $0.add("\(module).lora_magnitude_vector", [40], AdapterBuilder.noise(40, 1)) }
      ),
    ]
    for (message, build) in cases { try #expect(failure(build) == message) }
  }

  @Test func missingFiles() throws {
    let nothing = ModelFiles(builtIn: "lora", files: [:])
    #expect(failure(nothing) == "lora: no adapter of PEFT's: it has no adapter_config.json")
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.0.self_attn.q_proj", outputs: 40, inputs: 32, rank: 2)
    let settings = ModelFiles(
      builtIn: "lora",
      files: ["adapter_config.json": try adapter.files(#""r": 2"#).open("adapter_config.json")])
    #expect(
      failure(settings)
        == "lora: no weights: looked for adapter_model.safetensors, adapter_model.bin")
  }

  // MARK: Helpers

  private func failure(_ adapter: ModelFiles) -> String? {
    do {
      _ = try ModelRegistry.loadModel(
        from: ModelFiles(folder: Fixtures.path(qwen)), adapter: adapter)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func output(_ model: any TransformerModel, tokenCount: Int = 6) throws -> [Float] {
    let ids = (0..<tokenCount).map { $0 * 7 % 48 }
    let output = try model.forward(
      ModelInput(ids: Array(ids.prefix(model.summary.positionCount)), recording: .hiddenStates))
    let states = try #require(output.hiddenStates(.own))
    return states.flatMap(\.values)
  }

  private func expectEqual(
    _ base: String, _ adapter: ModelFiles, _ merged: ModelFiles, tokenCount: Int = 6,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let files = try ModelFiles(folder: Fixtures.path(base))
    let plain = try output(ModelRegistry.loadModel(from: files), tokenCount: tokenCount)
    let found = try output(
      ModelRegistry.loadModel(from: files, adapter: adapter), tokenCount: tokenCount)
    let expected = try output(ModelRegistry.loadModel(from: merged), tokenCount: tokenCount)
    let largest = expected.map { abs($0) }.max() ?? 0
    let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    let moved = zip(plain, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= 2e-5 * max(1, largest), sourceLocation: sourceLocation)
    #expect(moved > 1e-2, sourceLocation: sourceLocation)
  }
}

/// An adapter in PEFT's layout, made of noise.
struct AdapterBuilder {
  var prefix = "base_model.model."
  private var tensors: [(name: String, shape: [Int], values: [Float])] = []
  private var modules: [(name: String, outputs: Int, inputs: Int, rank: Int)] = []

  init() {}

  static func noise(_ count: Int, _ seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -0.5...0.5, using: &generator) }
  }

  mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    tensors.append((name, shape, values))
  }

  mutating func adapt(
    _ module: String, outputs: Int, inputs: Int, rank: Int, isZero: Bool = false
  ) {
    modules.append((module, outputs, inputs, rank))
    let seed = UInt64(tensors.count)
    add("\(module).lora_A.weight", [rank, inputs], Self.noise(rank * inputs, seed))
    add(
      "\(module).lora_B.weight", [outputs, rank],
      Self.noise(outputs * rank, seed + 1).map { isZero ? 0 : $0 })
  }

  /// B·A·x of a module.
  func product(of module: String, with x: [Float]) -> [Float] {
    func values(_ part: String) -> [Float] {
      tensors.first { $0.name == "\(module).\(part).weight" }?.values ?? []
    }
    func multiply(_ matrix: [Float], _ x: [Float]) -> [Float] {
      (0..<matrix.count / x.count).map { row in
        zip(matrix[row * x.count..<(row + 1) * x.count], x).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return multiply(values("lora_B"), multiply(values("lora_A"), x))
  }

  func files(_ settings: String, type: String = "LORA") throws -> ModelFiles {
    var bytes: [UInt8] = []
    let sources = tensors.map {
      TensorSource(name: prefix + $0.name, shape: $0.shape, values: $0.values)
    }
    try SafetensorsWriter.write(sources, metadata: [:]) { bytes += $0 }
    let text = #"{"peft_type": "\#(type)"\#(settings.isEmpty ? "" : ", ")\#(settings)}"#
    return ModelFiles(
      builtIn: "lora",
      files: [
        "adapter_config.json": FileBytes(name: "adapter_config.json", Array(text.utf8)),
        "adapter_model.safetensors": FileBytes(name: "adapter_model.safetensors", bytes),
      ])
  }

  /// The base with s·B·A added to its matrices, whichever way round they lie.
  func merged(
    _ folder: String, scale: Float, _ change: (String, inout [Float]) -> Void = { _, _ in }
  ) throws -> ModelFiles {
    try Self.changed(folder) { name, values in
      change(name, &values)
      for module in modules where name.hasSuffix("\(module.name).weight") {
        let (outputs, inputs, rank) = (module.outputs, module.inputs, module.rank)
        let low = tensors.first { $0.name == "\(module.name).lora_A.weight" }!.values
        let high = tensors.first { $0.name == "\(module.name).lora_B.weight" }!.values
        let isByColumns = name.contains("attn.c_")
        for output in 0..<outputs {
          for input in 0..<inputs {
            var sum: Float = 0
            for index in 0..<rank {
              sum += high[output * rank + index] * low[index * inputs + input]
            }
            values[isByColumns ? input * outputs + output : output * inputs + input] += scale * sum
          }
        }
      }
    }
  }

  /// A fixture with other numbers.
  static func changed(
    _ folder: String, _ change: (String, inout [Float]) -> Void
  ) throws -> ModelFiles {
    let files = try ModelFiles(folder: Fixtures.path(folder))
    let stored = try SafetensorsFile(files.open("model.safetensors")).tensors
    let tensors = try stored.values.sorted { $0.name < $1.name }.map { tensor in
      var values = try tensor.floats()
      change(tensor.name, &values)
      return TensorSource(name: tensor.name, shape: tensor.shape, values: values)
    }
    var bytes: [UInt8] = []
    try SafetensorsWriter.write(tensors, metadata: [:]) { bytes += $0 }
    return ModelFiles(
      builtIn: "changed",
      files: [
        "config.json": try files.open("config.json"),
        "model.safetensors": FileBytes(name: "model.safetensors", bytes),
      ])
  }
}
