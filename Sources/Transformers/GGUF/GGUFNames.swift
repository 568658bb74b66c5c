/// The names of a model's tensors in llama.cpp's converters and in its files in Hugging Face layout.
///
/// Names are without `.weight` and `.bias` here, but where only one of the two has such an ending.
struct GGUFNames: Sendable {
  /// Tensors that the model has once.
  var whole: [String: String]
  var stacks: [Stack]

  /// Layers, which are numbered behind these scopes: `blk.0`, `model.layers.0`.
  struct Stack: Sendable {
    var scope: String
    var originalScope: String
    var parts: [String: String]
  }

  /// The name in Hugging Face layout; nil for a tensor that such models do not have.
  func original(of name: String) -> String? {
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let (stem, ending) = (name[..<dot], name[dot...])
    if let original = whole[String(stem)] { return original + ending }
    for stack in stacks where stem.hasPrefix("\(stack.scope).") {
      let rest = stem.dropFirst(stack.scope.count + 1)
      guard let dot = rest.firstIndex(of: ".") else { continue }
      let part = String(rest[rest.index(after: dot)...])
      guard let original = stack.parts[part + ending] ?? stack.parts[part].map({ $0 + ending })
      else { continue }
      return "\(stack.originalScope).\(rest[..<dot]).\(original)"
    }
    return nil
  }

  /// The name in the file; nil for a tensor that llama.cpp does not know.
  func stored(_ original: String) -> String? {
    guard let dot = original.lastIndex(of: ".") else { return nil }
    let (stem, ending) = (original[..<dot], original[dot...])
    if let name = whole.first(where: { $0.value == stem })?.key { return name + ending }
    for stack in stacks where stem.hasPrefix("\(stack.originalScope).") {
      let rest = stem.dropFirst(stack.originalScope.count + 1)
      guard let dot = rest.firstIndex(of: "."),
        let part = stack.parts.first(where: { $0.value == rest[rest.index(after: dot)...] })
      else { continue }
      return "\(stack.scope).\(rest[..<dot]).\(part.key)\(ending)"
    }
    return nil
  }
}

extension GGUFNames {
  private static func decoder(
    _ parts: [String: String], finalNorm: String = "model.norm"
  ) -> GGUFNames {
    let attention = [
      "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj",
      "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
      "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
      "attn_k_norm": "self_attn.k_norm",
    ]
    return GGUFNames(
      whole: [
        "token_embd": "model.embed_tokens", "output_norm": finalNorm, "output": "lm_head",
      ],
      stacks: [
        Stack(
          scope: "blk", originalScope: "model.layers",
          parts: attention.merging(parts) { $1 })
      ])
  }

  private static let gated = [
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
  ]

  private static let experts = [
    "ffn_gate_inp": "mlp.gate", "ffn_gate_exps": "mlp.experts.gate_proj",
    "ffn_up_exps": "mlp.experts.up_proj", "ffn_down_exps": "mlp.experts.down_proj",
  ]

  /// Llama and its kin, with experts or without.
  static let llama = decoder(
    gated.merging(experts) { $1 }.merging([
      "ffn_norm": "post_attention_layernorm", "ffn_gate_inp_shexp": "mlp.shared_expert_gate",
      "ffn_gate_shexp": "mlp.shared_expert.gate_proj",
      "ffn_up_shexp": "mlp.shared_expert.up_proj",
      "ffn_down_shexp": "mlp.shared_expert.down_proj",
    ]) { $1 })

  /// Whose norm before the feed-forward block llama.cpp calls one behind the attention.
  static let seedOss = decoder(
    gated.merging(["post_attention_norm": "post_attention_layernorm"]) { $1 })

  static let gptOss = decoder(
    experts.merging([
      "post_attention_norm": "post_attention_layernorm", "attn_sinks.weight": "self_attn.sinks",
    ]) { $1 })

  /// Two matrices in the feed-forward block.
  static let plain = decoder([
    "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
  ])

