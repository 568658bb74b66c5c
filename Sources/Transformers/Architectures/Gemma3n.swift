// Gemma 3n: Gemma 4's attention under layers that work on one of several streams of states and predict the others from
// it (AltUp), with a low-rank way around the attention (LAuReL) and, in some layers, gates most of which are shut.
//
// Papers: Gemma Team, "Gemma 3n", 2025; Baykal et al., "Alternating Updates for Efficient Transformers", 2023,
// arXiv:2301.13310; Menghani, Kumar and Kumar, "LAuReL: Learned Augmented Residual Layer", 2024, arXiv:2411.07501.
// Reference: transformers/models/gemma3n/modeling_gemma3n.py; the types carry its names.
//
// Shape letters: T tokens, N streams, C hidden size, P the size of a layer's own inputs.

import Attention
import Glibc

// MARK: Configuration

struct Gemma3nConfiguration {
  let vocabularySize: Int
  let hiddenSize: Int
  let headCount: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let layers: [Gemma4Configuration.Layer]
  /// The share of each layer's gates that is shut.
  let sparsities: [Double]
  let logitCap: Float?
  let isTied: Bool
  let layerInputs: (size: Int, vocabularySize: Int)
  let laurelRank: Int
  /// N.
  let streamCount: Int
  /// The stream that layers work on.
  let activeStream: Int
  let scalesCorrected: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `Gemma3nTextConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    headCount = try configuration.size("num_attention_heads")
    positionCount = try configuration.size("max_position_embeddings")
    activation = try configuration.activation(
      "hidden_activation", default: "gelu_pytorch_tanh")
    normEpsilon = try configuration.epsilon("rms_norm_eps", default: 1e-6)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    logitCap = try configuration.cap("final_logit_softcapping", default: 30)
    try configuration.require(
      "attention_bias", is: false, because: "biases of normed values are not computed")
    layerInputs = (
      try configuration.size("hidden_size_per_layer_input", default: 256),
      try configuration.size("vocab_size_per_layer_input", default: 262_144)
    )
    laurelRank = try configuration.size("laurel_rank", default: 64)
    streamCount = try configuration.size("altup_num_inputs", default: 4, limit: 64)
    activeStream = try configuration.integer(
      "altup_active_idx", default: 0, in: 0...streamCount - 1)
    scalesCorrected = try configuration.flag("altup_correct_scale", default: true)
    let count = try configuration.layerCount()
    let given = try configuration.numbers("activation_sparsity_pattern")
    sparsities =
      given ?? (0..<count).map { count > 10 && $0 < 10 ? 0.95 : 0 }
    guard sparsities.count == count else {
      throw .wrongCount(
        key: "activation_sparsity_pattern", expected: count, found: sparsities.count,
        path: configuration.path)
    }
    for sparsity in sparsities where !(0..<1).contains(sparsity) {
      throw .numberOutOfRange(
        key: "activation_sparsity_pattern", value: sparsity, path: configuration.path)
    }
    layers = try Self.layers(configuration, headCount: headCount, count: count)
  }

  private static func layers(
    _ configuration: ModelConfiguration, headCount: Int, count: Int
  ) throws(TransformerError) -> [Gemma4Configuration.Layer] {
    let types = try configuration.layerTypes(count: count) {
      ($0 + 1).isMultiple(of: 5) ? .full : .sliding
    }
    let window = try configuration.size("sliding_window", default: 512)
    let headSize = try configuration.size("head_dim", default: 256)
    let keyHeadCount = try configuration.keyHeadCount(headCount: headCount, default: 2)
    let full = try configuration.rotaryEmbedding(headSize: headSize, base: 1_000_000)
    let sliding = try configuration.slidingRotaryEmbedding(
      headSize: headSize, base: configuration.positive("rope_local_base_freq", default: 10_000))
    let sizes: [Int]
    if let list = configuration.value("intermediate_size")?.array {
      sizes = list.compactMap(\.integer)
      guard sizes.count == count else {
        throw .wrongCount(
          key: "intermediate_size", expected: count, found: sizes.count, path: configuration.path)
      }
      for size in sizes where !(1...ModelConfiguration.sizeLimit).contains(size) {
        throw .integerOutOfRange(
          key: "intermediate_size", value: size, range: 1...ModelConfiguration.sizeLimit,
          path: configuration.path)
      }
    } else {
      sizes = [Int](repeating: try configuration.size("intermediate_size"), count: count)
    }
    let sharingCount = try configuration.integer(
      "num_kv_shared_layers", default: min(15, count - 1), in: 0...count - 1)
    let sources = try configuration.sources(types, sharingCount: sharingCount)
    return try (0..<count).map { index throws(TransformerError) in
      Gemma4Configuration.Layer(
        mask: try configuration.mask(types[index], window: window),
        rotary: types[index] == .full ? full : sliding, keyHeadCount: keyHeadCount,
        headSize: headSize, sharesProjection: false, source: sources[index],
        intermediateSize: sizes[index])
    }
  }

  func norm(_ reader: WeightReader) throws(TransformerError) -> RMSNorm {
    try RMSNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}

// MARK: Feed-forward

/// A gated feed-forward block whose gates are cut off at so many standard deviations above their mean.
struct SparseFeedForward: TokenMap {
  let block: GatedFeedForward
  let deviations: Float

  init(_ block: GatedFeedForward, sparsity: Double) {
    self.block = block
    deviations = Float(Self.quantile(sparsity))
  }

  /// Below which a share of a standard normal distribution lies.
  /// - Precondition: 0 < `share` < 1.
  private static func quantile(_ share: Double) -> Double {
    var x = 0.0
    // Newton's method: the function is convex towards each side, and steps are kept short far from the middle.
    for _ in 0..<100 {
      let difference = 0.5 * erfc(-x / 2.squareRoot()) - share
      let step = difference * (2 * Double.pi).squareRoot() * exp(x * x / 2)
      x -= max(-1, min(1, step))
    }
    return x
  }

  func callAsFunction(_ x: HiddenStates) -> HiddenStates {
    var gates = block.gate(x)
    for token in 0..<gates.tokenCount {
      let row = gates.row(token)
      let mean = row.reduce(into: 0.0) { $0 += Double($1) } / Double(row.count)
      let variance =
        row.reduce(into: 0.0) { $0 += (Double($1) - mean) * (Double($1) - mean) }
        / Double(row.count)
      let cutoff = Float(mean) + Float(variance.squareRoot()) * deviations
      gates.replaceRow(token, with: row.map { max(0, $0 - cutoff) })
    }
    var y = block.activation(gates)
    y *= block.up(x)
    return block.down(y)
  }
}

// MARK: Model

extension Gemma3nConfiguration: DecoderConfiguration {
  var family: String { "Gemma 3n" }
  var layerCount: Int { layers.count }
  var embeddingScale: Float { Float(hiddenSize).squareRoot() }

  /// Reads what the reference calls `Gemma3nTextDecoderLayer`.
  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    let block = try GatedFeedForward(
      reader["mlp"], size: hiddenSize, innerSize: layers[index].intermediateSize,
      activation: activation)
    let sparsity = sparsities[index]
    let streams = try Gemma3nStreams(reader, self)
    var layer = try TransformerLayer(
      gemma: reader,
      MultiHeadAttention(
        gemma4: reader, layers, index, hiddenSize: hiddenSize, headCount: headCount,
        epsilon: normEpsilon),
      sparsity > 0 ? SparseFeedForward(block, sparsity: sparsity) : block, norm: norm)
    (layer.entry, layer.beside) = (streams, streams)
    return layer
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try norm(reader)
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    func squares(_ name: String) throws(TransformerError) -> [Linear] {
      try body[name].map(streamCount - 1) { reader, _ throws(TransformerError) in
        try Linear(reader, inputSize: hiddenSize, outputSize: hiddenSize, hasBias: false)
      }
    }
    stack.streams = StateStreams(
      projections: try squares("altup_projections"),
      unembeddings: try squares("altup_unembed_projections"))
    stack.layerInputs = try LayerInputs(
      body, layerCount: layers.count, hiddenSize: hiddenSize, size: layerInputs.size,
      rowCount: layerInputs.vocabularySize, epsilon: normEpsilon)
  }
}
