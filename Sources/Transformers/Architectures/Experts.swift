// The experts of Mixtral and its relatives: where their files have them, and how a router chooses.
//
// Papers: Shazeer et al., "Outrageously Large Neural Networks", 2017, arXiv:1701.06538; Jiang et al., "Mixtral of
// Experts", 2024, arXiv:2401.04088.
// Reference: transformers/models/{mixtral,qwen2_moe,qwen3_moe,olmoe,granitemoe,granitemoeshared,granitemoehybrid,
// phimoe,gpt_oss}/modeling_*.py.

import Tensors

/// The properties of a family's experts that its code states, and no key of its files.
struct ExpertsVariant: Sendable {
  /// The scope of the block's tensors in a layer.
  var scope = "mlp"
  var router = "gate"
  var count = (key: "num_experts", otherwise: 0)
  /// The number of experts for each token, where files leave it out.
  var countPerToken: Int
  var innerSize = (key: "intermediate_size", otherwise: 0)
  /// The names of gate, up and down in each expert.
  var names = (gate: "gate_proj", up: "up_proj", down: "down_proj")
  var routing: Routing
  var storage = Storage.separate
  var shared = Shared.none
  /// Whether files may have no experts at all, and the shared one in their place.
  var mayBeNone = false
  /// Whether files say which layers have experts.
  var namesLayers = false

  enum Routing: Sendable {
    /// Normalized by `norm_topk_prob`.
    case likeliest
    case normalized
    case softmaxOfHighest
    case sparseMixer
  }

  enum Storage: Sendable {
    /// `experts.0.gate_proj` and so on; or, as newer files have them, `experts.gate_up_proj` `[E, 2 · I, C]`; or, from
    /// llama.cpp's converter, `experts.gate_proj.weight` `[E, I, C]` and so on.
    case separate
    /// `input_linear` `[E, 2 · I, C]` and `output_linear` `[E, C, I]`.
    case joint
    /// `experts.gate_up_proj` `[E, C, 2 · I]`, gate and up in turn, with biases; or in blocks.
    case interleaved
  }

  /// One more expert, which all tokens have.
  enum Shared: Sendable {
    case none
    /// `shared_expert`, as much as `shared_expert_gate` says.
    case gated
    /// `shared_mlp`, beside the block, or as llama.cpp's converter has it.
    case plain(defaultSize: Int)
  }

  static let mixtral = ExpertsVariant(
    scope: "block_sparse_moe", count: ("num_local_experts", 8), countPerToken: 2,
    innerSize: ("intermediate_size", 14336), names: ("w1", "w3", "w2"), routing: .normalized)
  static let qwen2 = ExpertsVariant(
    count: ("num_experts", 60), countPerToken: 4, innerSize: ("moe_intermediate_size", 1408),
    routing: .likeliest, shared: .gated, namesLayers: true)
  static let qwen3 = ExpertsVariant(
    count: ("num_experts", 128), countPerToken: 8, innerSize: ("moe_intermediate_size", 768),
    routing: .likeliest, namesLayers: true)
  static let olmoe = ExpertsVariant(
    count: ("num_experts", 64), countPerToken: 8, innerSize: ("intermediate_size", 2048),
    routing: .likeliest)
  static let granite = ExpertsVariant(
    scope: "block_sparse_moe", router: "router.layer", count: ("num_local_experts", 8),
    countPerToken: 2, innerSize: ("intermediate_size", 11008), routing: .softmaxOfHighest,
    storage: .joint)
  static let graniteShared = granite.with(.plain(defaultSize: 0))
  static let graniteHybrid = granite.with(.plain(defaultSize: 1024), mayBeNone: true)
  static let phimoe = ExpertsVariant(
    scope: "block_sparse_moe", count: ("num_local_experts", 16), countPerToken: 2,
    innerSize: ("intermediate_size", 6400), names: ("w1", "w3", "w2"), routing: .sparseMixer)
  static let gptOss = ExpertsVariant(
    router: "router", count: ("num_local_experts", 128), countPerToken: 4,
    innerSize: ("intermediate_size", 2880), routing: .softmaxOfHighest, storage: .interleaved)
}

extension ExpertsVariant {
  private func with(_ shared: Shared, mayBeNone: Bool = false) -> ExpertsVariant {
    var copy = self
    (copy.shared, copy.mayBeNone) = (shared, mayBeNone)
    return copy
  }
}

// MARK: Configuration