  /// Norms behind the blocks alone: OLMo 2 and 3, EXAONE 4.
  static let normsBehind = decoder(
    gated.merging([
      "post_attention_norm": "post_attention_layernorm",
      "post_ffw_norm": "post_feedforward_layernorm",
    ]) { $1 })

  static let phi3 = decoder([
    "attn_qkv": "self_attn.qkv_proj", "ffn_norm": "post_attention_layernorm",
    "ffn_up": "mlp.gate_up_proj", "ffn_down": "mlp.down_proj",
  ])

  static let hunyuan = decoder(
    gated.merging([
      "ffn_norm": "post_attention_layernorm", "attn_q_norm": "self_attn.query_layernorm",
      "attn_k_norm": "self_attn.key_layernorm",
    ]) { $1 })

  static let glm = decoder([
    "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.gate_up_proj",
    "ffn_down": "mlp.down_proj",
  ])

  static let glm4 = decoder([
    "post_attention_norm": "post_self_attn_layernorm", "ffn_norm": "post_attention_layernorm",
    "ffn_up": "mlp.gate_up_proj", "ffn_down": "mlp.down_proj",
    "post_ffw_norm": "post_mlp_layernorm",
  ])

  static let phi2 = decoder(
    ["attn_output": "self_attn.dense", "ffn_up": "mlp.fc1", "ffn_down": "mlp.fc2"],
    finalNorm: "model.final_layernorm")

  /// Gemma 2 and 3, with norms behind the blocks.
  static let gemma2 = decoder(
    gated.merging([
      "post_attention_norm": "post_attention_layernorm",
      "ffn_norm": "pre_feedforward_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
    ]) { $1 })

  static let starcoder2 = decoder([
    "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
  ])

  static let gpt2 = GGUFNames(
    whole: [
      "token_embd": "transformer.wte", "position_embd": "transformer.wpe",
      "output_norm": "transformer.ln_f", "output": "lm_head",
    ],
    stacks: [
      Stack(
        scope: "blk", originalScope: "transformer.h",
        parts: [
          "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj",
          "ffn_norm": "ln_2", "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
        ])
    ])

  static let gptNeoX = GGUFNames(
    whole: [
      "token_embd": "gpt_neox.embed_in", "output_norm": "gpt_neox.final_layer_norm",
      "output": "embed_out",
    ],
    stacks: [
      Stack(
        scope: "blk", originalScope: "gpt_neox.layers",
        parts: [
          "attn_norm": "input_layernorm", "attn_qkv": "attention.query_key_value",
          "attn_output": "attention.dense", "ffn_norm": "post_attention_layernorm",
          "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
        ])
    ])

  static let bloom = GGUFNames(
    whole: [
      "token_embd": "transformer.word_embeddings",
      "token_embd_norm": "transformer.word_embeddings_layernorm",
      "output_norm": "transformer.ln_f", "output": "lm_head",
    ],
    stacks: [
      Stack(
        scope: "blk", originalScope: "transformer.h",
        parts: [
          "attn_norm": "input_layernorm", "attn_qkv": "self_attention.query_key_value",
          "attn_output": "self_attention.dense", "ffn_norm": "post_attention_layernorm",
          "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
        ])
    ])

  static let mpt = GGUFNames(
    whole: [
      "token_embd": "transformer.wte", "output_norm": "transformer.norm_f", "output": "lm_head",
    ],
    stacks: [
      Stack(
        scope: "blk", originalScope: "transformer.blocks",
        parts: [
          "attn_norm": "norm_1", "attn_qkv": "attn.Wqkv", "attn_output": "attn.out_proj",
          "ffn_norm": "norm_2", "ffn_up": "ffn.up_proj", "ffn_down": "ffn.down_proj",
        ])
    ])

  /// - Parameter hasTwoNorms: Whether each of the parallel blocks has a norm of its own.
  static func falcon(hasTwoNorms: Bool) -> GGUFNames {
    GGUFNames(
      whole: [
        "token_embd": "transformer.word_embeddings", "output_norm": "transformer.ln_f",
        "output": "lm_head",
      ],
      stacks: [
        Stack(
          scope: "blk", originalScope: "transformer.h",
          parts: [
            "attn_norm": hasTwoNorms ? "ln_mlp" : "input_layernorm", "attn_norm_2": "ln_attn",
            "attn_qkv": "self_attention.query_key_value", "attn_output": "self_attention.dense",
            "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
          ])
      ])
  }

