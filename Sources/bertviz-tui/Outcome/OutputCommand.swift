import ArgumentParser
import Attention
import Explorer
import Files
import Runs
import Tensors
import TerminalUI

/// How the outcome comes about.
struct OutputCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "output",
    abstract: "Print what adds to a prediction: heads, feed-forward blocks, embeddings and biases.",
    discussion: """
      The shares of --outcome, norms frozen, most first; they sum to the score that the model gives, before a cap, of a \
      single token less the mean score of the vocabulary. A share is one of this output, and not what is lost without \
      the part. The heads that predict masked words are not linear: there, what is lost once a head's write is taken \
      off stands instead.

      Then the lens: what each state on the way would predict, if the last layer were done, with the outcome's rank. \
      That is a readout, and not what the model would say.
      """)

  @OptionGroup var input: InputOptions

  @Flag(help: "Print JSON: one object.")
  var json = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  func validate() throws {
    if json, csv { throw ValidationError("give --json or --csv, not both") }
  }

  func run() throws {
    let timings = Timings()
    let run = try input.source(timings: timings).firstRun(
      recording: OutputTable.recording, timings: timings)
    for note in run.record.notes { StandardError.say(note) }
    let table = try OutputTable(run, outcome: input.changes.outcome)
    timings.mark("output")
    if json {
      let opening: [(String, JSONNode)] = [
        ("model", .string(run.record.model)),
        ("notes", .list(run.record.notes.map { .string($0) })),
      ]
      try StandardOutput.write(JSONNode.object(opening + table.members).text + "\n")
    } else {
      try StandardOutput.write(csv ? table.csv : table.text(of: run))
    }
    if input.timings { StandardError.write(timings.report) }
  }
}

extension OutputTable {
  /// A line for each part and each state; what the other has is empty.
  fileprivate var csv: String {
    func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
    let lines =
      ["table,name,value,best,probability,outcome_probability,outcome_rank"]
      + parts.map { "\(areShares ? "share" : "removal"),\($0.name),\($0.value),,,," }
      + (sum.map { ["share,sum,\($0),,,,"] } ?? [])
      + (score.map { ["share,model,\($0),,,,"] } ?? [])
      + lens.map {
        "lens,\($0.name),\($0.outcomeLogit),\(quoted($0.best.text)),\($0.probability),"
          + "\($0.outcomeProbability),\($0.outcomeRank)"
      }
    return lines.map { $0 + "\n" }.joined()
  }

  fileprivate func text(of run: Run) -> String {
    func shown(_ id: Int) -> String { TextWidth.printable(run.token(id)?.display ?? "#\(id)") }
    func signed(_ value: Float) -> String {
      (value < 0 ? "" : "+") + NumberText.plain(value, digits: 3, glyphs: .ascii)
    }
    let name = outcome.ids.map { "\"\(shown($0))\"" }.joined(separator: " - ")
    var lines = [
      areShares
        ? "row \(row)  outcome \(name)  shares, norms frozen"
        : "row \(row)  outcome \(name)  lost once a head's write is taken off, norms recomputed"
    ]
    let width = (parts.map(\.name.count).max() ?? 0) + 2
    lines += parts.map { "  \($0.name.leftAligned(width))\(signed($0.value).rightAligned(10))" }
    if let sum, let score {
      lines.append(
        "  sum \(NumberText.plain(sum, digits: 3, glyphs: .ascii))"
          + "  model \(NumberText.plain(score, digits: 3, glyphs: .ascii))")
    }
    lines += ["", "lens: a readout, not what the model would say"]
    lines += lens.map {
      "  \($0.name.leftAligned(14))"
        + "\"\(TextWidth.printable($0.best.display))\" "
        + NumberText.plain($0.probability, digits: 2, glyphs: .ascii)
        + "  outcome \(NumberText.plain($0.outcomeProbability, digits: 2, glyphs: .ascii))"
        + ", rank \($0.outcomeRank)"
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
