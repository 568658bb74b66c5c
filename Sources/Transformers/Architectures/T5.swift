// T5: an encoder and a decoder whose heads know positions only by a bias for the distance between tokens.
//
// Also its later versions: v1.1 and Flan-T5 (gated feed-forward, an output layer of its own), mT5, and UMT5,
// where each layer has a bias of its own; and the encoder alone, which makes vectors of texts.
//
// Paper: Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
// 2019, arXiv:1910.10683; Xue et al., arXiv:2010.11934 (mT5); Chung et al., arXiv:2304.09151 (UMT5).
// Reference: transformers/models/t5/modeling_t5.py; the types carry its names.
//
// Shape letters: T tokens, C model size, H heads, D head size; H · D need not be C.

import Attention

// MARK: Configuration

struct T5Configuration: Sendable {
  let family: String
  let vocabularySize: Int
  let modelSize: Int
  let headSize: Int
  let headCount: Int
  let feedForwardSize: Int
  let encoderLayerCount: Int
  let decoderLayerCount: Int
  /// What it was trained on; the bias knows no limit.
  let positionCount: Int
  let bucketCount: Int
  let maximumDistance: Int
  /// Whether every layer has a bias, rather than the first one for all.
  let everyLayerHasBias: Bool
  let isGated: Bool
  let activation: Activation
  let normEpsilon: Float
  /// Whether the decoder's output is divided by √C before the output layer.
  let scalesOutput: Bool
  /// Whether the embeddings serve as the output layer.
  let isTied: Bool
  let generation: GenerationSettings

  /// Sizes are required; the rest takes the defaults of transformers' `T5Config`, `MT5Config` and `UMT5Config`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    let isT5 = configuration.modelType == "t5"
    family = ["mt5": "mT5", "umt5": "UMT5"][configuration.modelType] ?? "T5"
    vocabularySize = try configuration.size("vocab_size")
    modelSize = try configuration.size("d_model")
    headSize = try configuration.size("d_kv")
    headCount = try configuration.size("num_heads")
    feedForwardSize = try configuration.size("d_ff")
    encoderLayerCount = try configuration.size("num_layers")
    decoderLayerCount = try configuration.size("num_decoder_layers", default: encoderLayerCount)
    positionCount = try configuration.size("n_positions", default: 512)
    bucketCount = try configuration.size("relative_attention_num_buckets", default: 32)
    maximumDistance = try configuration.size("relative_attention_max_distance", default: 128)
    everyLayerHasBias = configuration.modelType == "umt5"
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-6)
    // Embeddings that serve as the output layer are too large for that. mT5 has never shared them; what
    // transformers 5 writes says so by a key of its own, since it calls all of them tied.
    isTied = try configuration.flag(
      "tie_word_embeddings", default: configuration.modelType != "mt5")
    scalesOutput = try configuration.flag("scale_decoder_outputs", default: isTied)
    generation = try GenerationSettings(
      configuration, positionCount: positionCount, startID: 0, endID: 1)

    let key = "feed_forward_proj"
    let projection = try configuration.string(key, default: isT5 ? "relu" : "gated-gelu")
    isGated = projection.hasPrefix("gated-")
    if projection == "gated-gelu" {
      // The name is older than the distinction; what was trained is the approximation.
      activation = .geluTanh
    } else if let named = Activation(String(projection.dropFirst(isGated ? "gated-".count : 0))) {
      activation = named
    } else {
      throw .unknownActivation(projection, key: key, path: configuration.path)
    }
    for isBidirectional in [true, false] where !buckets(isBidirectional).isValid {
      throw .unsupportedValue(
        key: "relative_attention_num_buckets", value: "\(bucketCount)",
        reason: "with a maximum distance of \(maximumDistance) not every distance has a bucket",
        path: configuration.path)
    }
  }

  func buckets(_ isBidirectional: Bool) -> RelativePositionBias.Buckets {
    .init(
      count: bucketCount, maximumDistance: maximumDistance, isBidirectional: isBidirectional)
  }
}

// MARK: Attention

struct T5Attention: Sendable {
  let q: Linear
  let k: Linear
  let v: Linear
  let o: Linear
  let headCount: Int

