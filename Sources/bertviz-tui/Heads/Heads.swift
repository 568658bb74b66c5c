import ArgumentParser
import Attention
import Explorer
import Files
import Glibc
import Runs
import Transformers

/// The `heads` subcommand: measures and labels of every head.
struct Heads: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a table of all heads: what each seems to do, and its measures.",
    discussion: """
      Of each head: the two labels that fit best, with score, chance (the score of uniform attention) and \
      lift (score / chance), then the measures. What a head does besides resting on the first token or the \
      delimiters comes first. A star says that the score leaves these out, since they have much of the weight. On a terminal the table is as wide as it fits; --json and \
      --csv have everything.

      Means are over the queries. Where a query sees only what came before it, as in decoders, the first two are \
      left out, since they have no choice, or hardly one; max leaves out those that see one key. A measure \
      that no query is left for is empty.

      Labels and measures:
      \(HeadMeasure.allCases.map { "\($0): \($0.title)" }.joined(separator: "\n"))
      sharp: a label with peak as its score, where peak is at least .5 and no other fits
      mixed: a label without a score, where no other fits

      With --effect: direct, what a head writes toward the outcome itself (norms frozen); total, what the outcome \
      loses without it; repaired, what later layers make up for; kl, how far the prediction moves; top_after, the \
      likeliest token then; write, the size of what it adds. Models of masked words have no shares, so direct is \
      empty there: "bertviz-tui output" tells what is lost once a write is taken off. Of a model that predicts \
      nothing, total is how far its first token's last state moves (1 - cosine). One text is an anecdote.

      With --summary: mean, of the texts in which the label could be measured, each counting once; 95 %, where it \
      would lie for other texts like these (bootstrap over texts); first in, the number of texts in which the label \
      is the first; lift, mean / chance; p, how often scores as often below chance as above it would be so high \
      (signs flipped), and q, the same for all heads and labels together (Benjamini and Hochberg); sd, of the texts; \
      share, first in as a share, with its interval (Wilson). A label holds where it is the first in more than half \
      of texts and twice chance or more, both by the low ends; sometimes, where in fewer; it is not here where in \
      none. --sort and --only choose the label or measure that is told of all heads.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var lines: LineOptions
  @OptionGroup var kept: KeptOptions

  @Flag(help: "Print JSON: one object for a text.")
  var json = false

  @Flag(help: "Print comma-separated values, a line for a head.")
  var csv = false

  @Option(
    help: ArgumentHelp(
      "Put heads with most of a measure first; of --effect, direct, total, repaired, kl or write.",
      valueName: "measure"))
  var sort: HeadOrder?

  @Option(
    help: ArgumentHelp(
      """
      Turn each head off by itself, and tell what that does to --outcome: zero, zero-keep-bias, mean or first. \
      --rows last turns it off at the row that predicts, alone.
      """, valueName: "kind"))
  var effect: HeadAblation.Replacement?

  @Option(
    help: ArgumentHelp(
      """
      Look for a known kind of head on texts of the program's own, instead of a TEXT: induction, previous or duplicate \
      (on random tokens, twice), copying or successor. Beside the score stand what each head adds to what the texts ask \
      for, and what is lost without it; --sort direct or total.
      """, valueName: "kind"))
  var probe: Probe?

  @Flag(
    help: ArgumentHelp(
      "Take each line of --file as a text, and tell what holds over all of them.",
      discussion: """
        Of each head the label that is the first in most texts: the mean of the texts' scores with its interval, in how \
        many texts it is the first, and whether it holds.
        """))
  var summary = false

  @Option(
    help: ArgumentHelp(
      "With --summary: also give this many queries to which a head adds most, and one of each tenth by size.",
      valueName: "count"))
  var exemplars: Int?

  @Option(
    help: ArgumentHelp(
      "The seed of what --summary draws for its intervals; 1 by itself.", valueName: "number"))
  var seed: Int?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Put together what --summary --json wrote for each --shard of a file: the figures of one run.",
      valueName: "files"),
    completion: .file())
  var merge: [String] = []

  @Option(help: ArgumentHelp("Print this many heads at most.", valueName: "count"))
  var top: Int?

  @Option(
    help: ArgumentHelp(
      "Print heads that have this label, such as prev, or enough of a measure, such as \"entropy<1\"; "
        + "those with most of it first, where --sort says nothing else.",
      valueName: "label"),
    completion: .list(PatternLabel.allCases.map(\.rawValue)))
  var only: HeadFilter?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write to this file; .csv, .json and .jsonl choose the format.", valueName: "file"),
    completion: .file())
  var output = "-"

  private var ranking: HeadRanking {
    HeadRanking(by: (sort?.measure).map { .measure($0) }, only: only)
  }

  func validate() throws {
    try OutputSink.checkName(output)
    try input.saved.checkShowsAll("heads")
    try lines.check(orFor: isSummary)
    if json, csv { throw ValidationError("give --json or --csv, not both") }
    if probe != nil {
      guard !input.givesText, !lines.eachLine, effect == nil, only == nil else {
        throw ValidationError(
          "--probe has texts of its own: leave out TEXT, --file, --effect, --only and --each-line")
      }
      guard sort == nil || sort?.effect == .direct || sort?.effect == .total else {
        throw ValidationError("--probe sorts by its score, or with --sort by direct or total")
      }
    } else if sort?.effect != nil, effect == nil {
      throw ValidationError("--sort: say with --effect how heads are turned off")
    }
    if effect != nil, case .numbered = input.changes.rows {
      throw ValidationError(
        "--effect is told at all rows, or with --rows last at the row that predicts")
    }
    if let top, top < 1 { throw ValidationError("--top must be at least 1") }
    try checkSummary()
    let flag: HeadFormat? = json ? .json : csv ? .csv : nil
    let ending = HeadFormat(path: output)
    if let flag, let ending, flag != ending {
      throw ValidationError("--\(flag) and the ending of \(output) say different formats")
    }
    if flag == nil, ending == nil, HeadFormat.isUnknownEnding(of: output) {
      throw ValidationError(
        "\(output): unknown file ending, known are .csv, .json, .jsonl and, for the table, .txt")
    }
  }

  /// The format by a flag, or else by the file's extension.
  var format: HeadFormat {
    if json { return .json }
    if csv { return .csv }
    return HeadFormat(path: output) ?? (lines.eachLine ? .json : .table)
  }

  func run() throws {
    let timings = Timings()
    if !merge.isEmpty {
      try runMerge()
    } else if summary {
      try runSummary(timings: timings)
    } else if let probe {
      try run(probe, timings: timings)
    } else if lines.eachLine {
      try runEachLine(timings: timings)
    } else {
      let sink = try OutputSink(path: output)
      let run = try input.source(timings: timings).firstRun(
        recording: recording, timings: timings)
      for note in run.record.notes { StandardError.say(note) }
      try sink.write(self.text(of: run))
      try sink.commit()
    }
    timings.mark("heads")
    if input.timings { StandardError.write(timings.report) }
  }

  private func run(_ probe: Probe, timings: Timings) throws {
    let name = try input.requiredModel()
    guard !InputOptions.isFile(name) else { throw RunError.needsModel }
    let sink = try OutputSink(path: output)
    let model = try input.loadModel(name, timings: timings)
    let line = PassLine()
    let report = try model.probe(probe) {
      line.show("probe \(probe.rawValue): text \($0 + 1) of \($1)")
    }
    line.end()
    if format != .json { for note in report.notes { StandardError.say(note) } }
    let restriction = kept.restriction
    try sink.write(
      report.text(model: model.name, as: format, by: sort?.effect, top: top) { head in
        (restriction.layers?.contains(head.layer) ?? true)
          && (restriction.heads?.contains(head.head) ?? true)
      })
    try sink.commit()
  }

  private var recording: Recording { question?.recording ?? Recording() }

  /// With --rows last, heads of an encoder that a decoder reads have no effect of their own.
  private var question: Question? {
    effect.map {
      .effects($0, rows: input.changes.rows == .last ? .row : .all, input.changes.outcome)
    }
  }

  private func consequences(of run: Run) throws -> [HeadAddress: HeadConsequence] {
    guard case .effects(let replacement, let rows, let outcome) = question else { return [:] }
    let line = PassLine()
    defer { line.end() }
    let effects = try run.effects(of: replacement, rows: rows, outcome: outcome) { effects in
      line.show("without each head: \(effects.effects.count) of \(effects.count)")
    }
    return try Dictionary(
      uniqueKeysWithValues: effects.effects.map { head, effect in
        let write = try run.writeSize(of: head, at: effects.query)
        return (head, HeadConsequence(effect: effect, write: write))
      })
  }

  private func rows(of run: Run) throws -> [HeadRow] {
    try kept.check(in: run.record.stacks)
    let restriction = kept.restriction
    let rows = ranking.apply(
      to: HeadRow.all(of: run.record, try consequences(of: run)).filter { row in
        (restriction.layers?.contains(row.layer) ?? true)
          && (restriction.heads?.contains(row.head) ?? true)
      })
    return Array((sort?.effect?.apply(to: rows) ?? rows).prefix(top ?? rows.count))
  }

  private func text(of run: Run) throws -> String {
    let rows = try rows(of: run)
    switch format {
    case .json:
      return JSONNode.object(HeadReport.members(of: run.record, rows)).text + "\n"
    case .csv:
      return ([csvHeader] + rows.map(\.csv)).map { $0 + "\n" }.joined()
    case .table:
      return TextTable(rows, sortedBy: ranking.measure)
        .text(width: output == "-" ? StandardOutput.terminalWidth : nil)
    }
  }

  private var csvHeader: String { HeadRow.csvHeader(hasEffects: effect != nil) }

  /// JSON lines, or comma-separated values that begin with the line's number.
  private func runEachLine(timings: Timings) throws {
    let sink = try OutputSink(path: output)
    if format == .csv { try sink.write("line,\(csvHeader)\n") }
    let isComplete = try input.forEachLine(lines, recording: recording, timings: timings) {
      outcome in
      try sink.write(self.text(of: outcome))
    }
    try sink.commit()
    if !isComplete { throw ExitCode(EXIT_FAILURE) }
  }

  private func text(of outcome: LineOutcome) throws -> String {
    let run = try? outcome.result.get()
    let rows = try run.map(self.rows) ?? []
    if format == .csv { return rows.map { "\(outcome.line),\($0.csv)\n" }.joined() }
    let report = run.map { HeadReport.members(of: $0.record, rows) } ?? []
    return JSONNode.object(outcome.members + report).text + "\n"
  }
}
