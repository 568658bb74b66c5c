import Files
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// Quantised matrices of each format, made of random codes, against the same model with the numbers that the format's
/// formula gives.
@Suite struct QuantisationTests {
  @Test(arguments: Format.all)
  func computesWithTheDequantisedNumbers(_ format: Format) throws {
    let model = try format.model()
    for tokenCount in [5, 60] {
      let found = try output(model.quantised, tokenCount: tokenCount)
      let expected = try output(model.plain, tokenCount: tokenCount)
      let largest = expected.map { abs($0) }.max() ?? 0
      let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(found.count == expected.count && largest > 0.1)
      #expect(worst <= 2e-5 * max(1, largest))
    }
    let summary = try ModelRegistry.loadModel(from: model.quantised).summary
    #expect(summary.roundedFormats == [format.note])
    #expect(summary.unusedTensors == [])
  }

  @Test(arguments: Format.all)
  func adaptersAreAdded(_ format: Format) throws {
    let model = try format.model()
    var adapter = AdapterBuilder()
    adapter.adapt("model.layers.0.self_attn.q_proj", outputs: 32, inputs: 32, rank: 2)
    adapter.adapt("model.layers.0.mlp.down_proj", outputs: 32, inputs: 64, rank: 2)
    let files = try adapter.files(#""r": 2, "lora_alpha": 4"#)
    for tokenCount in [5, 60] {
      let found = try output(model.quantised, files, tokenCount: tokenCount)
      let expected = try output(model.plain, files, tokenCount: tokenCount)
      let base = try output(model.plain, tokenCount: tokenCount)
      let largest = expected.map { abs($0) }.max() ?? 0
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 2e-5 * max(1, largest) })
      #expect(zip(base, expected).contains { abs($0 - $1) > 1e-2 })
    }
  }

  private func output(
    _ files: ModelFiles, _ adapter: ModelFiles? = nil, tokenCount: Int
  ) throws -> [Float] {
    let ids = (0..<tokenCount).map { $0 * 7 % 16 }
    let output = try ModelRegistry.loadModel(from: files, adapter: adapter).forward(
      ModelInput(ids: ids, recording: .hiddenStates))
    return try #require(output.hiddenStates(.own)).flatMap(\.values)
  }

  // MARK: What is refused

  private func failure(
    _ format: String, settings: String? = nil, without ending: String? = nil,
    _ change: (inout StoredTensor) -> Void = { _ in }
  ) throws -> String? {
    var format = try #require(Format.all.first { $0.name == format })
    if let settings { format.settings = settings }
    do {
      _ = try ModelRegistry.loadModel(from: format.model(without: ending, change).quantised)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func whatBelongsToCodesIsNeeded() throws {
    let query = "model.layers.0.self_attn.q_proj"
    try #expect(
      failure("GPTQ 4", without: "q_proj.scales")
        == "model.safetensors: tensor \(query).scales is missing")
    let tooFar = try failure("GPTQ 4 in another order") { tensor in
      if tensor.name == "\(query).g_idx" { tensor.bytes[0] = 200 }
    }
    #expect(tooFar?.contains("(GPTQ in which \(query) has a g_idx beyond its scales)") == true)
    let short = try failure("NF4") { tensor in
      if tensor.name == "\(query).weight" {
        tensor.bytes.removeLast()
        tensor.shape[0] -= 1
      }
    }
    #expect(short?.contains("has 511 bytes for a matrix of [32, 32])") == true)
    let odd = try failure("int4 in groups") { tensor in
      if tensor.name == "\(query).weight_scale" { tensor.shape = [64, 1] }
    }
    #expect(odd?.contains("has scales of the shape [64, 1] for a matrix of [32, 32])") == true)
  }

  @Test(arguments: [
    (
      "GPTQ 4", #"{"quant_method": "gptq", "bits": 4, "checkpoint_format": "marlin"}"#,
      #"GPTQ with "checkpoint_format": "marlin""#
    ),
    (
      "AWQ", #"{"quant_method": "awq", "bits": 4, "version": "gemv"}"#,
      #"AWQ with "version": "gemv""#
    ),
    (
      "int4 in groups",
      #"{"quant_method": "compressed-tensors", "format": "marlin-24", "config_groups": {}}"#,
      #"compressed-tensors with "format": "marlin-24""#
    ),
    ("GPTQ 4", #"{"quant_method": "hqq"}"#, "HQQ"),
  ])
  func variantsThatAreNotRead(format: String, settings: String, method: String) throws {
    let text = try failure(format, settings: settings)
    #expect(
      text
        == "config.json: the weights are quantised (\(method)), which is not supported: give the model that they were made from, or save it dequantised, in Python with dequantize()"
    )
  }
}

