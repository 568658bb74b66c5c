import Files
import Foundation
import TestSupport
import Testing

@testable import Tokenizers

/// Reference cases of sentencepiece models: each file in all its forms, and the decoder's texts.
@Suite struct SentencePieceGoldenTests {
  struct Cases: Decodable {
    var cases: [Case]
  }

  struct Case: Decodable {
    var text: String
    var textPair: String?
    var inputIds: [Int]
    var tokens: [String]
    var specialTokensMask: [Int]?
    var offsets: [[Int]]?
    var targetInputIds: [Int]?
    var targetText: String?
    var decoderMode: String?
    var decoderInputIds: [Int]?
  }

  static func cases(_ name: String) throws -> [Case] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = URL(fileURLWithPath: Fixtures.path("goldens/\(name).json"))
    return try decoder.decode(Cases.self, from: Data(contentsOf: url)).cases
  }

  private func check(_ tokenizer: Tokenizer, _ golden: Case) throws {
    let tokens = try tokenizer.encode(golden.text, pair: golden.textPair).tokens
    let comment = Comment(rawValue: golden.text)
    #expect(tokens.map(\.id) == golden.inputIds, comment)
    #expect(tokens.map(\.text) == golden.tokens, comment)
    if let mask = golden.specialTokensMask {
      #expect(tokens.map { $0.isSpecial ? 1 : 0 } == mask, comment)
    }
    if let offsets = golden.offsets {
      let ranges = tokens.map {
        [$0.sourceRange?.lowerBound ?? 0, $0.sourceRange?.upperBound ?? 0]
      }
      #expect(ranges == offsets, comment)
    }
    if let ids = golden.targetInputIds {
      #expect(try tokenizer.encodeTarget(golden.text).tokens.map(\.id) == ids, comment)
    }
    if golden.decoderMode == "target_ids", let text = golden.targetText {
      #expect(
        try tokenizer.encodeTarget(text).tokens.map(\.id) == golden.decoderInputIds, comment)
    }
  }

  @Test(arguments: [
    ("t5_v1_1", "tokenizer.json", "t5_b", 6), ("t5_v1_1", "spiece.model", "t5_b", 6),
    ("llama", "tokenizer.json", "llama", 7), ("llama", "tokenizer.model", "llama", 7),
    ("gemma2", "tokenizer.json", "gemma", 7), ("gemma2", "tokenizer.model", "gemma", 7),
    ("m2m_100", "sentencepiece.bpe.model", "m2m", 6),
  ])
  func model(_ name: String, form: String, texts: String, count: Int) throws {
    let tokenizer = try Tokenizer(ModelFiles(fixture: "models/\(name)", form: form))
    let cases = try Self.cases("\(name)/cases")
    #expect(cases.count == count)
    for golden in cases { try check(tokenizer, golden) }
    let short = try Self.cases("tokenization/spm_\(texts)")
    #expect(short.count == 98)
    for golden in short { try check(tokenizer, golden) }
  }

  @Test func bothFormsHaveTheSameVocabulary() throws {
    for (name, form) in [
      ("t5_v1_1", "spiece.model"), ("llama", "tokenizer.model"), ("gemma2", "tokenizer.model"),
    ] {
      let new = try Tokenizer(fixture: "models/\(name)")
      let old = try Tokenizer(ModelFiles(fixture: "models/\(name)", form: form))
      #expect(old.vocabularyCount == new.vocabularyCount)
      #expect(old.largestID == new.largestID)
      for id in 0...new.largestID { #expect(old.token(of: id) == new.token(of: id)) }
    }
  }
}

extension ModelFiles {
  /// - Parameter form: The one of a folder's tokenizer files that is there.
  init(fixture folder: String, form: String) throws {
    var files: [String: FileBytes] = [:]
    for name in [form, "vocab.json", "tokenizer_config.json", "special_tokens_map.json"] {
      files[name] = try ModelFiles(folder: Fixtures.path(folder)).find(name)
    }
    self.init(builtIn: folder, files: files)
  }
}
