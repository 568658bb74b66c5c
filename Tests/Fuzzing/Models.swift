import Attention
import Files
import TestSupport
import Tokenizers
import Transformers

/// Folders of models.
enum Models {
  private static let texts = [
    "", "The cat sat on the mat.", " a  b\n\tc",
    "été e\u{301} ﬁ İß 中文 한국어 हिन्दी 👩🏽‍🚀 \u{0}\u{FFFD}\u{10FFFF}",
    "<s> </s> [MASK] <unk> <pad> ▁x Ġy <0x41> eng_Latn",
  ]

  /// A folder with a vocabulary of any form, and the texts above in its tokens.
  static func tokenizer(_ file: FileBytes) throws {
    let tokenizer = try Tokenizer(folder(file))
    for text in texts {
      let encoding = try tokenizer.encode(text, pair: "a pair", maximumCount: 64)
      precondition(encoding.tokens.count <= 64)
      for token in encoding.tokens {
        _ = (tokenizer.token(of: token.id), tokenizer.display(of: token.id))
        let count = text.unicodeScalars.count
        if token.sequence == 0, let range = token.sourceRange {
          precondition(range.upperBound <= count)
        }
      }
      _ = try tokenizer.encodeTarget(text, language: nil, maximumCount: 64)
    }
  }

  /// A folder with everything in it.
  static func checkpoint(_ file: FileBytes) throws {
    try run(ModelRegistry.loadModel(from: folder(file)))
  }

  /// The name of a model among the fixtures in the first line, and then another configuration for its weights.
  static func configuration(_ file: FileBytes) throws {
    let line = file.bytes.prefix { $0 != UInt8(ascii: "\n") }
    let name = String(decoding: line, as: UTF8.self)
    let fixture = Fixtures.path("models/\(name)")
    guard !name.contains("/"), !name.utf8.contains(0),
      let weights = try? FileBytes(mapping: "\(fixture)/model.safetensors")
    else { return }
    let text = part(of: file, min(line.endIndex + 1, file.bytes.count)..<file.bytes.count)
    try run(
      ModelRegistry.loadModel(
        from: ModelFiles(
          builtIn: Fuzz.fileName, files: ["config.json": text, "model.safetensors": weights])))
  }

  private static func run(_ model: any TransformerModel) throws {
    let ids = [1, 2, 3]
    let input = ModelInput(
      tokens: DecoderInput.tokens(ids), ids: ids, predictionPositions: [2],
      target: .given(tokens: DecoderInput.tokens(ids), ids: ids))
    _ = try model.forward(input)
  }

  /// Files that are written one behind the other, each behind a line `=== NAME`.
  private static func folder(_ file: FileBytes) -> ModelFiles {
    let bytes = file.bytes
    let mark = Array("=== ".utf8)
    var files: [String: FileBytes] = [:]
    var name: String?
    var start = 0
    var isLineStart = true
    for index in bytes.indices {
      if isLineStart, bytes[index...].starts(with: mark) {
        // The end of the line before belongs to the mark.
        if let name { files[name] = part(of: file, start..<max(start, index - 1)) }
        let line = bytes[(index + mark.count)...].prefix { $0 != UInt8(ascii: "\n") }
        name = String(decoding: line, as: UTF8.self)
        start = min(line.endIndex + 1, bytes.count)
      }
      isLineStart = bytes[index] == UInt8(ascii: "\n")
    }
    if let name, start <= bytes.count { files[name] = part(of: file, start..<bytes.count) }
    return ModelFiles(builtIn: Fuzz.fileName, files: files)
  }

  private static func part(of file: FileBytes, _ range: Range<Int>) -> FileBytes {
    FileBytes(name: Fuzz.fileName, count: range.count) {
      $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: file.bytes[range]))
    }
  }
}

extension DecoderInput {
  /// Tokens for ids of which nothing is known.
  fileprivate static func tokens(_ ids: [Int]) -> [Token] {
    ids.map { Token(text: "#\($0)", display: "#\($0)", id: $0) }
  }
}