// MARK: A model

/// A tensor as a file has it.
struct StoredTensor {
  var name: String
  var type: String
  var shape: [Int]
  var bytes: [UInt8]

  init(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
    self.name = name
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  static func floats(_ name: String, _ shape: [Int], _ values: [Float]) -> StoredTensor {
    StoredTensor(
      name, "F32", shape, values.flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) })
  }

  static func words(_ name: String, _ shape: [Int], _ values: [UInt32]) -> StoredTensor {
    StoredTensor(name, "I32", shape, values.flatMap { withUnsafeBytes(of: $0, Array.init) })
  }

  static func file(_ tensors: [StoredTensor]) -> FileBytes {
    var data: [UInt8] = []
    var entries: [String] = []
    for tensor in tensors {
      let begin = data.count
      data += tensor.bytes
      entries.append(
        #""\#(tensor.name)":{"dtype":"\#(tensor.type)","shape":\#(tensor.shape),"data_offsets":[\#(begin),\#(data.count)]}"#
      )
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
    return FileBytes(name: "model.safetensors", length + header + data)
  }
}

/// A matrix `[outputs, inputs]` on its way into a format.
struct MatrixToEncode {
  let name: String
  let outputs: Int
  let inputs: Int
  var generator: SeededGenerator

  mutating func codes(_ count: Int, bits: Int) -> [UInt32] {
    (0..<count).map { _ in UInt32.random(in: 0..<1 << UInt32(bits), using: &generator) }
  }

  mutating func scales(_ count: Int, _ size: Float) -> [Float] {
    (0..<count).map { _ in Float.random(in: size...2 * size, using: &generator) }
  }

  /// The numbers, from what each is made of.
  func values(_ value: (_ output: Int, _ input: Int) -> Float) -> [Float] {
    (0..<outputs).flatMap { output in (0..<inputs).map { value(output, $0) } }
  }
}

/// A format of quantised matrices, and how it is written.
struct Format: CustomTestStringConvertible, Sendable {
  typealias Encoded = (stored: [StoredTensor], values: [Float])

  let name: String
  var settings: String
  let note: String
  let encode: @Sendable (inout MatrixToEncode) -> Encoded

  var testDescription: String { name }