struct ExpertsConfiguration: Sendable {
  let variant: ExpertsVariant
  let hiddenSize: Int
  let count: Int
  let countPerToken: Int
  let innerSize: Int
  let activation: Activation
  let routing: MixtureOfExperts.Routing
  /// nil where there is none.
  let sharedSize: Int?
  /// The numbers of the layers with experts.
  let layers: Set<Int>
  /// Of gpt-oss's gates.
  let steepness: Float
  let limit: Float

  init(
    _ configuration: ModelConfiguration, _ variant: ExpertsVariant, hiddenSize: Int,
    activation: Activation
  ) throws(TransformerError) {
    self.variant = variant
    self.hiddenSize = hiddenSize
    self.activation = activation
    // Files of all families have one of these names.
    let otherKey = variant.count.key == "num_experts" ? "num_local_experts" : "num_experts"
    let key = configuration.contains(variant.count.key) ? variant.count.key : otherKey
    count = try configuration.size(key, default: variant.count.otherwise, limit: 4096)
    countPerToken = try configuration.integer(
      "num_experts_per_tok", default: variant.countPerToken, in: 1...count)
    innerSize = try configuration.size(
      variant.innerSize.key, default: variant.innerSize.otherwise)
    switch variant.routing {
    case .likeliest:
      routing = .likeliest(
        isNormalized: try configuration.flag("norm_topk_prob", default: false))
    case .normalized:
      routing = .likeliest(isNormalized: true)
    case .softmaxOfHighest:
      routing = .softmaxOfHighest
    case .sparseMixer:
      guard countPerToken == 2 else {
        throw configuration.unsupported(
          "num_experts_per_tok", value: "\(countPerToken)",
          because: "this router chooses 2 experts for each token")
      }
      routing = .sparseMixer(
        tolerance: Float(try configuration.positive("router_jitter_noise", default: 0.01)))
    }
    switch variant.shared {
    case .none:
      sharedSize = nil
    case .gated:
      sharedSize = try configuration.size("shared_expert_intermediate_size", default: 5632)
    case .plain(let size):
      let size = try configuration.integer(
        "shared_intermediate_size", default: size, in: 0...ModelConfiguration.sizeLimit)
      sharedSize = size == 0 ? nil : size
    }
    let layerCount = try configuration.layerCount()
    if variant.namesLayers {
      let step = try configuration.size("decoder_sparse_step", default: 1)
      let dense = Set(try configuration.integers("mlp_only_layers") ?? [])
      layers = Set((0..<layerCount).filter { ($0 + 1).isMultiple(of: step) }).subtracting(dense)
    } else {
      layers = Set(0..<layerCount)
    }
    steepness = Float(try configuration.positive("swiglu_alpha", default: 1.702))
    limit = Float(try configuration.positive("swiglu_limit", default: 7))
  }
}

extension ModelConfiguration {
  /// Whether there are any, in a family whose files may have none.
  func hasExperts(_ variant: ExpertsVariant) throws(TransformerError) -> Bool {
    guard variant.mayBeNone else { return true }
    return try integer(
      variant.count.key, default: variant.count.otherwise, in: 0...Self.sizeLimit) > 0
  }
}

// MARK: Weights

extension MixtureOfExperts {
  /// - Parameter layer: The scope of the layer.
  init(
    _ layer: WeightReader, _ configuration: ExpertsConfiguration
  ) throws(TransformerError) {
    let variant = configuration.variant
    // Newer files call all of these blocks alike.
    let usual = layer[variant.scope]
    let reader = layer.contains(scope: variant.scope) ? usual : layer["mlp"]
    let routerNames = [variant.router, "gate", "router"]
    let name = routerNames.first { reader[$0].contains("weight") } ?? variant.router
    router = try Linear(
      reader[name], inputSize: configuration.hiddenSize, outputSize: configuration.count,
      hasBias: variant.storage == .interleaved)
    routing = configuration.routing
    countPerToken = configuration.countPerToken
    experts = try configuration.experts(reader)
    guard let sharedSize = configuration.sharedSize else { return }
    let (size, activation) = (configuration.hiddenSize, configuration.activation)
    let expert =
      layer.contains(scope: "shared_mlp")
      ? try GatedFeedForward(
        granite: layer["shared_mlp"], size: size, innerSize: sharedSize, activation: activation)
      : try GatedFeedForward(
        reader["shared_expert"], size: size, innerSize: sharedSize, activation: activation)
    let isGated = if case .gated = variant.shared { true } else { false }
    shared = (
      expert,
      isGated
        ? try Linear(reader["shared_expert_gate"], inputSize: size, outputSize: 1, hasBias: false)
        : nil
    )
  }
}

