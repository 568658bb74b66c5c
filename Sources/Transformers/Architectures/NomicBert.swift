// Nomic BERT: BERT with rotary positions, a gated feed-forward block and hardly any biases, which makes vectors of long
// texts.
//
// Paper: Nussbaum, Morris, Duderstadt and Mulyar, "Nomic Embed: Training a Reproducible Long Context Text Embedder",
// 2024, arXiv:2402.01613.
// Reference: transformers/models/nomic_bert/modeling_nomic_bert.py; tensors and keys also as in the hub's files, which
// are GPT-2's.

import Attention

// MARK: Configuration

struct NomicBertConfiguration {
  let vocabularySize: Int
  let hiddenSize: Int
  let layerCount: Int
  let headCount: Int
  let intermediateSize: Int
  let positionCount: Int
  let tokenTypeCount: Int
  let activation: Activation
  let normEpsilon: Float
  let rotary: RotaryEmbedding
  let isTied: Bool

  /// Sizes are required; the rest takes the defaults of transformers' `NomicBertConfig`.
  init(_ configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size(anyOf: "hidden_size", "n_embd")
    layerCount = try configuration.size(anyOf: "num_hidden_layers", "n_layer")
    headCount = try configuration.size(anyOf: "num_attention_heads", "n_head")
    intermediateSize = try configuration.size(anyOf: "intermediate_size", "n_inner")
    positionCount = try configuration.size(
      anyOf: "max_position_embeddings", "n_positions", "max_trained_positions")
    tokenTypeCount = try configuration.integer(
      "type_vocab_size", default: 2, in: 0...ModelConfiguration.sizeLimit)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    let headSize = hiddenSize / headCount
    normEpsilon = try configuration.epsilon(
      configuration.contains("layer_norm_eps") ? "layer_norm_eps" : "layer_norm_epsilon",
      default: 1e-12)
    rotary = try configuration.rotaryEmbedding(
      headSize: headSize,
      pairing: configuration.flag("rotary_emb_interleaved", default: false)
        ? .neighbours : .halves,
      share: configuration.positive("rotary_emb_fraction", default: 1),
      base: configuration.positive("rotary_emb_base", default: 1000))
    if configuration.contains("activation_function") {
      switch try configuration.string("activation_function", default: "swiglu") {
      case "swiglu": activation = .silu
      case "geglu": activation = .gelu
      case let name:
        throw .unknownActivation(name, key: "activation_function", path: configuration.path)
      }
    } else {
      activation = try configuration.activation("hidden_act", default: "silu")
    }
    let reason = "that is another model than the one known here"
    for key in [
      "prenorm", "parallel_block", "use_rms_norm", "qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias",
      "causal",
    ] {
      try configuration.require(key, is: false, because: reason)
    }
    for key in ["rotary_scaling_factor", "rotary_emb_scale_base", "moe_every_n_layers"] {
      if let value = try configuration.number(key), value > 0 {
        throw configuration.unsupported(key, value: "\(value)", because: reason)
      }
    }
    if let size = try configuration.optionalSize("head_dim"), size != headSize {
      throw configuration.unsupported(
        "head_dim", value: "\(size)", because: "by the other sizes it should be \(headSize)")
    }
  }

  fileprivate func norm(_ reader: WeightReader) throws(TransformerError) -> LayerNorm {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}

// MARK: Layer

extension TransformerLayer {
  fileprivate init(
    _ reader: WeightReader, _ configuration: NomicBertConfiguration
  ) throws(TransformerError) {
    let (size, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    func linear(
      _ name: String, _ inputSize: Int, _ outputSize: Int
    ) throws(TransformerError) -> Linear {
      try Linear(reader[name], inputSize: inputSize, outputSize: outputSize, hasBias: false)
    }
    let headCount = configuration.headCount
    self.init(
      attention: Sublayer(
        MultiHeadAttention(
          QueryKeyValue(
            fused: try linear("attn.Wqkv", size, 3 * size), layout: .sideBySide,
            headCount: headCount, keyHeadCount: headCount, headSize: size / headCount),
          output: try linear("attn.out_proj", size, size), mask: .bidirectional,
          rotary: configuration.rotary),
        normOfSum: try configuration.norm(reader["norm1"])),
      feedForward: Sublayer(
        GatedFeedForward(
          gate: try linear("mlp.fc12", size, inner), up: try linear("mlp.fc11", size, inner),
          down: try linear("mlp.fc2", inner, size), activation: configuration.activation),
        normOfSum: try configuration.norm(reader["norm2"])))
  }
}

// MARK: Model

enum NomicBertModel {
  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    let configuration = try NomicBertConfiguration(file)
    let name = reader.contains("nomic_bert.emb_ln.weight") ? "nomic_bert" : "bert"
    let (reader, body) = try reader.locate(body: name, layer: "encoder.layers.0")
    let head = reader["cls.predictions"]
    var embeddings = InputEmbeddings(
      try Embedding(
        body["embeddings.word_embeddings"], orTiedTo: configuration.isTied ? head["decoder"] : nil,
        rowCount: configuration.vocabularySize, size: configuration.hiddenSize))
    if configuration.tokenTypeCount > 0 {
      embeddings.tokenTypes = try Embedding(
        body["embeddings.token_type_embeddings"], rowCount: configuration.tokenTypeCount,
        size: configuration.hiddenSize)
    }
    embeddings.norm = try configuration.norm(body["emb_ln"])
    let layers = try body["encoder.layers"].map(configuration.layerCount) {
      reader, _ throws(TransformerError) in try TransformerLayer(reader, configuration)
    }
    return SingleStackModel(
      family: "Nomic BERT", TransformerStack(embeddings: embeddings, layers: layers),
      head: try MaskedTokenHead(nomic: head, configuration, embeddings: embeddings.words),
      positionCount: configuration.positionCount, reader)
  }
}

extension MaskedTokenHead {
  /// - Parameter reader: The scope `cls.predictions`.
  /// - Returns: nil if the checkpoint has no such head.
  fileprivate init?(
    nomic reader: WeightReader, _ configuration: NomicBertConfiguration, embeddings: Embedding
  ) throws(TransformerError) {
    let transform = reader["transform"]
    guard transform.contains("dense.weight") else { return nil }
    let size = configuration.hiddenSize
    dense = try Linear(
      transform["dense"], inputSize: size, outputSize: size,
      hasBias: transform.contains("dense.bias"))
    activation = configuration.activation
    norm = try configuration.norm(transform["layer_norm"])
    decoder = try Linear(
      reader["decoder"], tiedTo: embeddings,
      bias: reader.vector("bias", orOlder: "decoder.bias", count: configuration.vocabularySize))
  }
}
