import Files
import Tensors

extension GGUFModel {
  /// `config.json`, with the keys that the architecture's family reads.
  ///
  /// Settings that a file leaves out follow from the architecture, as in llama.cpp.
  func configuration() throws(TransformerError) -> JSONNode {
    let members =
      switch modelType {
      case "gpt2", "gpt_bigcode": try gpt2()
      case "falcon": try falcon()
      case "bloom": try bloom()
      case "mpt": try mpt()
      case "bert": try bert()
      case "nomic_bert": try bert() + rotary(headSize: max(1, hiddenSize / headCount))
      case "modernbert": try modernBert()
      case "t5", "umt5": try t5()
      default: try decoder()
      }
    return .object([("model_type", .string(modelType))] + members)
  }

  /// Settings by the names of `config.json`.
  typealias Members = [(String, JSONNode)]

  private func decoder() throws(TransformerError) -> Members {
    let (hiddenSize, headCount) = (try hiddenSize, try headCount)
    let headSize = try metadata.optionalSize("attention.key_length")
    if let headSize, let valueSize = try metadata.optionalSize("attention.value_length"),
      valueSize != headSize
    {
      throw .refusedGGUF("keys and values have different sizes", path: metadata.path)
    }
    if headSize == nil, !hiddenSize.isMultiple(of: headCount) {
      throw .headsDoNotDivide(
        headCount: headCount, hiddenSize: hiddenSize, path: metadata.path)
    }
    let size = headSize ?? hiddenSize / headCount
    var members: Members = [
      ("vocab_size", .integer(vocabularySize)),
      ("hidden_size", .integer(hiddenSize)),
      ("num_hidden_layers", .integer(try layerCount)),
      ("num_attention_heads", .integer(headCount)),
      ("num_key_value_heads", .integer(try keyHeadCount)),
      ("head_dim", .integer(size)),
      ("max_position_embeddings", .integer(try metadata.size("context_length"))),
      ("tie_word_embeddings", isTied),
    ]
    members += try norms() + feedForward() + rotary(headSize: size)
    members += biases
    if let window = try metadata.optionalSize("attention.sliding_window") {
      if Self.windowed.contains(modelType) {
        members.append(("sliding_window", .integer(window)))
      }
    } else if modelType == "exaone4" {
      members.append(("sliding_window", .null))
    }
    if let types = metadata.own("attention.sliding_window_pattern")?.list?.bools,
      ["exaone4", "gemma3_text", "olmo3"].contains(modelType)
    {
      let names = types.map { $0 ? "sliding_attention" : "full_attention" }
      members.append(("layer_types", .list(names.map { .string($0) })))
    }
    if let limit = try metadata.number("attention.clamp_kqv"), limit > 0 {
      members.append(("clip_qkv", .number(Float(limit))))
    }
    if modelType.hasPrefix("gemma") { members += try gemma(headSize: size) }
    if modelType.hasPrefix("granite") { members += try granite() }
    if modelType.hasPrefix("cohere"), let scale = try metadata.number("logit_scale") {
      members.append(("logit_scale", .number(Float(scale))))
    }
    return members
  }

  private static let windowed: Set = [
    "cohere2", "exaone4", "gemma2", "gemma3_text", "gpt_oss", "mistral", "mixtral", "olmo3", "phi3",
    "phimoe", "starcoder2",
  ]

  /// Which norms there are, and their epsilon by all the names that families have for it.
  private func norms() throws(TransformerError) -> Members {
    let isParallel =
      modelType == "gpt_neox"
      ? metadata.own("use_parallel_residual")?.bool ?? true : !has("blk.0.ffn_norm.weight")
    let hasHeadNorms = JSONNode.bool(has("blk.0.attn_q_norm.weight"))
    let members: Members = [
      ("use_qk_norm", hasHeadNorms), ("qk_layernorm", hasHeadNorms),
      ("use_parallel_residual", .bool(isParallel)),
    ]
    // That of norms without weights is nobody's choice.
    if modelType == "olmo" { return members }
    let key = normEpsilonKeys.first { metadata.own("attention.\($0)") != nil }
    let epsilon = try epsilon(key ?? normEpsilonKeys[0])
    return members
      + ["rms_norm_eps", "norm_epsilon", "norm_eps", "layer_norm_eps"].map { ($0, epsilon) }
  }

