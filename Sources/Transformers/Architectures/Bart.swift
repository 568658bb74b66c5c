// BART: an encoder and a decoder with absolute positions, and the models of the same structure: mBART, Marian,
// M2M-100 (also NLLB) and PEGASUS. They differ in their positions and in where their norms stand.
//
// Papers: Lewis et al., arXiv:1910.13461 (BART); Liu et al., arXiv:2001.08210 (mBART); Junczys-Dowmunt et al.,
// arXiv:1804.00344 (Marian); Fan et al., arXiv:2010.11125 (M2M-100); Zhang et al., arXiv:1912.08777 (PEGASUS).
// Reference: transformers/models/bart/modeling_bart.py; the types carry its names.
//
// Shape letters: T tokens, C model size, H heads.

import Attention

// MARK: Configuration

struct BartConfiguration: Sendable {
  /// How a position becomes a vector.
  enum Positions: Sendable {
    /// Learned, in a table that begins with two unused rows.
    case learned
    /// From 0; in the file or, as the paper has it, computed.
    case sinusoidal
    /// Behind the padding's id, padding itself left out; always computed, as fairseq has it.
    case sinusoidalBehindPadding
  }

  /// What `model_type` says and no other key.
  struct Variant: Sendable {
    let family: String
    let positions: Positions
    /// Norms stand before each block and behind the last layer, not behind each block.
    var normsFirst = false
    var normsEmbeddings = false
    var activation = "gelu"
    var scalesEmbeddings = false
    let paddingID: Int
    var startID: Int?
    let endID: Int

    /// With the defaults of transformers' configuration classes, which files leave out.
    static let named = [
      "bart": Variant(
        family: "BART", positions: .learned, normsEmbeddings: true, paddingID: 1, startID: 2,
        endID: 2),
      "mbart": Variant(
        family: "mBART", positions: .learned, normsFirst: true, normsEmbeddings: true,
        paddingID: 1, endID: 2),
      "marian": Variant(
        family: "Marian", positions: .sinusoidal, paddingID: 58100, startID: 58100, endID: 0),
      "m2m_100": Variant(
        family: "M2M-100", positions: .sinusoidalBehindPadding, normsFirst: true,
        activation: "relu", scalesEmbeddings: true, paddingID: 1, startID: 2, endID: 2),
      "pegasus": Variant(
        family: "PEGASUS", positions: .sinusoidal, normsFirst: true, paddingID: 0, startID: 0,
        endID: 1),
    ]
  }

  struct Side: Sendable {
    let layerCount: Int
    let headCount: Int
    let feedForwardSize: Int
    let vocabularySize: Int

    /// - Parameter name: What its keys begin with.
    init(
      _ configuration: ModelConfiguration, _ name: String, vocabularySize: Int, modelSize: Int
    ) throws(TransformerError) {
      layerCount = try configuration.size("\(name)_layers")
      headCount = try configuration.size("\(name)_attention_heads")
      feedForwardSize = try configuration.size("\(name)_ffn_dim")
      self.vocabularySize = vocabularySize
      try configuration.requireHeadsDivide(hiddenSize: modelSize, headCount: headCount)
    }
  }

  let variant: Variant
  let encoder: Side
  let decoder: Side
  let modelSize: Int
  let positionCount: Int
  let activation: Activation
  let embeddingScale: Float
  let paddingID: Int
  /// Whether both sides have the same embeddings.
  let isShared: Bool
  /// Whether the decoder's embeddings may serve as the output layer.
  let isTied: Bool
  let generation: GenerationSettings

  /// Sizes are required.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    guard let variant = Variant.named[configuration.modelType] else {
      throw .unknownModelType(configuration.modelType, path: configuration.path)
    }
    self.variant = variant
    let vocabularySize = try configuration.size("vocab_size")
    modelSize = try configuration.size("d_model")
    positionCount = try configuration.size("max_position_embeddings")
    isShared = try configuration.flag("share_encoder_decoder_embeddings", default: true)
    let targetVocabularySize =
      isShared
      ? vocabularySize : try configuration.size("decoder_vocab_size", default: vocabularySize)
    encoder = try Side(
      configuration, "encoder", vocabularySize: vocabularySize, modelSize: modelSize)
    decoder = try Side(
      configuration, "decoder", vocabularySize: targetVocabularySize, modelSize: modelSize)
    activation = try configuration.activation(
      "activation_function", default: variant.activation)
    let isScaled = try configuration.flag("scale_embedding", default: variant.scalesEmbeddings)
    embeddingScale = isScaled ? Float(modelSize).squareRoot() : 1
    paddingID = try configuration.integer(
      "pad_token_id", default: variant.paddingID, in: 0...ModelConfiguration.sizeLimit)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    generation = try GenerationSettings(
      configuration, positionCount: positionCount, startID: variant.startID,
      endID: variant.endID)
  }
}

// MARK: Embeddings

struct BartEmbeddings: Sendable {
  let embedTokens: Embedding
  let positions: BartPositions
  let layerNorm: LayerNorm?
  let scale: Float