  init(_ reader: WeightReader, _ configuration: T5Configuration) throws(TransformerError) {
    let modelSize = configuration.modelSize
    headCount = configuration.headCount
    let innerSize = headCount * configuration.headSize
    func inner(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: modelSize, outputSize: innerSize, hasBias: false)
    }
    q = try inner("q")
    k = try inner("k")
    v = try inner("v")
    o = try Linear(reader["o"], inputSize: innerSize, outputSize: modelSize, hasBias: false)
  }

  func keysAndValues(_ x: HiddenStates) -> KeysAndValues {
    KeysAndValues(keys: k.heads(x, count: headCount), values: v.heads(x, count: headCount))
  }

  func callAsFunction(
    _ x: HiddenStates, to others: KeysAndValues, bias: AttentionBias?,
    in pass: inout AttentionPass
  ) throws(TransformerError) -> HiddenStates {
    // Not scaled: the initial weights make up for it.
    let score = LayerAttention.Score(
      queries: q.heads(x, count: headCount), keys: others.keys, scale: 1, bias: bias)
    return o(try pass.attend(score, values: others.values))
  }
}

// MARK: Feed-forward

enum T5LayerFF: Sendable {
  case plain(FeedForward)
  case gated(GatedFeedForward)

  init(_ reader: WeightReader, _ configuration: T5Configuration) throws(TransformerError) {
    let (size, innerSize) = (configuration.modelSize, configuration.feedForwardSize)
    guard configuration.isGated else {
      self = .plain(
        try FeedForward(
          reader["wi"], reader["wo"], size: size, innerSize: innerSize,
          activation: configuration.activation, hasBias: false))
      return
    }
    func inner(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: size, outputSize: innerSize, hasBias: false)
    }
    self = .gated(
      GatedFeedForward(
        gate: try inner("wi_0"), up: try inner("wi_1"),
        down: try Linear(reader["wo"], inputSize: innerSize, outputSize: size, hasBias: false),
        activation: configuration.activation))
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates {
    switch self {
    case .plain(let block): block(x)
    case .gated(let block): block(x)
    }
  }
}

// MARK: Layer

/// Attention to the own side, in a decoder attention to the encoder, feed-forward: each normed before,
/// and added to what came in.
struct T5Block: StackLayer {
  struct Sublayer<Body: Sendable>: Sendable {
    let layerNorm: RMSNorm
    let body: Body
  }

  let selfAttention: Sublayer<T5Attention>
  let encDecAttention: Sublayer<T5Attention>?
  let feedForward: Sublayer<T5LayerFF>
  /// If it is this layer's alone.
  let relativeAttentionBias: RelativePositionBias?

  /// - Parameter reader: The scope `block.<i>`.
  init(
    _ reader: WeightReader, _ configuration: T5Configuration, isDecoder: Bool
  ) throws(TransformerError) {
    func norm(_ reader: WeightReader) throws(TransformerError) -> RMSNorm {
      try RMSNorm(
        reader["layer_norm"], size: configuration.modelSize, epsilon: configuration.normEpsilon)
    }
    let parts = reader["layer"]
    selfAttention = Sublayer(
      layerNorm: try norm(parts[0]),
      body: try T5Attention(parts[0]["SelfAttention"], configuration))
    encDecAttention =
      isDecoder
      ? Sublayer(
        layerNorm: try norm(parts[1]),
        body: try T5Attention(parts[1]["EncDecAttention"], configuration)) : nil
    let last = parts[isDecoder ? 2 : 1]
    feedForward = Sublayer(
      layerNorm: try norm(last), body: try T5LayerFF(last["DenseReluDense"], configuration))
    relativeAttentionBias =
      configuration.everyLayerHasBias
      ? try Self.bias(reader, configuration, isDecoder: isDecoder) : nil
  }

  /// - Parameter reader: The scope `block.<i>`.
  static func bias(
    _ reader: WeightReader, _ configuration: T5Configuration, isDecoder: Bool
  ) throws(TransformerError) -> RelativePositionBias {
    try RelativePositionBias(
      reader["layer"][0]["SelfAttention"]["relative_attention_bias"],
      configuration.buckets(!isDecoder), headCount: configuration.headCount)
  }

  func encoded(_ x: HiddenStates) -> KeysAndValues? { encDecAttention?.body.keysAndValues(x) }

