// Gemma: Llama-like decoders with scaled embeddings, norms whose stored gain is 1 less, and a head size of its own.
// Gemma 2 norms what its blocks put out as well (VaultGemma does not), caps its scores, and looks back on a window in
// every other layer;
// Gemma 3 norms the queries and keys of each head instead of capping, and rotates faster in windows than in the rest.
//
// Papers: Gemma Team, "Gemma: Open Models Based on Gemini Research and Technology", 2024, arXiv:2403.08295; "Gemma 2:
// Improving Open Language Models at a Practical Size", 2024, arXiv:2408.00118; "Gemma 3 Technical Report", 2025,
// arXiv:2503.19786. EmbeddingGemma, which looks both ways: Schechter Vera et al., 2025, arXiv:2509.20354.
// Reference: transformers/models/{gemma,gemma2,gemma3}/modeling_*.py; the types carry their names.

import Attention

// MARK: Configuration

struct GemmaConfiguration {
  let family: String
  let vocabularySize: Int
  let hiddenSize: Int
  let headCount: Int
  let keyHeadCount: Int
  let headSize: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  /// One per layer.
  let positions: [LayerPositions]
  let scale: Float
  let scoreCap: Float?
  let logitCap: Float?
  let isBidirectional: Bool
  let isTied: Bool
  let hasAttentionBias: Bool
  let hasHeadNorms: Bool
  /// Whether blocks have norms behind them, too.
  let hasOutputNorms: Bool
  /// The name of the norm in front of the feed-forward block, where none are behind.
  let feedForwardNorm: String

  /// The mask of a layer, and its rotary embedding.
  struct LayerPositions: Sendable {
    let mask: AttentionMask
    let rotary: RotaryEmbedding
  }

  private enum Generation { case first, second, third }

  /// Sizes are required; what hub files leave out takes the defaults of transformers' configuration classes.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    let generation: Generation =
      switch configuration.modelType {
      case "gemma2", "vaultgemma": .second
      case "gemma3_text": .third
      default: .first
      }
    let isVault = configuration.modelType == "vaultgemma"
    family =
      switch generation {
      case _ where isVault: "VaultGemma"
      case .first: "Gemma"
      case .second: "Gemma 2"
      case .third: "Gemma 3"
      }
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    keyHeadCount = try configuration.keyHeadCount(
      headCount: headCount, default: generation == .first ? 16 : 4)
    headSize = try configuration.size("head_dim", default: 256)
    intermediateSize = try configuration.size("intermediate_size")
    positionCount = try configuration.size("max_position_embeddings")
    normEpsilon = try configuration.epsilon("rms_norm_eps", default: 1e-6)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    hasAttentionBias = try configuration.flag("attention_bias", default: false)
    hasHeadNorms = generation == .third
    hasOutputNorms = generation != .first && !isVault
    feedForwardNorm = isVault ? "pre_feedforward_layernorm" : "post_attention_layernorm"

    if generation == .first {
      // The files of the first release mean the approximation where they say "gelu".
      let stated = try configuration.activation("hidden_act", default: "gelu_pytorch_tanh")
      activation = stated == .gelu ? .geluTanh : stated
      scale = 1 / Float(headSize).squareRoot()
      logitCap = nil
    } else {
      activation = try configuration.activation(
        "hidden_activation", default: "gelu_pytorch_tanh")
      let scalar = try configuration.positive("query_pre_attn_scalar", default: 256)
      scale = Float(1 / scalar.squareRoot())
      logitCap = try configuration.cap(
        "final_logit_softcapping", default: generation == .second ? 30 : nil)
    }
    // Gemma 3 has a key for this, too, and does not use it.
    scoreCap =
      generation == .second
      ? try configuration.cap("attn_logit_softcapping", default: 50) : nil

