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
  /// Which products with relative embeddings are added to the scores.
  let usesContentToPosition: Bool
  let usesPositionToContent: Bool
  /// Whether relative embeddings go through the same matrices as tokens.
  let sharesProjections: Bool
  let normalizesRelativeEmbeddings: Bool
  /// Which of two heads masked tokens are predicted by.
  let hasLegacyHead: Bool
  /// What is added behind the first layer; nil but for the largest sizes of version 2.
  let convolution: Convolution?

  struct Convolution: Sendable {
    /// How many tokens it looks at, its own in their middle.
    let width: Int
    let groupCount: Int
    let activation: Activation
  }

  /// Sizes are required; the rest takes the defaults of transformers' `DebertaV2Config`, and where that has
  /// none, of its code.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    var bert = try BertConfiguration(configuration)
    bert.normEpsilon = try configuration.epsilon("layer_norm_eps", default: 1e-7)
    bert.tokenTypeCount = try configuration.integer(
      "type_vocab_size", default: 0, in: 0...ModelConfiguration.sizeLimit)
    bert.positions =
      try configuration.flag("position_biased_input", default: true) ? .fromZero : nil
    self.bert = bert
    distances =
      try configuration.flag("relative_attention", default: false)
      ? try DebertaV2Distances(configuration, positionCount: bert.positionCount) : nil
    let types = try configuration.names(
      "pos_att_type", known: ["c2p", "p2c"], because: "DeBERTa v2 knows \"c2p\" and \"p2c\"")
    usesContentToPosition = types.contains("c2p")
    usesPositionToContent = types.contains("p2c")
    sharesProjections = try configuration.flag("share_att_key", default: false)
    normalizesRelativeEmbeddings = try configuration.names(
      "norm_rel_ebd", known: ["none", "layer_norm"], because: "only \"layer_norm\" is known"
    ).contains("layer_norm")
    hasLegacyHead = try configuration.flag("legacy", default: true)

    convolution = try Convolution(configuration, size: bert.hiddenSize)

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

/// How distances from query to key share the rows of the relative embeddings: near ones have one each, far
/// ones share buckets that grow with the logarithm.
struct DebertaV2Distances: Sendable {
  /// Rows for one direction.
  let span: Int
  /// From here on all distances share the last bucket.
  private let maximumDistance: Int
  private let hasBuckets: Bool

  init(_ configuration: ModelConfiguration, positionCount: Int) throws(TransformerError) {
    let limit = ModelConfiguration.sizeLimit
    let distance = try configuration.integer(
      "max_relative_positions", default: -1, in: -1...limit)
    maximumDistance = distance < 1 ? positionCount : distance
    let bucketCount = try configuration.integer("position_buckets", default: -1, in: -1...limit)
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

struct DisentangledSelfAttention: Sendable {
  let query: Linear
  let key: Linear
  let value: Linear
  let headCount: Int
  let scale: Float
  let attention: AttentionLayer
  let relative: DisentangledBias?

  init(
    _ reader: WeightReader, _ configuration: DebertaV2Configuration,
    relativeEmbeddings: HiddenStates?, layer: Int
  ) throws(TransformerError) {
    let size = configuration.bert.hiddenSize
    func linear(_ name: String) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: size, outputSize: size)
    }
    query = try linear("query_proj")
    key = try linear("key_proj")
    value = try linear("value_proj")
    headCount = configuration.bert.headCount
    scale = configuration.scale
    attention = AttentionLayer(index: layer, kind: .own, mask: configuration.bert.mask)
    guard let relativeEmbeddings, let distances = configuration.distances else {
      relative = nil
      return
    }
    var positionKey: Linear?
    var positionQuery: Linear?
    if configuration.usesContentToPosition {
      positionKey = configuration.sharesProjections ? key : try linear("pos_key_proj")
    }
    if configuration.usesPositionToContent {
      positionQuery = configuration.sharesProjections ? query : try linear("pos_query_proj")
    }
    relative = DisentangledBias(
      embeddings: relativeEmbeddings, distances: distances, positionKey: positionKey,
      positionQuery: positionQuery, scale: scale)
  }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> AttentionLayer.Output {
    let queries = query.heads(x, count: headCount)
    let keys = key.heads(x, count: headCount)
    let score = LayerAttention.Score(
      queries: queries, keys: keys, scale: scale, bias: relative?(queries: queries, keys: keys))
    return try attention(score, values: value.heads(x, count: headCount), patterns: patterns)
  }
}

/// The part of the scores in which one side is a distance instead of a token.
struct DisentangledBias: Sendable {
  /// `[R, C]`.
  let embeddings: HiddenStates
  let distances: DebertaV2Distances
  /// What distances look like to queries; nil if content does not look at positions.
  let positionKey: Linear?
  /// What distances look like to keys; nil if positions do not look at content.
  let positionQuery: Linear?
  let scale: Float