  /// A model with random matrices in the format, and the same with its numbers.
  func model(
    without ending: String? = nil, _ change: (inout StoredTensor) -> Void = { _ in }
  ) throws -> (quantised: ModelFiles, plain: ModelFiles) {
    let layer = "model.layers.0"
    var generator = SeededGenerator(seed: 7)
    let table = (0..<16 * 32).map { _ in Float.random(in: -1...1, using: &generator) }
    let ones = [Float](repeating: 1, count: 32)
    let rest = [
      StoredTensor.floats("model.embed_tokens.weight", [16, 32], table),
      .floats("model.norm.weight", [32], ones),
      .floats("\(layer).input_layernorm.weight", [32], ones),
      .floats("\(layer).post_attention_layernorm.weight", [32], ones),
    ]
    var (stored, plain) = (rest, rest)
    for (index, (module, outputs, inputs)) in [
      ("self_attn.q_proj", 32, 32), ("self_attn.k_proj", 32, 32), ("self_attn.v_proj", 32, 32),
      ("self_attn.o_proj", 32, 32), ("mlp.gate_proj", 64, 32), ("mlp.up_proj", 64, 32),
      ("mlp.down_proj", 32, 64),
    ].enumerated() {
      var matrix = MatrixToEncode(
        name: "\(layer).\(module)", outputs: outputs, inputs: inputs,
        generator: SeededGenerator(seed: UInt64(index)))
      let encoded = encode(&matrix)
      stored += encoded.stored
      plain.append(.floats("\(layer).\(module).weight", [outputs, inputs], encoded.values))
    }
    if let ending { stored.removeAll { $0.name.hasSuffix(ending) } }
    for index in stored.indices { change(&stored[index]) }
    func files(_ tensors: [StoredTensor], _ addition: String) -> ModelFiles {
      let configuration =
        #"{"model_type": "llama", "vocab_size": 16, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "tie_word_embeddings": true\#(addition)}"#
      return ModelFiles(
        builtIn: "model",
        files: [
          "config.json": FileBytes(name: "config.json", Array(configuration.utf8)),
          "model.safetensors": StoredTensor.file(tensors),
        ])
    }
    return (files(stored, ", \"quantization_config\": \(settings)"), files(plain, ""))
  }

  static let all: [Format] = bytes + halves + words + streams
}

// MARK: A byte each

extension Format {
  /// Floats with so many bits of exponent.
  private static func float8(_ code: UInt32, exponentBits: Int) -> Float {
    let mantissaBits = 7 - exponentBits
    let mantissa = Float(code & (1 << mantissaBits - 1)) / Float(1 << mantissaBits)
    let exponent = Int(code >> mantissaBits & (1 << exponentBits - 1))
    let bias = 1 << (exponentBits - 1) - 1
    let size =
      exponent == 0
      ? mantissa * Float(sign: .plus, exponent: 1 - bias, significand: 1)
      : (1 + mantissa) * Float(sign: .plus, exponent: exponent - bias, significand: 1)
    return code & 0x80 == 0 ? size : -size
  }

  private static func float8(
    _ name: String, _ settings: String, exponentBits: Int = 4, scaleName: String = "weight_scale",
    scaleShape: @escaping @Sendable (MatrixToEncode) -> [Int],
    scaleIndex: @escaping @Sendable (MatrixToEncode, Int, Int) -> Int
  ) -> Format {
    Format(name: name, settings: settings, note: "FP8") { matrix in
      // Neither NaN nor the largest.
      let codes = matrix.codes(matrix.outputs * matrix.inputs, bits: 8).map {
        $0 & (exponentBits == 4 ? 0xBF : 0xBD)
      }
      let shape = scaleShape(matrix)
      let scales = matrix.scales(shape.reduce(1, *), 0.1)
      let (outputs, inputs) = (matrix.outputs, matrix.inputs)
      let copy = matrix
      return (
        [
          StoredTensor(
            "\(matrix.name).weight", exponentBits == 4 ? "F8_E4M3" : "F8_E5M2", [outputs, inputs],
            codes.map { UInt8($0) }),
          .floats("\(matrix.name).\(scaleName)", shape, scales),
          .floats("\(matrix.name).input_scale", [1], [3]),
        ],
        matrix.values {
          float8(codes[$0 * inputs + $1], exponentBits: exponentBits)
            * scales[scaleIndex(copy, $0, $1)]
        }
      )
    }
  }

