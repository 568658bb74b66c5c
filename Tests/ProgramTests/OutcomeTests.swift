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
