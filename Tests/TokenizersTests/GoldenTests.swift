import Files
import Foundation
import TestSupport
import Testing

@testable import Tokenizers

/// Every reference case: tokens, ids, types, special tokens and source ranges.
@Suite struct GoldenTests {
  struct Cases: Decodable {
    var cases: [Case]
    /// Of a file of short texts: the models that it is for.
    var models: [String]?
  }

  struct Case: Decodable {
    var id: String?
    var text: String
    var textPair: String?
    var inputIds: [Int]
    var tokens: [String]
    var tokenTypeIds: [Int]?
    var specialTokensMask: [Int]?
    var offsets: [[Int]]?
    var tokenizationDisputedBy: [String]?
  }

  static func cases(_ name: String) throws -> Cases {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = URL(fileURLWithPath: Fixtures.path("goldens/\(name).json"))
    return try decoder.decode(Cases.self, from: Data(contentsOf: url))
  }

  @Test(arguments: [
    "bert_base", "bert_fp16", "bert_gamma_beta", "bert_mlm_cased", "bert_old_pickle",
    "bert_seqcls_bin", "bloom", "distilbert", "electra", "falcon", "gemma2", "gpt2",
    "gpt2_legacy_vocab", "llama", "llama3", "mistral", "mpnet", "qwen2", "roberta",
  ])
  func model(_ name: String) throws {
    let tokenizer = try Tokenizer(fixture: "models/\(name)")
    let cases = try Self.cases("\(name)/cases").cases
    #expect(cases.count == 7)
    for golden in cases {
      let encoding = try tokenizer.encode(golden.text, pair: golden.textPair)
      let tokens = encoding.tokens
      let comment = Comment(rawValue: golden.id ?? golden.text)
      #expect(encoding.truncatedCount == 0)
      #expect(tokens.map(\.text) == golden.tokens, comment)
      #expect(tokens.map(\.id) == golden.inputIds, comment)
      if let types = golden.tokenTypeIds { #expect(tokens.map(\.typeID) == types, comment) }
      #expect(tokens.map { $0.isSpecial ? 1 : 0 } == golden.specialTokensMask, comment)
      let ranges = tokens.map {
        [$0.sourceRange?.lowerBound ?? 0, $0.sourceRange?.upperBound ?? 0]
      }
      #expect(ranges == golden.offsets, comment)
    }
  }

  @Test(arguments: [
    "bbpe_bloom", "bbpe_falcon", "bbpe_gpt2_prefix", "bbpe_llama3", "bbpe_qwen2", "bbpe_roberta",
    "spm_gemma", "spm_llama", "wp_cased", "wp_distil", "wp_electra", "wp_mpnet", "wp_uncased",
    "wp_uncased_b",
  ])
  func shortTexts(_ name: String) throws {
    let goldens = try Self.cases("tokenization/\(name)")
    #expect(goldens.cases.count == (name.hasPrefix("spm") ? 98 : 58))
    // Not all of the models are here; those of one list have the same tokenizer.
    let models = try #require(goldens.models).filter {
      (try? ModelFiles(folder: Fixtures.path("models/\($0)")).find("tokenizer_config.json")) != nil
    }
    #expect(!models.isEmpty)
    for model in models {
      let tokenizer = try Tokenizer(fixture: "models/\(model)")
      for golden in goldens.cases {
        let tokens = try tokenizer.encode(golden.text).tokens
        #expect(tokens.map(\.id) == golden.inputIds, Comment(rawValue: golden.text))
        #expect(tokens.map(\.text) == golden.tokens, Comment(rawValue: golden.text))
      }
    }
  }
}

extension Tokenizer {
  /// - Parameter path: A folder of `Tests/Fixtures`.
  init(fixture path: String) throws {
    try self.init(try ModelFiles(folder: Fixtures.path(path)))
  }
}
