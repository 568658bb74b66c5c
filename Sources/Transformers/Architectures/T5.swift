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
  /// The number of positions in training; the bias knows no limit.
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

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `T5Block`: attention to the own side, in a decoder attention to the encoder,
  /// feed-forward, each normed before, and added to what came in.
  ///
  /// - Parameter bias: The first layer's, if all share it.
  fileprivate init(
    _ reader: WeightReader, _ configuration: T5Configuration, isDecoder: Bool,
    bias: RelativePositionBias
  ) throws(TransformerError) {
    func sublayer<Body>(
      _ reader: WeightReader, _ body: Body
    ) throws(TransformerError) -> Sublayer<Body> {
      Sublayer(
        body,
        normOfInput: try RMSNorm(
          reader["layer_norm"], size: configuration.modelSize,
          epsilon: configuration.normEpsilon))
    }
    let parts = reader["layer"]
    var attention = try MultiHeadAttention(
      t5: parts[0]["SelfAttention"], configuration, mask: isDecoder ? .causal : .bidirectional)
    attention.bias = bias
    let last = parts[isDecoder ? 2 : 1]
    self.init(
      attention: try sublayer(parts[0], attention),
      cross: isDecoder
        ? try sublayer(
          parts[1],
          MultiHeadAttention(
            t5: parts[1]["EncDecAttention"], configuration, mask: .bidirectional)) : nil,
      feedForward: try sublayer(last, configuration.feedForward(last["DenseReluDense"])))
  }
}

extension MultiHeadAttention {
  /// Not scaled: the initial weights make up for it.
  fileprivate init(
    t5 reader: WeightReader, _ configuration: T5Configuration, mask: AttentionMask
  ) throws(TransformerError) {
    let (size, innerSize) = (
      configuration.modelSize, configuration.headCount * configuration.headSize
    )
    func inner(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: size, outputSize: innerSize, hasBias: false)
    }
    self.init(
      QueryKeyValue(
        query: try inner("q"), key: try inner("k"), value: try inner("v"),
        headSize: configuration.headSize),
      output: try Linear(reader["o"], inputSize: innerSize, outputSize: size, hasBias: false),
      mask: mask, scale: 1)
  }
}

extension T5Configuration {
  fileprivate func feedForward(
    _ reader: WeightReader
  ) throws(TransformerError) -> any TokenMap {
    guard isGated else {
      return try FeedForward(
        reader["wi"], reader["wo"], size: modelSize, innerSize: feedForwardSize,
        activation: activation, hasBias: false)
    }
    func inner(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: modelSize, outputSize: feedForwardSize, hasBias: false)
    }
    return GatedFeedForward(
      gate: try inner("wi_0"), up: try inner("wi_1"),
      down: try Linear(
        reader["wo"], inputSize: feedForwardSize, outputSize: modelSize, hasBias: false),
      activation: activation)
  }

  /// - Parameter block: The scope of the layer that has it.
  fileprivate func relativeBias(
    _ block: WeightReader, isDecoder: Bool
  ) throws(TransformerError) -> RelativePositionBias {
    try RelativePositionBias(
      block["layer.0.SelfAttention.relative_attention_bias"], buckets(!isDecoder),
      headCount: headCount)
  }
}

// MARK: Model

extension TransformerStack {
  /// Reads what the reference calls `T5Stack`.
  ///
  /// - Parameter reader: The scope of the encoder or decoder.
  fileprivate init(
    t5 reader: WeightReader, _ configuration: T5Configuration, words: Embedding, isDecoder: Bool
  ) throws(TransformerError) {
    let blocks = reader["block"]
    let first = try configuration.relativeBias(blocks[0], isDecoder: isDecoder)
    let count = isDecoder ? configuration.decoderLayerCount : configuration.encoderLayerCount
    let layers = try blocks.map(count) { reader, layer throws(TransformerError) in
      let bias =
        configuration.everyLayerHasBias && layer > 0
        ? try configuration.relativeBias(reader, isDecoder: isDecoder) : first
      return try TransformerLayer(reader, configuration, isDecoder: isDecoder, bias: bias)
    }
    self.init(
      embeddings: InputEmbeddings(words), layers: layers,
      finalNorm: try RMSNorm(
        reader["final_layer_norm"], size: configuration.modelSize,
        epsilon: configuration.normEpsilon))
  }
}

enum T5Model {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try T5Configuration(file)
    let (_, reader) = try reader.locate(body: "transformer", layer: "encoder.block.0")
    // Of tied tables a file may have any one, and not always the output layer's is tied to them.
    let tables = [
      reader["shared"], reader["encoder.embed_tokens"], reader["decoder.embed_tokens"],
    ]
    let words = try Embedding(
      tables.first { $0.contains("weight") } ?? reader["shared"],
      orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: configuration.modelSize)
    let encoder = try TransformerStack(
      t5: reader["encoder"], configuration,
      words: try words.shared(with: reader["encoder.embed_tokens"]), isDecoder: false)
    guard reader.contains(scope: "decoder.block") else {
      return SingleStackModel(
        family: configuration.family, encoder, head: nil,
        positionCount: configuration.positionCount, reader)
    }
    let decoder = try TransformerStack(
      t5: reader["decoder"], configuration,
      words: try words.shared(with: reader["decoder.embed_tokens"]), isDecoder: true)
    return EncoderDecoder(
      family: configuration.family, encoder: encoder, decoder: decoder,
      head: try head(reader, configuration, words: words), generation: configuration.generation,
      positionCount: configuration.positionCount, reader)
  }

  /// The language-model head: a layer of its own, or the embeddings.
  private static func head(
    _ reader: WeightReader, _ configuration: T5Configuration, words: Embedding
  ) throws(TransformerError) -> LanguageModelHead? {
    guard configuration.isTied || reader.contains("lm_head.weight") else { return nil }
    var head = LanguageModelHead(try Linear(reader["lm_head"], tiedTo: words, bias: nil))
    if configuration.scalesOutput { head.scale = 1 / Float(configuration.modelSize).squareRoot() }
    return head
  }
}
