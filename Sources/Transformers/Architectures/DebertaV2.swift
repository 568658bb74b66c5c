// DeBERTa v2 and v3: BERT whose scores are sums of three: content with content, content with distance
// ("c2p") and distance with content ("p2c").
//
// Papers: He, Liu, Gao and Chen, "DeBERTa: Decoding-enhanced BERT with Disentangled Attention", 2020,
// arXiv:2006.03654; He, Gao and Chen, "DeBERTaV3", 2021, arXiv:2111.09543.
// Reference: transformers/models/deberta_v2/modeling_deberta_v2.py; the types carry its names.
//
// Shape letters: T tokens, C hidden size, H heads, D head size, R rows of relative embeddings.

import Attention
import CKernels
import Glibc
import Threads

// MARK: Configuration

struct DebertaV2Configuration: Sendable {
  let bert: BertConfiguration
  /// nil for models that know of positions from their embeddings alone.
  let distances: DebertaV2Distances?
  /// The products with relative embeddings that are added to the scores.
  let usesContentToPosition: Bool
  let usesPositionToContent: Bool
  /// Whether relative embeddings go through the same matrices as tokens.
  let sharesProjections: Bool
  let normalizesRelativeEmbeddings: Bool
  /// Whether the legacy head, of two, predicts masked tokens.
  let hasLegacyHead: Bool
  /// The convolution added behind the first layer; nil but for the largest sizes of version 2.
  let convolution: Convolution?

  struct Convolution: Sendable {
    /// The number of tokens that it looks at, its own in their middle.
    let width: Int
    let groupCount: Int
    let activation: Activation
  }

  /// Sizes are required; the rest takes the defaults of transformers' `DebertaV2Config`, and where that has
  /// none, of its code.
  ///
  /// - Parameter isFirst: Whether the first version is meant, which has no buckets, no norm of relative embeddings, no
  ///   shared projections and no convolution.
  init(
    _ configuration: ModelConfiguration, isFirst: Bool = false
  ) throws(TransformerError) {
    var bert = try BertConfiguration(configuration)
    bert.normEpsilon = try configuration.epsilon("layer_norm_eps", default: 1e-7)
    bert.tokenTypeCount = try configuration.integer(
      "type_vocab_size", default: 0, in: 0...ModelConfiguration.sizeLimit)
    bert.positions =
      try configuration.flag("position_biased_input", default: true) ? .counting(from: 0) : nil
    self.bert = bert
    distances =
      try configuration.flag("relative_attention", default: false)
      ? try DebertaV2Distances(
        configuration, positionCount: bert.positionCount, mayHaveBuckets: !isFirst) : nil
    let types = try configuration.names(
      "pos_att_type", known: ["c2p", "p2c"], because: "DeBERTa v2 knows \"c2p\" and \"p2c\"")
    usesContentToPosition = types.contains("c2p")
    usesPositionToContent = types.contains("p2c")
    sharesProjections = isFirst ? false : try configuration.flag("share_att_key", default: false)
    normalizesRelativeEmbeddings =
      isFirst
      ? false
      : try configuration.names(
        "norm_rel_ebd", known: ["none", "layer_norm"], because: "only \"layer_norm\" is known"
      ).contains("layer_norm")
    hasLegacyHead = try configuration.flag("legacy", default: true)

    convolution = isFirst ? nil : try Convolution(configuration, size: bert.hiddenSize)

    for (key, size) in [
      ("embedding_size", bert.hiddenSize),
      ("attention_head_size", bert.hiddenSize / bert.headCount),
    ] {
      let value = try configuration.size(key, default: size)
      guard value == size else {
        throw configuration.unsupported(
          key, value: "\(value)", because: "by the other sizes it should be \(size)")
      }
    }
  }

  /// 1 / √(D · n) for a score that is the sum of n products.
  var scale: Float {
    let termCount = 1 + (usesContentToPosition ? 1 : 0) + (usesPositionToContent ? 1 : 0)
    return 1 / Float(bert.hiddenSize / bert.headCount * termCount).squareRoot()
  }
}