  private static let bytes: [Format] = [
    float8(
      "FP8 in blocks",
      #"{"quant_method": "fp8", "fmt": "e4m3", "weight_block_size": [24, 20]}"#,
      scaleName: "weight_scale_inv",
      scaleShape: { [($0.outputs + 23) / 24, ($0.inputs + 19) / 20] },
      scaleIndex: { $1 / 24 * (($0.inputs + 19) / 20) + $2 / 20 }),
    float8(
      "FP8 with one scale", #"{"quant_method": "fp8"}"#, scaleName: "weight_scale_inv",
      scaleShape: { _ in [] }, scaleIndex: { _, _, _ in 0 }),
    float8(
      "FP8 by channel", #"{"quant_method": "fbgemm_fp8"}"#, scaleShape: { [$0.outputs, 1] },
      scaleIndex: { $1 + 0 * $2 }),
    float8(
      "FP8 by tensor", #"{"quant_method": "compressed-tensors", "format": "float-quantized"}"#,
      exponentBits: 5, scaleShape: { _ in [1] }, scaleIndex: { _, _, _ in 0 }),
    float8(
      "FP8 by group", #"{"quant_method": "compressed-tensors", "format": "float-quantized"}"#,
      scaleShape: { [$0.outputs, $0.inputs / 8] }, scaleIndex: { $1 * ($0.inputs / 8) + $2 / 8 }),
    Format(
      name: "int8 with zeros",
      settings: #"{"quant_method": "compressed-tensors", "format": "int-quantized"}"#, note: "int8"
    ) { matrix in
      let (outputs, inputs) = (matrix.outputs, matrix.inputs)
      let codes = matrix.codes(outputs * inputs, bits: 8).map { UInt8($0) }
      let scales = matrix.scales(outputs, 0.003)
      let zeros = matrix.codes(outputs, bits: 8).map { UInt8($0) }
      return (
        [
          StoredTensor("\(matrix.name).weight", "I8", [outputs, inputs], codes),
          .floats("\(matrix.name).weight_scale", [outputs, 1], scales),
          StoredTensor("\(matrix.name).weight_zero_point", "I8", [outputs, 1], zeros),
        ],
        matrix.values {
          (Float(Int8(bitPattern: codes[$0 * inputs + $1])) - Float(Int8(bitPattern: zeros[$0])))
            * scales[$0]
        }
      )
    },
    Format(
      name: "LLM.int8()", settings: #"{"load_in_8bit": true}"#, note: "int8 of bitsandbytes"
    ) { matrix in
      let (outputs, inputs) = (matrix.outputs, matrix.inputs)
      let codes = matrix.codes(outputs * inputs, bits: 8).map { UInt8($0) }
      let scales = matrix.scales(outputs, 0.4)
      return (
        [
          StoredTensor("\(matrix.name).weight", "I8", [outputs, inputs], codes),
          .floats("\(matrix.name).SCB", [outputs], scales),
          StoredTensor("\(matrix.name).weight_format", "U8", [], [0]),
        ],
        matrix.values { Float(Int8(bitPattern: codes[$0 * inputs + $1])) * scales[$0] / 127 }
      )
    },
  ]
}

// MARK: Half a byte each