extension GatedFeedForward {
  /// Reads what the reference calls `GraniteMoeSharedMLP`.
  init(
    granite reader: WeightReader, size: Int, innerSize: Int, activation: Activation
  ) throws(TransformerError) {
    try self.init(
      gateUp: reader["input_linear"], down: reader["output_linear"], size: size,
      innerSize: innerSize, activation: activation)
  }
}

extension ExpertsConfiguration {
  /// - Parameter reader: The scope of the block.
  fileprivate func experts(_ reader: WeightReader) throws(TransformerError) -> any ExpertBank {
    let scope = reader["experts"]
    switch variant.storage {
    case .interleaved where scope["gate_proj"].contains("weight"):
      return ClampedExperts(
        gateUp: .separate(
          gate: try stacked(scope["gate_proj"], innerSize, hiddenSize, hasBias: true),
          up: try stacked(scope["up_proj"], innerSize, hiddenSize, hasBias: true)),
        down: try stacked(scope["down_proj"], hiddenSize, innerSize, hasBias: true).map {
          .inPlace($0)
        }, steepness: steepness, limit: limit)
    case .interleaved:
      return ClampedExperts(
        gateUp: .interleaved(
          try matrices(
            scope, "gate_up_proj", inputSize: hiddenSize, outputSize: 2 * innerSize)),
        down: try matrices(scope, "down_proj", inputSize: innerSize, outputSize: hiddenSize),
        steepness: steepness, limit: limit)
    case .joint where reader["input_linear"].contains("weight"):
      return try joint(
        reader["input_linear"], reader["output_linear"], name: ("weight", "weight"))
    case .joint, .separate:
      if scope.contains("gate_up_proj") {
        return try joint(scope, scope, name: ("gate_up_proj", "down_proj"))
      }
      if scope["gate_proj"].contains("weight") {
        let gates = try stacked(scope["gate_proj"], innerSize, hiddenSize)
        let ups = try stacked(scope["up_proj"], innerSize, hiddenSize)
        let downs = try stacked(scope["down_proj"], hiddenSize, innerSize)
        return GatedExperts(
          experts: (0..<count).map {
            GatedFeedForward(gate: gates[$0], up: ups[$0], down: downs[$0], activation: activation)
          })
      }
      return GatedExperts(
        experts: try scope.map(count) { reader, _ throws(TransformerError) in
          try GatedFeedForward(
            reader, names: variant.names, size: hiddenSize, innerSize: innerSize,
            activation: activation)
        })
    }
  }

  /// From one tensor `[E, out, in]` for a matrix of each expert, and one `[E, out]` for its bias.
  private func stacked(
    _ reader: WeightReader, _ outputSize: Int, _ inputSize: Int, hasBias: Bool = false
  ) throws(TransformerError) -> [Linear] {
    let weights = try reader.tensor("weight", shape: [count, outputSize, inputSize])
    let biases = hasBias ? try reader.tensor("bias", shape: [count, outputSize]) : nil
    return (0..<count).map {
      Linear(weight: WeightMatrix(weights.part($0)), bias: biases?.part($0).floats)
    }
  }

  /// From one tensor for all gates and ups and one for all downs.
  private func joint(
    _ input: WeightReader, _ output: WeightReader, name: (input: String, output: String)
  ) throws(TransformerError) -> GatedExperts {
    GatedExperts(
      gateUp: try input.tensor(name.input, shape: [count, 2 * innerSize, hiddenSize]),
      down: try output.tensor(name.output, shape: [count, hiddenSize, innerSize]),
      activation: activation)
  }

  /// From one tensor `[E, in, out]`, or its blocks `[E, out, in / 32, 16]` and their scales.
  private func matrices(
    _ reader: WeightReader, _ name: String, inputSize: Int, outputSize: Int
  ) throws(TransformerError) -> [ExpertMatrix] {
    let biases = try reader.tensor("\(name)_bias", shape: [count, outputSize])
    func bias(_ expert: Int) -> [Float] { biases.part(expert).floats }
    guard reader.contains("\(name)_blocks"), inputSize.isMultiple(of: 32) else {
      let tensor = try reader.tensor(name, shape: [count, inputSize, outputSize])
      return (0..<count).map { expert in
        .inPlace(
          Linear(
            weight: WeightMatrix(tensor.part(expert), layout: .columns), bias: bias(expert)))
      }
    }
    let shape = [count, outputSize, inputSize / 32]
    let codes = try reader.bytes("\(name)_blocks", shape: shape + [16])
    let scales = try reader.bytes("\(name)_scales", shape: shape)
    return (0..<count).map { expert in
      .blocks(
        MicroscaledBlocks(codes: codes.part(expert), scales: scales.part(expert)),
        bias: bias(expert))
    }
  }
}