extension DebertaV2Configuration.Convolution {
  /// nil if the model has none.
  init?(_ configuration: ModelConfiguration, size: Int) throws(TransformerError) {
    let limit = ModelConfiguration.sizeLimit
    width = try configuration.integer("conv_kernel_size", default: 0, in: 0...limit)
    if width == 0 { return nil }
    groupCount = try configuration.size("conv_groups", default: 1)
    activation = try configuration.activation("conv_act", default: "tanh")
    guard !width.isMultiple(of: 2) else {
      throw configuration.unsupported(
        "conv_kernel_size", value: "\(width)", because: "its output would not fit its input")
    }
    guard size.isMultiple(of: groupCount) else {
      throw configuration.unsupported(
        "conv_groups", value: "\(groupCount)",
        because: "so many groups cannot share the hidden size \(size) evenly")
    }
  }
}

/// The rows of the relative embeddings for distances from query to key: near ones have one each, far
/// ones share buckets that grow with the logarithm.
struct DebertaV2Distances: Sendable {
  /// Rows for one direction.
  let span: Int
  /// From here on all distances share the last bucket.
  private let maximumDistance: Int
  private let hasBuckets: Bool

  init(
    _ configuration: ModelConfiguration, positionCount: Int, mayHaveBuckets: Bool = true
  ) throws(TransformerError) {
    let limit = ModelConfiguration.sizeLimit
    let distance = try configuration.integer(
      "max_relative_positions", default: -1, in: -1...limit)
    maximumDistance = distance < 1 ? positionCount : distance
    let bucketCount =
      mayHaveBuckets
      ? try configuration.integer("position_buckets", default: -1, in: -1...limit) : -1
    hasBuckets = bucketCount > 0
    span = hasBuckets ? bucketCount : maximumDistance
    // Half of the buckets hold one distance each, and there must be distances for the others.
    guard !hasBuckets || (span > 1 && span / 2 < maximumDistance - 1) else {
      throw .integerOutOfRange(
        key: "position_buckets", value: bucketCount, range: 2...max(2, 2 * maximumDistance - 3),
        path: configuration.path)
    }
  }

  /// The row for a query that lies `distance` behind its key: 0 … 2 · `span` − 1, growing with the distance.
  func row(_ distance: Int) -> Int {
    max(0, min(bucket(distance) + span, 2 * span - 1))
  }

  private func bucket(_ distance: Int) -> Int {
    let middle = span / 2
    guard hasBuckets, abs(distance) > middle else { return distance }
    // In single precision, step by step, as the reference: on a border between buckets the rounding decides.
    let scale = log(Float(Double(maximumDistance - 1) / Double(middle)))
    let share = log(Float(abs(distance)) / Float(middle)) / scale
    let bucket = (share * Float(middle - 1)).rounded(.up) + Float(middle)
    return distance.signum() * Int(min(bucket, Float(span)))
  }
}

// MARK: Embeddings

extension DebertaV2Configuration {
  /// One vector for each row of distances, `[R, C]`, the same for all layers; nil for models without.
  func relativeEmbeddings(_ encoder: WeightReader) throws(TransformerError) -> HiddenStates? {
    guard let distances else { return nil }
    let table = try Embedding(
      encoder["rel_embeddings"], rowCount: 2 * distances.span, size: bert.hiddenSize)
    let x = try table(0..<2 * distances.span)
    guard normalizesRelativeEmbeddings else { return x }
    let norm = try LayerNorm(
      encoder["LayerNorm"], size: bert.hiddenSize, epsilon: bert.normEpsilon)
    return norm(x)
  }
}

// MARK: Attention

