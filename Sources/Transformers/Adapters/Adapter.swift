import CKernels
import Files
import Tensors

/// A LoRA adapter: for some matrices W of a base model an update s·B·A of low rank, and whole tensors that take the
/// place of the base's.
///
/// Names are those of the class that was trained: `base_model.model.`, the path of a module, and what the tensor is.
struct Adapter: Sendable {
  /// The folder.
  let path: String
  /// By the paths of modules, such as `model.layers.0.self_attn.q_proj`.
  let updates: [String: LowRankUpdate]
  /// By their own paths, such as `model.embed_tokens.weight`.
  let wholeTensors: [String: Tensor]
  let settings: AdapterSettings

  /// - Throws: `FileError`, `TensorError` or `TransformerError`.
  init(_ files: ModelFiles) throws {
    settings = try AdapterSettings(files)
    path = files.location
    let checkpoint = try Checkpoint(adapter: files)
    var parts: [String: Parts] = [:]
    var wholeTensors: [String: Tensor] = [:]
    for name in checkpoint.names {
      guard let tensor = checkpoint[name] else { continue }
      guard tensor.elementType.kernelElement != nil else {
        throw TransformerError.wrongElementType(
          tensor: name, found: tensor.elementType, path: tensor.path)
      }
      switch Role(name) {
      case .down(let module): parts[module, default: Parts()].down = tensor
      case .up(let module): parts[module, default: Parts()].up = tensor
      case .bias(let module): parts[module, default: Parts()].bias = tensor
      case .embeddingDown(let module):
        parts[module, default: Parts()].down = tensor
        parts[module]?.isEmbedding = true
      case .embeddingUp(let module):
        parts[module, default: Parts()].up = tensor
        parts[module]?.isEmbedding = true
      case .whole(let path): wholeTensors[path] = tensor
      case .original: continue
      case nil: throw Self.strange(tensor)
      }
      guard try tensor.isFinite else {
        throw TransformerError.refusedAdapter(
          "tensor \(name) has numbers that are NaN or infinite", path: tensor.path)
      }
    }
    guard !parts.isEmpty else {
      throw TransformerError.refusedAdapter("it holds no LoRA tensor", path: checkpoint.path)
    }
    var updates: [String: LowRankUpdate] = [:]
    for (module, parts) in parts.sorted(by: { $0.key < $1.key }) {
      updates[module] = try parts.update(of: module, settings, path: checkpoint.path)
    }
    self.updates = updates
    self.wholeTensors = wholeTensors
  }

  fileprivate static func strange(_ tensor: Tensor) -> TransformerError {
    .refusedAdapter(
      "tensor \(tensor.name) is nothing that a LoRA adapter of PEFT's has: without it the numbers would be wrong",
      path: tensor.path)
  }
}

/// The role of a tensor, by its name.
private enum Role {
  /// A, of the module with this path.
  case down(String)
  /// B.
  case up(String)
  /// What is added to B's products.
  case bias(String)
  case embeddingDown(String)
  case embeddingUp(String)
  /// In the place of the base's tensor with this path.
  case whole(String)
  /// A tensor that the base has anyway.
  case original

  /// nil for a name that PEFT does not give.
  init?(_ name: String) {
    guard name.hasPrefix("base_model.model.") else { return nil }
    // The name of an adapter stands in those that a trainer has saved by itself.
    let components = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst(2)
      .filter { $0 != "default" && $0 != "base_layer" && $0 != "modules_to_save" }
    if components.contains("original_module") {
      self = .original
      return
    }
    guard let place = components.firstIndex(where: { $0.hasPrefix("lora_") }) else {
      guard !components.contains(where: { $0.hasPrefix("token_adapter") }) else { return nil }
      self = .whole(components.joined(separator: "."))
      return
    }
    let module = components[..<place].joined(separator: ".")
    switch (components[place], components[(place + 1)...].joined(separator: ".")) {
    case ("lora_A", "weight"): self = .down(module)
    case ("lora_B", "weight"): self = .up(module)
    case ("lora_B", "bias"): self = .bias(module)
    case ("lora_embedding_A", ""): self = .embeddingDown(module)
    case ("lora_embedding_B", ""): self = .embeddingUp(module)
    default: return nil
    }
  }
}

/// The tensors of one module's update.
private struct Parts {
  var down: Tensor?
  var up: Tensor?
  var bias: Tensor?
  var isEmbedding = false

  func update(
    of module: String, _ settings: AdapterSettings, path: String
  ) throws -> LowRankUpdate {
    guard let down, let up else {
      throw TransformerError.refusedAdapter(
        "tensor \((down ?? up ?? bias)?.name ?? module) is there without its counterpart",
        path: path)
    }
    for tensor in [down, up] where tensor.shape.count != 2 {
      throw TransformerError.refusedAdapter(
        "tensor \(tensor.name) is no matrix, and only matrices are adapted here", path: path)
    }
    let (rank, scale) = try settings.rankAndScale(of: module)
    guard down.shape[0] == up.shape[1] else {
      throw TransformerError.refusedAdapter(
        "\(down.name) has rank \(down.shape[0]), and \(up.name) \(up.shape[1])", path: path)
    }
    guard down.shape[0] == rank else {
      throw TransformerError.refusedAdapter(
        "\(down.name) has rank \(down.shape[0]), which by \(AdapterSettings.fileName) is \(rank): how much the update counts would be a guess",
        path: path)
    }
    if let bias, isEmbedding || bias.shape != [up.shape[0]] {
      throw TransformerError.refusedAdapter(
        "tensor \(bias.name) has the shape \(bias.shape), which does not go with \(up.name)",
        path: path)
    }
    let isZero = up.floats.allSatisfy { $0 == 0 }
    // The vectors of an embedding are columns of B·A.
    return isEmbedding
      ? LowRankUpdate(
        down: WeightMatrix(up).transposed, up: WeightMatrix(down).transposed, scale: scale,
        isZero: isZero)
      : LowRankUpdate(
        down: WeightMatrix(down), up: WeightMatrix(up), bias: bias?.floats, scale: scale,
        isZero: isZero)
  }
}

extension Tensor {
  /// Whether no number is NaN or infinite. Read in pieces: a table of embeddings may be large.
  fileprivate var isFinite: Bool {
    get throws(TensorError) {
      let numbers = try FloatTensor(self)
      let size = 1 << 16
      return stride(from: 0, to: elementCount, by: size).allSatisfy { start in
        let piece = numbers.read(from: start, count: min(size, elementCount - start))
        return ck_is_finite(piece, piece.count)
      }
    }
  }
}
