// MPNet: BERT whose scores also know how far apart two tokens are, by one table for all layers.
//
// Paper: Song, Tan, Qin, Lu and Liu, "MPNet: Masked and Permuted Pre-training for Language Understanding",
// 2020, arXiv:2004.09297.
// Reference: transformers/models/mpnet/modeling_mpnet.py.

// MARK: Configuration

extension BertConfiguration {
  /// As for BERT, whose defaults transformers' `MPNetConfig` has, without sentence types. Padding is 1 in the
  /// reference's code, whatever `pad_token_id` says.
  init(mpNet configuration: ModelConfiguration) throws(TransformerError) {
    try self.init(configuration)
    tokenTypeCount = 0
    positions = .behindPadding(id: 1)
  }
}

// MARK: Attention

extension RelativePositionBias {
  /// Reads `encoder.relative_attention_bias`.
  ///
  /// The file says how many rows the table has (`relative_attention_num_buckets`); the reference's code uses
  /// the first 32.
  init(
    mpNet reader: WeightReader, _ file: ModelConfiguration, headCount: Int
  ) throws(TransformerError) {
    let key = "relative_attention_num_buckets"
    let buckets = Buckets(count: 32, maximumDistance: 128, isBidirectional: true)
    let count = try file.size(key, default: buckets.count)
    guard count == buckets.count else {
      throw file.unsupported(
        key, value: "\(count)", because: "the reference puts distances into \(buckets.count)")
    }
    try self.init(reader, buckets, headCount: headCount)
  }
}

// MARK: Layer

extension BertLayer {
  /// Reads what the reference calls `MPNetLayer`.
  init(
    mpNet reader: WeightReader, _ configuration: BertConfiguration, bias: RelativePositionBias,
    layer: Int
  ) throws(TransformerError) {
    let attention = reader["attention"]
    selfAttention = try BertSelfAttention(
      query: attention["attn"]["q"], key: attention["attn"]["k"], value: attention["attn"]["v"],
      configuration, layer: layer)
    selfAttention.relativeBias = bias
    attentionOutput = try BertOutput(
      dense: attention["attn"]["o"], layerNorm: attention["LayerNorm"],
      inputSize: configuration.hiddenSize, configuration)
    intermediate = try BertIntermediate(dense: reader["intermediate"]["dense"], configuration)
    output = try BertOutput(
      dense: reader["output"]["dense"], layerNorm: reader["output"]["LayerNorm"],
      inputSize: configuration.intermediateSize, configuration)
  }
}

// MARK: Model

extension BertModel {
  static func mpNet(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try BertConfiguration(mpNet: file)
    let (reader, body) = try reader.locate(body: "mpnet", layer: "encoder.layer.0")
    let embeddings = try BertEmbeddings(
      body["embeddings"], configuration, output: reader["lm_head"]["decoder"])
    let bias = try RelativePositionBias(
      mpNet: body["encoder"]["relative_attention_bias"], file, headCount: configuration.headCount)
    let layers = try body["encoder"]["layer"].map(configuration.layerCount) {
      (reader, layer) throws(TransformerError) in
      try BertLayer(mpNet: reader, configuration, bias: bias, layer: layer)
    }
    // The head is RoBERTa's, under the same names.
    let head = try MaskedTokenHead(
      roberta: reader["lm_head"], configuration, embeddings: embeddings.wordEmbeddings)
    return BertModel(
      embeddings: embeddings, projection: nil, layers: layers, head: head,
      summary: configuration.summary(
        family: "MPNet", predictsTokens: head != nil, unusedTensors: reader.unusedNames))
  }
}
