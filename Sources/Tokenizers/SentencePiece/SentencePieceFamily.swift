/// The tokenizers of `transformers` that are made from a sentencepiece model. They differ in which ids the pieces
/// have, in how a text is prepared and in what surrounds it.
enum SentencePieceFamily: String {
  case albert = "AlbertTokenizer"
  case camembert = "CamembertTokenizer"
  case debertaV2 = "DebertaV2Tokenizer"
  case gemma = "GemmaTokenizer"
  case llama = "LlamaTokenizer"
  case mbart = "MBartTokenizer"
  case mbart50 = "MBart50Tokenizer"
  case nllb = "NllbTokenizer"
  case pegasus = "PegasusTokenizer"
  case t5 = "T5Tokenizer"
  case xlmRoberta = "XLMRobertaTokenizer"
}

extension SentencePieceFamily {
  /// The special tokens, where no configuration names them.
  var usualSpecials: [SpecialToken: String] {
    switch self {
    case .albert:
      [
        .beginning: "[CLS]", .end: "[SEP]", .unknown: "<unk>", .separator: "[SEP]",
        .padding: "<pad>", .classifier: "[CLS]", .mask: "[MASK]",
      ]
    case .debertaV2:
      [
        .beginning: "[CLS]", .end: "[SEP]", .unknown: "[UNK]", .separator: "[SEP]",
        .padding: "[PAD]", .classifier: "[CLS]", .mask: "[MASK]",
      ]
    case .gemma:
      [.beginning: "<bos>", .end: "<eos>", .unknown: "<unk>", .padding: "<pad>"]
    case .llama:
      [.beginning: "<s>", .end: "</s>", .unknown: "<unk>"]
    case .pegasus:
      [.end: "</s>", .unknown: "<unk>", .padding: "<pad>", .mask: "<mask_2>"]
    case .t5:
      [.end: "</s>", .unknown: "<unk>", .padding: "<pad>"]
    case .camembert, .mbart, .mbart50, .nllb, .xlmRoberta:
      [
        .beginning: "<s>", .end: "</s>", .unknown: "<unk>", .separator: "</s>",
        .padding: "<pad>", .classifier: "<s>", .mask: "<mask>",
      ]
    }
  }

  /// The mask takes the white space before it along, where the files do not say.
  var maskStripsLeft: Bool {
    switch self {
    case .albert, .camembert, .mbart, .mbart50, .nllb, .xlmRoberta: true
    case .debertaV2, .gemma, .llama, .pegasus, .t5: false
    }
  }

  /// Text that is no piece is spelled by its bytes.
  var fallsBackToBytes: Bool { self == .gemma || self == .llama }
}
