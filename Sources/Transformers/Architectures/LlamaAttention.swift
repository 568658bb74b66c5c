// The attention of Llama and its relatives: one or three matrices, norms of heads, rotation and windows by layer.
//
// Reference: as for Llama.swift.

import Attention

extension MultiHeadAttention {
  init(
    _ reader: WeightReader, _ configuration: LlamaConfiguration, layer: Int
  ) throws(TransformerError) {
    let (layer, headSize) = (configuration.layers[layer], configuration.headSize)
    self.init(
      try Self.projections(reader, configuration),
      output: try Linear(
        reader["o_proj"], inputSize: configuration.headCount * headSize,
        outputSize: configuration.hiddenSize, hasBias: configuration.hasOutputBias),
      mask: layer.mask, scale: configuration.attentionScale, rotary: layer.rotary)
    clip = configuration.clip
    queryGrowth = configuration.queryGrowth
    if configuration.variant.hasSinks {
      sinks = try reader.vector("sinks", count: configuration.headCount)
    }
    try readHeadNorms(reader, configuration)
  }

  private mutating func readHeadNorms(
    _ reader: WeightReader, _ configuration: LlamaConfiguration
  ) throws(TransformerError) {
    let (headSize, epsilon) = (configuration.headSize, configuration.normEpsilon)
    let (headCount, keyHeadCount) = (configuration.headCount, configuration.keyHeadCount)
    switch configuration.headNorms {
    case .none:
      break
    case .each:
      queryNorm = try RMSNorm(reader["q_norm"], size: headSize, epsilon: epsilon)
      keyNorm = try RMSNorm(reader["k_norm"], size: headSize, epsilon: epsilon)
    case .eachTurned:
      queryNorm = try RMSNorm(reader["query_layernorm"], size: headSize, epsilon: epsilon)
      keyNorm = try RMSNorm(reader["key_layernorm"], size: headSize, epsilon: epsilon)
      normsTurned = true
    case .eachTurnedWithoutWeights:
      queryNorm = RMSNorm(withoutWeights: headSize, epsilon: epsilon)
      keyNorm = queryNorm
      normsTurned = true
    case .joint:
      func joint(_ name: String, _ count: Int) throws(TransformerError) -> any HeadNorm {
        JointHeadNorm(
          base: try RMSNorm(reader[name], size: count * headSize, epsilon: epsilon))
      }
      queryNorm = try joint("q_norm", headCount)
      keyNorm = try joint("k_norm", keyHeadCount)
    case .separate:
      func separate(_ name: String, _ count: Int) throws(TransformerError) -> any HeadNorm {
        try SeparateHeadNorms(reader, name, headCount: count, size: headSize, epsilon: epsilon)
      }
      queryNorm = try separate("q", headCount)
      keyNorm = try separate("k", keyHeadCount)
    }
  }

  private static func projections(
    _ reader: WeightReader, _ configuration: LlamaConfiguration
  ) throws(TransformerError) -> QueryKeyValue {
    let (headCount, keyHeadCount) = (configuration.headCount, configuration.keyHeadCount)
    let headSize = configuration.headSize
    guard configuration.variant.isFused else {
      return try QueryKeyValue(
        reader, hiddenSize: configuration.hiddenSize, headCount: headCount,
        keyHeadCount: keyHeadCount, headSize: headSize,
        hasBias: configuration.hasQueryKeyValueBias)
    }
    let fused = try Linear(
      reader["qkv_proj"], inputSize: configuration.hiddenSize,
      outputSize: (headCount + 2 * keyHeadCount) * headSize,
      hasBias: configuration.hasQueryKeyValueBias)
    return QueryKeyValue(
      fused: fused, layout: .sideBySide, headCount: headCount, keyHeadCount: keyHeadCount,
      headSize: headSize)
  }
}

extension SeparateHeadNorms<LayerNorm> {
  /// From one tensor `q_norm` for all heads (Cohere), or one for each, `q_layernorm.norms.0` (StableLM).
  init(
    _ reader: WeightReader, _ name: String, headCount: Int, size: Int, epsilon: Float
  ) throws(TransformerError) {
    if reader.contains(scope: "\(name)_layernorm") {
      norms = try reader["\(name)_layernorm.norms"].map(headCount) {
        reader, _ throws(TransformerError) in
        try LayerNorm(reader, size: size, epsilon: epsilon, hasBias: false)
      }
    } else {
      let gains = try reader["\(name)_norm"].tensor("weight", shape: [headCount, size]).floats
      norms = (0..<headCount).map { head in
        LayerNorm(gain: Array(gains[head * size..<(head + 1) * size]), epsilon: epsilon)
      }
    }
  }
}
