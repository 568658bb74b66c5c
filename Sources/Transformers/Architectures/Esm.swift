// ESM: language models of proteins, whose tokens are residues. ESM-2 turns queries and keys, ESM-1b learned positions;
// norms stand before each block.
//
// Papers: Rives et al., "Biological structure and function emerge from scaling unsupervised learning to 250 million
// protein sequences", 2021; Lin et al., "Evolutionary-scale prediction of atomic-level protein structure with a language
// model", 2023.
// Reference: transformers/models/esm/modeling_esm.py; the types carry its names.

import Attention

// MARK: Configuration

extension BertConfiguration {
  /// Sizes are required; the rest takes the defaults of transformers' `EsmConfig`.
  init(esm configuration: ModelConfiguration) throws(TransformerError) {
    vocabularySize = try configuration.size("vocab_size")
    hiddenSize = try configuration.size("hidden_size")
    embeddingSize = hiddenSize
    layerCount = try configuration.size("num_hidden_layers")
    headCount = try configuration.size("num_attention_heads")
    intermediateSize = try configuration.size("intermediate_size")
    positionCount = try configuration.size("max_position_embeddings", default: 1026)
    tokenTypeCount = 0
    // The reference's code has no other.
    activation = .gelu
    normEpsilon = try configuration.epsilon("layer_norm_eps", default: 1e-12)
    isTied = try configuration.flag("tie_word_embeddings", default: true)
    normsFirst = true
    normsEmbeddings = try configuration.flag("emb_layer_norm_before", default: false)
    try configuration.requireHeadsDivide(hiddenSize: hiddenSize, headCount: headCount)
    mask = try configuration.flag("is_decoder", default: false) ? .causal : .bidirectional
    try configuration.require(
      "add_cross_attention", is: false, because: "a decoder by itself has no encoder to look at")
    try configuration.require(
      "is_folding_model", is: false,
      because: "what ESMFold makes of the language model inside it is not computed")
    let padding = try configuration.integer(
      "pad_token_id", default: 1, in: 0...max(0, positionCount - 2))
    switch try configuration.string("position_embedding_type", default: "absolute") {
    case "absolute":
      positions = .behindPadding(id: padding)
    case "rotary":
      let headSize = hiddenSize / headCount
      positions = nil
      rotary = try configuration.rotaryEmbedding(headSize: headSize)
    case let type:
      throw configuration.unsupported(
        "position_embedding_type", value: "\"\(type)\"",
        because: "only absolute and rotary positions are known")
    }
  }
}

// MARK: Model

enum EsmModel {
  private static let names = TransformerLayer.BertNames(
    attentionNorm: "attention.LayerNorm", outputNorm: "LayerNorm")

  static func load(
    _ file: ModelConfiguration, _ reader: WeightReader
  ) throws(TransformerError) -> any TransformerModel {
    var configuration = try BertConfiguration(esm: file)
    let (reader, body) = try reader.locate(body: "esm", layer: "encoder.layer.0")
    try configuration.takeFrequencies(from: body)
    var plain = configuration
    plain.normsEmbeddings = false
    var embeddings = try InputEmbeddings(
      bert: body["embeddings"], plain, output: reader["lm_head.decoder"])
    if configuration.normsEmbeddings {
      embeddings.norm = try configuration.esmNorm(body["embeddings.layer_norm"])
    }
    if try file.flag("token_dropout", default: false) {
      embeddings.maskScaling = MaskScaling(
        maskID: try file.integer(
          "mask_token_id", default: 32, in: 0...ModelConfiguration.sizeLimit))
    }
    let layers = try body["encoder.layer"].map(configuration.layerCount) {
      [configuration] reader, _ throws(TransformerError) in
      try TransformerLayer(bert: reader, configuration, names)
    }
    let norm = try configuration.esmNorm(body["encoder.emb_layer_norm_after"])
    let head = try MaskedTokenHead(
      roberta: reader["lm_head"], configuration, embeddings: embeddings.words)
    return SingleStackModel(
      family: "ESM",
      TransformerStack(embeddings: embeddings, layers: layers, finalNorm: norm), head: head,
      positionCount: configuration.longestInput, reader)
  }
}

extension BertConfiguration {
  /// Turns at the speeds that the checkpoint has, be it once or in each layer: in training they were often rounded.
  fileprivate mutating func takeFrequencies(
    from body: WeightReader
  ) throws(TransformerError) {
    guard let size = rotary?.size else { return }
    let name = "rotary_embeddings.inv_freq"
    for scope in ["", "encoder.layer.0.attention.self.", "encoder.layer.*.attention.self."]
    where body.contains(scope + name) {
      let frequencies = try body.vector(scope + name, count: size / 2)
      rotary?.scaling = .stored(frequencies.map { Double($0) })
      return
    }
  }

  fileprivate func esmNorm(_ reader: WeightReader) throws(TransformerError) -> LayerNorm {
    try LayerNorm(reader, size: hiddenSize, epsilon: normEpsilon)
  }
}
