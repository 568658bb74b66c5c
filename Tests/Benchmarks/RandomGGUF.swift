import Files
import Glibc
import TestSupport

/// A model in GGUF with the shape of TinyLlama 1.1B, random weights in blocks of Q4_K, and its head in Q6_K: as most
/// people keep a small model.
struct RandomGGUF {
  let path: String

  private static let size = 2048
  private static let innerSize = 5632
  private static let vocabularySize = 32_000
  private static let layerCount = 22

  /// A type of GGUF's, with its number, and the bytes of a block of 256.
  private enum Kind: UInt32 {
    case float32 = 0
    case q4K = 12
    case q6K = 14

    func byteCount(_ count: Int) -> Int {
      switch self {
      case .float32: 4 * count
      case .q4K: count / 256 * 144
      case .q6K: count / 256 * 210
      }
    }
  }

  /// Writes the file unless it is there.
  init(in parent: String) throws {
    path = "\(parent)/tiny-llama-1.1b.Q4_K.gguf"
    guard access(path, F_OK) != 0 else { return }
    mkdir(parent, 0o755)
    var builder = GGUFBuilder()
    Self.describe(&builder)
    let tensors = Self.tensors
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

  private static func describe(_ builder: inout GGUFBuilder) {
    builder.add("general.architecture", "llama")
    let sizes: [(String, UInt32)] = [
      ("context_length", 2048), ("embedding_length", UInt32(size)),
      ("block_count", UInt32(layerCount)), ("feed_forward_length", UInt32(innerSize)),
      ("attention.head_count", 32), ("attention.head_count_kv", 4), ("rope.dimension_count", 64),
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

  private static var tensors: [(name: String, shape: [Int], kind: Kind)] {
    var tensors: [(name: String, shape: [Int], kind: Kind)] = [
      ("token_embd.weight", [vocabularySize, size], .q4K)
    ]
    for layer in (0..<layerCount).map({ "blk.\($0)" }) {
      tensors += [
        ("\(layer).attn_norm.weight", [size], .float32),
        ("\(layer).attn_q.weight", [size, size], .q4K),
        ("\(layer).attn_k.weight", [256, size], .q4K),
        ("\(layer).attn_v.weight", [256, size], .q4K),
        ("\(layer).attn_output.weight", [size, size], .q4K),
        ("\(layer).ffn_norm.weight", [size], .float32),
        ("\(layer).ffn_gate.weight", [innerSize, size], .q4K),
        ("\(layer).ffn_up.weight", [innerSize, size], .q4K),
        ("\(layer).ffn_down.weight", [size, innerSize], .q4K),
      ]
    }
    return tensors + [
      ("output_norm.weight", [size], .float32), ("output.weight", [vocabularySize, size], .q6K),
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