  /// - Parameter reader: The scope of the encoder or decoder.
  init(
    _ reader: WeightReader, _ configuration: BartConfiguration, embedTokens: Embedding
  ) throws(TransformerError) {
    self.embedTokens = embedTokens
    positions = try BartPositions(reader["embed_positions"], configuration)
    layerNorm =
      configuration.variant.normsEmbeddings
      ? try LayerNorm(
        reader["layernorm_embedding"], size: configuration.modelSize, epsilon: BartLayer.epsilon)
      : nil
    scale = configuration.embeddingScale
  }

  func callAsFunction(_ ids: [Int], from start: Int) throws(TransformerError) -> HiddenStates {
    var x = try embedTokens(ids)
    x *= scale
    x += try positions(ids, from: start)
    return layerNorm?(x) ?? x
  }
}

enum BartPositions: Sendable {
  /// - offset: The row of position 0.
  case table(Embedding, offset: Int)
  case computed(SinusoidalPositions)
  case computedBehindPadding(SinusoidalPositions, paddingID: Int)

  init(_ reader: WeightReader, _ configuration: BartConfiguration) throws(TransformerError) {
    let (count, size) = (configuration.positionCount, configuration.modelSize)
    switch configuration.variant.positions {
    case .learned:
      self = .table(try Embedding(reader, rowCount: count + 2, size: size), offset: 2)
    case .sinusoidal where reader.contains("weight"):
      self = .table(try Embedding(reader, rowCount: count, size: size), offset: 0)
    case .sinusoidal:
      self = .computed(SinusoidalPositions(size: size, reachesLast: false))
    case .sinusoidalBehindPadding:
      self = .computedBehindPadding(
        SinusoidalPositions(size: size, reachesLast: true), paddingID: configuration.paddingID)
    }
  }

  /// - Parameter start: The position of the first id.
  func callAsFunction(_ ids: [Int], from start: Int) throws(TransformerError) -> HiddenStates {
    switch self {
    case .table(let table, let offset):
      return try table(ids.indices.map { start + offset + $0 })
    case .computed(let positions):
      return positions(ids.indices.map { start + $0 })
    case .computedBehindPadding(let positions, let paddingID):
      let rows = PositionNumbering.behindPadding(id: paddingID).rows(of: ids)
      // Padding in the midst of a text has no position.
      return positions(rows.map { $0 == paddingID ? nil : start + $0 })
    }
  }
}

// MARK: Attention

struct BartAttention: Sendable {
  let qProj: Linear
  let kProj: Linear
  let vProj: Linear
  let outProj: Linear
  let headCount: Int

  init(_ reader: WeightReader, size: Int, headCount: Int) throws(TransformerError) {
    func linear(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: size, outputSize: size)
    }
    qProj = try linear("q_proj")
    kProj = try linear("k_proj")
    vProj = try linear("v_proj")
    outProj = try linear("out_proj")
    self.headCount = headCount
  }

  func keysAndValues(_ x: HiddenStates) -> KeysAndValues {
    KeysAndValues(
      keys: kProj.heads(x, count: headCount), values: vProj.heads(x, count: headCount))
  }

  func callAsFunction(
    _ x: HiddenStates, to others: KeysAndValues, in pass: inout AttentionPass
  ) throws(TransformerError) -> HiddenStates {
    let score = LayerAttention.Score(
      queries: qProj.heads(x, count: headCount), keys: others.keys,
      scale: 1 / Float(x.size / headCount).squareRoot())
    return outProj(try pass.attend(score, values: others.values))
  }
}

// MARK: Layer

/// Attention to the own side, in a decoder attention to the encoder, feed-forward.
struct BartLayer: StackLayer {
  /// Of torch's `LayerNorm`: no configuration says.
  static let epsilon: Float = 1e-5

  /// What is done with a block's input and output.
  struct Residual: Sendable {
    let layerNorm: LayerNorm
    let normsFirst: Bool

    func callAsFunction(
      _ x: HiddenStates, _ block: (HiddenStates) throws(TransformerError) -> HiddenStates
    ) throws(TransformerError) -> HiddenStates {
      var y = try block(normsFirst ? layerNorm(x) : x)
      y += x
      return normsFirst ? y : layerNorm(y)
    }
  }

  let selfAttention: BartAttention
  let selfAttentionResidual: Residual
  let encoderAttention: (attention: BartAttention, residual: Residual)?
  let feedForward: FeedForward
  let feedForwardResidual: Residual

  /// - Parameter reader: The scope `layers.<i>`.
  init(
    _ reader: WeightReader, _ configuration: BartConfiguration, _ side: BartConfiguration.Side,
    isDecoder: Bool
  ) throws(TransformerError) {
    let size = configuration.modelSize
    func attention(_ name: String) throws(TransformerError) -> BartAttention {
      try BartAttention(reader[name], size: size, headCount: side.headCount)
    }
    func residual(_ name: String) throws(TransformerError) -> Residual {
      Residual(
        layerNorm: try LayerNorm(reader[name], size: size, epsilon: Self.epsilon),
        normsFirst: configuration.variant.normsFirst)
    }
    selfAttention = try attention("self_attn")
    selfAttentionResidual = try residual("self_attn_layer_norm")
    encoderAttention =
      isDecoder
      ? (try attention("encoder_attn"), try residual("encoder_attn_layer_norm")) : nil
    feedForward = try FeedForward(
      reader["fc1"], reader["fc2"], size: size, innerSize: side.feedForwardSize,
      activation: configuration.activation)
    feedForwardResidual = try residual("final_layer_norm")
  }

