import Files
import Tensors

/// An architecture of llama.cpp's in the words of Hugging Face, and what its converter changes besides names.
struct GGUFArchitecture: Sendable {
  let modelType: String
  let naming: GGUFNames
  let change: Change

  /// The converter's changes to tensors.
  enum Change: Sendable {
    case none
    /// The rows of queries and keys alternate between the halves of a head that rotate together, so that pairs are
    /// neighbours.
    case pairedRows
    /// Queries, keys and values lie apart that the model has by key head.
    case groupedHeads
    /// Norms hold 1 more.
    case gainsMoreByOne
    /// The matrices of layers lie the other way round.
    case transposedLayers
  }

  private init(_ modelType: String, _ naming: GGUFNames, _ change: Change = .none) {
    (self.modelType, self.naming, self.change) = (modelType, naming, change)
  }

  /// - Returns: nil for an architecture that is not read.
  init?(_ metadata: GGUFMetadata, _ tensors: [String: Tensor]) {
    guard let usual = Self.named[metadata.architecture] else { return nil }
    let hasWindow = metadata.own("attention.sliding_window") != nil
    switch metadata.architecture {
    case "llama":
      // Mistral's models are converted under this name, too, without their window.
      let hasExperts = metadata.own("expert_count")?.integer ?? 0 > 0
      self.init(
        hasExperts ? "mixtral" : hasWindow ? "mistral" : "llama", usual.naming, usual.change)
    case "olmo2":
      self.init(hasWindow ? "olmo3" : "olmo2", usual.naming)
    case "falcon":
      let hasTwoNorms = tensors["blk.0.attn_norm_2.weight"] != nil
      self.init("falcon", .falcon(hasTwoNorms: hasTwoNorms), usual.change)
    case "t5", "t5encoder":
      self.init(
        tensors["enc.blk.1.attn_rel_b.weight"] == nil ? "t5" : "umt5",
        .t5(isGated: tensors["enc.blk.0.ffn_gate.weight"] != nil))
    default:
      self = usual
    }
  }

  /// The reason why models of an architecture cannot be shown, whatever their format; nil where there is none.
  static func refusal(of metadata: GGUFMetadata) -> TransformerError? {
    let name = metadata.architecture
    guard let type = layersWithoutWeights[name] else { return nil }
    // What stands for a layer's type is whether it has key heads.
    let counts = metadata.own("attention.head_count_kv")?.list?.integers
    let types = counts.map { $0.map { JSONNode.string($0 > 0 ? "attention" : "other") } }
    var members: [(String, JSONNode)] = types.map { [("layer_types", .list($0))] } ?? []
    for (key, stored) in [
      ("num_hidden_layers", "block_count"), ("full_attention_interval", "full_attention_interval"),
    ] {
      if let value = metadata.own(stored)?.integer { members.append((key, .integer(value))) }
    }
    let file = FileBytes(json: .object(members), path: metadata.path)
    return ModelRegistry.refusal(
      ofType: type, as: name, (try? JSONDocument(file))?.root, path: metadata.path)
  }

  /// Architectures with layers that have no attention weights, by the names that they have elsewhere.
  private static let layersWithoutWeights = [
    "falcon-h1": "falcon_h1", "granitehybrid": "granitemoehybrid", "jamba": "jamba",
    "kimi-linear": "kimi_linear", "lfm2": "lfm2", "lfm2moe": "lfm2_moe", "mamba": "mamba",
    "mamba2": "mamba2", "nemotron_h": "nemotron_h", "nemotron_h_moe": "nemotron_h",
    "qwen35": "qwen3_5", "qwen35moe": "qwen3_5_moe", "qwen3next": "qwen3_next", "rwkv6": "rwkv",
    "rwkv7": "rwkv",
  ]

  /// The names of those that are read, sorted.
  static let names = named.keys.sorted()

  private static let named = [
    "arcee": GGUFArchitecture("arcee", .plain, .pairedRows),
    "bert": GGUFArchitecture("bert", .bert),
    "bloom": GGUFArchitecture("bloom", .bloom, .groupedHeads),
    "chatglm": GGUFArchitecture("glm", .glm),
    "cohere2": GGUFArchitecture("cohere2", .llama),
    "command-r": GGUFArchitecture("cohere", .llama),
    "ernie4_5": GGUFArchitecture("ernie4_5", .llama),
    "eurobert": GGUFArchitecture("eurobert", .llama),
    "exaone4": GGUFArchitecture("exaone4", .normsBehind),
    "falcon": GGUFArchitecture("falcon", .falcon(hasTwoNorms: false), .groupedHeads),
    "gemma": GGUFArchitecture("gemma", .llama, .gainsMoreByOne),
    "gemma-embedding": GGUFArchitecture("gemma3_text", .gemma2, .gainsMoreByOne),
    "gemma2": GGUFArchitecture("gemma2", .gemma2, .gainsMoreByOne),
    "gemma3": GGUFArchitecture("gemma3_text", .gemma2, .gainsMoreByOne),
    "glm4": GGUFArchitecture("glm4", .glm4),
    "gpt-oss": GGUFArchitecture("gpt_oss", .gptOss),
    "gpt2": GGUFArchitecture("gpt2", .gpt2, .transposedLayers),
    "gptneox": GGUFArchitecture("gpt_neox", .gptNeoX, .groupedHeads),
    "granite": GGUFArchitecture("granite", .llama, .pairedRows),
    "granitemoe": GGUFArchitecture("granitemoeshared", .llama, .pairedRows),
    "hunyuan-dense": GGUFArchitecture("hunyuan_v1_dense", .hunyuan),
    "llama": GGUFArchitecture("llama", .llama, .pairedRows),
    "mistral3": GGUFArchitecture("ministral3", .llama, .pairedRows),
    "modern-bert": GGUFArchitecture("modernbert", .modernBert),
    "mpt": GGUFArchitecture("mpt", .mpt),
    "nemotron": GGUFArchitecture("nemotron", .plain, .gainsMoreByOne),
    "nomic-bert": GGUFArchitecture("nomic_bert", .nomicBert),
    "olmo": GGUFArchitecture("olmo", .llama, .pairedRows),
    "olmo2": GGUFArchitecture("olmo2", .normsBehind),
    "olmoe": GGUFArchitecture("olmoe", .llama),
    "phi2": GGUFArchitecture("phi", .phi2),
    "phi3": GGUFArchitecture("phi3", .phi3),
    "phimoe": GGUFArchitecture("phimoe", .llama),
    "qwen2": GGUFArchitecture("qwen2", .llama),
    "qwen2moe": GGUFArchitecture("qwen2_moe", .llama),
    "qwen2vl": GGUFArchitecture("qwen2", .llama),
    "qwen3": GGUFArchitecture("qwen3", .llama),
    "qwen3moe": GGUFArchitecture("qwen3_moe", .llama),
    "qwen3vl": GGUFArchitecture("qwen3", .llama),
    "qwen3vlmoe": GGUFArchitecture("qwen3_moe", .llama),
    "seed_oss": GGUFArchitecture("seed_oss", .seedOss),
    "smollm3": GGUFArchitecture("smollm3", .llama, .pairedRows),
    "stablelm": GGUFArchitecture("stablelm", .llama),
    "starcoder": GGUFArchitecture("gpt_bigcode", .gpt2),
    "starcoder2": GGUFArchitecture("starcoder2", .starcoder2),
    "t5": GGUFArchitecture("t5", .t5(isGated: true)),
    "t5encoder": GGUFArchitecture("t5", .t5(isGated: true)),
  ]
}
