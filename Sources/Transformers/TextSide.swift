import Files

/// The text side of models that read pictures, or listen, besides: with text alone it is a decoder like any other.
///
/// Its part of the configuration stands under `text_config`, or, in older files, where that of every model does; its
/// tensors have a component `language_model` or `text_model` in their names, which is left out here.
struct TextSide: Sendable {
  /// The architecture.
  let type: String
  /// The values that its part of a configuration may leave out: the reference's sizes, as JSON.
  let defaults: String

  /// The kinds of models with a text side, and the kind of that where its part does not say.
  static let wholes = [
    "aya_vision": "cohere2",
    "gemma3": "gemma3_text",
    "gemma3n": "gemma3n_text",
    "gemma4": "gemma4_text",
    "idefics3": "llama",
    "internvl": "qwen2",
    "llava": "llama",
    "llava_next": "llama",
    "llava_onevision": "qwen2",
    "mistral3": "mistral",
    "mllama": "mllama_text_model",
    "paligemma": "gemma",
    "qwen2_5_vl": "qwen2_5_vl_text",
    "qwen2_vl": "qwen2_vl_text",
    "qwen3_vl": "qwen3_vl_text",
    "qwen3_vl_moe": "qwen3_vl_moe_text",
    "smolvlm": "llama",
    "vipllava": "llama",
  ]

  private static let qwen2VL = TextSide(
    type: "qwen2",
    defaults: """
      {"vocab_size": 152064, "hidden_size": 8192, "intermediate_size": 29568,
       "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8,
       "max_position_embeddings": 32768, "max_window_layers": 80, "rope_theta": 1000000}
      """)

  private static let named = [
    "gemma3_text": TextSide(
      type: "gemma3_text",
      defaults: """
        {"vocab_size": 262208, "hidden_size": 2304, "intermediate_size": 9216,
         "num_hidden_layers": 26, "num_attention_heads": 8, "max_position_embeddings": 131072}
        """),
    "llama": TextSide(
      type: "llama",
      defaults: """
        {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008,
         "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 2048}
        """),
    "gemma": TextSide(
      type: "gemma",
      defaults: """
        {"vocab_size": 256000, "hidden_size": 3072, "intermediate_size": 24576,
         "num_hidden_layers": 28, "num_attention_heads": 16, "max_position_embeddings": 8192}
        """),
    "gemma2": TextSide(
      type: "gemma2",
      defaults: """
        {"vocab_size": 256000, "hidden_size": 2304, "intermediate_size": 9216,
         "num_hidden_layers": 26, "num_attention_heads": 8, "max_position_embeddings": 8192}
        """),
    "ministral3": TextSide(
      type: "ministral3",
      defaults: """
        {"vocab_size": 131072, "hidden_size": 4096, "intermediate_size": 14336,
         "num_hidden_layers": 34, "num_attention_heads": 32, "max_position_embeddings": 262144}
        """),
    "mllama_text_model": TextSide(
      type: "mllama_text_model",
      defaults: """
        {"vocab_size": 128256, "hidden_size": 4096, "intermediate_size": 14336,
         "num_hidden_layers": 40, "num_attention_heads": 32, "max_position_embeddings": 131072}
        """),
    "mistral": TextSide(
      type: "mistral",
      defaults: """
        {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336,
         "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 131072}
        """),
    "qwen2_vl_text": qwen2VL,
    "qwen2_5_vl_text": qwen2VL,
    "qwen3_vl_text": TextSide(type: "qwen3", defaults: #"{"rope_theta": 500000}"#),
    "qwen3_vl_moe_text": TextSide(
      type: "qwen3_moe", defaults: #"{"rope_theta": 500000, "head_dim": 128}"#),
  ]

  /// The side that is called so; files of the side alone call it so, too.
  init(_ name: String) {
    self = Self.named[name] ?? TextSide(type: name, defaults: "{}")
  }

  private init(type: String, defaults: String) {
    self.type = type
    self.defaults = defaults
  }
}

extension ModelConfiguration {
  /// The numbers of the layers that look at pictures alone (mllama), which are left out with texts.
  func pictureLayers() throws(TransformerError) -> [Int] {
    guard modelType == "mllama_text_model" else { return [] }
    return try integers("cross_attention_layers") ?? [3, 8, 13, 18, 23, 28, 33, 38]
  }
}

extension String {
  /// The names of the text side of a larger model in those of its tensors.
  private static let sides: Set<Substring> = ["language_model", "text_model"]

  /// The components of a tensor's name without the one that says that it is the text side's; nil if none does.
  fileprivate var onTextSide: String? {
    let components = split(separator: ".", omittingEmptySubsequences: false)
    guard let place = components.prefix(2).firstIndex(where: Self.sides.contains) else {
      return nil
    }
    return (components[..<place] + components[(place + 1)...]).joined(separator: ".")
  }

  /// Whether a tensor of a file that has no such component is the text side's.
  fileprivate var isBesidePictures: Bool {
    let components = split(separator: ".", omittingEmptySubsequences: false)
    return components[0] == "lm_head"
      || (components[0] == "model" && components.count > 1 && components[1] != "visual")
  }
}

extension [String] {
  /// The names that a text model by itself would have, by those that its tensors have in a larger model; what is not
  /// the text side's is left out.
  var onTextSide: [String: String] {
    let named = Dictionary(
      uniqueKeysWithValues: compactMap { name in name.onTextSide.map { (name, $0) } })
    guard named.isEmpty else {
      let heads = filter { $0.hasPrefix("lm_head.") }
      return named.merging(heads.map { ($0, $0) }) { first, _ in first }
    }
    return Dictionary(uniqueKeysWithValues: filter(\.isBesidePictures).map { ($0, $0) })
  }
}
