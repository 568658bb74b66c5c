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
    logitCap =
      configuration.contains("final_logit_softcapping")
      ? try configuration.positive("final_logit_softcapping").map { Float($0) } : 30
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

  fileprivate func norm(
    _ reader: WeightReader, size: Int? = nil
  ) throws(TransformerError) -> RMSNorm {
    try RMSNorm(reader, size: size ?? hiddenSize, epsilon: normEpsilon)
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

// MARK: Streams

/// Several streams of states side by side, `[T, N · C]`, of which a layer works on one.
struct AltUp: Sendable {
  let streamCount: Int
  let active: Int
  let routerNorm: RMSNorm
  let router: Linear
  let predictionCoefficients: Linear
  let correctionCoefficients: Linear

  private func modalities(_ x: HiddenStates) -> HiddenStates {
    var y = routerNorm(x)
    y *= 1 / Float(x.size)
    return Activation.tanh(router(y))
  }

  /// The prediction of each stream, from all of them, by coefficients of the active one.
  func predict(_ x: HiddenStates) -> HiddenStates {
    let size = x.size / streamCount
    let coefficients = predictionCoefficients(modalities(x.stream(active, of: streamCount)))
    var y = x
    for token in 0..<x.tokenCount {
      for target in 0..<streamCount {
        for source in 0..<streamCount {
          let factor = coefficients.values[
            (token * streamCount + target) * streamCount + source]
          for feature in 0..<size {
            y.values[token * x.size + target * size + feature] +=
              factor * x.values[token * x.size + source * size + feature]
          }
        }
      }
    }
    return y
  }

  /// All streams, moved by how far the active one came out from what was predicted.
  func correct(_ predictions: HiddenStates, _ activated: HiddenStates) -> HiddenStates {
    let size = activated.size
    let coefficients = correctionCoefficients(modalities(activated))
    var y = predictions
    for token in 0..<y.tokenCount {
      for stream in 0..<streamCount {
        let factor = 1 + coefficients.values[token * streamCount + stream]
        for feature in 0..<size {
          let innovation =
            activated.values[token * size + feature]
            - predictions.values[token * y.size + active * size + feature]
          y.values[token * y.size + stream * size + feature] += factor * innovation
        }
      }
    }
    return y
  }
}

extension HiddenStates {
  /// One of several streams that lie side by side.
  func stream(_ index: Int, of count: Int) -> HiddenStates {
    let width = size / count
    return HiddenStates(
      tokenCount: tokenCount, size: width,
      values: (0..<tokenCount).flatMap { row($0).dropFirst(index * width).prefix(width) })
  }
}

/// The streams before the first layer and behind the last one.
struct StateStreams: Sendable {
  let projections: [Linear]
  let unembeddings: [Linear]

  private var count: Int { projections.count + 1 }

  /// `[T, N · C]`: the embeddings, and projections of them that are as large.
  func expand(_ x: HiddenStates) -> HiddenStates {
    let others = projections.map { Self.sized($0(x), like: x) }
    return HiddenStates(
      tokenCount: x.tokenCount, size: count * x.size,
      values: (0..<x.tokenCount).flatMap { token in
        ([x] + others).flatMap { Array($0.row(token)) }
      })
  }

  /// The embeddings that were expanded.
  func embeddings(in x: HiddenStates) -> HiddenStates { x.stream(0, of: count) }

  /// `[T, C]`: their mean, each projected back to the size of the first.
  func collect(_ x: HiddenStates) -> HiddenStates {
    let first = x.stream(0, of: count)
    var sum = first
    for (index, unembedding) in unembeddings.enumerated() {
      sum += Self.sized(unembedding(x.stream(index + 1, of: count)), like: first)
    }
    sum *= 1 / Float(count)
    return sum
  }

  private static func sized(_ x: HiddenStates, like other: HiddenStates) -> HiddenStates {
    func meanSquare(_ row: ArraySlice<Float>) -> Float {
      Float(row.reduce(into: 0.0) { $0 += Double($1) * Double($1) } / Double(row.count))
    }
    var y = x
    for token in 0..<x.tokenCount {
      let size = max(meanSquare(x.row(token)), 1e-5).squareRoot()
      let factor = meanSquare(other.row(token)).squareRoot() / size
      y.replaceRow(token, with: x.row(token).map { $0 * factor })
    }
    return y
  }
}

/// The changes to the streams before a layer's blocks, between them and behind them.
struct Gemma3nStreams: LayerEntry, LayerCompanion {
  let altUp: AltUp
  let laurelLeft: Linear
  let laurelRight: Linear
  let laurelNorm: RMSNorm
  /// nil where what was corrected is not scaled.
  let correctedScale: [Float]?
  let input: Gemma4LayerEnd.Input

  /// - Parameter reader: The scope of the layer.
  fileprivate init(
    _ reader: WeightReader, _ configuration: Gemma3nConfiguration
  ) throws(TransformerError) {
    let (size, count) = (configuration.hiddenSize, configuration.streamCount)
    let (rank, inner) = (configuration.laurelRank, configuration.layerInputs.size)
    func linear(
      _ name: String, _ inputSize: Int, _ outputSize: Int
    ) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: inputSize, outputSize: outputSize, hasBias: false)
    }
    altUp = AltUp(
      streamCount: count, active: configuration.activeStream,
      routerNorm: try configuration.norm(reader["altup.router_norm"]),
      router: try linear("altup.modality_router", size, count),
      predictionCoefficients: try linear("altup.prediction_coefs", count, count * count),
      correctionCoefficients: try linear("altup.correction_coefs", count, count))
    laurelLeft = try linear("laurel.linear_left", size, rank)
    laurelRight = try linear("laurel.linear_right", rank, size)
    laurelNorm = try configuration.norm(reader["laurel.post_laurel_norm"])
    correctedScale =
      configuration.scalesCorrected
      ? try reader.vector("altup.correct_output_scale", count: size) : nil
    input = Gemma4LayerEnd.Input(
      gate: try linear("per_layer_input_gate", size, inner),
      projection: try linear("per_layer_projection", inner, size),
      norm: try configuration.norm(reader["post_per_layer_input_norm"]),
      activation: configuration.activation)
  }

  func enter(_ x: HiddenStates) -> HiddenStates {
    altUp.predict(x).stream(altUp.active, of: altUp.streamCount)
  }

  func middle(_ y: HiddenStates, input: HiddenStates) -> HiddenStates {
    var sum = laurelNorm(laurelRight(laurelLeft(input)))
    sum += input
    sum += y
    sum *= Float(0.5).squareRoot()
    return sum
  }

  func callAsFunction(
    _ x: HiddenStates, output: HiddenStates, in run: inout LayerRun
  ) -> HiddenStates {
    var y = altUp.correct(altUp.predict(x), output)
    var first = y.stream(altUp.active, of: altUp.streamCount)
    if let correctedScale {
      for token in 0..<first.tokenCount {
        first.replaceRow(token, with: zip(first.row(token), correctedScale).map { $0 * $1 })
      }
    }
    guard let own = run.layerInput(size: input.gate.weight.rowCount) else { return y }
    var gated = input.activation(input.gate(first))
    gated *= own
    let added = input.norm(input.projection(gated))
    let size = added.size
    for token in 0..<y.tokenCount {
      for stream in 1..<altUp.streamCount {
        for feature in 0..<size {
          y.values[token * y.size + stream * size + feature] +=
            added.values[
              token * size + feature]
        }
      }
    }
    return y
  }
}