  func encoded(_ x: HiddenStates) -> KeysAndValues? {
    encoderAttention?.attention.keysAndValues(x)
  }

  func callAsFunction(
    _ x: HiddenStates, bias: AttentionBias?, memory: inout LayerMemory, in pass: inout StackPass
  ) throws(TransformerError) -> HiddenStates {
    var y = try selfAttentionResidual(x) { x throws(TransformerError) in
      try selfAttention(x, to: memory.append(selfAttention.keysAndValues(x)), in: &pass.own)
    }
    if let (attention, residual) = encoderAttention, let encoded = memory.encoded {
      y = try residual(y) { x throws(TransformerError) in
        try attention(x, to: encoded, in: &pass.cross)
      }
    }
    return try feedForwardResidual(y) { x throws(TransformerError) in feedForward(x) }
  }
}

// MARK: Model

/// `BartEncoder` or `BartDecoder`.
struct BartStack: TransformerStack {
  let embeddings: BartEmbeddings
  let layers: [BartLayer]
  let layerNorm: LayerNorm?

  init(
    _ reader: WeightReader, _ configuration: BartConfiguration, _ side: BartConfiguration.Side,
    embedTokens: Embedding, isDecoder: Bool
  ) throws(TransformerError) {
    embeddings = try BartEmbeddings(reader, configuration, embedTokens: embedTokens)
    var layers: [BartLayer] = []
    for layer in 0..<side.layerCount {
      layers.append(
        try BartLayer(reader["layers"][layer], configuration, side, isDecoder: isDecoder))
    }
    self.layers = layers
    layerNorm =
      configuration.variant.normsFirst
      ? try LayerNorm(
        reader["layer_norm"], size: configuration.modelSize, epsilon: BartLayer.epsilon) : nil
  }

  func embed(_ ids: [Int], from start: Int) throws(TransformerError) -> HiddenStates {
    try embeddings(ids, from: start)
  }

  func finish(_ x: HiddenStates) -> HiddenStates { layerNorm?(x) ?? x }
}

enum BartModel {
  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try load(reader, BartConfiguration(configuration))
  }

  private static func load(
    _ reader: WeightReader, _ configuration: BartConfiguration
  ) throws(TransformerError) -> EncoderDecoder<BartStack> {
    let (reader, body) = try reader.locate(body: "model", layer: "encoder.layers.0")
    func stack(_ name: String, _ side: BartConfiguration.Side) throws(TransformerError)
      -> BartStack
    {
      // Of tied tables a file may have any one.
      var tables = [body[name]["embed_tokens"], body["shared"]]
      if configuration.isShared {
        tables += [body["encoder"]["embed_tokens"], body["decoder"]["embed_tokens"]]
      }
      if configuration.isTied, configuration.isShared || name == "decoder" {
        tables.append(reader["lm_head"])
      }
      let words = try Embedding(
        tables.first { $0.contains("weight") } ?? body["shared"],
        rowCount: side.vocabularySize, size: configuration.modelSize)
      return try BartStack(
        body[name], configuration, side, embedTokens: words, isDecoder: name == "decoder")
    }
    let encoder = try stack("encoder", configuration.encoder)
    let decoder = try stack("decoder", configuration.decoder)
    let head = try head(reader, configuration, words: decoder.embeddings.embedTokens)
    return EncoderDecoder(
      encoder: encoder, decoder: decoder, head: head,
      generation: configuration.generation,
      summary: ModelSummary(
        family: configuration.variant.family, layerCount: configuration.encoder.layerCount,
        headCount: configuration.encoder.headCount, hiddenSize: configuration.modelSize,
        positionCount: configuration.positionCount,
        vocabularySize: configuration.encoder.vocabularySize, predictsTokens: head != nil,
        decoder: DecoderSummary(
          layerCount: configuration.decoder.layerCount,
          headCount: configuration.decoder.headCount,
          positionCount: configuration.positionCount, startID: configuration.generation.startID),
        unusedTensors: reader.unusedNames))
  }

  /// The layer that tells tokens: one of its own, or the decoder's embeddings.
  private static func head(
    _ reader: WeightReader, _ configuration: BartConfiguration, words: Embedding
  ) throws(TransformerError) -> LanguageModelHead? {
    guard configuration.isTied || reader.contains("lm_head.weight") else { return nil }
    let count = configuration.decoder.vocabularySize
    return LanguageModelHead(
      try Linear(
        reader["lm_head"], tiedTo: words,
        bias: reader.contains("final_logits_bias")
          ? reader.tensor("final_logits_bias", shape: [1, count]).floats : nil))
  }
}
