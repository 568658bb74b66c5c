// GTE, version 1.5: BERT with rotary positions and gated feed-forward blocks, of texts of up to 8,192 tokens.
//
// Paper: Zhang et al., "mGTE: Generalized Long-Context Text Representation and Reranking Models for Multilingual Text
// Retrieval", 2024, arXiv:2407.19669.
// Reference: modeling.py of the hub's Alibaba-NLP/new-impl, whose files say that they are of type "new".

import Attention

// MARK: Configuration

extension BertConfiguration {
  fileprivate init(gte file: ModelConfiguration) throws(TransformerError) {
    try self.init(file, positionType: "rope")
    positions = nil
    rotary = try file.rotaryEmbedding(headSize: hiddenSize / headCount)
    try file.require(
      "layer_norm_type", is: "layer_norm", because: "other norms are not known in this family")
    try file.require(
      "logn_attention_scale", is: false,
      because: "queries that grow with the length of the text are not known in this family")
  }

  fileprivate func gteNorm(_ reader: WeightReader) throws(TransformerError) -> LayerNorm {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}

// MARK: Layer

extension TransformerLayer {
  fileprivate init(
    gte reader: WeightReader, _ configuration: BertConfiguration
  ) throws(TransformerError) {
    let (size, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    let (attention, mlp) = (reader["attention"], reader["mlp"])
    let headCount = configuration.headCount
    let headSize = size / headCount
    let projections =
      attention.contains("q_proj.weight")
      ? try QueryKeyValue(
        attention, hiddenSize: size, headCount: headCount, keyHeadCount: headCount,
        headSize: headSize, hasBias: true)
      : QueryKeyValue(
        fused: try Linear(attention["qkv_proj"], inputSize: size, outputSize: 3 * size),
        layout: .sideBySide, headCount: headCount, keyHeadCount: headCount, headSize: headSize)
    let both = try Linear(
      mlp["up_gate_proj"], inputSize: size, outputSize: 2 * inner, hasBias: false)
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          projections,
          output: try Linear(attention["o_proj"], inputSize: size, outputSize: size),
          mask: configuration.mask, rotary: configuration.rotary),
        normOfSum: try configuration.gteNorm(reader["attn_ln"])),
      feedForward: Sublayer(
        GatedFeedForward(
          gate: both[inner..<2 * inner], up: both[0..<inner],
          down: try Linear(mlp["down_proj"], inputSize: inner, outputSize: size),
          activation: configuration.activation),
        normOfSum: try configuration.gteNorm(reader["mlp_ln"])))
  }
}

// MARK: Model

enum GTEModel {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BertConfiguration(gte: file)
    let (reader, body) = try reader.locate(body: file.modelType, layer: "encoder.layer.0")
    let head = reader["lm_head"]
    let embeddings = try InputEmbeddings(
      bert: body["embeddings"], configuration, output: head["decoder"])
    let layers = try body["encoder.layer"].map(configuration.layerCount) {
      reader, _ throws(TransformerError) in
      try TransformerLayer(gte: reader, configuration)
    }
    return SingleStackModel(
      family: "GTE", TransformerStack(embeddings: embeddings, layers: layers),
      head: try MaskedTokenHead(gte: head, configuration, embeddings: embeddings.words),
      positionCount: configuration.positionCount, reader)
  }
}

extension MaskedTokenHead {
  /// Reads what the reference calls `NewLMPredictionHead`.
  ///
  /// - Parameter reader: The scope `lm_head`.
  /// - Returns: nil if the checkpoint has no such head.
  fileprivate init?(
    gte reader: WeightReader, _ configuration: BertConfiguration, embeddings: Embedding
  ) throws(TransformerError) {
    guard reader.contains("dense.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(reader["dense"], inputSize: size, outputSize: size)
    activation = configuration.activation
    norm = try configuration.gteNorm(reader["norm"])
    decoder = try Linear(
      reader["decoder"], tiedTo: embeddings,
      bias: reader["decoder"].vector("bias", count: configuration.vocabularySize))
  }
}
