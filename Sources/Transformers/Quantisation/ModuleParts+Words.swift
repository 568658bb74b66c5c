import CKernels
import Tensors

/// Codes of a few bits in words of 32.
extension ModuleParts {
  /// Words along the outputs, for each input (Lin et al., 2023, arXiv:2306.00978).
  func awq(_ qweight: Tensor) throws(TransformerError) -> Tensor {
    try require(qweight, .int32)
    guard qweight.shape.count == 2 else { throw strange("codes of the shape \(qweight.shape)") }
    let (inputs, words) = (qweight.shape[0], qweight.shape[1])
    if let bits = (settings["bits"] ?? settings["w_bit"])?.integer, bits != 4 {
      throw strange("codes of \(bits) bits, where AWQ has 4")
    }
    let scale = try required("scales")
    guard scale.shape.count == 2, scale.shape[1] == 8 * words, scale.shape[0] > 0,
      inputs.isMultiple(of: scale.shape[0])
    else { throw strange("scales of the shape \(scale.shape) for codes of \(qweight.shape)") }
    let zeros = try required("qzeros", shape: [scale.shape[0], words])
    try require(zeros, .int32)
    let codes = Codes(
      qweight, CK_CODE_WORDS_AWQ, format: "AWQ of 4 bits", bits: 4, lineBytes: 4 * words,
      scales: Codes.Scales(
        scale, try scaleType(scale), perLine: 8 * words, lines: inputs / scale.shape[0], columns: 1),
      zeros: .stored(zeros, CK_ZERO_WORDS_AWQ, lineBytes: 4 * words))
    return matrix(codes, lines: inputs, columns: 8 * words, isTransposed: true)
  }

  /// A stream of bits along the inputs, for each output (Frantar et al., 2022, arXiv:2210.17323).
  func gptq(_ qweight: Tensor) throws(TransformerError) -> Tensor {
    try require(qweight, .int32)
    guard qweight.shape.count == 2 else { throw strange("codes of the shape \(qweight.shape)") }
    let outputs = qweight.shape[1]
    let (scale, zeros) = (try required("scales"), try required("qzeros"))
    try require(zeros, .int32)
    guard scale.shape.count == 2, scale.shape[0] > 0, scale.shape[1] == outputs, outputs > 0,
      zeros.shape.count == 2, zeros.shape[0] == scale.shape[0]
    else { throw strange("scales of the shape \(scale.shape) for codes of \(qweight.shape)") }
    // Modules may differ.
    let bits = zeros.shape[1] * 32 / outputs
    guard [2, 3, 4, 8].contains(bits), zeros.shape[1] * 32 == bits * outputs,
      (qweight.shape[0] * 32).isMultiple(of: bits)
    else { throw strange("zeros of the shape \(zeros.shape) for codes of \(qweight.shape)") }
    if let said = settings["bits"]?.integer, said != bits, settings["dynamic"] == nil {
      throw strange("codes of \(bits) bits, where \(said) are said")
    }
    let inputs = qweight.shape[0] * 32 / bits
    let groupCount = scale.shape[0]
    var scales = Codes.Scales(
      scale, try scaleType(scale), perLine: outputs, lines: inputs, columns: 1)
    if let order = optional("g_idx") {
      scales.lineGroups = try groups(order, count: inputs, limit: groupCount)
    } else {
      let said = settings["group_size"]?.integer ?? -1
      scales.lines = said > 0 ? said : inputs
      guard (inputs + scales.lines - 1) / scales.lines == groupCount else {
        throw strange("\(groupCount) groups of scales for \(inputs) inputs")
      }
    }
    let isSecondVersion = settings["checkpoint_format"]?.string?.lowercased() == "gptq_v2"
    let codes = Codes(
      qweight, CK_CODE_STREAMS, format: "GPTQ of \(bits) bits", bits: bits, lineBytes: 4 * outputs,
      scales: scales,
      zeros: .stored(
        zeros, isSecondVersion ? CK_ZERO_STREAM : CK_ZERO_STREAM_LESS_ONE,
        lineBytes: 4 * zeros.shape[1]))
    return matrix(codes, lines: inputs, columns: outputs, isTransposed: true)
  }

  /// Words along the inputs, for each output (compressed-tensors); floats of 4 bits, if they are bytes.
  func packed(_ tensor: Tensor) throws(TransformerError) -> Tensor {
    if tensor.elementType == .uint8 { return try floats4(tensor) }
    try require(tensor, .int32)
    guard let sizes = try required("weight_shape").integers, sizes.count == 2,
      sizes.allSatisfy({ 1...ModelConfiguration.sizeLimit ~= $0 })
    else { throw strange("a weight_shape that is none") }
    let (lines, columns) = (sizes[0], sizes[1])
    let known = settings.groups.compactMap { $0["num_bits"]?.integer }.filter { 1...8 ~= $0 }
    func words(_ count: Int, _ bits: Int) -> Int { (count + 32 / bits - 1) / (32 / bits) }
    guard let bits = known.first(where: { tensor.shape == [lines, words(columns, $0)] }) else {
      throw strange("codes of the shape \(tensor.shape) for a matrix of \(sizes)")
    }
    let scale = try required("weight_scale")
    var scales: Codes.Scales
    if let order = optional("weight_g_idx") {
      guard scale.shape.count == 2, scale.shape[0] == lines else {
        throw strange("scales of the shape \(scale.shape) for a matrix of \(sizes)")
      }
      scales = Codes.Scales(
        scale, try scaleType(scale), perLine: scale.shape[1], lines: 1, columns: .max)
      scales.columnGroups = try groups(order, count: columns, limit: scale.shape[1])
    } else {
      scales = try self.scales(scale, lines: lines, columns: columns)
    }
    // Codes and zeros are stored without sign, with this added.
    let middle = Float(1 << (bits - 1))
    var zeros = Codes.Zeros.constant(middle)
    if let zero = optional("weight_zero_point") {
      if zero.elementType == .int32 {
        try require(zero, [words(lines, bits), scales.perLine])
        zeros = .stored(zero, CK_ZERO_WORDS_DOWN, lineBytes: 4 * scales.perLine)
      } else {
        try require(zero, .int8)
        try require(zero, scale.shape)
        zeros = .stored(zero, CK_ZERO_INT8, lineBytes: 0, added: middle)
      }
    }
    let codes = Codes(
      tensor, CK_CODE_WORDS, format: "int\(bits)", bits: bits, lineBytes: 4 * tensor.shape[1],
      scales: scales, zeros: zeros)
    return matrix(codes, lines: lines, columns: columns)
  }

  /// The group of each line or column.
  private func groups(
    _ order: Tensor, count: Int, limit: Int
  ) throws(TransformerError) -> [Int] {
    try require(order, [count])
    guard let groups = order.integers, groups.allSatisfy({ 0..<limit ~= $0 }) else {
      throw strange("a \(order.name.split(separator: ".").last ?? "g_idx") beyond its scales")
    }
    return groups
  }
}
