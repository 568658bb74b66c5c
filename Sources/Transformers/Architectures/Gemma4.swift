// Gemma 4: Gemma 3 whose layers without a window have heads of another size and, in the larger sizes, take their keys as
// values, too; in the smaller ones the last layers look at keys and values of earlier ones, and each layer has an input
// of its own for each token.
//
// Model: Gemma Team, "Gemma 4", 2026.
// Reference: transformers/models/gemma4/modeling_gemma4.py; the types carry its names.
//
// Shape letters: T tokens, L layers, C hidden size, P the size of a layer's own inputs.

import Attention

// MARK: Configuration

struct Gemma4Configuration {
  let vocabularySize: Int
  let hiddenSize: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let layers: [Layer]
  let logitCap: Float?
  let isTied: Bool
  let isBidirectional: Bool
  /// P, and the rows of the table of layers' own inputs; nil where there are none.
  let layerInputs: (size: Int, vocabularySize: Int)?
  /// nil where the feed-forward blocks are dense.
  let experts: Experts?

  struct Layer: Sendable {
    let mask: AttentionMask
    let rotary: RotaryEmbedding
    let keyHeadCount: Int
    let headSize: Int
    /// Whether the keys, before they are normed and turned, are the values as well.
    let sharesProjection: Bool
    /// Whose keys and values the layer looks at; nil for its own.
    let source: Int?
    let intermediateSize: Int
  }

  /// Sizes are required; the rest takes the defaults of transformers' `Gemma4TextConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("intermediate_size")
    positionCount = try configuration.size("max_position_embeddings")
    activation = try configuration.activation(
      "hidden_activation", default: "gelu_pytorch_tanh")
    normEpsilon = try configuration.epsilon("rms_norm_eps", default: 1e-6)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    logitCap = try configuration.positive("final_logit_softcapping").map { Float($0) }
    experts =
      try configuration.flag("enable_moe_block", default: false)
      ? try Experts(configuration) : nil
    try configuration.require(
      "attention_bias", is: false, because: "biases of normed values are not computed")
    switch try configuration.string("use_bidirectional_attention", default: "vision") {
    case "vision": isBidirectional = false
    case "all": isBidirectional = true
    case let value:
      throw configuration.unsupported(
        "use_bidirectional_attention", value: "\"\(value)\"",
        because: "only \"vision\" and \"all\" are known")
    }
    let size = try configuration.integer(
      "hidden_size_per_layer_input", default: 256, in: 0...ModelConfiguration.sizeLimit)
    layerInputs =
      size == 0
      ? nil
      : (size, try configuration.size("vocab_size_per_layer_input", default: 262_144))
    layers = try Self.layers(
      configuration, headCount: headCount, intermediateSize: intermediateSize,
      isBidirectional: isBidirectional)
  }

  private static func layers(
    _ configuration: ModelConfiguration, headCount: Int, intermediateSize: Int,
    isBidirectional: Bool
  ) throws(TransformerError) -> [Layer] {
    let count = try configuration.layerCount()
    var types = try configuration.layerTypes(count: count) {
      ($0 + 1).isMultiple(of: 6) ? .full : .sliding
    }
    // As in the reference, whatever the file says.
    types[count - 1] = .full
    let window = try configuration.size("sliding_window", default: 512)
    let headSize = try configuration.size("head_dim", default: 256)
    let keyHeadCount = try configuration.keyHeadCount(headCount: headCount, default: 4)
    let keysAreValues = try configuration.flag("attention_k_eq_v", default: false)
    let fullHeadSize = try configuration.size("global_head_dim", default: 512)
    let fullKeyHeadCount =
      keysAreValues
      ? try configuration.keyHeadCount(
        "num_global_key_value_heads", headCount: headCount, default: keyHeadCount)
      : keyHeadCount
    let overrides = try configuration.object("per_layer_config")
    let hasDoubleWidth = try configuration.flag("use_double_wide_mlp", default: false)
    let sharingCount = try configuration.integer(
      "num_kv_shared_layers", default: 0, in: 0...count - 1)
    let sources = try configuration.sources(types, sharingCount: sharingCount)
    return try (0..<count).map { index throws(TransformerError) in
      let type = types[index]
      var (size, keyHeads) =
        type == .full && overrides == nil
        ? (fullHeadSize, fullKeyHeadCount) : (headSize, keyHeadCount)
      if let own = try overrides?.object(String(index)) {
        size = try own.size("head_dim", default: size)
        keyHeads = try own.keyHeadCount(
          "num_key_value_heads", headCount: headCount, default: keyHeads)
      }
      let rotary =
        type == .full
        ? try configuration.rotaryEmbedding(
          headSize: size, layerType: .full, base: 1_000_000,
          scaling: .proportional(RotaryScaling.Proportional(share: 0.25, factor: 1)))
        : try configuration.rotaryEmbedding(headSize: size, layerType: .sliding)
      let mask: AttentionMask =
        if !isBidirectional {
          try configuration.mask(type, window: window)
        } else {
          type == .sliding ? .band(distance: window / 2) : .bidirectional
        }
      return Layer(
        mask: mask, rotary: rotary, keyHeadCount: keyHeads, headSize: size,
        sharesProjection: keysAreValues && type == .full, source: sources[index],
        intermediateSize: intermediateSize * (hasDoubleWidth && sources[index] != nil ? 2 : 1))
    }
  }

  func norm(_ reader: WeightReader) throws(TransformerError) -> RMSNorm {
    try RMSNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}

