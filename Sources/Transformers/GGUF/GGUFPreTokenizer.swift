import Files

/// The pre-tokenization of a text into words before byte-pair encoding, by the names that GGUF files have for it.
///
/// A name stands for what the tokenizer.json of that model says.
struct GGUFPreTokenizer {
  /// `pre_tokenizer` of tokenizer.json.
  let stages: JSONNode
  var normalizer = JSONNode.null
  /// A word that is an entry as a whole is not spelled.
  var ignoresMerges = false
  /// The token that begins a text is added where the file does not say.
  var addsBeginning = false

  /// Nil for a name that is not known.
  static func named(_ name: String) -> GGUFPreTokenizer? {
    switch name {
    case "gpt-2", "phi-2", "roberta-bpe", "mpt", "olmo", "jina-v2-code", "jina-v1-en", "exaone4",
      "granite-docling", "trillion":
      return GGUFPreTokenizer(stages: byteLevel(cutting: true))
    case "modern-bert":
      return GGUFPreTokenizer(
        stages: byteLevel(cutting: true), normalizer: .object([("type", .string("NFC"))]))
    case "llama-bpe", "llama3", "llama-v3", "pixtral", "falcon3", "dbrx", "smaug-bpe", "glm4",
      "chatglm-bpe":
      let isLlama = name.hasPrefix("llama") || name == "pixtral"
      return GGUFPreTokenizer(
        stages: words(digits: #"\p{N}{1,3}"#), ignoresMerges: isLlama || name == "falcon3",
        addsBeginning: isLlama)
    case "qwen2", "deepseek-r1-qwen":
      return GGUFPreTokenizer(
        stages: words(digits: #"\p{N}"#), normalizer: .object([("type", .string("NFC"))]))
    case "gpt-4o", "llama4":
      return GGUFPreTokenizer(stages: casedWords(ending: "\(contractions)?", digits: "{1,3}"))
    case "stablelm2", "hunyuan", "megrez":
      return GGUFPreTokenizer(stages: words(digits: #"\p{N}"#))
    case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone":
      return GGUFPreTokenizer(
        stages: sequence([
          .object([("type", .string("Digits")), ("individual_digits", .bool(true))]),
          byteLevel(cutting: true),
        ]))
    case "seed-coder":
      return GGUFPreTokenizer(
        stages: sequence([
          split(
            contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
              + #"| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+"#), byteLevel(cutting: false),
        ]))
    case "bloom", "poro-chat", "gpt3-finnish":
      return GGUFPreTokenizer(
        stages: sequence([split(#" ?[^(\s|.,!?…。，、।۔،)]+"#), byteLevel(cutting: false)]))
    case "deepseek-coder":
      return GGUFPreTokenizer(
        stages: sequence(
          [#"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, "[一-龥ࠀ-一가-퟿]+", #"\p{N}"#].map(split)
            + [byteLevel(cutting: false)]))
    case "deepseek-v3", "hunyuan-dense":
      return GGUFPreTokenizer(
        stages: sequence(
          [
            #"\p{N}{1,3}"#, "[一-龥぀-ゟ゠-ヿ]+",
            ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
              + #"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
          ].map(split) + [byteLevel(cutting: false)]))
    case "falcon":
      return GGUFPreTokenizer(
        stages: sequence([
          .object([("type", .string("Punctuation")), ("behavior", .string("Contiguous"))]),
          byteLevel(cutting: true),
          .object([("type", .string("Digits")), ("individual_digits", .bool(false))]),
          split("[0-9][0-9][0-9]"),
        ]))
    case "tekken":
      return GGUFPreTokenizer(
        stages: casedWords(ending: "", digits: ""), ignoresMerges: true, addsBeginning: true)
    default:
      return nil
    }
  }

  /// The words of GPT-4's tokenizer, which differ in how many digits stay together.
  private static func words(digits: String) -> JSONNode {
    sequence([
      split(
        contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
          + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#), byteLevel(cutting: false),
    ])
  }

  /// The words of GPT-4o's tokenizer, which begin anew at a capital behind small letters.
  ///
  /// - Parameters:
  ///   - ending: What may follow the letters.
  ///   - digits: How many stay together.
  private static func casedWords(ending: String, digits: String) -> JSONNode {
    let (capitals, smalls) = (#"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#, #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#)
    let start = #"[^\r\n\p{L}\p{N}]?"#
    return sequence([
      split(
        "\(start)\(capitals)*\(smalls)+\(ending)|\(start)\(capitals)+\(smalls)*\(ending)"
          + #"|\p{N}"# + digits
          + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#), byteLevel(cutting: false),
    ])
  }

  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"

  private static func byteLevel(cutting: Bool) -> JSONNode {
    .object([
      ("type", .string("ByteLevel")), ("add_prefix_space", .bool(false)),
      ("use_regex", .bool(cutting)),
    ])
  }

  private static func split(_ pattern: String) -> JSONNode {
    .object([
      ("type", .string("Split")), ("pattern", .object([("Regex", .string(pattern))])),
      ("behavior", .string("Isolated")), ("invert", .bool(false)),
    ])
  }

  private static func sequence(_ stages: [JSONNode]) -> JSONNode {
    .object([("type", .string("Sequence")), ("pretokenizers", .list(stages))])
  }
}