extension MultiHeadAttention {
  /// Reads what the reference calls `DisentangledSelfAttention`, and the layer behind it.
  fileprivate init(
    _ reader: WeightReader, _ configuration: DebertaV2Configuration,
    relativeEmbeddings: HiddenStates?
  ) throws(TransformerError) {
    let size = configuration.bert.hiddenSize
    func linear(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: size, outputSize: size)
    }
    let (query, key) = (try linear("self.query_proj"), try linear("self.key_proj"))
    self.init(
      QueryKeyValue(
        query: query, key: key, value: try linear("self.value_proj"),
        headSize: size / configuration.bert.headCount),
      output: try linear("output.dense"), mask: configuration.bert.mask,
      scale: configuration.scale)
    guard let relativeEmbeddings, let distances = configuration.distances else { return }
    var positionKey: Linear?
    var positionQuery: Linear?
    if configuration.usesContentToPosition {
      positionKey = configuration.sharesProjections ? key : try linear("self.pos_key_proj")
    }
    if configuration.usesPositionToContent {
      positionQuery = configuration.sharesProjections ? query : try linear("self.pos_query_proj")
    }
    bias = DisentangledBias(
      embeddings: relativeEmbeddings, distances: distances, positionKey: positionKey,
      positionQuery: positionQuery, scale: scale)
  }
}

/// The part of the scores in which one side is a distance instead of a token.
struct DisentangledBias: ScoreBias {
  /// `[R, C]`.
  let embeddings: HiddenStates
  let distances: DebertaV2Distances
  /// The key projection of distances; nil if content does not look at positions.
  let positionKey: Linear?
  /// The query projection of distances; nil if positions do not look at content.
  let positionQuery: Linear?
  let scale: Float

  /// The scaled sum of both terms for all pairs, or nil if there is none.
  ///
  /// - Parameters:
  ///   - queries: `[H, T, D]`.
  ///   - keys: `[H, S, D]`.
  func callAsFunction(
    queries: HeadVectors, keys: HeadVectors, firstQuery: Int
  ) -> AttentionBias? {
    guard positionKey != nil || positionQuery != nil else { return nil }
    let headCount = queries.headCount
    let (queryCount, keyCount) = (queries.rowCount, keys.rowCount)
    // By the distance from query to key, the least first; of the embeddings only the rows between the outermost are
    // projected.
    let least = firstQuery - (keyCount - 1)
    let rows = (least..<firstQuery + queryCount).map(distances.row)
    let first = rows[0]
    let used = embeddings.rows(Array(first...rows[rows.count - 1]))
    let positionKeys = positionKey?.heads(used, count: headCount)
    let positionQueries = positionQuery?.heads(used, count: headCount)
    let heads = Parallel.map(headCount) { head in
      let contentToPosition = positionKeys.map { queries.products(with: $0, head: head) }
      let positionToContent = positionQueries.map { keys.products(with: $0, head: head) }
      var bias = [Float](repeating: 0, count: queryCount * keyCount)
      for query in 0..<queryCount {
        for key in 0..<keyCount {
          let column = rows[firstQuery + query - key - least] - first
          var sum: Float = 0
          if let contentToPosition { sum += contentToPosition[query * used.tokenCount + column] }
          if let positionToContent { sum += positionToContent[key * used.tokenCount + column] }
          bias[query * keyCount + key] = sum * scale
        }
      }
      return bias
    }
    return AttentionBias(
      dense: heads.flatMap(\.self), headCount: headCount, queryCount: queryCount,
      keyCount: keyCount)
  }
}

extension HeadVectors {
  /// The products of one head's vectors with those of `other`: `[rows, other's rows]`.
  fileprivate func products(with other: HeadVectors, head: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: rowCount * other.rowCount) { products, count in
      count = rowCount * other.rowCount
      values.withUnsafeBufferPointer { rows in
        other.values.withUnsafeBufferPointer { columns in
          guard let rows = rows.baseAddress, let columns = columns.baseAddress,
            let products = products.baseAddress
          else { return }
          let matrix = ck_float_matrix(
            columns + head * other.rowCount * headSize, other.rowCount, headSize)
          ck_linear(
            matrix, false, nil, rows + head * rowCount * headSize, headSize, products,
            other.rowCount,
            rowCount)
        }
      }
    }
  }
}

// MARK: Convolution

/// A convolution of what the first layer read, added to what it puts out.
struct DebertaV2ConvLayer: LayerCompanion {
  let conv: Convolution
  let activation: Activation
  let layerNorm: LayerNorm

