import ArgumentParser
import Attention
import Explorer
import Files
import Runs
import Tensors
import TerminalUI

/// The command about the origin of the outcome.
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
      recording: Question.output(nil, query: nil).recording, timings: timings)
    for note in run.record.notes { StandardError.say(note) }
    let report = try report(of: run)
    timings.mark("output")
    if json {
      let opening: [(String, JSONNode)] = [
        ("model", .string(run.record.model)),
        ("notes", .list(run.record.notes.map { .string($0) })),
      ]
      try StandardOutput.write(JSONNode.object(opening + report.members).text + "\n")
    } else {
      try StandardOutput.write(csv ? report.csv : report.text)
    }
    if input.timings { StandardError.write(timings.report) }
  }

  /// - Throws: Where nothing is known of the parts: a table of none would say that there are none.
  private func report(of run: Run) throws -> OutputReport {
    let report = try run.output(input.changes.outcome)
    if case .unknown(let reason) = report.shares {
      throw ProgramError(
        "\(reason); \"bertviz-tui heads … --effect zero\" tells what becomes of the output without each head"
      )
    }
    return report
  }
}

/// The report for other programs and for people. The most comes first.
extension OutputReport {
  private var sortedParts: [Part] {
    // The sort is stable.
    shares.parts.sorted { $0.share > $1.share }
  }

  private var closing: (sum: Float, score: Float)? {
    if case .known(_, let score, let sum) = shares { (sum, score) } else { nil }
  }

  private var ids: [Int] { outcome?.outcome.ids ?? [] }

  /// `row`, `outcome` with the ids, `shares`, whether the parts sum to the score, `parts`, `sum`, `score`, `lens`.
  fileprivate var members: [(String, JSONNode)] {
    [
      ("row", .integer(query)), ("outcome", .list(ids.map { .integer($0) })),
      ("shares", .bool(closing != nil)),
      (
        "parts",
        .list(
          sortedParts.map {
            .object([("part", .string($0.source.name)), ("value", .number($0.share))])
          })
      ),
      ("sum", closing.map { .number($0.sum) } ?? .null),
      ("score", closing.map { .number($0.score) } ?? .null),
      (
        "lens",
        .list(
          lens.map {
            .object([
              ("state", .string($0.name)), ("best", .string($0.best[0].token.text)),
              ("probability", .number($0.best[0].probability)),
              ("outcome_logit", .number($0.logits[0])),
              ("outcome_probability", .number($0.probabilities[0])),
              ("outcome_rank", .integer($0.ranks[0])),
            ])
          })
      ),
    ]
  }

  /// A line for each part and each state; what the other has is empty.
  fileprivate var csv: String {
    func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
    let kind = closing == nil ? "removal" : "share"
    let lines =
      ["table,name,value,best,probability,outcome_probability,outcome_rank"]
      + sortedParts.map { "\(kind),\($0.source.name),\($0.share),,,," }
      + (closing.map { ["share,sum,\($0.sum),,,,", "share,model,\($0.score),,,,"] } ?? [])
      + lens.map {
        "lens,\($0.name),\($0.logits[0]),\(quoted($0.best[0].token.text)),"
          + "\($0.best[0].probability),\($0.probabilities[0]),\($0.ranks[0])"
      }
    return lines.map { $0 + "\n" }.joined()
  }

  fileprivate var text: String {
    func plain(_ value: Float, _ digits: Int) -> String {
      NumberText.plain(value, digits: digits, glyphs: .ascii)
    }
    let name = (outcome?.tokens ?? []).map { "\"\(TextWidth.printable($0.display))\"" }
      .joined(separator: " - ")
    let title =
      closing != nil
      ? "shares, norms frozen" : "lost once a head's write is taken off, norms recomputed"
    var lines = ["row \(query)  outcome \(name)  \(title)"]
    let width = (sortedParts.map(\.source.name.count).max() ?? 0) + 2
    lines += sortedParts.map {
      "  \($0.source.name.leftAligned(width))"
        + NumberText.signed($0.share, digits: 3, glyphs: .ascii).rightAligned(10)
    }
    if let closing {
      lines.append("  sum \(plain(closing.sum, 3))  model \(plain(closing.score, 3))")
    }
    lines += ["", "lens: a readout, not what the model would say"]
    lines += lens.map {
      "  \($0.name.leftAligned(14))\"\(TextWidth.printable($0.best[0].token.display))\" "
        + "\(plain($0.best[0].probability, 2))  outcome \(plain($0.probabilities[0], 2)), "
        + "rank \($0.ranks[0])"
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension OutputReport.Reading {
  /// `resid_post 3`.
  fileprivate var name: String { "\(state) \(layer)" }
}
