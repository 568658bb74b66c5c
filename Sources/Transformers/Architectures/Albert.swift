// ALBERT: BERT with small embeddings and one layer that is applied again and again.
//
// Paper: Lan et al., "ALBERT: A Lite BERT for Self-supervised Learning of Language Representations", 2019,
// arXiv:1909.11942.
// Reference: transformers/models/albert/modeling_albert.py.

// MARK: Configuration

/// The sharing of the checkpoint's layers: which of them is applied when.
struct AlbertSharing: Sendable {
  let groupCount: Int
  /// A group is applied as a whole.
  let layersPerGroup: Int
  let groupApplicationCount: Int

  var layerCount: Int { groupApplicationCount * layersPerGroup }

  /// One layer for all in transformers' `AlbertConfig`, where files leave it out.
  ///
  /// Layers that share their weights cost a file nothing: what bounds their number must be bounds of its own.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    groupApplicationCount = try configuration.size("num_hidden_layers", limit: 512)
    groupCount = try configuration.size("num_hidden_groups", default: 1, limit: 512)
    layersPerGroup = try configuration.size("inner_group_num", default: 1, limit: 16)
  }

  /// The group that is applied as number `application`; rounded as in the reference.
  func group(application: Int) -> Int {
    Int(Double(application) / (Double(groupApplicationCount) / Double(groupCount)))
  }
}

extension BertConfiguration {
  /// Sizes are required; the rest takes the defaults of transformers' `AlbertConfig`.
  init(
    albert configuration: ModelConfiguration, _ sharing: AlbertSharing
  ) throws(TransformerError) {
    try self.init(configuration)
    layerCount = sharing.layerCount
    embeddingSize = try configuration.size("embedding_size")
    activation = try configuration.activation("hidden_act", default: "gelu_new")
  }
}

// MARK: Model

enum AlbertModel {
  /// Of what the reference calls `AlbertLayer`.
  private static let names = TransformerLayer.BertNames(
    query: "attention.query", key: "attention.key", value: "attention.value",
    attentionOutput: "attention.dense", attentionNorm: "attention.LayerNorm",
    intermediate: "ffn", output: "ffn_output", outputNorm: "full_layer_layer_norm")

  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let sharing = try AlbertSharing(file)
    let configuration = try BertConfiguration(albert: file, sharing)
    let (reader, body) = try reader.locate(body: "albert", layer: "encoder.albert_layer_groups.0")
    var embeddings = try InputEmbeddings(
      bert: body["embeddings"], configuration, output: reader["predictions.decoder"])
    embeddings.projection = try Linear(
      body["encoder.embedding_hidden_mapping_in"], inputSize: configuration.embeddingSize,
      outputSize: configuration.hiddenSize)
    var layers: [TransformerLayer] = []
    for application in 0..<sharing.groupApplicationCount {
      let group = body["encoder.albert_layer_groups"][sharing.group(application: application)]
      for inner in 0..<sharing.layersPerGroup {
        layers.append(
          try TransformerLayer(bert: group["albert_layers"][inner], configuration, names))
      }
    }
    let head = try MaskedTokenHead(
      albert: reader["predictions"], configuration, embeddings: embeddings.words)
    return SingleStackModel(
      family: "ALBERT", TransformerStack(embeddings: embeddings, layers: layers), head: head,
      positionCount: configuration.longestInput, reader)
  }
}

extension MaskedTokenHead {
  /// Reads what the reference calls `AlbertMLMHead`.
  ///
  /// - Parameter reader: The scope `predictions`.
  /// - Returns: nil if the checkpoint has no such head.
  init?(
    albert reader: WeightReader, _ configuration: BertConfiguration, embeddings: Embedding
  ) throws(TransformerError) {
    guard reader.contains("dense.weight") else { return nil }
    let size = configuration.embeddingSize
    dense = try Linear(reader["dense"], inputSize: configuration.hiddenSize, outputSize: size)
    activation = configuration.activation
    norm = try LayerNorm(reader["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
    decoder = try Linear(
      reader["decoder"], tiedTo: embeddings,
      bias: reader.vector("bias", orOlder: "decoder.bias", count: configuration.vocabularySize))
  }
}
