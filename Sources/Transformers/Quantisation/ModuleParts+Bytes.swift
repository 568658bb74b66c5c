import CKernels
import Files
import Tensors

/// Codes of a byte, or of half a one, that lie under the name of the weight itself.
extension ModuleParts {
  /// The weight by its type and by what lies beside it; as it is, if it is not quantised.
  func weight(_ tensor: Tensor) throws(TransformerError) -> Tensor {
    switch (settings.method, tensor.elementType) {
    case (.bitsandbytes, .int8):
      return try bitsAndBytesInt8(tensor)
    case (.bitsandbytes, _):
      return try nibbles(tensor) ?? tensor
    case (.modelopt, .uint8):
      return try floats4(tensor)
    case (_, .float8E4M3), (_, .float8E5M2), (_, .int8):
      guard tensor.shape.count == 2 else { return tensor }
      let isInverse = optional("weight_scale_inv") != nil
      let scale = try required(isInverse ? "weight_scale_inv" : "weight_scale")
      return try bytes(tensor, scale)
    default:
      return tensor
    }
  }

  private func bytes(_ tensor: Tensor, _ scale: Tensor) throws(TransformerError) -> Tensor {
    let (lines, columns) = (tensor.shape[0], tensor.shape[1])
    let (code, format): (ck_code, String) =
      switch tensor.elementType {
      case .float8E4M3: (CK_CODE_E4M3, "FP8")
      case .float8E5M2: (CK_CODE_E5M2, "FP8")
      default: (CK_CODE_INT8, "int8")
      }
    var zeros = Codes.Zeros.none
    if let zero = optional("weight_zero_point"), tensor.elementType == .int8 {
      try require(zero, .int8)
      try require(zero, scale.shape)
      zeros = .stored(zero, CK_ZERO_INT8, lineBytes: 0)
    }
    let codes = Codes(
      tensor, code, format: format, lineBytes: columns,
      scales: try scales(scale, lines: lines, columns: columns), zeros: zeros)
    return matrix(codes, lines: lines, columns: columns)
  }

  /// Value · SCB / 127, with one SCB for each line (Dettmers et al., 2022, arXiv:2208.07339).
  private func bitsAndBytesInt8(_ tensor: Tensor) throws(TransformerError) -> Tensor {
    guard tensor.shape.count == 2 else { return tensor }
    let (lines, columns) = (tensor.shape[0], tensor.shape[1])
    if let layout = optional("weight_format")?.integers?.first, layout != 0 {
      throw strange(
        "weights in the layout number \(layout), of the processor that they were made on")
    }
    let scale = try required("SCB", shape: [lines])
    var scales = try scales(scale, lines: lines, columns: columns)
    scales.factor = 1 / 127
    let codes = Codes(
      tensor, CK_CODE_INT8, format: "int8 of bitsandbytes", lineBytes: columns, scales: scales)
    return matrix(codes, lines: lines, columns: columns)
  }

  /// Halves of bytes in blocks that run across the ends of lines, whose scales may be quantised too (Dettmers et al.,
  /// 2023, arXiv:2305.14314).
  private func nibbles(_ tensor: Tensor) throws(TransformerError) -> Tensor? {
    let kinds = ["nf4", "fp4"].filter {
      optional("weight.quant_state.bitsandbytes__\($0)") != nil
    }
    guard let kind = kinds.first else { return nil }
    let state = try state(required("weight.quant_state.bitsandbytes__\(kind)"))
    let sizes = state["shape"]?.array?.compactMap(\.integer) ?? []
    guard sizes.count == 2, sizes.allSatisfy({ 1...ModelConfiguration.sizeLimit ~= $0 }),
      let blockSize = state["blocksize"]?.integer, blockSize > 0
    else { throw strange("a state that makes no sense") }
    let count = sizes[0] * sizes[1]
    guard tensor.bytes.count == (count + 1) / 2 else {
      throw strange("\(tensor.bytes.count) bytes for a matrix of \(sizes)")
    }
    let blockCount = (count + blockSize - 1) / blockSize
    let absmax = try required("weight.absmax", shape: [blockCount])
    var scales = Codes.Scales(
      absmax, CK_SCALE_FLOAT32, perLine: blockCount, lines: .max, columns: blockSize)
    if optional("weight.nested_absmax") == nil {
      try require(absmax, .float32)
    } else {
      try require(absmax, .uint8)
      guard let size = state["nested_blocksize"]?.integer, size > 0,
        let offset = state["nested_offset"]?.number
      else { throw strange("a state that makes no sense") }
      scales.type = CK_SCALE_NESTED
      scales.nested = Codes.Scales.Nested(
        values: try table("weight.nested_quant_map", count: 256),
        scales: try table("weight.nested_absmax", count: (blockCount + size - 1) / size),
        blockSize: size, offset: Float(offset))
    }
    let codes = Codes(
      tensor, CK_CODE_HIGH_NIBBLES, format: kind, bits: 4, lineBytes: 0,
      values: try table("weight.quant_map", count: 16), flatColumnCount: sizes[1], scales: scales)
    return matrix(codes, lines: sizes[0], columns: sizes[1])
  }

  private func table(_ ending: String, count: Int) throws(TransformerError) -> [Float] {
    let tensor = try required(ending, shape: [count])
    try require(tensor, .float32)
    return tensor.floats
  }

  /// JSON, of which each byte is an element.
  private func state(_ tensor: Tensor) throws(TransformerError) -> JSONValue {
    do throws(FileError) {
      return try JSONDocument(tensor.bytes, path: tensor.path, allowingNonFinite: true).root
    } catch {
      throw strange("a state that is no JSON")
    }
  }

  /// Floats of 4 bits with scales of 8 for each 16 or 32 (NVFP4, MXFP4).
  func floats4(_ tensor: Tensor) throws(TransformerError) -> Tensor {
    try require(tensor, .uint8)
    guard tensor.shape.count == 2 else { throw strange("codes of the shape \(tensor.shape)") }
    let (lines, columns) = (tensor.shape[0], 2 * tensor.shape[1])
    let scale = try required("weight_scale")
    var scales = try scales(scale, lines: lines, columns: columns)
    if let whole = optional("weight_global_scale") {
      scales.factor = 1 / (try number(whole))
    } else if let whole = optional("weight_scale_2") {
      scales.factor = try number(whole)
    }
    let values: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    let codes = Codes(
      tensor, CK_CODE_LOW_NIBBLES, format: scale.elementType == .float8E4M3 ? "NVFP4" : "MXFP4",
      bits: 4, lineBytes: tensor.shape[1], values: values + values.map { -$0 }, scales: scales)
    return matrix(codes, lines: lines, columns: columns)
  }
}