extension ModelConfiguration {
  /// Of each layer the one at whose keys and values it looks: of the last so many the nearest one of the same type before
  /// all of these; nil for a layer's own.
  func sources(
    _ types: [LayerType], sharingCount: Int
  ) throws(TransformerError) -> [Int?] {
    let first = types.count - sharingCount
    return try types.indices.map { index throws(TransformerError) in
      guard index >= first else { return nil }
      guard let source = types[..<first].lastIndex(of: types[index]) else {
        throw unsupported(
          "num_kv_shared_layers", value: "\(sharingCount)",
          because: "no layer of the kind of layer \(index) comes before these")
      }
      return source
    }
  }
}

// MARK: Attention

extension MultiHeadAttention {
  /// - Parameter layerReader: The scope of the layer, beside which those of others lie.
  init(
    gemma4 layerReader: WeightReader, _ layers: [Gemma4Configuration.Layer], _ index: Int,
    hiddenSize size: Int, headCount: Int, epsilon: Float
  ) throws(TransformerError) {
    let layer = layers[index]
    let headSize = layer.headSize
    func linear(
      _ reader: WeightReader, _ name: String, _ headCount: Int
    ) throws(TransformerError) -> Linear {
      try Linear(
        reader[name], inputSize: size, outputSize: headCount * headSize, hasBias: false)
    }
    let reader = layerReader["self_attn"]
    // A layer that looks at another's keys has none of its own.
    let keyReader = layer.source.map { layerReader.sibling($0)["self_attn"] } ?? reader
    let key = try linear(keyReader, "k_proj", layer.keyHeadCount)
    self.init(
      QueryKeyValue(
        query: try linear(reader, "q_proj", headCount), key: key,
        value: layer.sharesProjection
          ? key : try linear(keyReader, "v_proj", layer.keyHeadCount),
        headSize: headSize),
      output: try Linear(
        reader["o_proj"], inputSize: headCount * headSize, outputSize: size,
        hasBias: false),
      mask: layer.mask, scale: 1, rotary: layer.rotary)
    queryNorm = try RMSNorm(reader["q_norm"], size: headSize, epsilon: epsilon)
    keyNorm = try RMSNorm(keyReader["k_norm"], size: headSize, epsilon: epsilon)
    valueNorm = RMSNorm(withoutWeights: headSize, epsilon: epsilon)
    source = layer.source
    isSource = layers.contains { $0.source == index }
  }
}

// MARK: Layers' own inputs

/// The layers' own inputs besides the states: `(norm(project(x)) + words) / √2`, for all layers `[T, L · P]`.
struct LayerInputs: Sendable {
  let words: Embedding
  let projection: Linear
  let norm: RMSNorm
  /// Of the words' vectors.
  let wordScale: Float
  /// Of what is projected.
  let projectionScale: Float

