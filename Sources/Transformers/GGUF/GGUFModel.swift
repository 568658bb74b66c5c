import Files
import Tensors

/// A model in GGUF in the words of Hugging Face: what `config.json` would say, how the tensors are called, and what
/// llama.cpp's converter has changed in them, undone.
struct GGUFModel: Sendable {
  let parts: GGUFParts
  let metadata: GGUFMetadata
  /// The architecture's name in the words of Hugging Face.
  let modelType: String
  let naming: GGUFNames
  private let changes: Changes

  /// The converter's changes to tensors besides their names.
  private enum Changes {
    case none
    /// The rows of queries and keys alternate between the halves of a head that rotate together, so that pairs are
    /// neighbours.
    case pairedRows(HeadCounts)
    /// Queries, keys and values lie apart that the model has by key head.
    case groupedHeads(HeadCounts)
    /// Norms hold 1 more.
    case gainsMoreByOne
    /// The matrices of layers lie the other way round.
    case transposedLayers
  }

  private typealias HeadCounts = (all: Int, ofKeys: Int)

  /// - Throws: `refusedGGUF` for what is not read, or what its file says is wrong with it.
  init(_ parts: GGUFParts) throws(TransformerError) {
    let metadata = try GGUFMetadata(parts)
    self.parts = parts
    self.metadata = metadata
    func heads() throws(TransformerError) -> HeadCounts {
      let count = try metadata.size("attention.head_count")
      return (count, try metadata.optionalSize("attention.head_count_kv") ?? count)
    }
    let hasExperts = metadata.own("expert_count")?.integer ?? 0 > 0
    switch metadata.architecture {
    case "llama":
      // Mistral's models are converted under this name, too, without their window.
      modelType =
        hasExperts
        ? "mixtral" : metadata.own("attention.sliding_window") == nil ? "llama" : "mistral"
      naming = .llama
      changes = try .pairedRows(heads())
    case "granite", "granitemoe", "mistral3", "smollm3":
      modelType =
        switch metadata.architecture {
        case "granitemoe": "granitemoeshared"
        case "mistral3": "ministral3"
        case let name: name
        }
      naming = .llama
      changes = try .pairedRows(heads())
    case "qwen2", "qwen2vl": (modelType, naming, changes) = ("qwen2", .llama, .none)
    case "qwen2moe": (modelType, naming, changes) = ("qwen2_moe", .llama, .none)
    case "qwen3", "qwen3vl": (modelType, naming, changes) = ("qwen3", .llama, .none)
    case "qwen3moe", "qwen3vlmoe": (modelType, naming, changes) = ("qwen3_moe", .llama, .none)
    case "olmoe", "seed_oss":
      (modelType, naming, changes) = (metadata.architecture, .llama, .none)
    case "gpt-oss":
      (modelType, naming, changes) = ("gpt_oss", .gptOss, .none)
    case "olmo2":
      modelType = metadata.own("attention.sliding_window") == nil ? "olmo2" : "olmo3"
      (naming, changes) = (.olmo2, .none)
    case "gemma":
      (modelType, naming, changes) = ("gemma", .llama, .gainsMoreByOne)
    case "gemma2":
      (modelType, naming, changes) = ("gemma2", .gemma2, .gainsMoreByOne)
    case "gemma3":
      (modelType, naming, changes) = ("gemma3_text", .gemma2, .gainsMoreByOne)
    case "phi3":
      (modelType, naming, changes) = ("phi3", .phi3, .none)
    case "starcoder2":
      (modelType, naming, changes) = ("starcoder2", .starcoder2, .none)
    case "gpt2":
      (modelType, naming, changes) = ("gpt2", .gpt2, .transposedLayers)
    case "falcon":
      modelType = "falcon"
      naming = .falcon(hasTwoNorms: parts.tensors["blk.0.attn_norm_2.weight"] != nil)
      changes = try .groupedHeads(heads())
    case "bert":
      (modelType, naming, changes) = ("bert", .bert, .none)
    case "nomic-bert":
      (modelType, naming, changes) = ("nomic_bert", .nomicBert, .none)
    case "t5", "t5encoder":
      modelType = parts.tensors["enc.blk.1.attn_rel_b.weight"] == nil ? "t5" : "umt5"
      naming = .t5(isGated: parts.tensors["enc.blk.0.ffn_gate.weight"] != nil)
      changes = .none
    case let name:
      throw .refusedGGUF(
        "models of architecture \"\(name)\" are not read from GGUF, but of \(Self.architectures.joined(separator: ", ")): give the folder that it was made from",
        path: parts.path)
    }
    guard parts.tensors["token_embd.weight"] != nil else {
      throw .missingTensor("token_embd.weight", path: parts.path)
    }
    guard !hasExperts || experts != nil else {
      throw .refusedGGUF(
        "a model of architecture \"\(metadata.architecture)\" with experts, which is not read from GGUF: give the folder that it was made from",
        path: parts.path)
    }
    guard parts.tensors["blk.0.ffn_gate.0.weight"] == nil else {
      throw .refusedGGUF(
        "each expert has tensors of its own, as in files of before April 2024: convert it again with llama.cpp's convert_hf_to_gguf.py",
        path: parts.path)
    }
  }

