import Attention
import DemoModels
import Files
import Testing
import Tokenizers

@testable import Runs

/// From a text to a record, on the built-in models.
@Suite struct LoadedModelTests {
  @Test func aTextBecomesARecord() throws {
    let model = try LoadedModel(DemoModel.bert.files)
    let record = try model.run(ModelRequest(text: "The cat", pair: "A [MASK]")).record
    #expect(record.model == "demo-bert")
    #expect(
      record.stacks[0].queries.map(\.text)
        == ["[CLS]", "the", "cat", "[SEP]", "a", "[MASK]", "[SEP]"])
    #expect(record.tokenTypeIDs == [0, 0, 0, 0, 1, 1, 1])
    #expect(record.stacks[0].summaries.map(\.count) == [4, 4, 4, 4])
    // It looks both ways: a word is expected at the mask alone.
    #expect(Set(record.predictions.map(\.position)) == [5])
    #expect(record.notes == [])
  }

  @Test func idsAreTheWholeInput() throws {
    let model = try LoadedModel(DemoModel.gpt2.files)
    let text = try model.run(ModelRequest(text: "The cat sat")).record
    let ids = text.stacks[0].queries.compactMap(\.id)
    let record = try model.run(ModelRequest(inputIDs: ids)).record
    #expect(record.stacks[0].queries.map(\.text) == text.stacks[0].queries.map(\.text))
    #expect(record.predictions == text.predictions)
    #expect(Set(record.predictions.map(\.position)) == [ids.count - 1])
  }

  @Test func whatTheModelWroteIsSaid() throws {
    let model = try LoadedModel(DemoModel.t5.files)
    let written = try model.run(ModelRequest(text: DemoModel.t5.text)).record
    #expect(written.notes == ["the target is the model's own, written greedily"])
    #expect(try model.run(ModelRequest(text: "a", target: "b")).record.notes == [])
  }

  @Test func recordsOfARunAreToldFromOthers() throws {
    let model = try LoadedModel(DemoModel.bert.files)
    var grown: [AttentionRecord] = []
    let first = try model.run(ModelRequest(text: "The cat")) { grown.append($1) }.record
    #expect(grown.map { $0.stacks[0].layers.count } == [1, 2, 3, 4])
    #expect(grown.allSatisfy { $0.run == first.run })
    #expect(try model.run(ModelRequest(text: "The cat")).record.run != first.run)
  }

  @Test func onlyTextsNeedATokenizer() throws {
    let demo = DemoModel.gpt2.files
    var files: [String: FileBytes] = [:]
    for name in try demo.names where !Tokenizer.fileNames.contains(name) {
      files[name] = try demo.open(name)
    }
    let model = try LoadedModel(ModelFiles(builtIn: "bare", files: files))
    let record = try model.run(ModelRequest(inputIDs: [5, 7])).record
    #expect(record.stacks[0].queries.map(\.text) == ["#5", "#7"])
    #expect(throws: TokenizerError.self) { try model.run(ModelRequest(text: "a")) }
  }

  @Test func whatWasSavedDoesNotRun() throws {
    let model = try LoadedModel(DemoModel.bert.files)
    let source = Source.saved(try model.run(ModelRequest(text: "The cat")).record)
    #expect(try source.run().record.stacks[0].queries.count == 4)
    let error = #expect(throws: RunError.self) { try source.run(ModelRequest(text: "A dog")) }
    #expect(error?.description == "attention from a file cannot be recomputed")
  }

  @Test func aShiftedTargetNeedsAFirstToken() {
    #expect(
      RunError.noFirstToken.description
        == "the target cannot be shifted: the model's files name no token to start with")
  }
}
