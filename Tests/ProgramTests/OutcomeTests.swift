import Foundation
import TestSupport
import Testing

/// What heads do to the output, from the command line.
@Suite struct OutcomeTests {
  private let text = " moon bridge coat island bell soldier moon bridge coat island bell"

  @Test func sharesCloseOnTheScore() throws {
    let run = try ProgramRun("output", "demo-gpt2", text)
    #expect(run.status == 0 && run.errors == "")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "row 12  outcome \" soldier\"  shares, norms frozen")
    let closing = try #require(lines.first { $0.hasPrefix("  sum ") })
    let numbers = closing.split(separator: " ")
    #expect(numbers.count == 4 && numbers[1] == numbers[3])
    #expect(lines.last?.hasPrefix("  resid_post 3  \" soldier\" ") == true)
    #expect(lines.last?.hasSuffix("rank 0") == true)
  }

  @Test func whatWasChangedIsNamed() throws {
    let run = try ProgramRun(
      "output", "demo-gpt2", text, "--ablate", "1.2", "--cut", "2-3:last>0", "--cut-keeps-sum",
      "no", "--json")
    let notes = ["head 1.2 off (zero, rows all)", "cut 2-3:last>0 (not renormalised)"]
    #expect(run.errors == notes.map { "bertviz-tui: \($0)\n" }.joined())
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(object?["notes"] as? [String] == notes)
    #expect(object?["shares"] as? Bool == true)
  }

  @Test(arguments: [
    (["--ablate", "9.9"], "head 9.9: there is no layer 9, there are 0-3"),
    (
      ["--ablate", "cross:0.1"],
      "head cross:0.1: the model has no cross attention: give the numbers alone, such as 0.1"
    ),
    (
      ["--cut", "0:0>0"],
      "cut 0:0>0: token 0 would have no key left to look at in head 0.0: cut fewer, or turn the head off"
    ),
    (["--outcome", "#999999"], "the outcome #999999: the model knows the tokens 0-6143"),
    (
      ["--ablate-as", "mean"],
      "--ablate-as says how heads are off: give them with --ablate; see bertviz-tui output --help"
    ),
  ]) func whatDoesNotFitIsRefusedInOneLine(arguments: [String], line: String) throws {
    let run = try ProgramRun(["output", "demo-gpt2", text] + arguments, input: Data())
    #expect(run.status != 0 && run.output == "")
    #expect(run.errors == "bertviz-tui: \(line)\n")
  }