  /// The key of the family's norms first: the converter has the other one for some.
  private var normEpsilonKeys: [String] {
    let keys = ["layer_norm_rms_epsilon", "layer_norm_epsilon"]
    let isRoot =
      LlamaVariant.named[modelType].map { $0.norm == .rms } ?? modelType.hasPrefix("gemma")
    return isRoot ? keys : keys.reversed()
  }

  /// The layers that have biases, by the family's keys for them. One key for several stands for the output's.
  private var biases: Members {
    let variant = LlamaVariant.named[modelType] ?? LlamaVariant(family: "")
    let settings = [
      (variant.outputBias, "blk.0.attn_output.bias"),
      (variant.queryKeyValueBias, "blk.0.attn_\(has("blk.0.attn_qkv.weight") ? "qkv" : "q").bias"),
      (variant.feedForwardBias, "blk.0.ffn_down.bias"), (variant.headBias, "output.bias"),
    ]
    var members: Members = []
    for (setting, tensor) in settings {
      guard let key = setting.key, !members.contains(where: { $0.0 == key }) else { continue }
      members.append((key, .bool(has(tensor))))
    }
    if modelType == "gpt_neox" {
      members = [("attention_bias", .bool(has("blk.0.attn_qkv.bias")))]
    }
    return members
  }

  private func feedForward() throws(TransformerError) -> Members {
    guard let experts, has("blk.0.ffn_gate_exps.weight") else {
      return [("intermediate_size", .integer(try metadata.size("feed_forward_length")))]
    }
    for (key, known) in [
      ("expert_gating_func", 1.0), ("expert_weights_scale", 1), ("expert_group_count", 1),
    ] {
      // 0 is none.
      guard let value = try metadata.number(key), value != known, value != 0 else { continue }
      throw .refusedGGUF(
        "\(metadata.full(key)) is \(Float(value)), which is not supported", path: metadata.path)
    }
    func innerSize(_ key: String, _ tensor: String) throws(TransformerError) -> Int? {
      if let size = try metadata.optionalSize(key) { return size }
      return parts.tensors["blk.0.\(tensor).weight"].flatMap { $0.shape.dropLast().last }
    }
    var members: Members = [
      ("num_experts", .integer(try metadata.size("expert_count", limit: 4096))),
      ("num_experts_per_tok", .integer(try metadata.size("expert_used_count", limit: 4096))),
      ("norm_topk_prob", .bool(try normalizesExperts())),
    ]
    if let size = try innerSize("expert_feed_forward_length", "ffn_gate_exps") {
      members.append((experts.innerSize.key, .integer(size)))
    }
    if let size = try innerSize("expert_shared_feed_forward_length", "ffn_gate_shexp") {
      let key =
        if case .gated = experts.shared { "shared_expert_intermediate_size" } else {
          "shared_intermediate_size"
        }
      members.append((key, .integer(size)))
    }
    return members
  }

  /// Whether the weights of the chosen experts sum to 1, as the file says or llama.cpp does without.
  private func normalizesExperts() throws(TransformerError) -> Bool {
    metadata.own("expert_weights_norm")?.bool ?? (modelType == "qwen3_moe")
  }

  private func granite() throws(TransformerError) -> Members {
    var members: Members = []
    for (key, stored) in [
      ("attention_multiplier", "attention.scale"), ("embedding_multiplier", "embedding_scale"),
      ("residual_multiplier", "residual_scale"), ("logits_scaling", "logit_scale"),
    ] {
      if let value = try metadata.number(stored) { members.append((key, .number(Float(value)))) }
    }
    return members
  }

  private func gemma(headSize: Int) throws(TransformerError) -> Members {
    // The largest ones scale by what the hidden size gives each head.
    let largest = ["gemma2": 46, "gemma3": 62][metadata.architecture]
    let isLargest = try layerCount == largest
    var members: Members = [
      (
        "query_pre_attn_scalar",
        .integer(isLargest ? max(1, try hiddenSize / headCount) : headSize)
      )
    ]
    for key in ["attn_logit_softcapping", "final_logit_softcapping"] {
      let cap = try metadata.number(key)
      members.append((key, cap.map { .number(Float($0)) } ?? .null))
    }
    if metadata.architecture == "gemma-embedding" {
      members.append(("use_bidirectional_attention", .bool(true)))
    }
    if let base = try metadata.number(anyOf: "rope.freq_base_swa", "rope.local.freq_base") {
      members.append(("rope_local_base_freq", .number(Float(base))))
    }
    return members
  }

