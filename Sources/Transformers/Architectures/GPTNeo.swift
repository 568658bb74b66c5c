// GPT-Neo: GPT-2 with separate projections and unscaled scores; layers take turns at looking back on everything and
// on a window.
//
// Code and models: Black, Gao, Wang, Leahy and Biderman, "GPT-Neo: Large Scale Autoregressive Language Modeling with
// Mesh-Tensorflow", 2021, doi:10.5281/zenodo.5297715.
// Reference: transformers/models/gpt_neo/modeling_gpt_neo.py; the types carry its names.

import Attention
import Files

// MARK: Configuration

struct GPTNeoConfiguration: Sendable {
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

struct GPTNeoBlock: SelfAttentionStackLayer {
  let ln1: LayerNorm
  let attention: SelfAttention
  let ln2: LayerNorm
  let mlp: FeedForward

  init(
    _ reader: WeightReader, _ configuration: GPTNeoConfiguration, layer: Int
  ) throws(TransformerError) {
    let (size, epsilon) = (configuration.hiddenSize, configuration.normEpsilon)
    let headCount = configuration.headCount
    ln1 = try LayerNorm(reader["ln_1"], size: size, epsilon: epsilon)
    let scope = reader["attn"]["attention"]
    attention = SelfAttention(
      try QueryKeyValue(
        scope, hiddenSize: size, headCount: headCount, keyHeadCount: headCount,
        headSize: size / headCount, hasBias: false),
      output: try Linear(scope["out_proj"], inputSize: size, outputSize: size),
      layer: layer, mask: configuration.masks[layer], scale: 1)
    ln2 = try LayerNorm(reader["ln_2"], size: size, epsilon: epsilon)
    mlp = try FeedForward(
      reader["mlp"]["c_fc"], reader["mlp"]["c_proj"], size: size,
      innerSize: configuration.intermediateSize, activation: configuration.activation)
  }

  var mask: AttentionMask { attention.attention.mask }

  func callAsFunction(
    _ x: HiddenStates, patterns: PatternContext
  ) throws(TransformerError) -> (HiddenStates, AttentionLayer.Output) {
    var (y, attended) = try attention(ln1(x), patterns: patterns)
    y += x
    var z = mlp(ln2(y))
    z += y
    return (z, attended)
  }
}

// MARK: Model

struct GPTNeoModel: DecoderModel {
  let wte: Embedding
  let wpe: Embedding
  let layers: [GPTNeoBlock]
  let lnF: LayerNorm
  let head: LanguageModelHead?
  let summary: ModelSummary

  static func load(
    _ configuration: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    try GPTNeoModel(reader, GPTNeoConfiguration(configuration))
  }

  init(_ reader: WeightReader, _ configuration: GPTNeoConfiguration) throws(TransformerError) {
    let (reader, body) = try reader.locate(body: "transformer", layer: "h.0")
    let size = configuration.hiddenSize
    wte = try Embedding(
      body["wte"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
      rowCount: configuration.vocabularySize, size: size)
    wpe = try Embedding(body["wpe"], rowCount: configuration.positionCount, size: size)
    layers = try body["h"].map(configuration.masks.count) {
      (reader, layer) throws(TransformerError) in
      try GPTNeoBlock(reader, configuration, layer: layer)
    }
    lnF = try LayerNorm(body["ln_f"], size: size, epsilon: configuration.normEpsilon)
    head = try LanguageModelHead(
      reader["lm_head"], embeddings: wte, isTied: configuration.isTied)
    summary = ModelSummary(
      family: "GPT-Neo", layerCount: layers.count, headCount: configuration.headCount,
      hiddenSize: size, positionCount: configuration.positionCount,
      vocabularySize: configuration.vocabularySize, predictsTokens: head != nil,
      unusedTensors: reader.unusedNames)
  }

  func embed(_ ids: [Int]) throws(TransformerError) -> HiddenStates {
    var x = try wte(ids)
    x += try wpe(ids.indices)
    return x
  }

  func finish(_ x: HiddenStates) -> HiddenStates { lnF(x) }
}