  /// The architectures that are read, sorted.
  static let architectures = [
    "bert", "falcon", "gemma", "gemma2", "gemma3", "gpt-oss", "gpt2", "granite", "granitemoe",
    "llama", "mistral3", "nomic-bert", "olmo2", "olmoe", "phi3", "qwen2", "qwen2moe", "qwen2vl",
    "qwen3", "qwen3moe", "qwen3vl", "qwen3vlmoe", "seed_oss", "smollm3", "starcoder2", "t5",
    "t5encoder",
  ]

  /// nil for families without them.
  var experts: ExpertsVariant? { LlamaVariant.named[modelType]?.experts }

  /// The weights by the model's own names; what it does not have keeps the name that is stored.
  var weights: GGUFWeights {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in parts.tensors where !Self.settings.contains(name) {
      tensors[naming.original(of: name) ?? name] = restored(tensor)
    }
    return GGUFWeights(path: parts.path, tensors: tensors)
  }

  /// Tensors that belong into the configuration.
  private static let settings: Set = [
    "rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight",
  ]

  /// The tensor as it was before it was converted.
  private func restored(_ tensor: Tensor) -> Tensor {
    let name = tensor.name
    let part = name.split(separator: ".").dropLast().last ?? ""
    switch changes {
    case .none where part == "ffn_gate_inp_shexp" && tensor.shape.count == 1:
      // A layer with one output.
      return tensor.asRow
    case .none:
      return tensor
    case .pairedRows(let heads):
      guard part == "attn_q" || part == "attn_k" else { return tensor }
      let count = part == "attn_q" ? heads.all : heads.ofKeys
      return inOrder(tensor, headCount: count) { headSize in
        let half = headSize / 2
        return (0..<headSize * count).map { row in
          let (head, feature) = (row / headSize, row % headSize)
          return head * headSize + feature % half * 2 + feature / half
        }
      }
    case .groupedHeads((let headCount, let keyHeadCount)):
      guard part == "attn_qkv", headCount.isMultiple(of: keyHeadCount) else { return tensor }
      return inOrder(tensor, headCount: headCount + 2 * keyHeadCount) { headSize in
        let groupSize = headCount / keyHeadCount
        return (0..<(headCount + 2 * keyHeadCount) * headSize).map { row in
          let (head, feature) = (row / headSize, row % headSize)
          let (group, place) = (head / (groupSize + 2), head % (groupSize + 2))
          let stored =
            place < groupSize
            ? group * groupSize + place : headCount + (place - groupSize) * keyHeadCount + group
          return stored * headSize + feature
        }
      }
    case .gainsMoreByOne:
      guard name.hasSuffix("norm.weight"), let values = try? tensor.floats() else {
        return tensor
      }
      return Tensor(
        name: name, values: values.map { $0 - 1 }, shape: tensor.shape, path: tensor.path)
    case .transposedLayers:
      return name.hasPrefix("blk.") && tensor.shape.count == 2 ? tensor.transposed : tensor
    }
  }

  /// The rows of a matrix, or the elements of a bias, in the order that `order` gives for the size of a head.
  ///
  /// A tensor that does not consist of such heads is left as it is: its shape is wrong anyway.
  private func inOrder(
    _ tensor: Tensor, headCount: Int, _ order: (Int) -> [Int]
  ) -> Tensor {
    let rowCount = tensor.shape[0]
    guard rowCount.isMultiple(of: headCount), (rowCount / headCount).isMultiple(of: 2) else {
      return tensor
    }
    let order = order(rowCount / headCount)
    switch tensor.shape.count {
    case 1:
      guard let values = try? tensor.floats() else { return tensor }
      return Tensor(
        name: tensor.name, values: order.map { values[$0] }, shape: tensor.shape,
        path: tensor.path)
    case 2: return tensor.withRows(order.map { UInt32($0) })
    default: return tensor
    }
  }
}

/// The tensors of a GGUF file, by the names that they have in Hugging Face layout.
struct GGUFWeights: WeightSource {
  let path: String
  fileprivate let tensors: [String: Tensor]

  var names: [String] { tensors.keys.sorted() }
  subscript(name: String) -> Tensor? { tensors[name] }
}

extension GGUFModel {
  /// Loads the model by what `load` makes of its weights.
  ///
  /// - Throws: `strangeTensor` where a layer has more than that uses.
  func load(
    adapter: Adapter?, _ load: (WeightReader) throws(TransformerError) -> any TransformerModel
  ) throws(TransformerError) -> any TransformerModel {
    let model: any TransformerModel
    do throws(TransformerError) {
      model = try load(WeightReader(weights, adapter: adapter))
    } catch .missingTensor(let name, let path) {
      throw .missingTensor(naming.stored(name) ?? name, path: path)
    }
    let strange = model.summary.unusedTensors.first { name in
      naming.stacks.contains { name.hasPrefix("\($0.scope).") }
        // Older checkpoints of T5 have these, and no version uses them.
        && !name.hasSuffix(".cross_attn_rel_b.weight")
    }
    if let strange { throw .strangeTensor(strange, path: parts.path) }
    return model
  }
}
