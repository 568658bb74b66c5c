// BART: an encoder and a decoder with absolute positions, and the models of the same structure: mBART, Marian,
// M2M-100 (also NLLB), PEGASUS, Blenderbot, MVP and PLBART. They differ in their positions and in where their norms stand.
//
// Papers: Lewis et al., arXiv:1910.13461 (BART); Liu et al., arXiv:2001.08210 (mBART); Junczys-Dowmunt et al.,
// arXiv:1804.00344 (Marian); Fan et al., arXiv:2010.11125 (M2M-100); Zhang et al., arXiv:1912.08777 (PEGASUS);
// Roller et al., arXiv:2004.13637 (Blenderbot); Tang et al., arXiv:2206.12131 (MVP); Ahmad et al., arXiv:2103.06333
// (PLBART).
// Reference: transformers/models/bart/modeling_bart.py; the types carry its names.
//
// Shape letters: T tokens, C model size, H heads.

import Attention

// MARK: Configuration

struct BartConfiguration: Sendable {
  /// The kind of position embedding.
  enum Positions: Sendable {
    /// Learned, in a table that begins with two unused rows.
    case learned
    /// Learned, from the table's first row on.
    case learnedFromFirst
    /// From 0; in the file or, as the paper has it, computed.
    case sinusoidal
    /// Behind the padding's id, padding itself left out; always computed, as fairseq has it.
    case sinusoidalBehindPadding
  }

  /// The settings that `model_type` gives and no other key.
  struct Variant: Sendable {
    let family: String
    let positions: Positions
    /// Norms stand before each block and behind the last layer, not behind each block.
    var normsFirst = false
    var normsEmbeddings = false
    /// Whether the decoder norms its words before their positions are added.
    var normsTargetWords = false
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
      "blenderbot": Variant(
        family: "Blenderbot", positions: .learnedFromFirst, normsFirst: true, paddingID: 0,
        startID: 1, endID: 2),
      "blenderbot-small": Variant(
        family: "Blenderbot Small", positions: .learnedFromFirst, normsEmbeddings: true,
        normsTargetWords: true, paddingID: 0, startID: 1, endID: 2),
      "mvp": Variant(
        family: "MVP", positions: .learned, normsEmbeddings: true, paddingID: 1, startID: 2,
        endID: 2),
      "plbart": Variant(
        family: "PLBART", positions: .learned, normsEmbeddings: true, scalesEmbeddings: true,
        paddingID: 1, endID: 2),
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

