import Files
import Glibc
import TestSupport

/// A model of Llama's kind in GGUF with random weights, as people keep it.
struct RandomGGUF {
  let path: String
  private let shape: Shape

  struct Shape {
    let name: String
    let size: Int
    let innerSize: Int
    let layerCount: Int
    let headCount = 32
    let keyHeadCount: Int
    fileprivate let kind: Kind
    /// Of the head that predicts.
    fileprivate let outputKind: Kind

    /// TinyLlama 1.1B in blocks of Q4_K, its head in Q6_K.
    static let tinyLlama = Shape(
      name: "tiny-llama-1.1b.Q4_K", size: 2048, innerSize: 5632, layerCount: 22, keyHeadCount: 4,
      kind: .q4K, outputKind: .q6K)
    /// 8 of the 32 layers of Llama 2 7B.
    static let llama7 = Shape(
      name: "llama-8-of-7b.BF16", size: 4096, innerSize: 11_008, layerCount: 8, keyHeadCount: 32,
      kind: .bfloat16, outputKind: .bfloat16)

    var keySize: Int { size / headCount * keyHeadCount }
    /// Weights of all layers.
    var layerWeights: Int { layerCount * size * (2 * size + 2 * keySize + 3 * innerSize) }
  }

  private static let vocabularySize = 32_000

  /// A type of GGUF's, with its number, and the bytes of 256 elements.
  fileprivate enum Kind: UInt32 {
    case float32 = 0
    case q4K = 12
    case q6K = 14
    case bfloat16 = 30

    func byteCount(_ count: Int) -> Int {
      switch self {
      case .float32: 4 * count
      case .q4K: count / 256 * 144
      case .q6K: count / 256 * 210
      case .bfloat16: 2 * count
      }
    }
  }

  /// Writes the file unless it is there.
  init(_ shape: Shape, in parent: String) throws {
    self.shape = shape
    path = "\(parent)/\(shape.name).gguf"
    guard access(path, F_OK) != 0 else { return }
    mkdir(parent, 0o755)
    var builder = GGUFBuilder()
    describe(&builder)
    let tensors = self.tensors
    var offset = 0
    for (name, shape, kind) in tensors {
      builder.entries.append(
        GGUFBuilder.Entry(
          name, sizes: shape.reversed().map { UInt64($0) }, type: kind.rawValue,
          offset: UInt64(offset)))
      offset += kind.byteCount(shape.reduce(1, *))
    }
    let file = try AtomicFile(path: path)
    try Self.write(builder.bytes, to: file)
    var generator = SeededGenerator(seed: 11)
    for (_, shape, kind) in tensors {
      for _ in 0..<(shape.count > 1 ? shape[0] : 1) {
        try Self.write(Self.row(shape[shape.count - 1], kind, &generator), to: file)
      }
    }
    try file.commit()
  }

  private func describe(_ builder: inout GGUFBuilder) {
    let vocabularySize = Self.vocabularySize
    builder.add("general.architecture", "llama")
    let sizes: [(String, UInt32)] = [
      ("context_length", 2048), ("embedding_length", UInt32(shape.size)),
      ("block_count", UInt32(shape.layerCount)),
      ("feed_forward_length", UInt32(shape.innerSize)),
      ("attention.head_count", UInt32(shape.headCount)),
      ("attention.head_count_kv", UInt32(shape.keyHeadCount)),
      ("rope.dimension_count", UInt32(shape.size / shape.headCount)),
    ]
    for (key, value) in sizes { builder.add("llama.\(key)", value) }
    builder.add("llama.attention.layer_norm_rms_epsilon", number: 1e-5)
    builder.add("tokenizer.ggml.model", "llama")
    let words = (0..<vocabularySize - 3).map { "▁w\($0)" }
    builder.add("tokenizer.ggml.tokens", strings: ["<unk>", "<s>", "</s>"] + words)
    builder.add("tokenizer.ggml.scores", numbers: (0..<vocabularySize).map { -Float($0) })
    builder.add(
      "tokenizer.ggml.token_type",
      integers: [2, 3, 3] + [Int32](repeating: 1, count: vocabularySize - 3))
  }

  private var tensors: [(name: String, shape: [Int], kind: Kind)] {
    let (size, innerSize, kind) = (shape.size, shape.innerSize, shape.kind)
    let embedding = [Self.vocabularySize, size]
    var tensors = [("token_embd.weight", embedding, kind)]
    for layer in (0..<shape.layerCount).map({ "blk.\($0)" }) {
      tensors += [
        ("\(layer).attn_norm.weight", [size], .float32),
        ("\(layer).attn_q.weight", [size, size], kind),
        ("\(layer).attn_k.weight", [shape.keySize, size], kind),
        ("\(layer).attn_v.weight", [shape.keySize, size], kind),
        ("\(layer).attn_output.weight", [size, size], kind),
        ("\(layer).ffn_norm.weight", [size], .float32),
        ("\(layer).ffn_gate.weight", [innerSize, size], kind),
        ("\(layer).ffn_up.weight", [innerSize, size], kind),
        ("\(layer).ffn_down.weight", [size, innerSize], kind),
      ]
    }
    return tensors + [
      ("output_norm.weight", [size], .float32), ("output.weight", embedding, shape.outputKind),
    ]
  }

  private static func row(
    _ count: Int, _ kind: Kind, _ generator: inout SeededGenerator
  ) -> [UInt8] {
    guard kind != .float32 else {
      return (0..<count).flatMap { _ in GGUFBuilder.bytes(Float(1).bitPattern) }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(kind.byteCount(count))
    while bytes.count < kind.byteCount(count) {
      let word = generator.next()
      bytes += withUnsafeBytes(of: word, Array.init)
    }
    bytes.removeLast(bytes.count - kind.byteCount(count))
    guard kind != .bfloat16 else {
      // Of any sign, and of a size from 1/128 to 1/64.
      for high in stride(from: 1, to: bytes.count, by: 2) {
        bytes[high] = bytes[high] & 0x80 | 0x3C
        bytes[high - 1] &= 0x7F
      }
      return bytes
    }
    let blockSize = kind.byteCount(256)
    for block in 0..<count / 256 {
      // Small numbers around 0: the scale of the scales, and of what is taken off.
      let (scale, least): (Float16, Float16) = (1.4e-4, 1.05e-3)
      func put(_ number: Float16, at place: Int) {
        bytes.replaceSubrange(
          block * blockSize + place..<block * blockSize + place + 2,
          with: GGUFBuilder.bytes(number.bitPattern))
      }
      if kind == .q4K {
        put(scale, at: 0)
        put(least, at: 2)
      } else {
        put(1.2e-5, at: 208)
      }
    }
    return bytes
  }

  private static func write(_ bytes: [UInt8], to file: borrowing AtomicFile) throws {
    try bytes.withUnsafeBytes { try file.write($0) }
  }
}
