// Llama and the decoders that are built like it: norms before each block, rotary positions, key heads that query heads
// share, and a gated feed-forward block. What the relatives do otherwise stands in `LlamaVariant`.
//
// Reference: transformers/models/llama/modeling_llama.py and those of its relatives; the types carry Llama's names.

import Attention

// MARK: Configuration

struct LlamaConfiguration {
  let variant: LlamaVariant
  let vocabularySize: Int
  let hiddenSize: Int
  let headCount: Int
  let keyHeadCount: Int
  let headSize: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let layers: [Layer]
  let isTied: Bool
  let hasQueryKeyValueBias: Bool
  let hasOutputBias: Bool
  let hasFeedForwardBias: Bool
  let hasHeadBias: Bool
  let hasSharedNorm: Bool
  let headNorms: LlamaVariant.HeadNorms
  let clip: Float?
  let experts: ExpertsConfiguration?
  /// nil: by the head's size.
  let attentionScale: Float?
  let embeddingScale: Float
  /// The factor of a block's output before it is added.
  let residualScale: Float
  let logitScale: Float
  let logitCap: Float?

  /// nil where queries do not depend on how far from the beginning they are.
  let queryGrowth: QueryGrowth?
  let layerNumbers: [Int]

  /// The mask of a layer, and its rotary embedding.
  struct Layer: Sendable {
    let mask: AttentionMask
    let rotary: RotaryEmbedding?
  }

  /// Sizes are required; what hub files leave out takes the defaults of transformers' configuration classes.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    let type = configuration.modelType
    let variant = LlamaVariant.named[type] ?? LlamaVariant(family: "Llama")
    self.variant = variant
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(
      headCount: headCount, default: variant.keyHeadCount)
    // null is another thing than none: what the hidden size gives each head.
    let named =
      variant.namesHeadSize
      ? try configuration.optionalSize("head_dim", default: variant.headSize) : nil
    if named == nil {
      try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    }
    headSize = named ?? hiddenSize / headCount
    activation = try configuration.activation("hidden_act", default: variant.activation)
    normEpsilon =
      variant.norm == .withoutWeights
      ? 1e-5
      : try configuration.epsilon(variant.epsilon.key, default: variant.epsilon.otherwise)
    isTied = try configuration.flag("tie_word_embeddings", default: variant.isTied)
    func flag(_ setting: LlamaVariant.Setting) throws(TransformerError) -> Bool {
      guard let key = setting.key else { return setting.otherwise }
      return try configuration.flag(key, default: setting.otherwise)
    }
    hasQueryKeyValueBias = try flag(variant.queryKeyValueBias)
    hasOutputBias = try flag(variant.outputBias)
    hasFeedForwardBias = try flag(variant.feedForwardBias)
    hasHeadBias = try flag(variant.headBias)
    hasSharedNorm =
      switch variant.norms {
      case .shared: true
      case .sharedIf(let key): try configuration.flag(key, default: false)
      default: false
      }
    if case .separate(let key) = variant.headNorms,
      try !configuration.flag(key, default: false)
    {
      headNorms = .none
    } else {
      headNorms = variant.headNorms
    }
    clip = variant.hasClip ? try configuration.positive("clip_qkv").map { Float($0) } : nil
    var rotary = try configuration.rotaryEmbedding(
      headSize: headSize, pairing: variant.pairing, share: variant.share, base: variant.base)
    rotary.turnsBack = variant.turnsBack
    positionCount = try configuration.rotaryPositionCount(rotary.scaling)
    layers = try configuration.llamaLayers(variant, headSize: headSize, rotary)
    queryGrowth = variant.growsQueries ? try configuration.queryGrowth() : nil
    layerNumbers = try configuration.textLayers(count: layers.count)
    if let variant = variant.experts, try configuration.hasExperts(variant) {
      experts = try ExpertsConfiguration(
        configuration, variant, hiddenSize: hiddenSize, activation: activation)
    } else {
      experts = nil
    }
    intermediateSize =
      switch variant.feedForward {
      case .shared: try configuration.size("shared_intermediate_size", default: 1024)
      // Where all layers have experts, it is theirs, or nobody's.
      case _ where experts != nil: try configuration.size("intermediate_size", default: 1)
      default: try configuration.size("intermediate_size")
      }

