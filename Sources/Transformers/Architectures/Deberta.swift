// DeBERTa, the first version: that of version 2 with all projections of a layer in one matrix, biases for queries and
// values only, and a row of relative embeddings for each distance.
//
// Paper: He, Liu, Gao and Chen, "DeBERTa: Decoding-enhanced BERT with Disentangled Attention", 2020,
// arXiv:2006.03654.
// Reference: transformers/models/deberta/modeling_deberta.py; the types carry its names.

import Attention

// MARK: Attention

extension MultiHeadAttention {
  /// Reads what the reference calls `DisentangledSelfAttention`, and the layer behind it.
  fileprivate init(
    deberta reader: WeightReader, _ configuration: DebertaV2Configuration,
    relativeEmbeddings: HiddenStates?
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.bert.hiddenSize, configuration.bert.headCount)
    let (headSize, scope) = (size / headCount, reader["self"])
    let query = try scope.vector("q_bias", count: size)
    let value = try scope.vector("v_bias", count: size)
    let biases = (0..<headCount).flatMap { head in
      let features = head * headSize..<(head + 1) * headSize
      return query[features] + [Float](repeating: 0, count: headSize) + value[features]
    }
    let fused = Linear(
      weight: try scope["in_proj"].matrix("weight", rowCount: 3 * size, columnCount: size),
      bias: biases)
    self.init(
      QueryKeyValue(
        fused: fused, layout: .byKeyHead, headCount: headCount, keyHeadCount: headCount,
        headSize: headSize),
      output: try Linear(reader["output.dense"], inputSize: size, outputSize: size),
      mask: configuration.bert.mask, scale: configuration.scale)
    guard let relativeEmbeddings, let distances = configuration.distances else { return }
    bias = DisentangledBias(
      embeddings: relativeEmbeddings, distances: distances,
      positionKey: configuration.usesContentToPosition
        ? try Linear(scope["pos_proj"], inputSize: size, outputSize: size, hasBias: false) : nil,
      positionQuery: configuration.usesPositionToContent
        ? try Linear(scope["pos_q_proj"], inputSize: size, outputSize: size) : nil,
      scale: scale)
  }
}

// MARK: Model

enum DebertaModel {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try DebertaV2Configuration(file, isFirst: true)
    try file.require(
      "talking_head", is: false, because: "weights that heads mix are not those of a head")
    let (reader, body) = try reader.locate(body: "deberta", layer: "encoder.layer.0")
    let embeddings = try InputEmbeddings(
      bert: body["embeddings"], configuration.bert, output: reader["cls.predictions.decoder"])
    let relativeEmbeddings = try configuration.relativeEmbeddings(body["encoder"])
    let layers = try body["encoder.layer"].map(configuration.bert.layerCount) {
      reader, _ throws(TransformerError) in
      try TransformerLayer(
        deberta: reader, configuration.bert,
        MultiHeadAttention(
          deberta: reader["attention"], configuration, relativeEmbeddings: relativeEmbeddings))
    }
    return SingleStackModel(
      family: "DeBERTa v1", TransformerStack(embeddings: embeddings, layers: layers),
      head: try MaskedTokenHead(
        deberta: reader, configuration, embeddings: embeddings.words),
      positionCount: configuration.bert.longestInput, reader)
  }
}
