import Attention
import Files
import Foundation
import TestSupport
import Testing

@testable import Exporters
@testable import Tensors

@Suite struct AttentionDumpTests {
  private func numbers(_ count: Int, from start: Float) -> [Float] {
    (0..<count).map { start + Float($0) * 0.1 }
  }

  private func tokens(_ texts: [String], firstID: Int?) -> [Token] {
    texts.enumerated().map { index, text in
      Token(text: text, display: text, id: firstID.map { $0 + index })
    }
  }

  /// Two query heads that share a key head, three tokens, head size 2.
  private func layer(_ index: Int, softcap: Float? = nil, hasBias: Bool = false) -> LayerAttention {
    LayerAttention(
      index: index, mask: .causalWindow(width: 2),
      score: LayerAttention.Score(
        queries: HeadVectors(headCount: 2, rowCount: 3, headSize: 2, values: numbers(12, from: 0)),
        keys: HeadVectors(headCount: 1, rowCount: 3, headSize: 2, values: numbers(6, from: -1)),
        scale: 0.5, softcap: softcap,
        bias: hasBias
          ? AttentionBias(dense: numbers(18, from: 2), headCount: 2, queryCount: 3, keyCount: 3)
          : nil))
  }

  private func stack(
    _ kind: AttentionKind, _ queries: [Token], _ keys: [Token], _ layers: [LayerAttention]
  ) -> AttentionStack {
    let summary = HeadSummary(
      patterns: [.init(label: .mixed, score: 0)], topPairs: [], maximum: 0,
      pooled: HeadWeights(queryCount: 0, keyCount: 0, values: []))
    return AttentionStack(
      kind: kind, queries: queries, keys: keys, layers: layers,
      summaries: layers.map { [HeadSummary](repeating: summary, count: $0.headCount) })
  }

  private var record: AttentionRecord {
    let tokens = tokens(["[CLS]", "a\"b", "▁é"], firstID: 101)
    return AttentionRecord(
      model: "org/model",
      stacks: [
        stack(.own, tokens, tokens, [layer(0, softcap: 30), layer(2, hasBias: true)])
      ], tokenTypeIDs: [0, 0, 1])
  }

