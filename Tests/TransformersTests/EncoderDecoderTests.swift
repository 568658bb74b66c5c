import Attention
import DemoModels
import Files
import TestSupport
import Testing
import Transformers

/// What only models with two sides have; their numbers are compared with the others'.
@Suite struct EncoderDecoderTests {
  private func load(_ name: String) throws -> any TransformerModel {
    try ModelRegistry.loadModel(from: ModelFiles(folder: Fixtures.path("models/\(name)")))
  }

  private func tokens(_ ids: [Int]) -> [Token] {
    ids.map { Token(text: "t\($0)", display: "t\($0)", id: $0) }
  }

  private func input(_ ids: [Int], target: DecoderInput = .generated()) -> ModelInput {
    ModelInput(tokens: tokens(ids), ids: ids, target: target)
  }

  /// A model's files with a change in one of them.
  private func edited(
    _ model: String, _ file: String, _ old: String, _ new: String
  ) throws -> ModelFiles {
    let folder = try ModelFiles(folder: Fixtures.path("models/\(model)"))
    let names = ["config.json", "generation_config.json", "model.safetensors"]
    var files = try Dictionary(uniqueKeysWithValues: names.map { ($0, try folder.open($0)) })
    let bytes = try folder.open(file)
    let text = withExtendedLifetime(bytes) { String(decoding: bytes.bytes, as: UTF8.self) }
    try #require(text.contains(old))
    files[file] = FileBytes(name: file, Array(text.replacing(old, with: new).utf8))
    return ModelFiles(builtIn: "edited", files: files)
  }

  // MARK: Writing

  static func cases() throws -> [GoldenCase] {
    let models = [
      "t5_small", "umt5", "bart_small", "mbart", "marian_split", "m2m_small", "pegasus_small",
    ]
    let cases = try models.flatMap(GoldenCase.all).filter { $0.generatedIDs != nil }
    try #require(cases.count == 2 * models.count)
    return cases
  }

  /// With keys and values kept from token to token, where the reference computes all anew.
  @Test(arguments: try cases())
  func writesLikeTheReference(_ golden: GoldenCase) throws {
    var input = golden.input
    input.target = .generated { ids in ids.map { Token(text: "w", display: "w", id: $0) } }
    let output = try load(golden.model).forward(input)
    #expect(output.generatedIDs == golden.generatedIDs)
    #expect(output.stacks.map(\.kind) == [.encoder, .decoder, .cross])
    #expect(output.stacks[1].queries.compactMap(\.id) == output.generatedIDs)
    #expect(output.stacks[2].queries.allSatisfy { $0.text == "w" })
    #expect(output.stacks[2].keys == input.tokens)
  }