extension Format {
  private static func bitsAndBytes(
    _ name: String, kind: String, blockSize: Int, isNested: Bool
  ) -> Format {
    Format(
      name: name, settings: #"{"quant_method": "bitsandbytes", "load_in_4bit": true}"#, note: kind
    ) { matrix in
      let (outputs, inputs) = (matrix.outputs, matrix.inputs)
      let count = outputs * inputs
      let codes = matrix.codes(count, bits: 4)
      let table = matrix.scales(16, 0.1).enumerated().map {
        $0.offset < 8 ? -$0.element : $0.element
      }
      let blockCount = (count + blockSize - 1) / blockSize
      var stored = [
        StoredTensor(
          "\(matrix.name).weight", "U8", [count / 2, 1],
          stride(from: 0, to: count, by: 2).map { UInt8(codes[$0] << 4 | codes[$0 + 1]) }),
        .floats("\(matrix.name).weight.quant_map", [16], table),
      ]
      var state =
        #""quant_type": "\#(kind)", "blocksize": \#(blockSize), "shape": [\#(outputs), \#(inputs)]"#
      let absmax: [Float]
      if isNested {
        let (small, map) = (matrix.codes(blockCount, bits: 8), matrix.scales(256, 0.2))
        let large = matrix.scales((blockCount + 3) / 4, 0.5)
        absmax = small.indices.map { map[Int(small[$0])] * large[$0 / 4] + 0.25 }
        state += #", "nested_blocksize": 4, "nested_offset": 0.25"#
        stored += [
          StoredTensor(
            "\(matrix.name).weight.absmax", "U8", [blockCount], small.map { UInt8($0) }),
          .floats("\(matrix.name).weight.nested_quant_map", [256], map),
          .floats("\(matrix.name).weight.nested_absmax", [large.count], large),
        ]
      } else {
        absmax = matrix.scales(blockCount, 0.5)
        stored.append(.floats("\(matrix.name).weight.absmax", [blockCount], absmax))
      }
      let bytes = Array("{\(state)}".utf8)
      stored.append(
        StoredTensor(
          "\(matrix.name).weight.quant_state.bitsandbytes__\(kind)", "U8", [bytes.count], bytes))
      return (
        stored,
        matrix.values {
          let place = $0 * inputs + $1
          return table[Int(codes[place])] * absmax[place / blockSize]
        }
      )
    }
  }

  private static func float4(_ name: String, isMX: Bool) -> Format {
    let size = isMX ? 32 : 16
    return Format(
      name: name,
      settings: #"{"quant_method": "compressed-tensors", "format": "nvfp4-pack-quantized"}"#,
      note: name
    ) { matrix in
      let (outputs, inputs) = (matrix.outputs, matrix.inputs)
      let codes = matrix.codes(outputs * inputs, bits: 4)
      let groupCount = inputs / size
      let scales = matrix.codes(outputs * groupCount, bits: 2).map { $0 + (isMX ? 123 : 0x20) }
      let table: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6]
      var stored = [
        StoredTensor(
          "\(matrix.name).weight_packed", "U8", [outputs, inputs / 2],
          stride(from: 0, to: codes.count, by: 2).map { UInt8(codes[$0] | codes[$0 + 1] << 4) }),
        StoredTensor(
          "\(matrix.name).weight_scale", isMX ? "U8" : "F8_E4M3", [outputs, groupCount],
          scales.map { UInt8($0) }),
      ]
      if !isMX { stored.append(.floats("\(matrix.name).weight_global_scale", [1], [2])) }
      return (
        stored,
        matrix.values {
          let scale = scales[$0 * groupCount + $1 / size]
          let factor =
            isMX
            ? Float(sign: .plus, exponent: Int(scale) - 127, significand: 1)
            : float8(scale, exponentBits: 4) / 2
          return table[Int(codes[$0 * inputs + $1])] * factor
        }
      )
    }
  }

  private static let halves: [Format] = [
    bitsAndBytes("NF4", kind: "nf4", blockSize: 64, isNested: false),
    bitsAndBytes("NF4, nested", kind: "nf4", blockSize: 64, isNested: true),
    bitsAndBytes("FP4 in blocks across lines", kind: "fp4", blockSize: 24, isNested: true),
    float4("NVFP4", isMX: false), float4("MXFP4", isMX: true),
  ]
}

// MARK: Words

extension Format {
  /// Codes side by side in words along lines.
  private static func words(_ codes: [UInt32], lineLength: Int, bits: Int) -> [UInt32] {
    let perWord = 32 / bits
    return stride(from: 0, to: codes.count, by: lineLength).flatMap { start in
      stride(from: 0, to: lineLength, by: perWord).map { first in
        (first..<min(first + perWord, lineLength)).reduce(0) {
          $0 | codes[start + $1] << UInt32(($1 - first) * bits)
        }
      }
    }
  }

  private enum PackedZeros { case none, words, bytes }