  private func bytes(_ record: AttentionRecord, _ format: AttentionDump.Format) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try AttentionDump(record).write(format) { bytes += $0 }
    return bytes
  }

  @Test func sinksAndExperts() throws {
    let plain = layer(0)
    var score = try #require(plain.score)
    score.sinks = [0.5, -0.5]
    var made = LayerAttention(index: 0, mask: plain.mask, score: score)
    made.experts = ExpertChoices(
      expertCount: 4, countPerToken: 1, experts: [2, 0, 3], weights: [1, 0.5, 0.25])
    let tokens = tokens(["a", "b", "c"], firstID: 1)
    let record = AttentionRecord(model: "m", stacks: [stack(.own, tokens, tokens, [made])])
    let file = try SafetensorsFile(FileBytes(bytes(record, .safetensors)))
    let attention = try #require(file.tensors["attention.self.0"])
    let sinks = try #require(file.tensors["sink.self.0"])
    #expect(attention.shape == [2, 3, 3] && sinks.shape == [2, 3])
    let (weights, rest) = (try attention.floats(), try sinks.floats())
    for row in 0..<6 {
      let sum = weights[row * 3..<row * 3 + 3].reduce(0, +)
      #expect(sum < 0.99 && abs(sum + rest[row] - 1) < 1e-6)
    }
    #expect(file.metadata["sinks"] == #"{"self":[[0.5,-0.5]]}"#)
    #expect(try file.tensors["experts.self.0"]?.floats() == [2, 0, 3])
    #expect(try file.tensors["expert_weights.self.0"]?.floats() == [1, 0.5, 0.25])
    #expect(file.tensors["experts.self.0"]?.shape == [3, 1])
  }

  @Test func safetensorsHoldEveryNumber() throws {
    let file = try SafetensorsFile(FileBytes(bytes(record, .safetensors)))
    #expect(
      file.tensors.keys.sorted() == [
        "attention.self.0", "attention.self.2", "bias.self.2", "key.self.0", "key.self.2",
        "query.self.0", "query.self.2",
      ])
    let attention = try #require(file.tensors["attention.self.2"])
    #expect(attention.shape == [2, 3, 3])
    let expected = record.stacks[0].layers[1]
    #expect(
      try attention.floats() == expected.weights(head: 0).values + expected.weights(head: 1).values)
    #expect(file.tensors["query.self.0"]?.shape == [2, 3, 2])
    #expect(try file.tensors["query.self.0"]?.floats() == numbers(12, from: 0))
    #expect(file.tensors["key.self.0"]?.shape == [1, 3, 2])
    #expect(try file.tensors["key.self.0"]?.floats() == numbers(6, from: -1))
    #expect(file.tensors["bias.self.2"]?.shape == [2, 3, 3])
    #expect(try file.tensors["bias.self.2"]?.floats() == numbers(18, from: 2))
    #expect(
      file.metadata == [
        "format": "bertviz-tui/1", "model": "org/model",
        "tokens": #"["[CLS]","a\"b","▁é"]"#, "input_ids": "[101,102,103]",
        "token_type_ids": "[0,0,1]", "display_tokens": #"["[CLS]","a\"b","▁é"]"#,
        "special_tokens_mask": "[0,0,0]", "word_continuations": "[0,0,0]",
        "segments": "[0,0,0]", "offsets": "[null,null,null]", "scale": #"{"self":[0.5,null,0.5]}"#,
        "mask": #"{"self":["causal_window:2",null,"causal_window:2"]}"#,
        "softcap": #"{"self":[30.0,null,null]}"#,
      ])
  }

  @Test func bothSidesOfAnEncoderDecoderHaveTheirTokens() throws {
    let source = tokens(["das", "haus", "</s>"], firstID: 5)
    let target = tokens(["the", "house", "</s>"], firstID: nil)
    let weights = HeadWeights(queryCount: 3, keyCount: 3, values: [1, 0, 0, 0, 1, 0, 0.5, 0, 0.5])
    let record = AttentionRecord(
      model: "m",
      stacks: [
        stack(.encoder, source, source, [layer(0)]),
        stack(
          .cross, target, source,
          [LayerAttention(index: 0, mask: .bidirectional, weights: [weights])]),
      ])
    let file = try SafetensorsFile(FileBytes(bytes(record, .safetensors)))
    #expect(
      file.tensors.keys.sorted() == [
        "attention.cross.0", "attention.encoder.0", "key.encoder.0", "query.encoder.0",
      ])
    #expect(try file.tensors["attention.cross.0"]?.floats() == weights.values)
    #expect(file.metadata["tokens"] == #"["das","haus","</s>"]"#)
    #expect(file.metadata["input_ids"] == "[5,6,7]")
    #expect(file.metadata["decoder_tokens"] == #"["the","house","</s>"]"#)
    #expect(file.metadata["decoder_input_ids"] == nil)
    #expect(file.metadata["token_type_ids"] == nil)
    #expect(file.metadata["scale"] == #"{"encoder":[0.5],"cross":[null]}"#)
    #expect(
      file.metadata["mask"] == #"{"encoder":["causal_window:2"],"cross":["bidirectional"]}"#)
  }

  @Test func jsonHoldsTheSame() throws {
    let bytes = try bytes(record, .json)
    let root = try bytes.withUnsafeBytes { try JSONDocument($0, path: "dump") }.root
    #expect(root["metadata"]?["tokens"]?.array?.map(\.string) == ["[CLS]", "a\"b", "▁é"])
    #expect(root["metadata"]?["input_ids"]?.array?.map(\.integer) == [101, 102, 103])
    #expect(root["metadata"]?["mask"]?["self"]?.array?[2].string == "causal_window:2")
    #expect(root["metadata"]?["softcap"]?["self"]?.array?[1].isNull == true)
    #expect(root["tensors"]?.object?.count == 7)
    let attention = try #require(root["tensors"]?["attention.self.0"])
    #expect(attention["shape"]?.array?.map(\.integer) == [2, 3, 3])
    let layer = record.stacks[0].layers[0]
    #expect(
      attention["data"]?.array?.map { $0.number.map(Float.init) }
        == layer.weights(head: 0).values + layer.weights(head: 1).values)
  }

  @Test func npzHoldsTheSameNames() throws {
    let arrays = try NPZFile(FileBytes(bytes(record, .npz))).arrays
    let file = try SafetensorsFile(FileBytes(bytes(record, .safetensors)))
    #expect(Set(arrays.map(\.name)) == Set(file.tensors.keys).union(file.metadata.keys))
    for array in arrays {
      switch array.contents {
      case .numbers(let tensor):
        #expect(try tensor.floats() == file.tensors[array.name]?.floats())
      case .texts(let texts):
        #expect(texts == [file.metadata[array.name]])
      }
    }
  }

  @Test func theEndingChoosesTheFormat() {
    #expect(AttentionDump.Format(path: "a/b.safetensors") == .safetensors)
    #expect(AttentionDump.Format(path: "b.NPZ") == .npz)
    #expect(AttentionDump.Format(path: ".json") == .json)
    #expect(AttentionDump.Format(path: "json") == nil)
    #expect(AttentionDump.Format(path: "b.json.gz") == nil)
    let error = #expect(throws: ExportError.self) { try AttentionDump(record).write(to: "b.txt") }
    #expect(
      error?.description == "b.txt: unknown file ending, known are .safetensors, .npz, .json")
  }

  @Test func nothingIsLeftHalfWritten() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      component: "AttentionDumpTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try AttentionDump(record).write(to: folder.appending(component: "a.safetensors").path)
    #expect(throws: FileError.self) {
      try AttentionDump(record).write(to: folder.appending(component: "missing/a.json").path)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.safetensors"])
    let written = try [UInt8](Data(contentsOf: folder.appending(component: "a.safetensors")))
    #expect(try written == bytes(record, .safetensors))
  }
}
