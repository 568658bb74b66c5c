// GPT-Neo: GPT-2 with separate projections and unscaled scores; layers take turns at looking back on everything and
// on a window.
//
// Code and models: Black, Gao, Wang, Leahy and Biderman, "GPT-Neo: Large Scale Autoregressive Language Modeling with
// Mesh-Tensorflow", 2021, doi:10.5281/zenodo.5297715.
// Reference: transformers/models/gpt_neo/modeling_gpt_neo.py; the types carry its names.

import Attention
import Files

// MARK: Configuration

struct GPTNeoConfiguration {
  let vocabularySize: Int
  let hiddenSize: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let isTied: Bool
  /// One per layer.
  let masks: [AttentionMask]

  /// Sizes are required; the rest takes the defaults of transformers' `GPTNeoConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_heads")
    intermediateSize = try configuration.size("intermediate_size", default: 4 * hiddenSize)
    positionCount = try configuration.size("max_position_embeddings")
    activation = try configuration.activation("activation_function", default: "gelu_new")
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-5)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    masks = try Self.masks(
      configuration, layerCount: configuration.layerCount("num_layers"),
      window: configuration.size("window_size", default: 256))
  }

  /// By `attention_types`, which is a list of names and how often these follow each other:
  /// `[[["global", "local"], 12]]`.
  private static func masks(
    _ configuration: ModelConfiguration, layerCount: Int, window: Int
  ) throws(TransformerError) -> [AttentionMask] {
    let key = "attention_types"
    guard let types = configuration.value(key), !types.isNull else {
      return (0..<layerCount).map { $0.isMultiple(of: 2) ? .causal : .causalWindow(width: window) }
    }
    var masks: [AttentionMask] = []
    for type in types.array.map(Array.init) ?? [] {
      guard let pair = type.array, pair.count == 2, let names = pair[0].array, !names.isEmpty,
        let times = pair[1].integer
      else { break }
      for _ in 0..<max(0, min(times, layerCount)) {
        for name in names {
          switch name.string {
          case "global": masks.append(.causal)
          case "local": masks.append(.causalWindow(width: window))
          default:
            throw configuration.unsupported(
              key, value: "\"\(name.string ?? "")\"", because: "only global and local are known")
          }
        }
        guard masks.count <= layerCount else { break }
      }
    }
    guard masks.count == layerCount else {
      throw .wrongCount(
        key: key, expected: layerCount, found: masks.count, path: configuration.path)
    }
    return masks
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `GPTNeoBlock`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: GPTNeoConfiguration, mask: AttentionMask
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    func norm(_ name: String) throws(TransformerError) -> LayerNorm {
      try LayerNorm(reader[name], size: size, epsilon: configuration.normEpsilon)
    }
    let scope = reader["attn.attention"]
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          try QueryKeyValue(
            scope, hiddenSize: size, headCount: headCount, keyHeadCount: headCount,
            headSize: size / headCount, hasBias: false),
          output: try Linear(scope["out_proj"], inputSize: size, outputSize: size), mask: mask,
          scale: 1),
        normOfInput: try norm("ln_1")),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.c_fc"], reader["mlp.c_proj"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation),
        normOfInput: try norm("ln_2")))
  }
}

// MARK: Model

extension GPTNeoConfiguration: DecoderConfiguration {
  var family: String { "GPT-Neo" }
  var layerCount: Int { masks.count }
  var names: DecoderNames {
    DecoderNames(body: "transformer", embeddings: "wte", layers: "h", finalNorm: "ln_f")
  }

  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    try TransformerLayer(reader, self, mask: masks[index])
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    stack.embeddings.positions = PositionEmbedding(
      .learned(try Embedding(body["wpe"], rowCount: positionCount, size: hiddenSize)))
  }
}