  private func gpt2() throws(TransformerError) -> Members {
    [
      ("multi_query", .bool(try keyHeadCount == 1)),
      ("vocab_size", .integer(vocabularySize)),
      ("n_embd", .integer(try hiddenSize)),
      ("n_layer", .integer(try layerCount)),
      ("n_head", .integer(try headCount)),
      ("n_inner", .integer(try metadata.size("feed_forward_length"))),
      ("n_positions", .integer(try metadata.size("context_length"))),
      ("layer_norm_epsilon", try epsilon("layer_norm_epsilon")),
      ("tie_word_embeddings", isTied),
    ]
  }

  private func falcon() throws(TransformerError) -> Members {
    let hasTwoNorms = has("blk.0.attn_norm_2.weight")
    let (hiddenSize, headCount) = (try hiddenSize, try headCount)
    let members: Members = [
      ("vocab_size", .integer(vocabularySize)),
      ("hidden_size", .integer(hiddenSize)),
      ("num_hidden_layers", .integer(try layerCount)),
      ("num_attention_heads", .integer(headCount)),
      ("num_kv_heads", .integer(try keyHeadCount)),
      ("ffn_hidden_size", .integer(try metadata.size("feed_forward_length"))),
      ("max_position_embeddings", .integer(try metadata.size("context_length"))),
      ("layer_norm_epsilon", try epsilon("layer_norm_epsilon")),
      // With one key head, both architectures are the same.
      ("new_decoder_architecture", .bool(true)),
      ("num_ln_in_parallel_attn", .integer(hasTwoNorms ? 2 : 1)),
      ("tie_word_embeddings", isTied),
    ]
    return try members + rotary(headSize: max(1, hiddenSize / headCount))
  }

  private func bloom() throws(TransformerError) -> Members {
    [
      ("vocab_size", .integer(vocabularySize)),
      ("n_embed", .integer(try hiddenSize)),
      ("n_layer", .integer(try layerCount)),
      ("n_head", .integer(try headCount)),
      ("seq_length", .integer(try metadata.size("context_length"))),
      ("layer_norm_epsilon", try epsilon("layer_norm_epsilon")),
      ("tie_word_embeddings", isTied),
    ]
  }

  private func mpt() throws(TransformerError) -> Members {
    let clip = try metadata.number("attention.clamp_kqv") ?? 0
    let slope = try metadata.number("attention.max_alibi_bias") ?? 0
    return [
      ("vocab_size", .integer(vocabularySize)),
      ("d_model", .integer(try hiddenSize)),
      ("n_layers", .integer(try layerCount)),
      ("n_heads", .integer(try headCount)),
      ("max_seq_len", .integer(try metadata.size("context_length"))),
      ("layer_norm_epsilon", try epsilon("layer_norm_epsilon")),
      ("tie_word_embeddings", isTied),
      (
        "attn_config",
        .object([
          ("clip_qkv", clip > 0 ? .number(Float(clip)) : .null),
          ("alibi", .bool(slope > 0)), ("alibi_bias_max", .integer(Int(slope))),
          ("qk_ln", .bool(has("blk.0.attn_q_norm.weight"))),
        ])
      ),
    ]
  }

  private func modernBert() throws(TransformerError) -> Members {
    var members: Members = [
      ("vocab_size", .integer(vocabularySize)),
      ("hidden_size", .integer(try hiddenSize)),
      ("num_hidden_layers", .integer(try layerCount)),
      ("num_attention_heads", .integer(try headCount)),
      ("intermediate_size", .integer(try metadata.size("feed_forward_length"))),
      ("max_position_embeddings", .integer(try metadata.size("context_length"))),
      ("norm_eps", try epsilon("layer_norm_epsilon")),
      ("local_attention", .integer(try metadata.size("attention.sliding_window"))),
    ]
    for (key, stored) in [
      ("global_rope_theta", "rope.freq_base"), ("local_rope_theta", "rope.freq_base_swa"),
    ] {
      if let base = try metadata.number(stored) { members.append((key, .number(Float(base)))) }
    }
    if let period = try metadata.optionalSize("attention.sliding_window_pattern") {
      members.append(("global_attn_every_n_layers", .integer(period)))
    }
    return members
  }