  /// With the epsilon of torch's `LayerNorm`: no configuration says.
  func norm(_ reader: WeightReader) throws(TransformerError) -> LayerNorm {
    try LayerNorm(reader, size: modelSize, epsilon: 1e-5)
  }
}

// MARK: Embeddings

extension PositionEmbedding {
  /// - Parameter reader: The scope `embed_positions`.
  fileprivate init(
    bart reader: WeightReader, _ configuration: BartConfiguration
  ) throws(TransformerError) {
    let (count, size) = (configuration.positionCount, configuration.modelSize)
    switch configuration.variant.positions {
    case .learned:
      self.init(
        .learned(try Embedding(reader, rowCount: count + 2, size: size)), .counting(from: 2))
    case .learnedFromFirst:
      self.init(.learned(try Embedding(reader, rowCount: count, size: size)))
    case .sinusoidal where reader.contains("weight"):
      self.init(.learned(try Embedding(reader, rowCount: count, size: size)))
    case .sinusoidal:
      self.init(.sinusoidal(SinusoidalPositions(size: size, reachesLast: false)))
    case .sinusoidalBehindPadding:
      self.init(
        .sinusoidal(SinusoidalPositions(size: size, reachesLast: true)),
        .behindPadding(id: configuration.paddingID))
    }
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `BartEncoderLayer` or `BartDecoderLayer`: attention to the own side, in a decoder
  /// attention to the encoder, feed-forward.
  ///
  /// - Parameter reader: The scope `layers.<i>`.
  fileprivate init(
    bart reader: WeightReader, _ configuration: BartConfiguration,
    _ side: BartConfiguration.Side, isDecoder: Bool
  ) throws(TransformerError) {
    let size = configuration.modelSize
    func attention(
      _ name: String, _ mask: AttentionMask
    ) throws(TransformerError) -> MultiHeadAttention {
      MultiHeadAttention(
        try QueryKeyValue(
          reader[name], hiddenSize: size, headCount: side.headCount,
          keyHeadCount: side.headCount, headSize: size / side.headCount, hasBias: true),
        output: try Linear(reader[name]["out_proj"], inputSize: size, outputSize: size),
        mask: mask)
    }
    func sublayer<Body>(
      _ body: Body, norm name: String
    ) throws(TransformerError) -> Sublayer<Body> {
      let norm = try configuration.norm(reader[name])
      return configuration.variant.normsFirst
        ? Sublayer(body, normOfInput: norm) : Sublayer(body, normOfSum: norm)
    }
    self.init(
      attention: try sublayer(
        attention("self_attn", isDecoder ? .causal : .bidirectional),
        norm: "self_attn_layer_norm"),
      cross: isDecoder
        ? try sublayer(
          attention("encoder_attn", .bidirectional), norm: "encoder_attn_layer_norm") : nil,
      feedForward: try sublayer(
        FeedForward(
          reader["fc1"], reader["fc2"], size: size, innerSize: side.feedForwardSize,
          activation: configuration.activation),
        norm: "final_layer_norm"))
  }
}

// MARK: Model

extension TransformerStack {
  /// Reads what the reference calls `BartEncoder` or `BartDecoder`.
  fileprivate init(
    bart reader: WeightReader, _ configuration: BartConfiguration,
    _ side: BartConfiguration.Side, words: Embedding, isDecoder: Bool
  ) throws(TransformerError) {
    var embeddings = InputEmbeddings(words)
    embeddings.scale = configuration.embeddingScale
    embeddings.positions = try PositionEmbedding(
      bart: reader["embed_positions"], configuration)
    if configuration.variant.normsEmbeddings {
      let norm = try configuration.norm(reader["layernorm_embedding"])
      if isDecoder && configuration.variant.normsTargetWords {
        // The reference does not scale what it norms.
        embeddings.scale = 1
        embeddings.wordNorm = norm
      } else {
        embeddings.norm = norm
      }
    }
    let layers = try reader["layers"].map(side.layerCount) {
      reader, _ throws(TransformerError) in
      try TransformerLayer(bart: reader, configuration, side, isDecoder: isDecoder)
    }
    self.init(
      embeddings: embeddings, layers: layers,
      finalNorm: configuration.variant.normsFirst
        ? try configuration.norm(reader["layer_norm"]) : nil)
  }
}

enum BartModel {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BartConfiguration(file)
    let (reader, body) = try reader.locate(body: "model", layer: "encoder.layers.0")
    func stack(
      _ name: String, _ side: BartConfiguration.Side
    ) throws(TransformerError) -> TransformerStack {
      // Of tied tables a file may have any one.
      var tables = [body[name]["embed_tokens"], body["shared"]]
      if configuration.isShared {
        tables += [body["encoder.embed_tokens"], body["decoder.embed_tokens"]]
      }
      if configuration.isTied, configuration.isShared || name == "decoder" {
        tables.append(reader["lm_head"])
      }
      let words = try Embedding(
        tables.first { $0.contains("weight") } ?? body["shared"],
        rowCount: side.vocabularySize, size: configuration.modelSize
      ).shared(with: body[name]["embed_tokens"])
      return try TransformerStack(
        bart: body[name], configuration, side, words: words, isDecoder: name == "decoder")
    }
    let encoder = try stack("encoder", configuration.encoder)
    let decoder = try stack("decoder", configuration.decoder)
    return EncoderDecoder(
      family: configuration.variant.family, encoder: encoder, decoder: decoder,
      head: try head(reader, configuration, words: decoder.embeddings.words),
      generation: configuration.generation, positionCount: configuration.positionCount, reader)
  }

  /// The language-model head: a layer of its own, or the decoder's embeddings.
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