    logitCap = try variant.logitCap.flatMap { cap throws(TransformerError) in
      try configuration.cap("final_logit_softcapping", default: cap)
    }
    func multiplier(_ key: String, default: Double = 1) throws(TransformerError) -> Double {
      try configuration.positive(key, default: `default`)
    }
    switch variant.multipliers {
    case .granite:
      attentionScale = Float(try multiplier("attention_multiplier"))
      embeddingScale = Float(try multiplier("embedding_multiplier"))
      residualScale = Float(try multiplier("residual_multiplier"))
      logitScale = Float(1 / (try multiplier("logits_scaling")))
    case .logits:
      (attentionScale, embeddingScale, residualScale) = (nil, 1, 1)
      logitScale = Float(try multiplier("logit_scale", default: 0.0625))
    case .none:
      (attentionScale, embeddingScale, residualScale, logitScale) = (nil, 1, 1, 1)
    }
  }
}

extension ModelConfiguration {
  fileprivate func llamaLayers(
    _ variant: LlamaVariant, headSize: Int, _ rotary: RotaryEmbedding
  ) throws(TransformerError) -> [LlamaConfiguration.Layer] {
    if ["apertus", "gpt_oss", "ministral3"].contains(modelType),
      try object("rope_scaling") == nil, try object("rope_parameters") == nil
    {
      throw .missingKey("rope_scaling", path: path)
    }
    let count = try layerCount()
    let turning = try turningLayers(variant, count: count)
    let (types, window) = try windows(variant, count: count, turning: turning)
    let plain =
      if case .slidingPlainly = variant.turning {
        try slidingRotaryEmbedding(headSize: headSize, base: variant.base)
      } else {
        rotary
      }
    let isTurning = try string("position_embedding_type", default: "") == "rope"
    return try (0..<count).map { layer throws(TransformerError) in
      let type = types[layer]
      let turns =
        switch variant.turning {
        case .everywhere, .slidingPlainly: true
        case .named: isTurning
        case .sliding: window == nil || type == .sliding
        case .slidingOnly: window != nil && type == .sliding
        case .listed: turning[layer]
        }
      let mask = try mask(type, window: window)
      return LlamaConfiguration.Layer(
        mask: variant.looksBothWays ? .bidirectional : mask,
        rotary: turns ? type == .sliding ? plain : rotary : nil)
    }
  }

  /// By `no_rope_layers`.
  private func turningLayers(
    _ variant: LlamaVariant, count: Int
  ) throws(TransformerError) -> [Bool] {
    guard case .listed = variant.turning else { return [] }
    if let list = try integers("no_rope_layers") {
      guard list.count == count else {
        throw .wrongCount(key: "no_rope_layers", expected: count, found: list.count, path: path)
      }
      return list.map { $0 != 0 }
    }
    let interval = try size("no_rope_layer_interval", default: 4)
    return (1...count).map { !$0.isMultiple(of: interval) }
  }

  /// The layers' types, and how many tokens those with a window look back on.
  private func windows(
    _ variant: LlamaVariant, count: Int, turning: [Bool]
  ) throws(TransformerError) -> ([LayerType], window: Int?) {
    func usedWindow(default: Int?) throws(TransformerError) -> Int? {
      try flag("use_sliding_window", default: false)
        ? try optionalSize("sliding_window", default: `default`) : nil
    }
    func all(_ type: LayerType) -> [LayerType] { [LayerType](repeating: type, count: count) }
    func upper() throws(TransformerError) -> Int {
      try integer("max_window_layers", default: 28, in: 0...Self.sizeLimit)
    }
    switch variant.window {
    case .none:
      return (all(.full), nil)
    case .everywhere(let width):
      return (all(.sliding), try optionalSize("sliding_window", default: width))
    case .everywhereIfUsed:
      return (all(.sliding), try usedWindow(default: 4096))
    case .upperLayers:
      let (window, first) = (try usedWindow(default: 4096), try upper())
      return (
        try layerTypes(count: count) { window != nil && $0 >= first ? .sliding : .full }, window
      )
    case .lowerLayers:
      let (window, end) = (try usedWindow(default: 4096), try upper())
      return (
        try layerTypes(count: count) {
          window != nil && $0.isMultiple(of: 2) && $0 < end ? .sliding : .full
        }, window
      )
    case .typed(let width, let period):
      let window = try optionalSize("sliding_window", default: width)
      let period =
        period == nil || contains("layer_types")
        ? period : try optionalSize("sliding_window_pattern", default: period)
      let types = try layerTypes(count: count) { layer in
        guard window != nil else { return .full }
        return period.map { (layer + 1).isMultiple(of: $0) } ?? false ? .full : .sliding
      }
      return (types, window)
    case .unturned:
      let window = try optionalSize("sliding_window")
      let isUsed = window == nil ? false : try flag("use_sliding_window", default: false)
      return (
        try layerTypes(count: count) { isUsed && !turning[$0] ? .sliding : .full }, window
      )
    }
  }
}

