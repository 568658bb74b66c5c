import Files

extension ModelFiles {
  /// The class of `transformers` that the files are made for: what tokenizer_config.json or config.json names, or
  /// what the model's type tells.
  func tokenizerClass(configuration: Setting?) throws(TokenizerError) -> String? {
    let model = try setting("config.json")
    for setting in [configuration, model] {
      guard var name = try setting?["tokenizer_class"].ifPresent?.string() else { continue }
      if name.hasSuffix("Fast") { name.removeLast(4) }
      // These names say nothing.
      if !["PreTrainedTokenizer", "TokenizersBackend"].contains(name) { return name }
    }
    guard let type = try model?["model_type"].ifPresent?.string() else { return nil }
    return classesByModelType[type]
  }
}

private let classesByModelType = [
  "albert": "AlbertTokenizer",
  "camembert": "CamembertTokenizer",
  "deberta-v2": "DebertaV2Tokenizer",
  "gemma": "GemmaTokenizer",
  "gemma2": "GemmaTokenizer",
  "gemma3_text": "GemmaTokenizer",
  "llama": "LlamaTokenizer",
  "m2m_100": "M2M100Tokenizer",
  "marian": "MarianTokenizer",
  "mbart": "MBartTokenizer",
  "mistral": "LlamaTokenizer",
  "mixtral": "LlamaTokenizer",
  "mt5": "T5Tokenizer",
  "pegasus": "PegasusTokenizer",
  "phi3": "LlamaTokenizer",
  "t5": "T5Tokenizer",
  "umt5": "T5Tokenizer",
  "xlm-roberta": "XLMRobertaTokenizer",
  "xlm-roberta-xl": "XLMRobertaTokenizer",
]
