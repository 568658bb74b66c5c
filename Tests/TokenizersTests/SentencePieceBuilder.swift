import Files
import TestSupport

@testable import Tokenizers

/// Makes small sentencepiece models, in the wire format of protocol buffers.
struct SentencePieceBuilder {
  typealias Kind = SentencePieceFile.Piece.Kind

  var pieces: [(text: String, score: Float, kind: Kind)] = [
    ("<unk>", 0, .unknown), ("<s>", 0, .control), ("</s>", 0, .control),
  ]
  var algorithm: UInt64 = 1
  var unknownID: UInt64 = 0
  /// Fields of the trainer and the normalizer that are numbers.
  var trainer: [UInt64: UInt64] = [:]
  var normalizer: [UInt64: UInt64] = [:]
  var charsmap: [UInt8] = []

  init(_ pieces: KeyValuePairs<String, Float>) {
    self.pieces += pieces.map { ($0.key, $0.value, .normal) }
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces {
      let score = withUnsafeBytes(of: piece.score.bitPattern.littleEndian, Array.init)
      bytes += Self.field(
        1,
        bytes: Self.field(1, bytes: Array(piece.text.utf8)) + [2 << 3 | 5] + score
          + Self.field(3, piece.kind.rawValue))
    }
    let trainer = Self.field(3, algorithm) + Self.field(40, unknownID) + Self.fields(trainer)
    let normalizer =
      Self.fields(normalizer) + (charsmap.isEmpty ? [] : Self.field(2, bytes: charsmap))
    return bytes + Self.field(2, bytes: trainer) + Self.field(3, bytes: normalizer)
  }

  private static func fields(_ fields: [UInt64: UInt64]) -> [UInt8] {
    fields.flatMap { field($0.key, $0.value) }
  }

  static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  static func field(_ number: UInt64, bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }
}

extension ModelFiles {
  /// A sentencepiece model for a tokenizer class, with more files.
  init(
    _ model: SentencePieceBuilder, named name: String = "spiece.model",
    class tokenizerClass: String,
    settings: String = "", and files: [String: String] = [:], target: SentencePieceBuilder? = nil
  ) {
    var all = files.reduce(into: [:]) { result, file in
      result[file.key] = FileBytes(name: file.key, Array(file.value.utf8))
    }
    all[name] = FileBytes(name: name, model.bytes)
    if let target { all["target.spm"] = FileBytes(name: "target.spm", target.bytes) }
    let configuration = "{\"tokenizer_class\": \"\(tokenizerClass)\"\(settings)}"
    all["tokenizer_config.json"] = FileBytes(
      name: "tokenizer_config.json", Array(configuration.utf8))
    self.init(builtIn: "test", files: all)
  }
}
