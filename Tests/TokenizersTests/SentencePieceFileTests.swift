import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite struct SentencePieceFileTests {
  private func read(_ bytes: [UInt8]) throws(TokenizerError) -> SentencePieceFile {
    try SentencePieceFile(FileBytes(name: "m", bytes))
  }

  @Test func readsWhatIsThere() throws {
    var builder = SentencePieceBuilder(["▁a": -1.5, "日": -2])
    builder.pieces.append(("<0x41>", 0, .byte))
    builder.algorithm = 2
    builder.trainer = [35: 1, 4: 8000]
    builder.normalizer = [3: 0, 4: 0]
    builder.charsmap = CharsmapBuilder(["a": "b"]).bytes
    let file = try read(builder.bytes)
    #expect(file.pieces.map(\.text) == ["<unk>", "<s>", "</s>", "▁a", "日", "<0x41>"])
    #expect(file.pieces.map(\.score) == [0, 0, 0, -1.5, -2, 0])
    #expect(
      file.pieces.map(\.kind) == [.unknown, .control, .control, .normal, .normal, .byte])
    #expect(file.algorithm == .bpe)
    #expect(file.fallsBackToBytes)
    #expect(!file.addsDummyPrefix && !file.removesExtraSpaces)
    #expect(file.charsmap != nil)
  }

  @Test func whatIsLeftOutIsAsUsual() throws {
    // Fields of all kinds that no one asks for, and a piece with a text only.
    let unknown: [UInt8] = [
      9 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 9 << 3 | 5, 1, 2, 3, 4, 9 << 3, 0xFF, 1,
    ]
    let file = try read(unknown + SentencePieceBuilder.field(1, bytes: [1 << 3 | 2, 1, 0x61]))
    #expect(file.pieces.map(\.text) == ["a"])
    #expect(file.pieces[0].kind == .normal && file.pieces[0].score == 0)
    #expect(file.algorithm == .unigram && file.unknownID == 0 && !file.fallsBackToBytes)
    #expect(file.addsDummyPrefix && file.removesExtraSpaces && file.charsmap == nil)
  }

  @Test(
    arguments: [
      [0x0A], [0x0A, 5, 1], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
      [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2], [0x0D, 1, 2], [0x09, 1],
      [0x0B], [0x0C], [0x0F], [0x0A, 2, 0x0A, 5], [0x0A, 3, 0x0A, 1, 0xFF],
      // A score that is not a number.
      [0x0A, 5, 0x15, 0, 0, 0xC0, 0x7F],
      // An unknown piece that is not there.
      [0x0A, 3, 0x0A, 1, 0x61, 0x12, 3, 0xC0, 0x02, 9],
      // A table of replacements that is none.
      [0x0A, 3, 0x0A, 1, 0x61, 0x1A, 3, 0x12, 1, 9],
    ] as [[UInt8]])
  func brokenFiles(bytes: [UInt8]) {
    #expect(throws: TokenizerError.notSentencePiece(file: "m")) { try read(bytes) }
  }

  @Test func messages() {
    #expect(
      TokenizerError.notSentencePiece(file: "m").description == "m: not a sentencepiece model")
    #expect(throws: TokenizerError.emptyVocabulary(file: "m")) { try read([]) }
    var builder = SentencePieceBuilder([String(repeating: "a", count: 513): 0])
    #expect(throws: TokenizerError.tokenTooLong(file: "m", maximum: 512)) {
      try read(builder.bytes)
    }
    builder = SentencePieceBuilder([:])
    builder.trainer = [24: 1]
    #expect(
      throws: TokenizerError.unsupported(
        file: "m", stage: "sentencepiece model", type: "treat_whitespace_as_suffix")
    ) { try read(builder.bytes) }
    builder.trainer = [:]
    builder.normalizer = [5: 0]
    #expect(
      throws: TokenizerError.unsupported(
        file: "m", stage: "sentencepiece model", type: "escape_whitespaces = false")
    ) { try read(builder.bytes) }
  }

  @Test func corruptFolders() throws {
    let charsmap = try ModelFiles(folder: Fixtures.path("corrupt/tok_bad_charsmap"))
    #expect(
      throws: TokenizerError.wrongValue(
        file: Fixtures.path("corrupt/tok_bad_charsmap/tokenizer.json"),
        place: "normalizer.precompiled_charsmap",
        expected: "a table of replacements in base64", found: "\"////fwEAAAD/////AAAA\"")
    ) { try Tokenizer(charsmap) }
    let garbage = try ModelFiles(folder: Fixtures.path("corrupt/tok_spm_garbage"))
    #expect(
      throws: TokenizerError.notSentencePiece(
        file: Fixtures.path("corrupt/tok_spm_garbage/spiece.model"))
    ) { try Tokenizer(garbage) }
  }

  /// Whatever the file: an error, or a tokenizer that does its work.
  @Test func damagedFiles() throws {
    var generator = SeededGenerator(seed: 5)
    var builder = SentencePieceBuilder(["▁a": -1, "b": -2, "ab": -3, "▁": -2])
    builder.charsmap = CharsmapBuilder(["c": "a", "½": "1⁄2"]).bytes
    let classes = ["T5Tokenizer", "LlamaTokenizer", "AlbertTokenizer", "PegasusTokenizer"]
    for round in 0..<400 {
      builder.algorithm = UInt64(round % 2 + 1)
      var bytes = builder.bytes
      // The pieces' part of the file, and the table's.
      let limit = round % 4 < 2 ? 80 : bytes.count
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        bytes[Int.random(in: 0..<limit, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      if round % 5 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
      let configuration = "{\"tokenizer_class\": \"\(classes[round % 4])\"}"
      let files = ModelFiles(
        builtIn: "test",
        files: [
          "spiece.model": FileBytes(name: "m", bytes),
          "tokenizer_config.json": FileBytes(name: "c", Array(configuration.utf8)),
        ])
      guard let tokenizer = try? Tokenizer(files) else { continue }
      _ = try? tokenizer.encode("ab ½c <s> 日", pair: "c")
    }
  }
}