  func callAsFunction(
    _ x: HiddenStates, bias: AttentionBias?, memory: inout LayerMemory, in pass: inout StackPass
  ) throws(TransformerError) -> HiddenStates {
    var x = x
    let normed = selfAttention.layerNorm(x)
    let start = memory.tokenCount
    let own = memory.append(selfAttention.body.keysAndValues(normed))
    let ownBias = relativeAttentionBias.map {
      $0(queries: start..<own.tokenCount, keyCount: own.tokenCount)
    }
    x += try selfAttention.body(normed, to: own, bias: ownBias ?? bias, in: &pass.own)
    if let encDecAttention, let encoded = memory.encoded {
      x += try encDecAttention.body(
        encDecAttention.layerNorm(x), to: encoded, bias: nil, in: &pass.cross)
    }
    x += feedForward.body(feedForward.layerNorm(x))
    return x
  }
}

// MARK: Model

struct T5Stack: TransformerStack {
  let embedTokens: Embedding
  let layers: [T5Block]
  let relativeAttentionBias: RelativePositionBias?
  let finalLayerNorm: RMSNorm

  init(
    _ reader: WeightReader, _ configuration: T5Configuration, embedTokens: Embedding,
    isDecoder: Bool
  ) throws(TransformerError) {
    self.embedTokens = embedTokens
    let count =
      isDecoder ? configuration.decoderLayerCount : configuration.encoderLayerCount
    var layers: [T5Block] = []
    for layer in 0..<count {
      layers.append(try T5Block(reader["block"][layer], configuration, isDecoder: isDecoder))
    }
    self.layers = layers
    relativeAttentionBias =
      configuration.everyLayerHasBias
      ? nil : try T5Block.bias(reader["block"][0], configuration, isDecoder: isDecoder)
    finalLayerNorm = try RMSNorm(
      reader["final_layer_norm"], size: configuration.modelSize,
      epsilon: configuration.normEpsilon)
  }

  func embed(_ ids: [Int], from start: Int) throws(TransformerError) -> HiddenStates {
    try embedTokens(ids)
  }

  func bias(queries: Range<Int>, keyCount: Int) -> AttentionBias? {
    relativeAttentionBias?(queries: queries, keyCount: keyCount)
  }

  func finish(_ x: HiddenStates) -> HiddenStates { finalLayerNorm(x) }
}

enum T5Model {
  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try load(reader, T5Configuration(configuration))
  }

  private static func load(
    _ reader: WeightReader, _ configuration: T5Configuration
  ) throws(TransformerError) -> any TransformerModel {
    let (_, reader) = try reader.locate(body: "transformer", layer: "encoder.block.0")
    let size = configuration.modelSize
    // Of tied tables a file may have any one; the output layer's is one of them where it scales what it reads.
    let tables = [
      reader["shared"], reader["encoder"]["embed_tokens"], reader["decoder"]["embed_tokens"],
    ]
    let shared = try Embedding(
      tables.first { $0.contains("weight") } ?? reader["shared"],
      orTiedTo: configuration.scalesOutput ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    let encoder = try T5Stack(
      reader["encoder"], configuration, embedTokens: shared, isDecoder: false)
    var summary = ModelSummary(
      family: configuration.family, layerCount: configuration.encoderLayerCount,
      headCount: configuration.headCount, hiddenSize: size,
      positionCount: configuration.positionCount, vocabularySize: configuration.vocabularySize,
      predictsTokens: false)
    guard reader.contains(scope: "decoder.block") else {
      summary.unusedTensors = reader.unusedNames
      return EncoderModel(encoder: encoder, summary: summary)
    }
    let decoder = try T5Stack(
      reader["decoder"], configuration, embedTokens: shared, isDecoder: true)
    let head = try head(reader, configuration, embedTokens: shared)
    summary.predictsTokens = head != nil
    summary.decoder = DecoderSummary(
      layerCount: configuration.decoderLayerCount, headCount: configuration.headCount,
      positionCount: configuration.positionCount, startID: configuration.generation.startID)
    summary.unusedTensors = reader.unusedNames
    return EncoderDecoder(
      encoder: encoder, decoder: decoder, head: head, generation: configuration.generation,
      summary: summary)
  }

  /// The layer that tells tokens: one of its own, or the embeddings.
  private static func head(
    _ reader: WeightReader, _ configuration: T5Configuration, embedTokens: Embedding
  ) throws(TransformerError) -> LanguageModelHead? {
    guard configuration.isTied || reader.contains("lm_head.weight") else { return nil }
    var head = LanguageModelHead(try Linear(reader["lm_head"], tiedTo: embedTokens, bias: nil))
    if configuration.scalesOutput { head.scale = 1 / Float(configuration.modelSize).squareRoot() }
    return head
  }
}