  /// - Parameter reader: The scope `conv`.
  init(
    _ reader: WeightReader, _ configuration: DebertaV2Configuration.Convolution,
    _ bert: BertConfiguration
  ) throws(TransformerError) {
    conv = try Convolution(
      reader["conv"], size: bert.hiddenSize, width: configuration.width,
      groupCount: configuration.groupCount)
    activation = configuration.activation
    layerNorm = try LayerNorm(
      reader["LayerNorm"], size: bert.hiddenSize, epsilon: bert.normEpsilon)
  }

  func callAsFunction(
    _ x: HiddenStates, output: HiddenStates, in run: inout LayerRun
  ) -> HiddenStates {
    var y = activation(conv(x))
    y += output
    return layerNorm(y)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `DebertaV2Layer`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: DebertaV2Configuration,
    relativeEmbeddings: HiddenStates?
  ) throws(TransformerError) {
    try self.init(
      deberta: reader, configuration.bert,
      MultiHeadAttention(
        reader["attention"], configuration, relativeEmbeddings: relativeEmbeddings))
  }

  /// The layer of both versions, given their attention.
  init(
    deberta reader: WeightReader, _ bert: BertConfiguration, _ attention: MultiHeadAttention
  ) throws(TransformerError) {
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: bert.hiddenSize, epsilon: bert.normEpsilon)
    }
    self.init(
      attention: Sublayer(attention, normOfSum: try norm("attention.output.LayerNorm")),
      feedForward: Sublayer(
        try FeedForward(
          reader["intermediate.dense"], reader["output.dense"], size: bert.hiddenSize,
          innerSize: bert.intermediateSize, activation: bert.activation),
        normOfSum: try norm("output.LayerNorm")))
  }
}

// MARK: Model

enum DebertaV2Model {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try DebertaV2Configuration(file)
    let (reader, body) = try reader.locate(body: "deberta", layer: "encoder.layer.0")
    let bert = configuration.bert
    let embeddings = try InputEmbeddings(
      bert: body["embeddings"], bert, output: reader["cls.predictions.decoder"])
    let relativeEmbeddings = try configuration.relativeEmbeddings(body["encoder"])
    var layers = try body["encoder.layer"].map(bert.layerCount) {
      reader, _ throws(TransformerError) in
      try TransformerLayer(reader, configuration, relativeEmbeddings: relativeEmbeddings)
    }
    if let convolution = configuration.convolution {
      layers[0].beside = try DebertaV2ConvLayer(body["encoder.conv"], convolution, bert)
    }
    let head = try MaskedTokenHead(
      deberta: reader, configuration, embeddings: embeddings.words)
    return SingleStackModel(
      family: "DeBERTa", TransformerStack(embeddings: embeddings, layers: layers), head: head,
      positionCount: bert.longestInput, reader)
  }
}

extension MaskedTokenHead {
  /// One of two heads.
  init?(
    deberta reader: WeightReader, _ configuration: DebertaV2Configuration, embeddings: Embedding
  ) throws(TransformerError) {
    if configuration.hasLegacyHead {
      try self.init(
        bert: reader["cls.predictions"], configuration.bert, embeddings: embeddings)
    } else {
      try self.init(
        debertaV2: reader["lm_predictions.lm_head"], configuration.bert, embeddings: embeddings)
    }
  }

  /// Reads what the reference calls `DebertaV2LMPredictionHead`.
  ///
  /// - Parameter reader: The scope `lm_predictions.lm_head`.
  /// - Returns: nil if the checkpoint has no such head.
  fileprivate init?(
    debertaV2 reader: WeightReader, _ configuration: BertConfiguration, embeddings: Embedding
  ) throws(TransformerError) {
    guard reader.contains("dense.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(reader["dense"], inputSize: size, outputSize: size)
    activation = configuration.activation
    norm = try LayerNorm(reader["LayerNorm"], size: size, epsilon: configuration.normEpsilon)
    decoder = Linear(
      weight: embeddings.weight,
      bias: try reader.vector("bias", count: configuration.vocabularySize))
  }
}
