import Files

/// The kind of model that a configuration of before 2020 describes, which has no `model_type`.
extension ModelRegistry {
  /// The type by the name of a class of transformers: "BertForMaskedLM" is one of "bert".
  static func modelType(ofClass name: String) -> String? {
    /// The texts that may stand behind the name of an architecture.
    let endings = ["For", "Model", "LMHead", "DoubleHeads", "MTModel", "EncoderModel"]
    let found = modelTypes.filter { type in
      let letters = type.filter { $0 != "-" && $0 != "_" }
      // What reads pictures besides has another class than its text side.
      if TextSide.wholes[type] != nil, name.hasSuffix("ForCausalLM") { return false }
      // The class of Gemma 3 without pictures does not say so.
      let isText = name.hasSuffix("ForCausalLM") && letters.hasSuffix("text")
      let stem = isText ? String(letters.dropLast("text".count)) : letters
      return name.lowercased().hasPrefix(stem)
        && endings.contains(where: name.dropFirst(stem.count).hasPrefix)
    }
    return found.count == 1 ? found[0] : nil
  }

  /// The type by keys that no other has. RoBERTa's are BERT's: they are told apart by the number of sentence types.
  static func modelType(ofKeysIn object: JSONValue) -> String? {
    func has(_ keys: String...) -> Bool { keys.allSatisfy { object[$0] != nil } }
    func lacks(_ keys: String...) -> Bool { keys.allSatisfy { object[$0] == nil } }
    if has("num_hidden_groups", "inner_group_num") { return "albert" }
    if has("dim", "hidden_dim", "n_heads", "n_layers") { return "distilbert" }
    if has("n_embd", "n_head", "n_layer", "n_positions"), lacks("afn", "rotary_dim") {
      return "gpt2"
    }
    if has("d_kv", "d_ff", "d_model", "num_heads"), lacks("scalable_attention") { return "t5" }
    if has("hidden_size", "intermediate_size", "max_position_embeddings", "vocab_size"),
      lacks("embedding_size", "relative_attention", "max_relative_position"),
      object["type_vocab_size"]?.integer == 2
    {
      return "bert"
    }
    return nil
  }
}