  /// The scaled sum of both terms for all pairs, or nil if there is none.
  ///
  /// - Parameters:
  ///   - queries: `[H, T, D]`.
  ///   - keys: `[H, T, D]`.
  func callAsFunction(queries: HeadVectors, keys: HeadVectors) -> AttentionBias? {
    guard positionKey != nil || positionQuery != nil else { return nil }
    let (headCount, tokenCount) = (queries.headCount, queries.rowCount)
    // By the distance from −(T − 1) on; of the embeddings only the rows between the outermost are projected.
    let rows = (1 - tokenCount..<tokenCount).map(distances.row)
    let first = rows[0]
    let used = embeddings.rows(Array(first...rows[rows.count - 1]))
    let positionKeys = positionKey?.heads(used, count: headCount)
    let positionQueries = positionQuery?.heads(used, count: headCount)
    let heads = Parallel.map(headCount) { head in
      let contentToPosition = positionKeys.map { queries.products(with: $0, head: head) }
      let positionToContent = positionQueries.map { keys.products(with: $0, head: head) }
      var bias = [Float](repeating: 0, count: tokenCount * tokenCount)
      for query in 0..<tokenCount {
        for key in 0..<tokenCount {
          let column = rows[query - key + tokenCount - 1] - first
          var sum: Float = 0
          if let contentToPosition { sum += contentToPosition[query * used.tokenCount + column] }
          if let positionToContent { sum += positionToContent[key * used.tokenCount + column] }
          bias[query * tokenCount + key] = sum * scale
        }
      }
      return bias
    }
    return AttentionBias(
      dense: heads.flatMap(\.self), headCount: headCount, queryCount: tokenCount,
      keyCount: tokenCount)
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
          let matrix = ck_matrix(
            elements: columns + head * other.rowCount * headSize, element: CK_FLOAT32,
            row_count: other.rowCount, column_count: headSize, row_stride: headSize)
          ck_linear(
            matrix, nil, rows + head * rowCount * headSize, headSize, products, other.rowCount,
            rowCount)
        }
      }
    }
  }
}

// MARK: Layer

/// A convolution of what the first layer read, added to what it puts out.
struct DebertaV2ConvLayer: Sendable {
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

  func callAsFunction(_ x: HiddenStates, output: HiddenStates) -> HiddenStates {
    var y = activation(conv(x))
    y += output
    return layerNorm(y)
  }
}

struct DebertaV2Layer: SelfAttentionStackLayer {
  let selfAttention: DisentangledSelfAttention
  let attentionOutput: BertOutput
  let intermediate: BertIntermediate
  let output: BertOutput
  /// Of the first layer.
  var convolution: DebertaV2ConvLayer?

  init(
    _ reader: WeightReader, _ configuration: DebertaV2Configuration,
    relativeEmbeddings: HiddenStates?, layer: Int
  ) throws(TransformerError) {
    let (attention, bert) = (reader["attention"], configuration.bert)
    selfAttention = try DisentangledSelfAttention(
      attention["self"], configuration, relativeEmbeddings: relativeEmbeddings, layer: layer)
    attentionOutput = try BertOutput(
      dense: attention["output"]["dense"], layerNorm: attention["output"]["LayerNorm"],
      inputSize: bert.hiddenSize, bert)
    intermediate = try BertIntermediate(dense: reader["intermediate"]["dense"], bert)
    output = try BertOutput(
      dense: reader["output"]["dense"], layerNorm: reader["output"]["LayerNorm"],
      inputSize: bert.intermediateSize, bert)
  }

  var mask: AttentionMask { selfAttention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    let attended = try selfAttention(x, patterns: patterns)
    let y = attentionOutput(attended.context, input: x)
    let z = output(intermediate(y), input: y)
    return (convolution?(x, output: z) ?? z, attended)
  }
}

// MARK: Model

struct DebertaV2Model: SelfAttentionModel {
  let embeddings: BertEmbeddings
  let layers: [DebertaV2Layer]
  let head: MaskedTokenHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try DebertaV2Model(reader, DebertaV2Configuration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: DebertaV2Configuration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "deberta", layer: "encoder.layer.0")
    let bert = configuration.bert
    embeddings = try BertEmbeddings(
      body["embeddings"], bert, output: reader["cls"]["predictions"]["decoder"])
    let relativeEmbeddings = try configuration.relativeEmbeddings(body["encoder"])
    var layers = try body["encoder"]["layer"].map(bert.layerCount) {
      (reader, layer) throws(TransformerError) in
      try DebertaV2Layer(
        reader, configuration, relativeEmbeddings: relativeEmbeddings, layer: layer)
    }
    if let convolution = configuration.convolution {
      layers[0].convolution = try DebertaV2ConvLayer(body["encoder"]["conv"], convolution, bert)
    }
    self.layers = layers
    let words = embeddings.wordEmbeddings
    head =
      configuration.hasLegacyHead
      ? try MaskedTokenHead(bert: reader["cls"]["predictions"], bert, embeddings: words)
      : try MaskedTokenHead(
        debertaV2: reader["lm_predictions"]["lm_head"], bert, embeddings: words)
    summary = bert.summary(
      family: "DeBERTa", predictsTokens: head != nil, unusedTensors: reader.unusedNames)
  }

  func embed(_ input: ModelInput) throws(TransformerError) -> HiddenStates {
    try embeddings(input)
  }
}

extension MaskedTokenHead {
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
