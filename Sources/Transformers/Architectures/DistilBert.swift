// DistilBERT: BERT with half the layers, taught by the whole, without sentence types.
//
// Paper: Sanh, Debut, Chaumond and Wolf, "DistilBERT, a distilled version of BERT: smaller, faster, cheaper
// and lighter", 2019, arXiv:1910.01108.
// Reference: transformers/models/distilbert/modeling_distilbert.py.

// MARK: Configuration

extension BertConfiguration {
  /// Sizes are required; the activation is "gelu" in transformers' `DistilBertConfig`, where files leave it
  /// out, and the epsilon stands in the reference's code.
  ///
  /// Whether positions were learned or computed (`sinusoidal_pos_embds`), the file has their table.
  init(distilBert configuration: ModelConfiguration) throws(TransformerError) {
    let size = try configuration.size("dim")
    self.init(
      vocabularySize: try configuration.size("vocab_size"), embeddingSize: size, hiddenSize: size,
      layerCount: try configuration.size("n_layers"),
      headCount: try configuration.size("n_heads"),
      intermediateSize: try configuration.size("hidden_dim"),
      positionCount: try configuration.size("max_position_embeddings"), tokenTypeCount: 0,
      activation: try configuration.activation("activation", default: "gelu"), normEpsilon: 1e-12)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
  }
}

// MARK: Layer

extension BertLayer {
  /// Reads what the reference calls `TransformerBlock`.
  init(
    distilBert reader: WeightReader, _ configuration: BertConfiguration, layer: Int
  ) throws(TransformerError) {
    let attention = reader["attention"]
    selfAttention = try BertSelfAttention(
      query: attention["q_lin"], key: attention["k_lin"], value: attention["v_lin"],
      configuration, layer: layer)
    attentionOutput = try BertOutput(
      dense: attention["out_lin"], layerNorm: reader["sa_layer_norm"],
      inputSize: configuration.hiddenSize, configuration)
    intermediate = try BertIntermediate(dense: reader["ffn"]["lin1"], configuration)
    output = try BertOutput(
      dense: reader["ffn"]["lin2"], layerNorm: reader["output_layer_norm"],
      inputSize: configuration.intermediateSize, configuration)
  }
}

// MARK: Model

extension BertModel {
  static func distilBert(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BertConfiguration(distilBert: file)
    let (reader, body) = try reader.locate(body: "distilbert", layer: "transformer.layer.0")
    let embeddings = try BertEmbeddings(
      body["embeddings"], configuration, output: reader["vocab_projector"])
    let layers = try body["transformer"]["layer"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try BertLayer(distilBert: reader, configuration, layer: layer)
    }
    let head = try MaskedTokenHead(
      distilBert: reader, configuration, embeddings: embeddings.wordEmbeddings)
    return BertModel(
      embeddings: embeddings, projection: nil, layers: layers, head: head,
      summary: configuration.summary(
        family: "DistilBERT", predictsTokens: head != nil, unusedTensors: reader.unusedNames))
  }
}

extension MaskedTokenHead {
  /// - Parameter reader: The scope of the whole checkpoint, where the reference has the head's parts.
  /// - Returns: nil if the checkpoint has no such head.
  init?(
    distilBert reader: WeightReader, _ configuration: BertConfiguration, embeddings: Embedding
  ) throws(TransformerError) {
    guard reader.contains("vocab_transform.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(reader["vocab_transform"], inputSize: size, outputSize: size)
    activation = configuration.activation
    norm = try LayerNorm(
      reader["vocab_layer_norm"], size: size, epsilon: configuration.normEpsilon)
    decoder = try Linear(
      reader["vocab_projector"], tiedTo: embeddings,
      bias: reader["vocab_projector"].vector("bias", count: configuration.vocabularySize))
  }
}
