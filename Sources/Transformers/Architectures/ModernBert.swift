// ModernBERT: an encoder with what decoders brought since BERT: rotary positions, norms before each block,
// gated feed-forward, no biases, and layers most of which look at their neighbourhood only.
//
// Paper: Warner et al., "Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder for Fast, Memory
// Efficient, and Long Context Finetuning and Inference", 2024, arXiv:2412.13663.
// Reference: transformers/models/modernbert/modeling_modernbert.py; the types carry its names.

import Attention

// MARK: Configuration

struct ModernBertConfiguration: Sendable {
  let vocabularySize: Int
  let hiddenSize: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  /// One for each layer.
  let layers: [LayerPositions]
  let activation: Activation
  let normEpsilon: Float
  let hasNormBias: Bool
  let hasAttentionBias: Bool
  let hasFeedForwardBias: Bool
  let isTied: Bool
  let head: Head

  /// The mask of a layer, which limits how far its tokens look, and its rotary embedding.
  struct LayerPositions: Sendable {
    let mask: AttentionMask
    let rotary: RotaryEmbedding
  }

  struct Head: Sendable {
    let activation: Activation
    let hasDenseBias: Bool
    let hasDecoderBias: Bool
  }

  /// Sizes are required; the rest takes the defaults of transformers' `ModernBertConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("intermediate_size")
    positionCount = try configuration.size("max_position_embeddings")
    activation = try configuration.activation("hidden_activation", default: "gelu")
    normEpsilon = try configuration.epsilon("norm_eps", default: 1e-5)
    hasNormBias = try configuration.flag("norm_bias", default: false)
    hasAttentionBias = try configuration.flag("attention_bias", default: false)
    hasFeedForwardBias = try configuration.flag("mlp_bias", default: false)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    head = Head(
      activation: try configuration.activation("classifier_activation", default: "gelu"),
      hasDenseBias: try configuration.flag("classifier_bias", default: false),
      hasDecoderBias: try configuration.flag("decoder_bias", default: true))
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)

    let headSize = hiddenSize / headCount
    let full = LayerPositions(
      mask: .bidirectional,
      rotary: try configuration.rotaryEmbedding(
        headSize: headSize, layerType: .full,
        base: configuration.positive("global_rope_theta", default: 160_000)))
    // The file has the width of the whole window.
    let window = try configuration.size("local_attention", default: 128)
    let sliding = LayerPositions(
      mask: .band(distance: window / 2),
      rotary: try configuration.rotaryEmbedding(
        headSize: headSize, layerType: .sliding,
        base: configuration.positive("local_rope_theta", default: 10_000)))
    let period = try configuration.size("global_attn_every_n_layers", default: 3)
    let types = try configuration.layerTypes(count: configuration.size("num_hidden_layers")) {
      $0.isMultiple(of: period) ? .full : .sliding
    }
    layers = types.map { $0 == .full ? full : sliding }
  }

  func norm(_ reader: WeightReader) throws(TransformerError) -> LayerNorm {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon, hasBias: hasNormBias)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `ModernBertEncoderLayer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: ModernBertConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let (inner, positions) = (configuration.intermediateSize, configuration.layers[layer])
    let (attention, mlp) = (reader["attn"], reader["mlp"])
    // The first layer has none: its input comes from the embeddings' norm.
    let attentionNorm = layer == 0 ? nil : try configuration.norm(reader["attn_norm"])
    let hasBias = configuration.hasAttentionBias
    let fused = try Linear(
      attention["Wqkv"], inputSize: size, outputSize: 3 * size, hasBias: hasBias)
    let output = try Linear(
      attention["Wo"], inputSize: size, outputSize: size, hasBias: hasBias)
    let hasInnerBias = configuration.hasFeedForwardBias
    let both = try Linear(
      mlp["Wi"], inputSize: size, outputSize: 2 * inner, hasBias: hasInnerBias)
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          QueryKeyValue(
            fused: fused, layout: .sideBySide, headCount: headCount, keyHeadCount: headCount,
            headSize: size / headCount),
          output: output, mask: positions.mask, rotary: positions.rotary),
        normOfInput: attentionNorm),
      feedForward: Sublayer(
        GatedFeedForward(
          gate: both[0..<inner], up: both[inner..<2 * inner],
          down: try Linear(
            mlp["Wo"], inputSize: inner, outputSize: size, hasBias: hasInnerBias),
          activation: configuration.activation),
        normOfInput: try configuration.norm(reader["mlp_norm"])))
  }
}

// MARK: Model

enum ModernBertModel {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try ModernBertConfiguration(file)
    let (reader, body) = try reader.locate(body: "model", layer: "layers.0")
    var embeddings = InputEmbeddings(
      try Embedding(
        body["embeddings.tok_embeddings"], orTiedTo: configuration.isTied ? reader["decoder"] : nil,
        rowCount: configuration.vocabularySize, size: configuration.hiddenSize))
    embeddings.norm = try configuration.norm(body["embeddings.norm"])
    let layers = try body["layers"].map(configuration.layers.count) {
      reader, layer throws(TransformerError) in
      try TransformerLayer(reader, configuration, layer: layer)
    }
    let norm = try configuration.norm(body["final_norm"])
    let head = try MaskedTokenHead(
      modernBert: reader, configuration, embeddings: embeddings.words)
    return SingleStackModel(
      family: "ModernBERT",
      TransformerStack(embeddings: embeddings, layers: layers, finalNorm: norm), head: head,
      positionCount: configuration.positionCount, reader)
  }
}

extension MaskedTokenHead {
  /// Reads what the reference calls `ModernBertPredictionHead`, and the layer onto the vocabulary.
  ///
  /// - Parameter reader: The scope of the whole checkpoint.
  /// - Returns: nil if the checkpoint has no such head: classifiers have its first half only.
  fileprivate init?(
    modernBert reader: WeightReader, _ configuration: ModernBertConfiguration,
    embeddings: Embedding
  ) throws(TransformerError) {
    let head = configuration.head
    let isComplete = reader["decoder"].contains(head.hasDecoderBias ? "bias" : "weight")
    guard isComplete, reader["head"].contains("dense.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(
      reader["head"]["dense"], inputSize: size, outputSize: size, hasBias: head.hasDenseBias)
    activation = head.activation
    norm = try configuration.norm(reader["head"]["norm"])
    decoder = try Linear(
      reader["decoder"], tiedTo: embeddings,
      bias: head.hasDecoderBias
        ? reader["decoder"].vector("bias", count: configuration.vocabularySize) : nil)
  }
}
