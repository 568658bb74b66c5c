import Foundation
import TestSupport
import Testing

/// The table of heads.
@Suite struct HeadsTests {
  private let text = "The cat sat on the mat"

  private func objects(_ run: ProgramRun) throws -> [[String: Any]] {
    try run.output.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(object as? [String: Any])
    }
  }

  @Test func theTableNamesTheHeadsOfTheDemo() throws {
    let run = try ProgramRun("heads", "demo-bert", text)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 17)
    #expect(lines[0].hasPrefix("layer  head  label  score  chance  lift  second  score  sinks"))
    #expect(lines[0].hasSuffix("block"))
    #expect(lines[2].hasPrefix("    0     1  next    0.8"))
    #expect(lines[8].hasPrefix("    1     3  prev    0.9"))
  }

  /// What is new comes last; the head that repeats what came before leads.
  @Test func effectsAreColumnsBehindTheOthers() throws {
    let repeated = " moon bridge coat island bell soldier moon bridge coat island bell"
    let effect = ["heads", "demo-gpt2", repeated, "--effect", "zero", "--rows", "last"]
    let run = try ProgramRun(effect + ["--sort", "total", "--csv"], input: Data())
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 17)
    #expect(lines[0].hasSuffix(",distance,direct,total,repaired,kl,top_after,write"))
    #expect(lines[1].hasPrefix("self,1,2,induct,"))
    let plain = try ProgramRun("heads", "demo-gpt2", repeated, "--csv")
    #expect(lines[0].hasPrefix(plain.output.prefix { $0 != "\n" } + ","))
    let table = try ProgramRun(effect + ["--top", "1", "--sort", "direct"], input: Data())
    #expect(
      table.output.hasPrefix("layer  head  direct  total  repaired    kl  top_after  write  label"))
    let object = try #require(objects(ProgramRun(effect + ["--json"], input: Data())).first)
    let heads = try #require(object["heads"] as? [[String: Any]])
    let first = try #require(heads[6]["effect"] as? [String: Any])
    #expect(heads[6]["layer"] as? Int == 1 && heads[6]["head"] as? Int == 2)
    let total = try #require(first["total"] as? Double)
    let direct = try #require(first["direct"] as? Double)
    let repaired = try #require(first["repaired"] as? Double)
    #expect(total > 5 && abs(direct - total - repaired) < 1e-4)
  }

  @Test func itFitsATerminal() throws {
    let terminal = try PseudoTerminal(ProgramRun.path, ["heads", "demo-bert", text], width: 80)
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.screen.line(0).hasPrefix("layer  head  label"))
    // A line that is too long would go on below.
    #expect(terminal.screen.line(1).hasPrefix("    0     0  "))
    #expect(terminal.screen.line(16).hasPrefix("    3     3  "))
  }

  @Test func sortedByAMeasureThatStandsInFront() throws {
    let run = try ProgramRun("heads", "demo-gpt2", repeated, "--sort", "induct", "--top", "2")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("layer  head  induct  label"))
    #expect(lines[1].hasPrefix("    1     2    0.9"))
  }

  @Test func onlyALabelTheBestFirst() throws {
    let run = try ProgramRun("heads", "demo-bert", text, "--only", "prev")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].hasPrefix("    1     3  0.9"))
    #expect(lines[2].hasPrefix("    0     3  0.6"))
    let none = try ProgramRun("heads", "demo-bert", text, "--only", "block")
    #expect(none.output.split(separator: "\n").count == 1)
    #expect(none.status == 0)
  }

  @Test func onlyEnoughOfAMeasure() throws {
    let run = try ProgramRun("heads", "demo-bert", text, "--only", "entropy<1")
    let lines = run.output.split(separator: "\n")
    #expect(lines.map { $0.prefix(11) } == ["layer  head", "    0     1", "    1     3"])
  }

  @Test func jsonHasLabelsAndMeasures() throws {
    let run = try ProgramRun("heads", "demo-bert", text, "--json", "--only", "prev", "--top", "1")
    let object = try #require(try objects(run).first)
    #expect(object["model"] as? String == "demo-bert")
    #expect(
      object["tokens"] as? [String] == ["[CLS]", "the", "cat", "sat", "on", "the", "mat", "[SEP]"])
    #expect(object["line"] == nil)
    let head = try #require((object["heads"] as? [[String: Any]])?.first)
    #expect(head["kind"] as? String == "self")
    #expect(head["layer"] as? Int == 1)
    #expect(head["head"] as? Int == 3)
    let label = try #require((head["labels"] as? [[String: Any]])?.first)
    #expect(label["label"] as? String == "prev")
    let (score, chance, lift) = (
      number(label["score"]), number(label["chance"]), number(label["lift"])
    )
    #expect(score > 0.9 && score < 1)
    // One of eight keys, for the seven tokens that have one before them.
    #expect(chance == 0.125)
    #expect(abs(lift - score / chance) < 1e-5)
    #expect(label["besides_sinks"] as? Bool == false)
    let measures = try #require(head["measures"] as? [String: Any])
    #expect(number(measures["prev"]) == score)
    #expect(measures["align"] is NSNull)
    #expect(number(measures["entropy"]) < 1)
  }

  @Test func csvColumnsAreStable() throws {
    let run = try ProgramRun("heads", "demo-bert", text, "--csv")
    let lines = run.output.split(separator: "\n")
    #expect(
      lines[0] == """
        kind,layer,head,label,score,chance,lift,at,besides_sinks,label_2,score_2,chance_2,lift_2,\
        at_2,besides_sinks_2,prev,next,self,decay,off,first,delim,punct,vert,same,same-x,induct,\
        subword,align,broad,block,sinks,peak,max,entropy,distance
        """)
    #expect(lines.count == 17)
    for line in lines { #expect(line.filter { $0 == "," }.count == 35) }
    #expect(lines[8].hasPrefix("self,1,3,prev,0.9"))
  }

  @Test func whatCannotBeMeasuredIsEmpty() throws {
    let csv = try ProgramRun("heads", "demo-gpt2", "x", "--csv").output.split(separator: "\n")
    #expect(csv[1] == "self,0,0" + String(repeating: ",", count: 33))
    let table = try ProgramRun("heads", "demo-gpt2", "x").output.split(separator: "\n")
    #expect(table[1].split(separator: " ").dropFirst(2).allSatisfy { $0 == "-" })
    let object = try #require(try objects(ProgramRun("heads", "demo-gpt2", "x", "--json")).first)
    let head = try #require((object["heads"] as? [[String: Any]])?.first)
    #expect((head["labels"] as? [Any])?.isEmpty == true)
    #expect((head["measures"] as? [String: Any])?.values.allSatisfy { $0 is NSNull } == true)
  }

  @Test func onlyTheLayersAndHeadsThatAreKept() throws {
    let run = try ProgramRun(
      "heads", "demo-bert", text, "--layers", "1-2", "--only-heads", "0,3", "--csv")
    let rows = run.output.split(separator: "\n").dropFirst().map { $0.prefix(8) }
    #expect(rows == ["self,1,0", "self,1,3", "self,2,0", "self,2,3"])
    let wrong = try ProgramRun("heads", "demo-bert", text, "--layers", "7")
    #expect(wrong.status == 1)
    #expect(wrong.errors == "bertviz-tui: --layers: there is no layer 7, there are 0-3\n")
  }

  @Test func helpSaysWhichQueriesCount() throws {
    let help = try ProgramRun("heads", "--help").output.replacing("\n", with: " ")
    #expect(help.contains("the first two are left out"))
  }

  @Test func anEncoderDecoderHasThreeKinds() throws {
    let run = try ProgramRun("heads", "demo-t5", "the 3rd of May 1999", "--csv")
    let kinds = run.output.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "," } }
    #expect(
      kinds.map(String.init)
        == ["encoder", "decoder", "cross"].flatMap { Array(repeating: $0, count: 8) })
    #expect(run.errors == "bertviz-tui: the target is the model's own, written greedily\n")
    let json = try objects(ProgramRun("heads", "demo-t5", "the 3rd of May 1999", "--json"))
    #expect((json[0]["decoder_tokens"] as? [String])?.first == "<pad>")
  }

  @Test func savedAttentionHasTheSameHeads() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/cat.npz"
    #expect(try ProgramRun("dump", "demo-bert", text, "-o", file).status == 0)
    let saved = try ProgramRun("heads", file, "--only", "prev")
    #expect(saved.errors == "")
    #expect(saved.output == (try ProgramRun("heads", "demo-bert", text, "--only", "prev")).output)
  }

  @Test func writesAFileWholeOrNotAtAll() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/heads.csv"
    let run = try ProgramRun("heads", "demo-bert", text, "--csv", "-o", file)
    #expect(run.status == 0 && run.output == "")
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("kind,layer,head,"))
    let bad = try ProgramRun("heads", "demo-bert", text, "-o", folder.path + "/no/heads")
    #expect(bad.status == 1)
    #expect(bad.errors.hasSuffix("/no/heads: cannot be written: No such file or directory\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["heads.csv"])
  }

  @Test(arguments: [
    ("heads.csv", "kind,layer,head,"), ("a.JSON", "{\"model\""), ("a.txt", "layer  head"),
  ])
  func theEndingChoosesTheFormat(_ name: String, _ beginning: String) throws {
    let file = try TemporaryFolder()
    let path = file.path + "/" + name
    let run = try ProgramRun("heads", "demo-bert", text, "-o", path)
    #expect(run.status == 0 && run.errors == "")
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix(beginning))
  }

  @Test(arguments: [
    (["--csv", "-o", "/tmp/heads.json"], "--csv and the ending of /tmp/heads.json say different"),
    (["-o", "/tmp/heads.npz"], "/tmp/heads.npz: unknown file ending, known are .csv, .json"),
    (["--sort", "nothing"], "'nothing' is invalid for '--sort <measure>'"),
    (["--only", "nothing"], "'nothing' is invalid for '--only <label>'"),
    (["--top", "0"], "--top must be at least 1"),
    (["--json", "--csv"], "give --json or --csv, not both"),
    (["--shard", "1/2"], "--shard needs --each-line"),
    (["--each-line", "--shard", "3/2"], "'3/2' is invalid for '--shard <i/n>'"),
    (["--each-line"], "--each-line reads --file F, or standard input for -"),
  ])
  func wrongUse(_ options: [String], _ message: String) throws {
    let run = try ProgramRun(["heads", "demo-bert", "text"] + options, input: Data())
    #expect(run.status == 64)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.output == "")
  }

  private let repeated =
    " moon bridge coat island bell soldier moon bridge coat island bell soldier"

  private func number(_ value: Any?) -> Double { (value as? NSNumber)?.doubleValue ?? .nan }
}
