import Attention
import Files
import TestSupport
import Testing

@testable import Importers

/// Files made by other programs (see `generators/saved_attention.py`) hold what Python read from the models.
@Suite struct SavedFixtureTests {
  /// What `expected.json` says of one file.
  struct Expectation: CustomTestStringConvertible, Sendable {
    let file: String
    let value: JSONValue

    var testDescription: String { file }
    var path: String { Fixtures.path("saved/\(file)") }
    var options: ImportOptions { ImportOptions(batch: value["batch"]?.integer) }

    static let all: [Expectation] = {
      let file = try? FileBytes(mapping: Fixtures.path("saved/expected.json"))
      let members = file.flatMap { try? JSONDocument($0) }?.root.object
      return members?.map { Expectation(file: $0.name, value: $0.value) } ?? []
    }()
  }

  @Test func allAreThere() {
    #expect(Expectation.all.count == 21)
  }

  @Test(arguments: Expectation.all)
  func holdsWhatTheModelGave(_ expected: Expectation) throws {
    let record = try AttentionFile.read(expected.path, expected.options)
    let kinds = try #require(expected.value["kinds"]?.object)
    #expect(record.stacks.map(\.kind.rawValue).sorted() == kinds.map(\.name).sorted())
    for kind in kinds {
      let stack = try #require(record.stacks.first { $0.kind.rawValue == kind.name })
      #expect(stack.queries.map(\.text) == spelled(kind.value["queries"], as: stack.queries))
      #expect(stack.keys.map(\.text) == spelled(kind.value["keys"], as: stack.keys))
      let rows = try #require(kind.value["rows"]?.array)
      #expect(stack.layers.count == rows.count)
      let numbers = expected.value["layers"]?.array?.map { $0.integer }
      #expect(stack.layers.map { Optional($0.index) } == numbers ?? Array(rows.indices))
      for (layer, heads) in zip(stack.layers, rows) {
        #expect(layer.headCount == heads.array?.count)
        for (head, row) in try #require(heads.array).enumerated() {
          let weights = layer.row(head: head, query: try #require(row["query"]?.integer))
          let expected = row["weights"]?.array?.compactMap { $0.number } ?? []
          #expect(weights.count == expected.count)
          // Written with 7 digits; queries and keys give weights anew.
          #expect(zip(weights, expected).allSatisfy { abs(Double($0) - $1) < 2e-6 })
        }
      }
    }
    #expect(record.rowsSumToOne)
  }

  /// Pages have the marks of vocabularies replaced.
  private func spelled(_ value: JSONValue?, as tokens: [Token]) -> [String] {
    (value?.array?.compactMap(\.string) ?? []).enumerated().map { index, text in
      let shown = text.map { $0 == "▁" ? " " : $0 }
      return index < tokens.count && tokens[index].text == String(shown) ? String(shown) : text
    }
  }

  @Test(arguments: Expectation.all)
  func knowsWhatElseTheFileSays(_ expected: Expectation) throws {
    let record = try AttentionFile.read(expected.path, expected.options)
    let stack = record.stacks[0]
    if let segments = expected.value["segments"]?.array?.map(\.integer) {
      #expect(stack.queries.map { Optional($0.segment) } == segments)
    } else {
      #expect(stack.queries.allSatisfy { $0.segment == 0 })
    }
    if let ids = expected.value["ids"]?.array?.map(\.integer) {
      #expect(stack.queries.map(\.id) == ids)
    }
    #expect((stack.layers[0].score != nil) == (expected.value["vectors"]?.bool ?? false))
    let mask = expected.value["mask"]?.string ?? "bidirectional"
    #expect(stack.layers.allSatisfy { $0.mask.description == mask } || record.stacks.count > 1)
    let names = ["bert_base"].contains(record.model) ? "layers" : record.model
    #expect(expected.file.hasPrefix(names))
  }

  @Test func saysWhatIsUnclear() throws {
    func notes(_ file: String) throws -> [String] {
      try AttentionFile.read(Fixtures.path("saved/\(file)")).notes
    }
    #expect(try notes("layers.safetensors") == [])
    #expect(
      try notes("stored.npz") == [
        "attention [3, 4, 11, 11] is read as layers, heads, queries, keys; --axes says otherwise"
      ])
    #expect(
      try notes("tuple.pt") == [
        "no tokens in the file: their positions stand for them, --tokens names them"
      ])
  }

  @Test func aDecoderSeesOnlyWhatCameBefore() throws {
    let record = try AttentionFile.read(Fixtures.path("saved/encoder_decoder.npz"))
    #expect(record.stacks.map(\.kind) == [.encoder, .decoder, .cross])
    #expect(
      record.stacks.map { $0.layers[0].mask } == [.bidirectional, .causal, .bidirectional])
  }
}