// MARK: Model

extension Gemma3nConfiguration: DecoderConfiguration {
  var family: String { "Gemma 3n" }
  var layerCount: Int { layers.count }

  /// Reads what the reference calls `Gemma3nTextDecoderLayer`.
  func layer(
    _ reader: WeightReader, _ index: Int
  ) throws(TransformerError) -> TransformerLayer {
    let block = try GatedFeedForward(
      reader["mlp"], size: hiddenSize, innerSize: layers[index].intermediateSize,
      activation: activation)
    let sparsity = sparsities[index]
    let streams = try Gemma3nStreams(reader, self)
    return TransformerLayer(
      attention: Sublayer(
        try MultiHeadAttention(
          gemma4: reader, layers, index, hiddenSize: hiddenSize, headCount: headCount,
          epsilon: normEpsilon),
        normOfInput: try norm(reader["input_layernorm"]),
        normOfOutput: try norm(reader["post_attention_layernorm"])),
      feedForward: Sublayer(
        sparsity > 0 ? SparseFeedForward(block, sparsity: sparsity) : block,
        normOfInput: try norm(reader["pre_feedforward_layernorm"]),
        normOfOutput: try norm(reader["post_feedforward_layernorm"])),
      entry: streams, beside: streams)
  }

  func finalNorm(_ reader: WeightReader) throws(TransformerError) -> (any Norm)? {
    try norm(reader)
  }

  func complete(_ stack: inout TransformerStack, _ body: WeightReader) throws(TransformerError) {
    stack.embeddings.scale = Float(hiddenSize).squareRoot()
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

  func head(
    _ reader: WeightReader, embeddings: Embedding
  ) throws(TransformerError) -> LanguageModelHead? {
    var head = try LanguageModelHead(reader, embeddings: embeddings, isTied: isTied)
    head?.softcap = logitCap
    return head
  }
}
