// GPT-J: a decoder that turns neighbouring features of each head, and whose two blocks share one norm and are added
// together.
//
// Code and model: Wang and Komatsuzaki, "GPT-J-6B", 2021, https://github.com/kingoflolz/mesh-transformer-jax.
// Reference: transformers/models/gptj/modeling_gptj.py; the types carry its names.

import Attention

// MARK: Configuration

struct GPTJConfiguration: Sendable {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let activation: Activation
  let normEpsilon: Float
  let rotary: RotaryEmbedding
  let mask: AttentionMask
  let isTied: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `GPTJConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("n_embd")
    layerCount = try configuration.size("n_layer")
    headCount = try configuration.size("n_head")
    intermediateSize = try configuration.size("n_inner", default: 4 * hiddenSize)
    positionCount = try configuration.size("n_positions")
    activation = try configuration.activation("activation_function", default: "gelu_new")
    normEpsilon = try configuration.epsilon("layer_norm_epsilon", default: 1e-5)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    rotary = RotaryEmbedding(
      size: try configuration.rotarySize(
        Double(configuration.size("rotary_dim", default: 64)), headSize: hiddenSize / headCount),
      pairing: .neighbours, base: 10_000)
    mask = try configuration.mask()
    isTied = try configuration.flag("tie_word_embeddings", default: false)
  }
}

// MARK: Layer

extension TransformerLayer {
  /// Reads what the reference calls `GPTJBlock`.
  fileprivate init(
    _ reader: WeightReader, _ configuration: GPTJConfiguration
  ) throws(TransformerError) {
    let (size, headCount) = (configuration.hiddenSize, configuration.headCount)
    let norm = try LayerNorm(reader["ln_1"], size: size, epsilon: configuration.normEpsilon)
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          try QueryKeyValue(
            reader["attn"], hiddenSize: size, headCount: headCount, keyHeadCount: headCount,
            headSize: size / headCount, hasBias: false),
          output: try Linear(
            reader["attn.out_proj"], inputSize: size, outputSize: size, hasBias: false),
          mask: configuration.mask, rotary: configuration.rotary),
        normOfInput: norm),
      feedForward: Sublayer(
        try FeedForward(
          reader["mlp.fc_in"], reader["mlp.fc_out"], size: size,
          innerSize: configuration.intermediateSize, activation: configuration.activation)),
      order: .parallelSharingNorm)
  }
}

// MARK: Model

enum GPTJModel {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try GPTJConfiguration(file)
    let (reader, body) = try reader.locate(body: "transformer", layer: "h.0")
    let size = configuration.hiddenSize
    let embeddings = InputEmbeddings(
      try Embedding(
        body["wte"], orTiedTo: configuration.isTied ? reader["lm_head"] : nil,
        rowCount: configuration.vocabularySize, size: size))
    let layers = try body["h"].map(configuration.layerCount) {
      reader, _ throws(TransformerError) in try TransformerLayer(reader, configuration)
    }
    let norm = try LayerNorm(body["ln_f"], size: size, epsilon: configuration.normEpsilon)
    let head = try LanguageModelHead(
      reader["lm_head"], embeddings: embeddings.words, isTied: configuration.isTied, hasBias: true)
    return SingleStackModel(
      family: "GPT-J",
      TransformerStack(embeddings: embeddings, layers: layers, finalNorm: norm), head: head,
      positionCount: configuration.positionCount, reader)
  }
}