  /// Edges are each judged by themselves, beside the run in which nothing is changed.
  @Test func analysesGoIntoDumps() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/dump.json"
    let run = try ProgramRun(
      "dump", "demo-gpt2", text, "--save", "dla,edges,words", "--cut", "1.2:12>6", "--pairs",
      "1.2:12>6", "-o", path)
    #expect(run.status == 0 && run.errors == "")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let tensors = try #require(object["tensors"] as? [String: [String: Any]])
    #expect(tensors["dla.self.1"]?["shape"] as? [Int] == [4, 13, 13])
    #expect(tensors["cut.0.weights"]?["shape"] as? [Int] == [1, 13])
    #expect(tensors["words.0.up_ids"]?["shape"] as? [Int] == [6])
    let metadata = try #require(object["metadata"] as? [String: Any])
    #expect((metadata["edges"] as? [Any])?.count == 1 && metadata["row"] as? Int == 12)
  }

  /// Queries and keys alone would give other weights than the run had.
  @Test(arguments: ["query,key", "attention,query,key"])
  func aDumpIsReopenedWithWhatWasChanged(save: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/dump.safetensors"
    let run = try ProgramRun(
      "dump", "demo-gpt2", text, "--save", save, "--ablate", "0.1", "--cut", "1.2:12>6", "-o", path)
    #expect(run.status == 0)
    let look = ["--view", "matrix", "--size", "110x24", "--color", "never", "--keys"]
    func readout(_ key: Int) throws -> String {
      let keys = "layer 1|head 2|query 12|key \(key)".split(separator: "|")
        .map { ": '\($0)' Enter" }.joined(separator: " ")
      let saved = try ProgramRun(["render", path] + look + [keys], input: Data())
      let made = try ProgramRun(
        ["render", "demo-gpt2", text, "--ablate", "0.1", "--cut", "1.2:12>6"] + look + [keys],
        input: Data())
      let rows = [saved, made].map {
        $0.output.split(separator: "\n", omittingEmptySubsequences: false)
      }
      #expect(rows[0].count == 24 || rows[0].count == 25)
      #expect(rows[0][1].contains("   off 0.1 (zero)   cut 1.2:12>6   "))
      #expect(rows[0][22] == rows[1][22])
      return String(rows[0][22])
    }
    #expect(try readout(6).hasPrefix(" q 12 \"bell\" → k 6 \"soldier\"  cut"))
    #expect(try readout(5).contains("  weight "))
  }

  /// The walk on the screen: what is predicted, which head writes it, where it looks, and what becomes of it without.
  @Test func theWalkNeedsSingleKeys() throws {
    func screen(_ keys: String) throws -> [String] {
      let run = try ProgramRun(
        "render", "demo-gpt2", text, "--view", "output", "--color", "never", "--keys", keys)
      #expect(run.status == 0 && run.errors == "")
      return run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    let output = try screen("")
    #expect(output[1].hasPrefix(" outcome \" soldier\"   at 12 bell"))
    #expect(output[3].hasPrefix(" soldier    .97"))
    #expect(output.contains { $0.contains("▸1.2") && $0.contains("+11.976") })
    let head = try screen("Enter")
    #expect(head[22].hasPrefix(" q 12 \"bell\" → k 6 \"soldier\""))
    // Without the head the word is gone, and there is nothing to lose in it.
    let off = try screen("z : 'outcome \" soldier\"' Enter")
    #expect(off[1].contains("off 1.2 (zero)   predicts soldier .97 → "))
    #expect(!off[1].contains("→ soldier"))
    #expect(off.contains { $0.contains("▸×1.2 ") && $0.contains("+0.000") })
  }

  private static let other =
    " moon bridge coat island bell window moon bridge coat island bell"

  @Test func theHeadThatMakesTheDifferenceIsFound() throws {
    let run = try ProgramRun(
      "diff", "demo-gpt2", text, Self.other, "--sort", "restored", "--top", "1")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(run.status == 0 && lines.count == 3)
    #expect(
      lines.first
        == "13 of 13 tokens aligned, same length; shares of \" soldier\", norms frozen; "
        + "restored of \" soldier\" - \" window\"")
    #expect(lines.last?.hasPrefix(" 1.2 ") == true && lines.last?.hasSuffix("0.985") == true)
    let plain = try ProgramRun("diff", "demo-gpt2", text, Self.other, "--csv", "--top", "1")
    #expect(plain.output.hasPrefix("kind,layer,head,js,delta_z,delta_write,delta_share\n"))
  }

  @Test func savedAttentionIsComparedByItsWeights() throws {
    let folder = try TemporaryFolder()
    let files = [0, 1].map { "\(folder.path)/\($0).safetensors" }
    for (text, path) in zip([text, Self.other], files) {
      let dump = try ProgramRun("dump", "demo-gpt2", text, "-o", path)
      #expect(dump.status == 0)
    }
    let run = try ProgramRun(["diff"] + files + ["--top", "1"], input: Data())
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(run.status == 0 && run.errors == "")
    #expect(lines.dropFirst().first?.split(separator: " ") == ["head", "js"])
    #expect(lines.last == " 2.1        0.074")
    let text = try ProgramRun("diff", files[0], "a text")
    #expect(
      text.errors.hasPrefix(
        "bertviz-tui: a text: no file of saved attention, which \(files[0]) could be compared with")
    )
  }

  @Test func twoTextsAreOnTheScreen() throws {
    func screen(_ keys: String) throws -> [String] {
      let run = try ProgramRun(
        "render", "demo-gpt2", text, "--diff", Self.other, "--view", "output", "--color", "never",
        "--size", "120x24", "--keys", keys)
      #expect(run.status == 0 && run.errors == "")
      return run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    let plain = try screen("")
    #expect(plain[1].contains("predicts soldier .97 → window .88"))
    #expect(plain[1].contains("compared with \"…soldier…\""))
    #expect(plain[2].contains("direct   change"))
    let patched = try screen("P")
    #expect(patched[1].contains("as there 1.2   restored +.985 of \" soldier\" − \" window\""))
    let saved = try ProgramRun("render", "demo-gpt2", text, "--view", "head", "--keys", "P")
    #expect(saved.output.contains("there is no second run: D compares this one with another"))
  }

  @Test func probesNeedNoText() throws {
    let run = try ProgramRun("heads", "demo-gpt2", "--probe", "induction", "--csv", "--top", "1")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("kind,layer,head,score,chance,lift,direct,total\nself,1,2,0.9"))
    #expect(
      run.errors.contains("50 random ones, twice; seeds 1-4; the model gives what they ask for 0."))
    let text = try ProgramRun("heads", "demo-gpt2", text, "--probe", "induction")
    #expect(text.errors.contains("--probe has texts of its own: leave out TEXT"))
  }

  @Test func twoTextsAreComparedHeadByHead() throws {
    let other = text.replacingOccurrences(of: "soldier", with: "window")
    let run = try ProgramRun("diff", "demo-gpt2", text, other, "--sort", "delta_share", "--csv")
    #expect(run.status == 0 && run.errors == "")
    let lines = run.output.split(separator: "\n")
    #expect(lines[0] == "kind,layer,head,js,delta_z,delta_write,delta_share")
    #expect(lines.count == 17 && lines[1].hasPrefix("self,1,2,"))
    let models = try ProgramRun("diff", "demo-gpt2", "demo-gpt2", text, "--top", "1")
    #expect(models.output.hasPrefix("13 of 13 tokens aligned, same length; shares of \" soldier\""))
    #expect(models.output.hasSuffix("0.000\n"))
    let others = try ProgramRun("diff", "demo-gpt2", "demo-bert", "red blue")
    #expect(others.status != 0 && others.errors.contains("read other tokens"))
    let missing = try ProgramRun("diff", "demo-gpt2", text)
    #expect(missing.errors.contains("which second text? Give it behind the first one"))
  }

  /// As the explorer turns heads off.
  @Test func turningTheInductionHeadOffTakesThePredictionAway() throws {
    let run = try ProgramRun(
      "render", "demo-gpt2", text, "--view", "head", "--color", "never", "--keys", "z")
    #expect(run.status == 0)
    let line = run.output.split(separator: "\n")[1]
    #expect(line.contains("   off 1.2 (zero)   predicts soldier .97 → "))
    #expect(!line.contains("→ soldier"))
  }
}
