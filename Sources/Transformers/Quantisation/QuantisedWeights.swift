import CKernels
import Tensors

/// The weights of a checkpoint with quantised matrices, by the names that they have in others: `q_proj.weight` for what
/// lies in `q_proj.qweight`, `q_proj.scales` and so on. Nothing is computed.
struct QuantisedWeights: WeightSource {
  let path: String
  private let tensors: [String: Tensor]

  var names: [String] { tensors.keys.sorted() }
  subscript(name: String) -> Tensor? { tensors[name] }

  /// - Throws: `quantised` for a variant of the method that is not read; `missingTensor` or `wrongShape` for codes
  ///   without what belongs to them.
  init(_ checkpoint: Checkpoint, _ settings: QuantisationSettings) throws(TransformerError) {
    try settings.requireKnownVariant()
    path = checkpoint.path
    var tensors: [String: Tensor] = [:]
    for name in checkpoint.names {
      guard let tensor = checkpoint[name], let dot = name.lastIndex(of: ".") else { continue }
      let parts = ModuleParts(String(name[..<dot]), checkpoint, settings)
      switch name[name.index(after: dot)...] {
      case "qweight":
        tensors["\(parts.module).weight"] =
          settings.method == .awq ? try parts.awq(tensor) : try parts.gptq(tensor)
      case "weight_packed":
        tensors["\(parts.module).weight"] = try parts.packed(tensor)
      case "weight":
        tensors[name] = try parts.weight(tensor)
      case let ending where !Self.belongings.contains(ending) && !name.contains(".weight."):
        tensors[name] = tensor
      default: break
      }
    }
    self.tensors = tensors
  }

  /// The ends of names of tensors that belong to codes, or to activations quantised elsewhere.
  private static let belongings: Set<Substring> = [
    "qzeros", "scales", "g_idx", "SCB", "weight_format", "weight_scale", "weight_scale_inv",
    "weight_scale_2", "weight_zero_point", "weight_shape", "weight_g_idx", "weight_global_scale",
    "input_scale", "input_zero_point", "input_global_scale", "input_scale_ub", "output_scale",
    "activation_scale", "k_scale", "v_scale", "q_scale",
  ]
}

/// The tensors of one quantised matrix.
struct ModuleParts {
  let module: String
  let settings: QuantisationSettings
  private let checkpoint: Checkpoint

  init(_ module: String, _ checkpoint: Checkpoint, _ settings: QuantisationSettings) {
    self.module = module
    self.checkpoint = checkpoint
    self.settings = settings
  }

  func optional(_ ending: String) -> Tensor? { checkpoint["\(module).\(ending)"] }

  func required(_ ending: String, shape: [Int]? = nil) throws(TransformerError) -> Tensor {
    guard let tensor = optional(ending) else {
      throw .missingTensor("\(module).\(ending)", path: checkpoint.path)
    }
    if let shape { try require(tensor, shape) }
    return tensor
  }

  func require(_ tensor: Tensor, _ shape: [Int]) throws(TransformerError) {
    guard tensor.shape == shape else {
      throw .wrongShape(
        tensor: tensor.name, expected: shape, found: tensor.shape, path: tensor.path)
    }
  }

  func require(_ tensor: Tensor, _ types: ElementType...) throws(TransformerError) {
    guard types.contains(tensor.elementType) else { throw strangeType(tensor) }
  }

  private func strangeType(_ tensor: Tensor) -> TransformerError {
    strange("\(tensor.name.dropFirst(module.count + 1)) of dtype \(tensor.elementType.rawValue)")
  }

  func strange(_ what: String) -> TransformerError {
    .quantised(method: "\(settings.name) in which \(module) has \(what)", path: settings.path)
  }

  /// The matrix as others see it.
  func matrix(_ codes: Codes, lines: Int, columns: Int, isTransposed: Bool = false) -> Tensor {
    let tensor = Tensor(name: "\(module).weight", shape: [lines, columns], codes: codes)
    return isTransposed ? tensor.transposed : tensor
  }

  /// The kernels' type of these scales.
  func scaleType(_ tensor: Tensor) throws(TransformerError) -> ck_scale_type {
    switch tensor.elementType {
    case .float32: CK_SCALE_FLOAT32
    case .float16: CK_SCALE_FLOAT16
    case .bfloat16: CK_SCALE_BFLOAT16
    case .float8E4M3: CK_SCALE_E4M3
    case .float8E8M0, .uint8: CK_SCALE_E8M0
    default: throw strangeType(tensor)
    }
  }

  /// A single number, such as the scale of a whole matrix.
  func number(_ tensor: Tensor) throws(TransformerError) -> Float {
    try require(tensor, .float32, .float16, .bfloat16)
    guard tensor.elementCount == 1, let value = tensor.floats.first else {
      throw .wrongShape(tensor: tensor.name, expected: [1], found: tensor.shape, path: tensor.path)
    }
    return value
  }

  /// Scales for a matrix `[lines, columns]` of codes: one for all, one for each line, or one for each block.
  func scales(
    _ tensor: Tensor, lines: Int, columns: Int
  ) throws(TransformerError) -> Codes.Scales {
    let type = try scaleType(tensor)
    let shape = tensor.shape
    if tensor.elementCount == 1 {
      return Codes.Scales(tensor, type, perLine: 1, lines: .max, columns: .max)
    }
    if shape == [lines] || shape == [lines, 1] {
      return Codes.Scales(tensor, type, perLine: 1, lines: 1, columns: .max)
    }
    if shape.count == 2 {
      if let size = settings.blockSize,
        shape == [
          (lines + size.lines - 1) / size.lines, (columns + size.columns - 1) / size.columns,
        ]
      {
        return Codes.Scales(
          tensor, type, perLine: shape[1], lines: size.lines, columns: size.columns)
      }
      if shape[0] == lines, shape[1] > 0, columns.isMultiple(of: shape[1]) {
        return Codes.Scales(
          tensor, type, perLine: shape[1], lines: 1, columns: columns / shape[1])
      }
    }
    throw strange("scales of the shape \(shape) for a matrix of \([lines, columns])")
  }
}