    let looksBothWays = try configuration.flag(
      "use_bidirectional_attention", default: configuration.wholeType == "paligemma")
    isBidirectional = generation == .third && looksBothWays
    // PaliGemma reads all that it is asked both ways, and writes its answer behind it.
    guard generation == .third || !looksBothWays || configuration.wholeType == "paligemma" else {
      throw configuration.unsupported(
        "use_bidirectional_attention", value: "true", because: "only Gemma 3 looks both ways")
    }
    func mask(
      _ type: ModelConfiguration.LayerType = .full, window: Int? = nil
    ) throws(TransformerError) -> AttentionMask {
      looksBothWays ? .bidirectional : try configuration.mask(type, window: window)
    }
    let layerCount = try configuration.layerCount()
    switch generation {
    case .first:
      let rotary = try configuration.rotaryEmbedding(headSize: headSize)
      positions = [LayerPositions](
        repeating: LayerPositions(mask: try mask(), rotary: rotary),
        count: layerCount)
    case .second:
      let rotary = try configuration.rotaryEmbedding(headSize: headSize)
      let window = try configuration.optionalSize("sliding_window", default: 4096)
      let types = try configuration.layerTypes(count: layerCount) {
        $0.isMultiple(of: 2) ? .sliding : .full
      }
      positions = try types.map { type throws(TransformerError) in
        LayerPositions(mask: try mask(type, window: window), rotary: rotary)
      }
    case .third:
      positions = try Self.gemma3Positions(
        configuration, layerCount: layerCount, headSize: headSize,
        isBidirectional: isBidirectional)
    }
  }

  private static func gemma3Positions(
    _ configuration: ModelConfiguration, layerCount: Int, headSize: Int, isBidirectional: Bool
  ) throws(TransformerError) -> [LayerPositions] {
    let pattern = try configuration.size("sliding_window_pattern", default: 6)
    let types = try configuration.layerTypes(count: layerCount) {
      ($0 + 1).isMultiple(of: pattern) ? .full : .sliding
    }
    let window = try configuration.optionalSize("sliding_window", default: 4096)
    let full = try configuration.rotaryEmbedding(headSize: headSize, base: 1_000_000)
    let sliding = try configuration.slidingRotaryEmbedding(
      headSize: headSize, base: configuration.positive("rope_local_base_freq", default: 10_000))
    return try types.map { type throws(TransformerError) in
      let mask: AttentionMask =
        if !isBidirectional {
          try configuration.mask(type, window: window)
        } else if type == .sliding, let window {
          // The window then has the token in its middle.
          .band(distance: window / 2)
        } else {
          .bidirectional
        }
      return LayerPositions(mask: mask, rotary: type == .full ? full : sliding)
    }
  }
}

// MARK: Attention

extension MultiHeadAttention {
  fileprivate init(
    _ reader: WeightReader, _ configuration: GemmaConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, headSize) = (configuration.hiddenSize, configuration.headSize)
    let hasBias = configuration.hasAttentionBias
    let positions = configuration.positions[layer]
    self.init(
      try QueryKeyValue(
        reader, hiddenSize: size, headCount: configuration.headCount,
        keyHeadCount: configuration.keyHeadCount, headSize: headSize, hasBias: hasBias),
      output: try Linear(
        reader["o_proj"], inputSize: configuration.headCount * headSize, outputSize: size,
        hasBias: hasBias),
      mask: positions.mask, scale: configuration.scale, rotary: positions.rotary)
    softcap = configuration.scoreCap
    if configuration.hasHeadNorms {
      queryNorm = try RMSNorm(reader["q_norm"], configuration, size: headSize)
      keyNorm = try RMSNorm(reader["k_norm"], configuration, size: headSize)
    }
  }
}

extension RMSNorm {
  fileprivate init(
    _ reader: WeightReader, _ configuration: GemmaConfiguration, size: Int? = nil
  ) throws(TransformerError) {
    try self.init(
      reader, size: size ?? configuration.hiddenSize, epsilon: configuration.normEpsilon,
      stored: .gainLessOne)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// With norms in front of both blocks and behind them, as the Gemmas have had them since the second.
  ///
  /// - Parameters:
  ///   - normsFeedForward: Whether there is one in front of the feed-forward block.
  ///   - norm: Reads one.
  init(
    gemma reader: WeightReader, _ attention: MultiHeadAttention, _ feedForward: any TokenMap,
    normsFeedForward: Bool = true, norm: (WeightReader) throws(TransformerError) -> RMSNorm
  ) throws(TransformerError) {
    self.init(
      attention: Sublayer(
        attention, normOfInput: try norm(reader["input_layernorm"]),
        normOfOutput: try norm(reader["post_attention_layernorm"])),
      feedForward: Sublayer(
        feedForward,
        normOfInput: normsFeedForward ? try norm(reader["pre_feedforward_layernorm"]) : nil,
        normOfOutput: try norm(reader["post_feedforward_layernorm"])))
  }

  /// Reads what the reference calls `GemmaDecoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: GemmaConfiguration, layer: Int
  ) throws(TransformerError) {
    func norm(_ reader: WeightReader) throws(TransformerError) -> RMSNorm {
      try RMSNorm(reader, configuration)
    }
    let attention = try MultiHeadAttention(reader["self_attn"], configuration, layer: layer)
    let mlp = try GatedFeedForward(
      reader["mlp"], size: configuration.hiddenSize, innerSize: configuration.intermediateSize,
      activation: configuration.activation)
    if configuration.hasOutputNorms {
      try self.init(gemma: reader, attention, mlp, norm: norm)
    } else {
      self.init(
        attention: Sublayer(attention, normOfInput: try norm(reader["input_layernorm"])),
        feedForward: Sublayer(
          mlp, normOfInput: try norm(reader[configuration.feedForwardNorm])))
    }
  }
}

// MARK: Model

extension GemmaConfiguration: DecoderConfiguration {
  var layerCount: Int { positions.count }
  var embeddingScale: Float { Float(hiddenSize).squareRoot() }
  /// Bidirectional checkpoints are embedding models.
  var hasHead: Bool { !isBidirectional }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self, layer: index)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try RMSNorm(reader, self)
  }
}