  @Test func whatIsWrittenIsReadLikeWhatIsGiven() throws {
    let model = try load("umt5")
    let written = try model.forward(input([9, 20, 31]))
    let ids = try #require(written.generatedIDs)
    let given = try model.forward(
      input([9, 20, 31], target: .given(tokens: tokens(ids), ids: ids)))
    #expect(given.generatedIDs == nil)
    #expect(given.predictions.map(\.id) == written.predictions.map(\.id))
    #expect(given.predictions.first?.position == ids.count - 1)
    for (one, other) in zip(given.stacks, written.stacks) {
      for (one, other) in zip(one.layers, other.layers) {
        let pairs = zip(one.weights(head: 2).values, other.weights(head: 2).values)
        #expect(pairs.allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
  }

  @Test func theFirstTokenMayBeChosen() throws {
    let model = try load("mbart")
    #expect(try model.forward(input([9, 20])).generatedIDs?.prefix(2) == [2, 33])
    let output = try model.forward(input([9, 20], target: .generated(firstID: 44)))
    #expect(output.generatedIDs?.prefix(2) == [2, 44])
  }

  /// An end that is written as the first token leaves the start alone.
  @Test func anEndEndsIt() throws {
    let files = try edited(
      "mbart", "generation_config.json", #""forced_bos_token_id": 33"#,
      #""forced_bos_token_id": 5"#)
    let model = try ModelRegistry.loadModel(from: files)
    let output = try model.forward(input([9, 20]))
    #expect(output.generatedIDs == [2])
    #expect(output.stacks[1].layers[0].weights(head: 0).values == [1])
  }

  @Test func noFileMakesItWriteForEver() throws {
    let files = try edited(
      "umt5", "generation_config.json", #""max_length": 20"#,
      #""max_length": 9223372036854775807"#)
    #expect(
      try ModelRegistry.loadModel(from: files).forward(input([9])).generatedIDs?.count == 512)
  }

  @Test func writingCanBeEnded() throws {
    var steps: [[Int]] = []
    let model = try load("umt5")
    _ = try model.forward(input([9, 20, 31])) { steps.append([$0.finished, $0.total]) }
    // Two layers of the encoder, a sign of life for each token, three layers of the decoder.
    #expect(steps.first == [1, 5] && steps.last == [5, 5])
    #expect(steps.filter { $0 == [2, 5] }.count > 3)
    var kinds: [[AttentionKind]] = []
    var counts: [[Int]] = []
    _ = try model.forward(input([9, 20, 31])) {
      kinds.append($0.stacks.map(\.kind))
      counts.append($0.stacks.map(\.layers.count))
    }
    #expect(kinds.first == [.encoder] && kinds.last == [.encoder, .decoder, .cross])
    #expect(counts.first == [1] && counts.suffix(3) == [[2, 1, 1], [2, 2, 2], [2, 3, 3]])
    var count = 0
    #expect(throws: CancellationError.self) {
      _ = try model.forward(input([9, 20, 31])) { _ in
        count += 1
        if count == 5 { throw CancellationError() }
      }
    }
  }

  /// A trained model: from "Anna was born on Tuesday, 14 September 1987 in Paris." it makes 1987-09-14,
  /// and looks at what each figure is made from.
  @Test func theDemoReadsADate() throws {
    let ids = [116, 40, 87, 21, 50, 17, 5, 14, 30, 5, 7, 10, 12, 22, 114, 18, 1]
    let model = try ModelRegistry.loadModel(from: DemoModel.t5.files)
    let output = try model.forward(input(ids))
    #expect(output.generatedIDs == [0, 5, 7, 10, 12, 4, 3, 7, 4, 6, 14])
    #expect(output.predictions.first?.id == 1)
    let weights = output.stacks[2].layers[1].weights(head: 0)
    let keys = (0..<weights.queryCount).map { query in
      let row = Array(weights.row(query))
      return row.indices.max { row[$0] < row[$1] }
    }
    // 1 9 8 7, hyphen, 0 9, hyphen, 1 4, and the end.
    #expect(keys == [10, 10, 11, 12, 16, 8, 8, 16, 6, 7, 16])
  }

  // MARK: Overview

  @Test func summarizesBothSides() throws {
    let summary = try load("marian_split").summary
    #expect(summary.isEncoderDecoder)
    #expect(summary.layerCount == 2 && summary.headCount == 4)
    #expect(
      summary.decoder
        == DecoderSummary(layerCount: 2, headCount: 3, positionCount: 40, startID: 60))
    #expect(try !load("bert_base").summary.isEncoderDecoder)
  }

  @Test func theTargetMovesRight() {
    let decoder = DecoderSummary(layerCount: 1, headCount: 1, positionCount: 9, startID: 7)
    #expect(decoder.shiftRight([4, 5, 1]) == [7, 4, 5])
    #expect(decoder.shiftRight([]) == [7])
    let languages = DecoderSummary(layerCount: 1, headCount: 1, positionCount: 9)
    #expect(languages.shiftRight([4, 5, 33]) == [33, 4, 5])
    #expect(languages.shiftRight([]) == nil)
  }

  // MARK: Errors

  private func failure(
    _ files: ModelFiles, _ target: DecoderInput = .generated()
  ) -> String? {
    do {
      _ = try ModelRegistry.loadModel(from: files).forward(input([9, 20], target: target))
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func files(_ model: String) throws -> ModelFiles {
    try ModelFiles(folder: Fixtures.path("models/\(model)"))
  }

  @Test func targetsThatDoNotFit() throws {
    #expect(
      failure(try files("mbart"), .given(tokens: [], ids: [])) == "the target has no tokens")
    let ids = [Int](repeating: 9, count: 41)
    #expect(
      failure(try files("mbart"), .given(tokens: tokens(ids), ids: ids))
        == "the target has 41 tokens, the decoder has positions for 40")
    #expect(
      failure(try files("marian_split"), .given(tokens: tokens([61]), ids: [61]))
        == "id 61 has no row in model.decoder.embed_tokens.weight, which has 61")
  }

  @Test func modelsThatCannotWriteByThemselves() throws {
    let nowhere = try edited("mbart", "config.json", #""decoder_start_token_id": 2,"#, "")
    #expect(
      failure(nowhere)
        == "the model's files do not say with which token its decoder starts: give it a target, "
        + "or its language with --target-lang")
    let languageFirst = try ModelRegistry.loadModel(from: nowhere)
      .forward(input([9, 20], target: .generated(firstID: 44))).generatedIDs
    #expect(languageFirst?.first == 44)
    #expect(failure(nowhere, .given(tokens: tokens([9]), ids: [9])) == nil)
    let headless = try edited(
      "bart_small", "config.json", #""tie_word_embeddings": true"#,
      #""tie_word_embeddings": false"#)
    #expect(
      failure(headless)
        == "the checkpoint has no output layer, so the model cannot generate: give it a target")
    #expect(failure(headless, .given(tokens: tokens([9]), ids: [9])) == nil)
  }

  @Test(arguments: [
    (
      #""relative_attention_num_buckets": 12"#, #""relative_attention_num_buckets": 3"#,
      #"config.json: "relative_attention_num_buckets" is 3, which is not supported: with a maximum distance of 20 not every distance has a bucket"#
    ),
    (
      #""relative_attention_max_distance": 20"#, #""relative_attention_max_distance": 6"#,
      #"config.json: "relative_attention_num_buckets" is 12, which is not supported: with a maximum distance of 6 not every distance has a bucket"#
    ),
    (
      #""feed_forward_proj": "relu""#, #""feed_forward_proj": "gated-swoosh""#,
      #"config.json: "feed_forward_proj": unknown activation "gated-swoosh""#
    ),
    (#""d_kv": 6,"#, "", #"config.json: "d_kv" is missing"#),
  ])
  func configurations(old: String, new: String, message: String) throws {
    #expect(failure(try edited("t5_small", "config.json", old, new)) == message)
  }

  @Test func generationSettingsOfAnotherKind() throws {
    let files = try edited(
      "mbart", "generation_config.json", #""max_length": 16"#, #""max_length": "long""#)
    #expect(
      failure(files)
        == #"generation_config.json: "max_length" is a string instead of a whole number"#)
  }
}