extension ModelConfiguration {
  /// The numbers of the layers that look at texts.
  fileprivate func textLayers(count: Int) throws(TransformerError) -> [Int] {
    let others = try pictureLayers()
    let numbers = (0..<count).filter { !others.contains($0) }
    guard !numbers.isEmpty else {
      throw unsupported(
        "cross_attention_layers", value: "[…]", because: "no layer is left that looks at text")
    }
    return numbers
  }

  fileprivate func queryGrowth() throws(TransformerError) -> QueryGrowth? {
    let (older, newer) = (try object("rope_scaling"), try object("rope_parameters"))
    guard let parameters = newer ?? older, let rate = try parameters.number("llama_4_scaling_beta")
    else { return nil }
    return QueryGrowth(
      rate: Float(rate), length: try parameters.size("original_max_position_embeddings"))
  }
}

// MARK: Layer

extension LlamaConfiguration {
  fileprivate func norm(_ reader: WeightReader) throws(TransformerError) -> any Norm {
    switch variant.norm {
    case .rms:
      try RMSNorm(reader, size: hiddenSize, epsilon: normEpsilon)
    case .rmsWithoutWeights:
      RMSNorm(withoutWeights: hiddenSize, epsilon: normEpsilon)
    case .layer:
      try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
    case .layerWithoutBias:
      try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon, hasBias: false)
    case .layerGainLessOne:
      try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon, stored: .gainLessOne)
    case .withoutWeights:
      LayerNorm(withoutWeights: hiddenSize, epsilon: normEpsilon)
    }
  }

  fileprivate func feedForward(
    _ reader: WeightReader, _ layer: Int
  ) throws(TransformerError) -> any TokenMap {
    if let experts, experts.layers.contains(layer) {
      return try MixtureOfExperts(reader, experts)
    }
    let block = reader["mlp"]
    switch variant.feedForward {
    case .plain(let input, let output):
      return try FeedForward(
        block[input], block[output], size: hiddenSize, innerSize: intermediateSize,
        activation: activation.learned(block["act_fn"]), hasBias: hasFeedForwardBias)
    case .gated:
      return try GatedFeedForward(
        block, size: hiddenSize, innerSize: intermediateSize, activation: activation,
        hasBias: hasFeedForwardBias)
    case .fused:
      return try GatedFeedForward(
        gateUp: block["gate_up_proj"], down: block["down_proj"], size: hiddenSize,
        innerSize: intermediateSize, activation: activation, hasBias: hasFeedForwardBias)
    case .shared:
      return try GatedFeedForward(
        granite: reader["shared_mlp"], size: hiddenSize, innerSize: intermediateSize,
        activation: activation)
    }
  }
}

extension TransformerLayer {
  /// Reads what the reference calls `LlamaDecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: LlamaConfiguration, layer: Int
  ) throws(TransformerError) {
    func norm(_ name: String) throws(TransformerError) -> any Norm {
      try configuration.norm(reader[name])
    }
    let scale = configuration.residualScale
    var attention = Sublayer(
      try MultiHeadAttention(reader["self_attn"], configuration, layer: layer), scale: scale)
    var feedForward = Sublayer(try configuration.feedForward(reader, layer), scale: scale)
    if case .behind = configuration.variant.norms {
      attention.normOfOutput = try norm("post_attention_layernorm")
      feedForward.normOfOutput = try norm("post_feedforward_layernorm")
    } else {
      let names = configuration.variant.normNames
      attention.normOfInput = try norm(names.attention)
      if !configuration.hasSharedNorm {
        feedForward.normOfInput = try norm(names.feedForward)
      }
    }
    if case .both = configuration.variant.norms {
      attention.normOfOutput = try norm("post_self_attn_layernorm")
      feedForward.normOfOutput = try norm("post_mlp_layernorm")
    }
    self.init(
      attention: attention, feedForward: feedForward,
      order: configuration.hasSharedNorm ? .parallelSharingNorm : .sequential)
  }
}

// MARK: Model

extension LlamaConfiguration: DecoderConfiguration {
  var family: String { variant.family }
  var layerCount: Int { layerNumbers.count }
  var embeddedIDCount: Int { vocabularySize + variant.furtherIDCount }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self, layer: index)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try norm(reader)
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    if variant.normsEmbeddings { stack.embeddings.norm = stack.finalNorm }
  }
}
