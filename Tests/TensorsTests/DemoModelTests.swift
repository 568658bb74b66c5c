import DemoModels
import Tensors
import Testing

@Suite struct DemoModelTests {
  @Test(arguments: DemoModel.allCases) func isComplete(_ model: DemoModel) throws {
    let files = model.files
    #expect(files.name == model.rawValue)
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
      #expect(try files.open(name).bytes.first == UInt8(ascii: "{"))
    }
    #expect(try files.find("pytorch_model.bin") == nil)
    #expect(!model.text.isEmpty)
  }

  @Test func weightsAreAligned() throws {
    let checkpoint = try Checkpoint(DemoModel.bert.files)
    let words = try #require(checkpoint["bert.embeddings.word_embeddings.weight"])
    #expect(words.shape == [6400, 128])
    #expect(Int(bitPattern: words.bytes.baseAddress) % 2 == 0)
    #expect(try words.floats().allSatisfy(\.isFinite))
    #expect(try words.row(103).contains { abs($0) > 0.01 })
  }
}
