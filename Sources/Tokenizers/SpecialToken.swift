/// The use of a token that is no part of any text, by its key in the configuration.
public enum SpecialToken: String, CaseIterable, Sendable {
  case unknown = "unk_token"
  case beginning = "bos_token"
  case end = "eos_token"
  /// Stands for the whole text, in classification.
  case classifier = "cls_token"
  case separator = "sep_token"
  case padding = "pad_token"
  /// Stands for a word to be predicted.
  case mask = "mask_token"
}

extension SpecialToken {
  /// The token's text in a configuration: a string, or an added token with its `content`.
  func text(in configuration: Setting?) throws(TokenizerError) -> String? {
    guard let token = configuration?[rawValue].ifPresent else { return nil }
    if let content = token["content"].ifPresent { return try content.string() }
    return try token.string()
  }

  /// Its usual texts, for files that do not name it.
  var usualTexts: [String] {
    switch self {
    case .unknown: ["[UNK]", "<unk>"]
    case .beginning: ["<s>", "<bos>"]
    case .end: ["</s>", "<eos>"]
    case .classifier: ["[CLS]"]
    case .separator: ["[SEP]"]
    case .padding: ["[PAD]", "<pad>"]
    case .mask: ["[MASK]", "<mask>"]
    }
  }
}