  private func bert() throws(TransformerError) -> Members {
    [
      ("vocab_size", .integer(vocabularySize)),
      ("hidden_size", .integer(try hiddenSize)),
      ("num_hidden_layers", .integer(try layerCount)),
      ("num_attention_heads", .integer(try headCount)),
      ("intermediate_size", .integer(try metadata.size("feed_forward_length"))),
      (
        "max_position_embeddings",
        .integer(try positionCount)
      ),
      ("type_vocab_size", .integer(rowCount("token_types.weight") ?? 0)),
      ("layer_norm_eps", try epsilon("layer_norm_epsilon")),
      ("is_decoder", .bool(metadata.own("attention.causal")?.bool ?? false)),
    ]
  }

  private func t5() throws(TransformerError) -> Members {
    let (layerCount, hiddenSize, headCount) = (try layerCount, try hiddenSize, try headCount)
    let keySize = try metadata.optionalSize("attention.key_length")
    let decoderLayerCount = try metadata.optionalSize(
      "decoder_block_count", limit: Self.layerLimit)
    return [
      ("vocab_size", .integer(vocabularySize)),
      ("d_model", .integer(hiddenSize)),
      (
        "d_kv", .integer(keySize ?? max(1, hiddenSize / headCount))
      ),
      ("d_ff", .integer(try metadata.size("feed_forward_length"))),
      ("num_heads", .integer(headCount)),
      ("num_layers", .integer(layerCount)),
      (
        "num_decoder_layers", .integer(decoderLayerCount ?? layerCount)
      ),
      ("n_positions", .integer(try metadata.size("context_length"))),
      (
        "relative_attention_num_buckets",
        .integer(try metadata.size("attention.relative_buckets_count"))
      ),
      ("layer_norm_epsilon", try epsilon("layer_norm_rms_epsilon")),
      (
        "feed_forward_proj",
        .string(has("enc.blk.0.ffn_gate.weight") ? "gated-gelu" : "relu")
      ),
      ("tie_word_embeddings", isTied),
      (
        "decoder_start_token_id",
        .integer(metadata.own("decoder_start_token_id")?.integer ?? 0)
      ),
      ("eos_token_id", .integer(metadata["tokenizer.ggml.eos_token_id"]?.integer ?? 1)),
    ]
  }

  private static let layerLimit = 4096

  private var hiddenSize: Int {
    get throws(TransformerError) { try metadata.size("embedding_length") }
  }
  private var headCount: Int {
    get throws(TransformerError) { try metadata.size("attention.head_count") }
  }
  private var keyHeadCount: Int {
    get throws(TransformerError) {
      if let count = try metadata.optionalSize("attention.head_count_kv") { return count }
      return try headCount
    }
  }
  /// Of a model with a table of positions.
  private var positionCount: Int {
    get throws(TransformerError) {
      if let count = rowCount("position_embd.weight") { return count }
      return try metadata.size("context_length")
    }
  }
  private var layerCount: Int {
    get throws(TransformerError) { try metadata.size("block_count", limit: Self.layerLimit) }
  }
  /// Every architecture has the table of embeddings.
  private var vocabularySize: Int { rowCount("token_embd.weight") ?? 0 }
  private var isTied: JSONNode { .bool(!has("output.weight")) }

  private func epsilon(_ key: String) throws(TransformerError) -> JSONNode {
    guard let value = try metadata.number("attention.\(key)") else {
      throw .missingKey(metadata.full("attention.\(key)"), path: metadata.path)
    }
    return .number(Float(value))
  }

  private func has(_ name: String) -> Bool { parts.tensors[name] != nil }

  private func rowCount(_ name: String) -> Int? { parts.tensors[name]?.shape.first }
}