  private static func packed(
    _ name: String, bits: Int = 4, groupSize: Int? = nil, zeros kind: PackedZeros = .none,
    isReordered: Bool = false
  ) -> Format {
    let settings =
      #"{"quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": {"group_0": {"weights": {"num_bits": \#(bits)}}}}"#
    return Format(name: name, settings: settings, note: "int\(bits)") { matrix in
      let (outputs, inputs) = (matrix.outputs, matrix.inputs)
      let size = groupSize ?? inputs
      let groupCount = inputs / size
      let codes = matrix.codes(outputs * inputs, bits: bits)
      let scales = matrix.scales(outputs * groupCount, 0.5 / Float(1 << bits))
      let zeros = matrix.codes(outputs * groupCount, bits: bits)
      let groups =
        isReordered
        ? (0..<inputs).map { $0 * 13 % inputs / size } : (0..<inputs).map { $0 / size }
      let perWord = 32 / bits
      var stored = [
        StoredTensor.words(
          "\(matrix.name).weight_packed", [outputs, (inputs + perWord - 1) / perWord],
          words(codes, lineLength: inputs, bits: bits)),
        .floats("\(matrix.name).weight_scale", [outputs, groupCount], scales),
        StoredTensor(
          "\(matrix.name).weight_shape", "I64", [2],
          [outputs, inputs].flatMap { withUnsafeBytes(of: $0, Array.init) }),
      ]
      let middle = UInt32(1 << (bits - 1))
      switch kind {
      case .none: break
      case .words:
        let columns = (0..<groupCount).flatMap { group in
          (0..<outputs).map { zeros[$0 * groupCount + group] }
        }
        let packed = words(columns, lineLength: outputs, bits: bits)
        let wordCount = packed.count / groupCount
        stored.append(
          .words(
            "\(matrix.name).weight_zero_point", [wordCount, groupCount],
            (0..<wordCount).flatMap { word in (0..<groupCount).map { packed[$0 * wordCount + word] }
            }
          ))
      case .bytes:
        stored.append(
          StoredTensor(
            "\(matrix.name).weight_zero_point", "I8", [outputs, groupCount],
            zeros.map { UInt8(truncatingIfNeeded: Int($0) - Int(middle)) }))
      }
      if isReordered {
        stored.append(
          .words("\(matrix.name).weight_g_idx", [inputs], groups.map { UInt32($0) }))
      }
      return (
        stored,
        matrix.values {
          let group = $0 * groupCount + groups[$1]
          let zero = kind == .none ? middle : zeros[group]
          return (Float(codes[$0 * inputs + $1]) - Float(zero)) * scales[group]
        }
      )
    }
  }

  private static func awq(_ name: String, groupSize: Int) -> Format {
    Format(
      name: name,
      settings:
        #"{"quant_method": "awq", "bits": 4, "group_size": \#(groupSize), "version": "GEMM"}"#,
      note: "AWQ of 4 bits"
    ) { matrix in
      let (outputs, inputs) = (matrix.outputs, matrix.inputs)
      let groupCount = inputs / groupSize
      let codes = matrix.codes(inputs * outputs, bits: 4)
      let zeros = matrix.codes(groupCount * outputs, bits: 4)
      let scales = matrix.scales(groupCount * outputs, 0.03)
      func ordered(_ codes: [UInt32]) -> [UInt32] {
        codes.indices.map { codes[$0 / 8 * 8 + [0, 2, 4, 6, 1, 3, 5, 7][$0 % 8]] }
      }
      return (
        [
          .words(
            "\(matrix.name).qweight", [inputs, outputs / 8],
            words(ordered(codes), lineLength: outputs, bits: 4)),
          .words(
            "\(matrix.name).qzeros", [groupCount, outputs / 8],
            words(ordered(zeros), lineLength: outputs, bits: 4)),
          .floats("\(matrix.name).scales", [groupCount, outputs], scales),
        ],
        matrix.values {
          let group = $1 / groupSize * outputs + $0
          return (Float(codes[$1 * outputs + $0]) - Float(zeros[group])) * scales[group]
        }
      )
    }
  }

