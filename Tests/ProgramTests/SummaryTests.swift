import Foundation
import TestSupport
import Testing

/// Evidence over the texts of a file, its parts, and what the explorer shows of it.
@Suite struct SummaryTests {
  private let folder: TemporaryFolder
  private let texts: String

  init() throws {
    folder = try TemporaryFolder()
    texts = folder.path + "/texts"
    try write(
      """
      The cat sat on the mat
      The dog lay on the old rug
      A bird sang in the tree
      We walked along the river
      The cat sat on the mat

      """, to: "texts")
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/" + name))
  }

  private func summary(_ options: String...) throws -> ProgramRun {
    try ProgramRun(
      ["heads", "demo-bert", "--file", texts, "--summary"] + options, input: Data())
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func whatHoldsOverTexts() throws {
    let run = try summary()
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 17)
    #expect(lines[0].hasPrefix("layer  head  label  mean  95 %"))
    #expect(lines[8].hasPrefix("    1     3  prev    .9"))
    #expect(lines[8].contains("]  5/5       holds"))
    #expect(
      run.errors.contains("5 texts; intervals and p by 2000 draws with seed 1, q over all heads"))
    #expect(run.errors.contains("1 of the texts came before"))
    let only = try summary("--only", "prev", "--top", "1", "--csv")
    let rows = only.output.split(separator: "\n")
    #expect(rows[0].hasPrefix("kind,layer,head,measure,texts,mean,sd,low,high,chance,lift,p,q,"))
    #expect(rows.count == 2 && rows[1].hasPrefix("self,1,3,prev,5,0.9"))
    #expect(rows[1].hasSuffix(",holds"))
    let entropy = try summary("--sort", "entropy", "--top", "2").output
    #expect(entropy.contains("entropy") && !entropy.contains("holds"))
  }

  /// I25: parts give the same figures as one run, to the last digit.
  @Test func partsMakeTheWhole() throws {
    let whole = try summary("--json", "--exemplars", "2")
    let parts = (1...3).map { "\(folder.path)/part-\($0).json" }
    for (index, path) in parts.enumerated() {
      let part = try summary("--exemplars", "2", "--shard", "\(index + 1)/3", "-o", path)
      #expect(part.status == 0)
    }
    let merged = try ProgramRun(
      ["heads", "--merge"] + parts.reversed() + ["--json"], input: Data())
    #expect(merged.errors == "" && merged.output == whole.output)
    let object = try object(whole.output)
    let heads = try #require(object["heads"] as? [[String: Any]])
    #expect(heads.count == 16)
    let measures = try #require(heads[7]["measures"] as? [String: Any])
    let previous = try #require(measures["prev"] as? [String: Any])
    #expect(previous["first"] as? Int == 5 && previous["verdict"] as? String == "holds")
    let exemplars = try #require(heads[7]["exemplars"] as? [String: Any])
    #expect((exemplars["top"] as? [Any])?.count == 2)
    #expect((exemplars["deciles"] as? [Any])?.count == 10)
    let table = try ProgramRun(["heads", "--merge"] + parts, input: Data()).output
    #expect(table.contains("head 1.3, prev: the queries to which it adds most"))
    let some = try ProgramRun(
      ["heads", "--merge", parts[0], parts[2], "--top", "1"], input: Data())
    #expect(
      some.errors.contains("of the parts 1/3 to 3/3, these are missing: 2") && some.status == 0)
  }

  @Test func theExplorerShowsItBesideTheLabels() throws {
    let path = folder.path + "/cats.json"
    #expect(try summary("-o", path).status == 0)
    func screen(_ options: String...) throws -> String {
      try ProgramRun(
        ["render", "demo-bert", "The cat sat on the mat", "--layer", "1", "--heads", "3"]
          + ["--summary", path] + options, input: Data()
      ).output
    }
    let readout = try screen("--view", "model", "--keys", ": 'head 3' Enter")
    #expect(readout.contains("texts prev .9") && readout.contains("] 5/5 holds"))
    #expect(try screen("--size", "120x30").contains("texts prev .9"))
    let card = try screen("--size", "120x40", "--keys", "i")
    #expect(card.contains("over 5 texts:") && card.contains("chance   texts"))
    let other = try ProgramRun(
      ["render", "demo-gpt2", "The cat", "--summary", path], input: Data())
    #expect(
      other.errors == "bertviz-tui: \(path): it is of demo-bert, and this is demo-gpt2\n")
    #expect(other.status == 1)
  }

  @Test func theCardHasExamples() throws {
    let path = folder.path + "/cats.json"
    #expect(try summary("-o", path, "--exemplars", "2").status == 0)
    for size in ["80x24", "160x50"] {
      let card = try ProgramRun(
        [
          "render", "demo-bert", "The cat sat on the mat", "--layer", "1", "--heads", "3",
          "--summary", path, "--size", size, "--keys", "i",
        ], input: Data()
      ).output
      #expect(card.contains("adds most, by line of the texts"))
      #expect(card.components(separatedBy: "  line ").count == 3, "\(card)")
    }
  }

  /// Whatever a summary holds, it is shown, or refused in one line.
  @Test func aDamagedSummaryIsOneLine() throws {
    let path = folder.path + "/cats.json"
    #expect(try summary("-o", path, "--exemplars", "1").status == 0)
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    var damaged: [String] = ["", "[", "{}", "null", String(whole.prefix(whole.count / 2))]
    let edits = [
      ("\"heads\":[", "\"heads\":[null,"), ("\"layer\":0", "\"layer\":-1"),
      ("\"layer\":0", "\"layer\":1e99"), ("\"kind\":\"self\"", "\"kind\":\"\\u001b[2J\""),
      ("\"mean\":", "\"mean\":1e999,\"x\":"), ("\"mean\":", "\"mean\":null,\"x\":"),
      ("\"measures\":{", "\"measures\":{\"\\u001b[2J\":{},"),
      ("\"firsts\":{", "\"firsts\":{\"prev\":99,"), ("\"top\":[", "\"top\":[[],"),
      ("\"line\":", "\"line\":-1,\"x\":"), ("\"weight\":", "\"weight\":\"a\",\"x\":"),
      ("\"query_token\":", "\"query_token\":\"\\u001b[2J\",\"x\":"),
      ("\"texts\":", "\"texts\":{},\"x\":"), ("\"model\":", "\"model\":7,\"x\":"),
    ]
    for (old, new) in edits {
      let range = try #require(whole.range(of: old), "\(old)")
      damaged.append(whole.replacingCharacters(in: range, with: new))
    }
    for (index, text) in damaged.enumerated() {
      try write(text, to: "damaged.json")
      let run = try ProgramRun(
        [
          "render", "demo-bert", "The cat", "--summary", folder.path + "/damaged.json", "--keys",
          "i",
        ], input: Data())
      #expect(run.status == 0 || run.errors.count(where: \.isNewline) == 1, "\(index)")
      #expect(run.status <= 1 && !(run.output + run.errors).contains("\u{1B}[2J"), "\(index)")
    }
  }

  @Test func whatIsNoEvidenceIsRefused() throws {
    try write("", to: "none")
    try write("one text\n", to: "one")
    try write("one\n\nthree\n", to: "gap")
    func run(_ name: String, _ options: String...) throws -> ProgramRun {
      try ProgramRun(
        ["heads", "demo-bert", "--file", folder.path + "/" + name, "--summary"] + options,
        input: Data())
    }
    let none = try run("none")
    #expect(none.status == 1 && none.output == "")
    #expect(
      none.errors
        == "bertviz-tui: \(folder.path)/none: no text: a summary is over two at least, a line each\n"
    )
    #expect(
      try run("one").errors
        == "bertviz-tui: \(folder.path)/one: one text, which is an anecdote: a summary is over two at least, a line each\n"
    )
    // A line that is no text is named, and the others count.
    let gap = try run("gap", "--csv")
    #expect(gap.status == 1 && gap.output.contains("self,0,0,prev,2,"))
    #expect(gap.errors.hasPrefix("bertviz-tui: line 2: the line is empty\n"))
    // A part may have no text at all.
    let part = folder.path + "/part.json"
    #expect(try run("one", "--shard", "2/2", "-o", part).status == 0)
    let merged = try ProgramRun(["heads", "--merge", part], input: Data())
    #expect(
      merged.errors.hasSuffix("/part.json: no text: a summary is over two at least, a line each\n"))
  }

  /// Files that are something else, or do not belong together: one line that names the file.
  @Test func otherFilesAreRefused() throws {
    let good = try summary("--json").output
    try write(good, to: "good.json")
    let other = try ProgramRun(
      ["heads", "demo-gpt2", "--file", texts, "--summary", "--json"], input: Data())
    try write(other.output, to: "gpt2.json")
    let name = "\(folder.path)/bad.json"
    func refusal(_ contents: String) throws -> String {
      try write(contents, to: "bad.json")
      let merged = try ProgramRun(
        ["heads", "--merge", folder.path + "/good.json", name], input: Data())
      #expect(merged.status == 1 && merged.output == "")
      #expect(merged.errors.filter { $0 == "\n" }.count == 1, "\(merged.errors)")
      return merged.errors
    }
    #expect(try refusal("[1, 2]").contains("bad.json: not what \"bertviz-tui heads --summary"))
    #expect(try refusal("{").contains("bad.json: not valid JSON at line 1"))
    #expect(try refusal(good).contains("line 1 stands in"))
    #expect(try refusal(other.output).contains("bad.json is of model demo-gpt2, and "))
    func changed(_ old: String, _ new: String) throws -> String {
      try #require(good.contains(old))
      return try refusal(good.replacing(old, with: new, maxReplacements: 1))
    }
    #expect(try changed("\"seed\":1", "\"seed\":2").contains("bad.json is of seed 2, and "))
    #expect(try changed("\"line\":1,", "\"line\":-1,").contains("texts[0].line has to be a whole"))
    #expect(try changed("\"line\":1,", "\"line\":1e999,").contains("bad.json: "))
    #expect(
      try changed("\"labels\":[", "\"labels\":[null,").contains(
        "heads[0].labels has to be a list of 5, one for a text"))
    #expect(
      try changed(
        "\"kind\":\"self\",\"layer\":0,\"head\":1,", "\"kind\":\"self\",\"layer\":0,\"head\":0,"
      )
      .contains("heads[1].head has to be there once, and 0.0 is there twice"))
    #expect(try changed("\"values\":{\"prev\":[", "\"values\":{\"prev\":[\"x\",").contains("prev"))
    #expect(try changed("\"values\"", "\"figures\"").contains("it has figures, and no values"))
    #expect(try changed("\"shard\":\"1/1\"", "\"shard\":\"0/0\"").contains("a part such as 1/4"))
    let figures = try ProgramRun(
      ["render", "demo-bert", "The cat", "--summary", name], input: Data())
    #expect(figures.status == 0)
    try write(good.replacing("\"mean\":", with: "\"men\":"), to: "bad.json")
    let broken = try ProgramRun(
      ["render", "demo-bert", "The cat", "--summary", name], input: Data())
    #expect(broken.errors.contains("heads[0].measures.prev.mean has to be there"))
  }

  @Test(arguments: [
    (["--summary", "--effect", "zero"], "--summary is of what heads look at"),
    (["--exemplars", "3"], "--exemplars needs --summary"),
    (["--summary", "--exemplars", "11"], "--exemplars must be from 1 to 10"),
    (["--seed", "3"], "--seed needs --summary"),
    (["--summary", "--shard", "1/2"], "--shard makes a part for --merge"),
    (["--summary", "--shard", "1/2", "--json", "--top", "2"], "leave out --top"),
    (["--merge", "a.json"], "--merge puts files together, and runs no model"),
    (["--summary"], "--summary reads --file F, or standard input for -"),
  ])
  func wrongUse(_ options: [String], _ message: String) throws {
    let run = try ProgramRun(["heads", "demo-bert"] + options, input: Data())
    #expect(run.status == 64)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.output == "")
  }
}