  /// - Parameters:
  ///   - body: The scope of the model.
  ///   - size: P.
  ///   - rowCount: Of the table of words.
  init(
    _ body: WeightReader, layerCount: Int, hiddenSize: Int, size: Int, rowCount: Int,
    epsilon: Float
  ) throws(TransformerError) {
    words = try Embedding(
      body["embed_tokens_per_layer"], rowCount: rowCount, size: layerCount * size)
    projection = try Linear(
      body["per_layer_model_projection"], inputSize: hiddenSize,
      outputSize: layerCount * size, hasBias: false)
    norm = try RMSNorm(body["per_layer_projection_norm"], size: size, epsilon: epsilon)
    wordScale = Float(size).squareRoot()
    projectionScale = 1 / Float(hiddenSize).squareRoot()
  }

  /// - Parameter x: What the first layer reads, `[T, C]`.
  func callAsFunction(
    _ ids: [Int], embedded x: HiddenStates
  ) throws(TransformerError) -> HiddenStates {
    var projected = projection(x)
    projected *= projectionScale
    let size = norm.gain.count
    var inputs = HiddenStates(
      tokenCount: x.tokenCount * projected.size / size, size: size, values: projected.values)
    inputs = norm(inputs)
    var sum = HiddenStates(
      tokenCount: x.tokenCount, size: projected.size, values: inputs.values)
    // Words that the table does not have are those of pictures and sounds.
    let rowCount = self.words.weight.rowCount
    var words = try self.words(ids.map { $0 < rowCount ? $0 : 0 })
    words *= wordScale
    sum += words
    sum *= Float(0.5).squareRoot()
    return sum
  }
}

/// The end of a layer: its own input is added to its output, where it has one, and all is scaled.
struct Gemma4LayerEnd: LayerCompanion {
  let scale: Float
  let input: Input?

  struct Input: Sendable {
    let gate: Linear
    let projection: Linear
    let norm: RMSNorm
    let activation: Activation
  }

  /// - Parameter reader: The scope of the layer.
  fileprivate init(
    _ reader: WeightReader, _ configuration: Gemma4Configuration
  ) throws(TransformerError) {
    scale = reader.contains("layer_scalar") ? try reader.vector("layer_scalar", count: 1)[0] : 1
    let size = configuration.hiddenSize
    input = try configuration.layerInputs.map { inputs throws(TransformerError) in
      Input(
        gate: try Linear(
          reader["per_layer_input_gate"], inputSize: size, outputSize: inputs.size,
          hasBias: false),
        projection: try Linear(
          reader["per_layer_projection"], inputSize: inputs.size, outputSize: size,
          hasBias: false),
        norm: try configuration.norm(reader["post_per_layer_input_norm"]),
        activation: configuration.activation)
    }
  }

  func callAsFunction(
    _ x: HiddenStates, output: HiddenStates, in run: inout LayerRun
  ) -> HiddenStates {
    var y = output
    if let input, let own = run.layerInput(size: input.gate.weight.rowCount) {
      var gated = input.activation(input.gate(y))
      gated *= own
      y += input.norm(input.projection(gated))
    }
    y *= scale
    return y
  }
}

// MARK: Model

extension Gemma4Configuration: DecoderConfiguration {
  var family: String { "Gemma 4" }
  var layerCount: Int { layers.count }
  var embeddingScale: Float { Float(hiddenSize).squareRoot() }

  /// Reads what the reference calls `Gemma4TextDecoderLayer`.
  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    let dense = try GatedFeedForward(
      reader["mlp"], size: hiddenSize, innerSize: layers[index].intermediateSize,
      activation: activation)
    let block: any TokenMap =
      if let experts { try Gemma4FeedForward(reader, dense, experts, self) } else { dense }
    var layer = try TransformerLayer(
      gemma: reader,
      MultiHeadAttention(
        gemma4: reader, layers, index, hiddenSize: hiddenSize, headCount: headCount,
        epsilon: normEpsilon),
      block, normsFeedForward: experts == nil, norm: norm)
    layer.beside = try Gemma4LayerEnd(reader, self)
    return layer
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try norm(reader)
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    guard let (size, rowCount) = layerInputs else { return }
    stack.layerInputs = try LayerInputs(
      body, layerCount: layers.count, hiddenSize: hiddenSize, size: size, rowCount: rowCount,
      epsilon: normEpsilon)
  }
}
