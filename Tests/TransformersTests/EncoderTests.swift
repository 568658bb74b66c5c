import Attention
import Files
import TestSupport
import Testing

@testable import Transformers

/// What the encoders that followed BERT do otherwise, and what of it is refused.
@Suite struct EncoderTests {
  private func states(_ files: ModelFiles, _ ids: [Int], types: [Int]? = nil) throws -> [Float] {
    let input = ModelInput(
      tokens: ids.map { Token(text: "", display: "", id: $0) }, ids: ids, tokenTypeIds: types,
      recording: .hiddenStates)
    let output = try ModelRegistry.loadModel(from: files).forward(input)
    return try #require(output.hiddenStates(.own)?.last).values
  }

  private func load(_ name: String) throws -> ModelFiles {
    try ModelFiles(folder: Fixtures.path("models/\(name)"))
  }

  /// Not bit for bit: other tests change, for all threads, how sums are added up.
  private func expectEqual(_ a: [Float], _ b: [Float]) {
    #expect(a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  // MARK: RoBERTa

  @Test(arguments: [("xlm-roberta", "XLM-RoBERTa"), ("camembert", "CamemBERT")])
  func siblingsOfRobertaAreComputedAlike(modelType: String, family: String) throws {
    let sibling = try ModelFiles.edited("models/roberta", #""roberta""#, #""\#(modelType)""#)
    #expect(try ModelRegistry.loadModel(from: sibling).summary.family == family)
    expectEqual(try states(sibling, [0, 5, 2]), try states(load("roberta"), [0, 5, 2]))
  }

  @Test func paddingIsNotCounted() {
    #expect(PositionNumbering.behindPadding(id: 1).rows(of: [0, 7, 1, 9, 1]) == [2, 3, 1, 4, 1])
    #expect(PositionNumbering.behindPadding(id: 0).rows(of: [5, 0, 6]) == [1, 0, 2])
    #expect(PositionNumbering.counting(from: 0).rows(of: [5, 0, 6]) == [0, 1, 2])
  }

  @Test func thePositionsOfPaddingHoldNoTokens() throws {
    let files = try load("roberta")
    #expect(try ModelRegistry.loadModel(from: files).summary.positionCount == 128)
    #expect(try states(files, [Int](repeating: 5, count: 128)).allSatisfy(\.isFinite))
    #expect(throws: TransformerError.tooManyTokens(count: 129, limit: 128)) {
      try states(files, [Int](repeating: 5, count: 129))
    }
  }

  @Test func oneTypeOfSentencesIsThatOfAll() throws {
    let files = try load("roberta")
    expectEqual(
      try states(files, [0, 5, 2], types: [0, 1, 1]), try states(files, [0, 5, 2]))
  }

  // MARK: DeBERTa

  /// Where the rows of growing distances begin, by the reference's `make_log_bucket_position`.
  @Test(arguments: [
    (8, 48, [1, 2, 3, 4, 5, 10, 21]),
    (16, 128, [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 18, 27, 39, 58, 86]),
    (2, 4, [1]),
    (-1, 4, [1, 2, 3]),
  ])
  func distancesShareBuckets(bucketCount: Int, maximum: Int, starts: [Int]) throws {
    let distances = try distances(bucketCount: bucketCount, maximum: maximum)
    let rows = (0..<maximum).map(distances.row)
    #expect((1..<maximum).filter { rows[$0] != rows[$0 - 1] } == starts)
    #expect(rows[0] == distances.span)
    #expect(distances.row(1 << 24) == 2 * distances.span - 1)
    for distance in 1..<maximum where rows[distance] < 2 * distances.span - 1 {
      #expect(distances.row(-distance) == 2 * distances.span - rows[distance])
    }
  }

  /// The sizes of the real checkpoints: the sum of the reference's rows, each times its place.
  @Test func manyBuckets() throws {
    let distances = try distances(bucketCount: 256, maximum: 512)
    let sum = (-511...511).map { ($0 + 512) * distances.row($0) }.reduce(0, +)
    #expect(sum == 189_001_082)
  }

  private func distances(bucketCount: Int, maximum: Int) throws -> DebertaV2Distances {
    let text = #"{"model_type": "deberta-v2", "position_buckets": \#(bucketCount)}"#
    let file = FileBytes(name: "config.json", Array(text.utf8))
    return try DebertaV2Distances(
      ModelConfiguration(ModelFiles(builtIn: "", files: ["config.json": file])),
      positionCount: maximum)
  }

  // MARK: Refused

  struct Edit: Sendable, CustomTestStringConvertible {
    let model: String
    let old: String
    let new: String
    let message: String
    var testDescription: String { message }

    init(_ model: String, _ old: String, _ new: String, _ message: String) {
      self.model = model
      self.old = old
      self.new = new
      self.message = message
    }
  }

  @Test(arguments: [
    Edit(
      "deberta_v2_convolution", #""conv_kernel_size": 3"#, #""conv_kernel_size": 4"#,
      #""conv_kernel_size" is 4, which is not supported: its output would not fit its input"#),
    Edit(
      "deberta_v2_convolution", #""conv_groups": 2"#, #""conv_groups": 5"#,
      #""conv_groups" is 5, which is not supported: so many groups cannot share the hidden size 24 evenly"#
    ),
    Edit(
      "deberta_v3", "p2c|c2p", "p2c|P2P",
      #""pos_att_type" is "p2p", which is not supported: DeBERTa v2 knows "c2p" and "p2c""#),
    Edit(
      "deberta_v3", #""p2c|c2p""#, "[1]",
      #""pos_att_type" is a list instead of a list of strings, or one string"#),
    Edit(
      "deberta_v3", #""norm_rel_ebd": "layer_norm""#, #""norm_rel_ebd": "rms""#,
      #""norm_rel_ebd" is "rms", which is not supported: only "layer_norm" is known"#),
    Edit(
      "deberta_v3", #""position_buckets": 16"#, #""position_buckets": 254"#,
      #""position_buckets" is 254, outside 2 … 253"#),
    Edit(
      "deberta_v3", #""position_buckets": 16"#, #""position_buckets": 1"#,
      #""position_buckets" is 1, outside 2 … 253"#),
    Edit(
      "deberta_v3", #""pad_token_id""#, #""embedding_size": 16, "pad_token_id""#,
      #""embedding_size" is 16, which is not supported: by the other sizes it should be 32"#),
    Edit(
      "mpnet", #""relative_attention_num_buckets": 32"#, #""relative_attention_num_buckets": 16"#,
      #""relative_attention_num_buckets" is 16, which is not supported: the reference puts distances into 32"#
    ),
    Edit(
      "albert", #""num_hidden_layers": 3"#, #""num_hidden_layers": 16777216"#,
      #""num_hidden_layers" is 16777216, outside 1 … 512"#),
    Edit(
      "roberta", #""pad_token_id": 1"#, #""pad_token_id": 129"#,
      #""pad_token_id" is 129, outside 0 … 128"#),
    Edit("albert", #""embedding_size": 20,"#, "", #""embedding_size" is missing"#),
    Edit(
      "distilbert", #""dim": 48"#, #""dim": 50"#, "4 heads cannot share the hidden size 50 evenly"),
    Edit(
      "modernbert", #""hidden_activation": "gelu""#, #""hidden_activation": "geglu""#,
      #""hidden_activation": unknown activation "geglu""#),
  ])
  func refusesByName(_ edit: Edit) throws {
    let files = try ModelFiles.edited("models/\(edit.model)", edit.old, edit.new)
    let error = #expect(throws: TransformerError.self) { try ModelRegistry.loadModel(from: files) }
    #expect(error?.description == "config.json: \(edit.message)")
  }
}
