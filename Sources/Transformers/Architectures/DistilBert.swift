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

// MARK: Model

enum DistilBertModel {
  /// Of what the reference calls `TransformerBlock`.
  private static let names = TransformerLayer.BertNames(
    query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin",
    attentionOutput: "attention.out_lin", attentionNorm: "sa_layer_norm",
    intermediate: "ffn.lin1", output: "ffn.lin2", outputNorm: "output_layer_norm")

  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BertConfiguration(distilBert: file)
    let (reader, body) = try reader.locate(body: "distilbert", layer: "transformer.layer.0")
    let embeddings = try InputEmbeddings(
      bert: body["embeddings"], configuration, output: reader["vocab_projector"])
    let layers = try body["transformer.layer"].map(configuration.layerCount) {
      reader, _ throws(TransformerError) in
      try TransformerLayer(bert: reader, configuration, names)
    }
    let head = try MaskedTokenHead(
      distilBert: reader, configuration, embeddings: embeddings.words)
    return SingleStackModel(
      family: "DistilBERT", TransformerStack(embeddings: embeddings, layers: layers), head: head,
      positionCount: configuration.longestInput, reader)
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
