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
  private let change: GGUFArchitecture.Change
  private let heads: (all: Int, ofKeys: Int)

  /// - Throws: `refusedGGUF` for what is not read, or what its file says is wrong with it.
  init(_ parts: GGUFParts) throws(TransformerError) {
    let metadata = try GGUFMetadata(parts)
    self.parts = parts
    self.metadata = metadata
    guard let architecture = GGUFArchitecture(metadata, parts.tensors) else {
      if let refusal = GGUFArchitecture.refusal(of: metadata) { throw refusal }
      throw .refusedGGUF(
        "models of architecture \"\(metadata.architecture)\" are not read from GGUF, but of \(GGUFArchitecture.names.joined(separator: ", ")): give the folder that it was made from",
        path: parts.path)
    }
    modelType = architecture.modelType
    naming = architecture.naming
    change = architecture.change
    let headCount = try metadata.size("attention.head_count")
    heads = (headCount, try metadata.optionalSize("attention.head_count_kv") ?? headCount)
    guard parts.tensors["token_embd.weight"] != nil else {
      throw .missingTensor("token_embd.weight", path: parts.path)
    }
    guard metadata.own("expert_count")?.integer ?? 0 == 0 || experts != nil else {
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

  /// nil for families without them.
  var experts: ExpertsVariant? { LlamaVariant.named[modelType]?.experts }

  /// The weights by the model's own names; what it does not have keeps the name that is stored.
  var weights: GGUFWeights {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in parts.tensors where !Self.settings.contains(name) {
      for (name, part) in separated(tensor) ?? [(name, restored(tensor))] {
        tensors[naming.original(of: name) ?? name] = part
      }
    }
    return GGUFWeights(path: parts.path, tensors: tensors)
  }

  /// Tensors that belong into the configuration.
  private static let settings: Set = [
    "rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight",
  ]

  /// Queries, keys and values by themselves, of a family that has them so and a file that has them in one (Phi-2, GLM);
  /// nil for another tensor.
  private func separated(_ tensor: Tensor) -> [(name: String, part: Tensor)]? {
    let name = tensor.name
    let headCount = heads.all + 2 * heads.ofKeys
    guard name.contains(".attn_qkv."), naming.original(of: name) == nil,
      tensor.shape[0].isMultiple(of: headCount),
      tensor.shape.count == 2 || tensor.elementType.block.count == 1
    else { return nil }
    let headSize = tensor.shape[0] / headCount
    var start = 0
    return [("q", heads.all), ("k", heads.ofKeys), ("v", heads.ofKeys)].map { part, count in
      defer { start += count * headSize }
      return (
        name.replacing("attn_qkv", with: "attn_\(part)"),
        tensor.rows(start..<start + count * headSize)
      )
    }
  }

  /// The tensor as it was before it was converted.
  private func restored(_ tensor: Tensor) -> Tensor {
    let name = tensor.name
    let part = name.split(separator: ".").dropLast().last ?? ""
    switch change {
    case .none where part == "ffn_gate_inp_shexp" && tensor.shape.count == 1:
      // A layer with one output.
      return tensor.asRow
    case .none:
      return tensor
    case .pairedRows:
      guard part == "attn_q" || part == "attn_k" else { return tensor }
      let count = part == "attn_q" ? heads.all : heads.ofKeys
      return inOrder(tensor, headCount: count) { headSize in
        let half = headSize / 2
        return (0..<headSize * count).map { row in
          let (head, feature) = (row / headSize, row % headSize)
          return head * headSize + feature % half * 2 + feature / half
        }
      }
    case .groupedHeads:
      let (headCount, keyHeadCount) = heads
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