  static let bert = GGUFNames(
    whole: [
      "token_embd": "bert.embeddings.word_embeddings",
      "position_embd": "bert.embeddings.position_embeddings",
      "token_types": "bert.embeddings.token_type_embeddings",
      "token_embd_norm": "bert.embeddings.LayerNorm",
    ],
    stacks: [
      Stack(
        scope: "blk", originalScope: "bert.encoder.layer",
        parts: [
          "attn_q": "attention.self.query", "attn_k": "attention.self.key",
          "attn_v": "attention.self.value", "attn_output": "attention.output.dense",
          "attn_output_norm": "attention.output.LayerNorm", "ffn_up": "intermediate.dense",
          "ffn_down": "output.dense", "layer_output_norm": "output.LayerNorm",
        ])
    ])

  static let nomicBert = GGUFNames(
    whole: [
      "token_embd": "embeddings.word_embeddings",
      "token_types": "embeddings.token_type_embeddings", "token_embd_norm": "emb_ln",
    ],
    stacks: [
      Stack(
        scope: "blk", originalScope: "encoder.layers",
        parts: [
          "attn_qkv": "attn.Wqkv", "attn_output": "attn.out_proj", "attn_output_norm": "norm1",
          "ffn_up": "mlp.fc11", "ffn_gate": "mlp.fc12", "ffn_down": "mlp.fc2",
          "layer_output_norm": "norm2",
        ])
    ])

  static let modernBert = GGUFNames(
    whole: [
      "token_embd": "model.embeddings.tok_embeddings", "token_embd_norm": "model.embeddings.norm",
      "output_norm": "model.final_norm",
    ],
    stacks: [
      Stack(
        scope: "blk", originalScope: "model.layers",
        parts: [
          "attn_norm": "attn_norm", "attn_qkv": "attn.Wqkv", "attn_output": "attn.Wo",
          "ffn_norm": "mlp_norm", "ffn_up": "mlp.Wi", "ffn_down": "mlp.Wo",
        ])
    ])

  /// - Parameter isGated: Whether the feed-forward blocks have a gate.
  static func t5(isGated: Bool) -> GGUFNames {
    func parts(last: Int) -> [String: String] {
      let (attention, feedForward) = ("layer.0.SelfAttention", "layer.\(last).DenseReluDense")
      return [
        "attn_norm": "layer.0.layer_norm", "attn_q": "\(attention).q", "attn_k": "\(attention).k",
        "attn_v": "\(attention).v", "attn_o": "\(attention).o",
        "attn_rel_b": "\(attention).relative_attention_bias",
        "ffn_norm": "layer.\(last).layer_norm", "ffn_gate": "\(feedForward).wi_0",
        "ffn_up": "\(feedForward).\(isGated ? "wi_1" : "wi")", "ffn_down": "\(feedForward).wo",
      ]
    }
    let cross = [
      "cross_attn_norm": "layer.1.layer_norm", "cross_attn_q": "layer.1.EncDecAttention.q",
      "cross_attn_k": "layer.1.EncDecAttention.k", "cross_attn_v": "layer.1.EncDecAttention.v",
      "cross_attn_o": "layer.1.EncDecAttention.o",
    ]
    return GGUFNames(
      whole: [
        "token_embd": "shared", "enc.output_norm": "encoder.final_layer_norm",
        "dec.output_norm": "decoder.final_layer_norm", "output": "lm_head",
      ],
      stacks: [
        Stack(scope: "enc.blk", originalScope: "encoder.block", parts: parts(last: 1)),
        Stack(
          scope: "dec.blk", originalScope: "decoder.block",
          parts: parts(last: 2).merging(cross) { $1 }),
      ])
  }
}