  private static let words: [Format] = [
    packed("int4 in groups", groupSize: 16), packed("int4 by channel"),
    packed("int4 with zeros in words", groupSize: 8, zeros: .words),
    packed("int4 with zeros in bytes", groupSize: 8, zeros: .bytes),
    packed("int4 in another order", groupSize: 8, isReordered: true),
    packed("int8 in words", bits: 8, groupSize: 16),
    packed("int3 in words", bits: 3, groupSize: 16),
    packed("int2 in words", bits: 2, groupSize: 16, zeros: .words),
    awq("AWQ", groupSize: 16), awq("AWQ, one group", groupSize: 32),
  ]
}

// MARK: Streams

extension Format {
  /// Codes as a stream of bits.
  private static func stream(_ codes: [UInt32], bits: Int) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: codes.count * bits / 32)
    for (index, code) in codes.enumerated() {
      for bit in 0..<bits where code >> UInt32(bit) & 1 == 1 {
        let place = index * bits + bit
        words[place / 32] |= 1 << UInt32(place % 32)
      }
    }
    return words
  }

  private static func gptq(
    _ name: String, bits: Int, groupSize: Int = 16, isReordered: Bool = false,
    saysGroups: Bool = true, version: String? = nil
  ) -> Format {
    let format = version.map { #", "checkpoint_format": "\#($0)""# } ?? ""
    return Format(
      name: name,
      settings:
        #"{"quant_method": "gptq", "bits": \#(bits), "group_size": \#(groupSize)\#(format)}"#,
      note: "GPTQ of \(bits) bits"
    ) { matrix in
      let (outputs, inputs) = (matrix.outputs, matrix.inputs)
      let size = groupSize > 0 ? groupSize : inputs
      let groupCount = inputs / size
      let codes = matrix.codes(inputs * outputs, bits: bits)
      let zeros = matrix.codes(groupCount * outputs, bits: bits)
      let scales = matrix.scales(groupCount * outputs, 0.5 / Float(1 << bits))
      let groups =
        isReordered
        ? (0..<inputs).map { $0 * 13 % inputs / size } : (0..<inputs).map { $0 / size }
      // Columns of words, each a stream.
      let columns = (0..<outputs).map { output in
        stream((0..<inputs).map { codes[$0 * outputs + output] }, bits: bits)
      }
      let lineCount = inputs * bits / 32
      var stored: [StoredTensor] = [
        .words(
          "\(matrix.name).qweight", [lineCount, outputs],
          (0..<lineCount).flatMap { line in columns.map { $0[line] } }),
        .words(
          "\(matrix.name).qzeros", [groupCount, outputs * bits / 32],
          (0..<groupCount).flatMap { group in
            stream(Array(zeros[group * outputs..<(group + 1) * outputs]), bits: bits)
          }),
        .floats("\(matrix.name).scales", [groupCount, outputs], scales),
      ]
      if saysGroups {
        stored.append(.words("\(matrix.name).g_idx", [inputs], groups.map { UInt32($0) }))
      }
      let limit = UInt32(1 << bits)
      return (
        stored,
        matrix.values {
          let group = groups[$1] * outputs + $0
          let zero = version == "gptq_v2" ? zeros[group] : (zeros[group] + 1) % limit
          return (Float(codes[$1 * outputs + $0]) - Float(zero)) * scales[group]
        }
      )
    }
  }

  private static let streams: [Format] = [
    gptq("GPTQ 2", bits: 2), gptq("GPTQ 3", bits: 3), gptq("GPTQ 4", bits: 4),
    gptq("GPTQ 8", bits: 8), gptq("GPTQ 4 in another order", bits: 4, isReordered: true),
    gptq("GPTQ 4, one group", bits: 4, groupSize: -1, saysGroups: false),
    gptq("GPTQ 3 without an order", bits: 3, saysGroups: false),
    gptq("GPTQ 4, version 2", bits: 4, version: "gptq_v2"),
  ]
}
