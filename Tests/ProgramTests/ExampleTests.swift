import TestSupport
import Testing

/// The programs in Examples, on the built-in models.
@Suite struct ExampleTests {
  private func run(_ name: String, _ arguments: String...) throws -> String {
    let run = try ProgramRun(program: Products.path(of: name), arguments)
    #expect(run.errors == "")
    #expect(run.status == 0)
    return run.output
  }

  @Test func oneHeadAsText() throws {
    let lines = try run("print-head", "1", "3", "The cat sat on the mat").split(separator: "\n")
    #expect(lines.count == 8)
    #expect(lines[3].hasPrefix("sat → cat 9"))
    #expect(try run("print-head", "9", "0", "The cat") == "the model has 4 layers of 4 heads\n")
    let other = try run("print-head", "0", "0", "the dog", Fixtures.path("models/bert_base"))
    #expect(other.hasPrefix("[CLS] → "))
  }

  @Test func inductionHeads() throws {
    #expect(try run("find-induction-heads").hasPrefix("layer 1 head 2: 9"))
    #expect(
      try run("find-induction-heads", Fixtures.path("models/bloom_six_heads")).hasPrefix("none of ")
    )
  }

  @Test func aHeadInTwoSentences() throws {
    let output = try run(
      "compare-sentences", "2", "3", "The boy went home because he was tired",
      "The boy went home because it was tired")
    #expect(output.contains("because → he   because → it\n"))
    #expect(!output.contains("boy → "))
    #expect(try run("compare-sentences", "2", "3", "The boy", "The boy") == "")
  }
}
