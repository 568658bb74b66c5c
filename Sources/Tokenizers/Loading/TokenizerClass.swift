import Files

/// The class of `transformers` that a tokenizer's files are made for.
struct TokenizerClass {
  /// The class that tokenizer_config.json names, or else config.json, without `Fast`; nil where it says nothing.
  let named: String?
  /// The class that the files name, or else that of the model's type.
  let name: String?
  /// The class that builds the stages of tokenizer.json anew from the configuration; nil where the file holds as
  /// it is.
  let rebuilding: String?

  init(_ files: ModelFiles, configuration: Setting?) throws(TokenizerError) {
    let model = try files.setting("config.json")
    let type = try model?["model_type"].ifPresent?.string() ?? ""
    var given: String?
    for setting in [configuration, model] where given == nil {
      given = try setting?["tokenizer_class"].ifPresent?.string()
    }
    if given?.hasSuffix("Fast") == true { given?.removeLast(4) }
    named = given.flatMap { generalClasses.contains($0) ? nil : $0 }
    name = named ?? classesByModelType[type]
    if typesWithMistakenClass.contains(type) {
      rebuilding = classesByModelType[type]
    } else {
      rebuilding = given != named || typesOfGeneralClass.contains(type) ? nil : name
    }
  }
}

/// These take tokenizer.json as it is, and say nothing of how other files are to be read.
private let generalClasses: Set = ["PreTrainedTokenizer", "TokenizersBackend", "BloomTokenizer"]

/// The models whose tokenizer is of a general class, whatever class their files name.
private let typesOfGeneralClass: Set = [
  "ernie4_5", "glm", "glm4", "gpt_bigcode", "granite", "granitemoe", "granitemoehybrid",
  "granitemoeshared", "llava", "llava_next", "ministral", "ministral3", "mistral", "mistral3",
  "mixtral", "modernbert", "nemotron", "olmo2", "olmo3", "phi3", "phimoe", "smolvlm", "stablelm",
  "umt5", "vipllava", "xlm-roberta-xl",
]

/// The models whose files name a wrong class on the hub.
private let typesWithMistakenClass: Set = ["qwen2"]

private let classesByModelType = [
  "albert": "AlbertTokenizer",
  "bart": "RobertaTokenizer",
  "bert": "BertTokenizer",
  "camembert": "CamembertTokenizer",
  "codegen": "GPT2Tokenizer",
  "data2vec-text": "RobertaTokenizer",
  "deberta": "DebertaTokenizer",
  "deberta-v2": "DebertaV2Tokenizer",
  "distilbert": "DistilBertTokenizer",
  "electra": "ElectraTokenizer",
  "ernie": "BertTokenizer",
  "esm": "EsmTokenizer",
  "gemma": "GemmaTokenizer",
  "gemma2": "GemmaTokenizer",
  "gemma3": "GemmaTokenizer",
  "gemma3_text": "GemmaTokenizer",
  "gemma3n": "GemmaTokenizer",
  "gemma3n_text": "GemmaTokenizer",
  "gpt2": "GPT2Tokenizer",
  "gpt_neo": "GPT2Tokenizer",
  "gpt_neox": "GPTNeoXTokenizer",
  "gptj": "GPT2Tokenizer",
  "internvl": "Qwen2Tokenizer",
  "llama": "LlamaTokenizer",
  "m2m_100": "M2M100Tokenizer",
  "marian": "MarianTokenizer",
  "mbart": "MBartTokenizer",
  "megatron-bert": "BertTokenizer",
  "mistral": "LlamaTokenizer",
  "mixtral": "LlamaTokenizer",
  "mpnet": "MPNetTokenizer",
  "mpt": "GPTNeoXTokenizer",
  "mt5": "T5Tokenizer",
  "mvp": "MvpTokenizer",
  "nomic_bert": "BertTokenizer",
  "olmo": "GPTNeoXTokenizer",
  "olmoe": "GPTNeoXTokenizer",
  "opt": "GPT2Tokenizer",
  "pegasus": "PegasusTokenizer",
  "phi": "GPT2Tokenizer",
  "phi3": "LlamaTokenizer",
  "qwen2": "Qwen2Tokenizer",
  "qwen2_5_vl": "Qwen2Tokenizer",
  "qwen2_moe": "Qwen2Tokenizer",
  "qwen2_vl": "Qwen2Tokenizer",
  "qwen3": "Qwen2Tokenizer",
  "qwen3_moe": "Qwen2Tokenizer",
  "qwen3_vl": "Qwen2Tokenizer",
  "rembert": "RemBertTokenizer",
  "roberta": "RobertaTokenizer",
  "roberta-prelayernorm": "RobertaTokenizer",
  "splinter": "SplinterTokenizer",
  "starcoder2": "GPT2Tokenizer",
  "t5": "T5Tokenizer",
  "umt5": "T5Tokenizer",
  "xglm": "XGLMTokenizer",
  "xlm-roberta": "XLMRobertaTokenizer",
  "xlm-roberta-xl": "XLMRobertaTokenizer",
]
