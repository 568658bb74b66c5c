import ArgumentParser
import Attention
import DemoModels
import Explorer
import Exporters
import Files
import Runs
import TerminalUI

/// A comparison of two runs, head by head.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two texts, or two models on one text, head by head.",
    usage: """
      bertviz-tui diff MODEL TEXT SECOND-TEXT
      bertviz-tui diff MODEL SECOND-MODEL TEXT
      bertviz-tui diff MODEL TEXT --adapter DIR
      bertviz-tui diff FILE SECOND-FILE
      """,
    discussion: """
      Tokens are aligned; one that was replaced by another is paired with it. Of each head: js, the mean Jensen-Shannon \
      divergence of its weights, in nats, from 0 to ln 2 = .693, where the keys without a partner count as one; delta_z \
      and delta_write, how much its sums of values and what it adds change, relative to the first run; delta_share, by \
      how much its share of --outcome (the first run's likeliest token) is larger in the second run. A js of a head that \
      adds little is loud and harmless. In decoders, rows in front of the first change are equal by construction. Of two \
      files of saved attention, js alone is known.

      --restored runs the second text once more for each head, with the head's sums of values from the first: restored is \
      the part of the way back to the first run's outcome, from 0, nothing, to 1, all of it, and beyond. The outcome is \
      the likeliest token of the first run less that of the second; where they are the same, less the one whose score \
      rises most from the first to the second.

      FILE of --output gets the tensors diff_attention, diff_bucket, js, js_mean, delta_z and delta_write, and, where both \
      texts are as long, patch: what each run predicts with activations of the other (denoise: of the first in the \
      second; noise: the other way round). Score: (m - second) / (first - second), where m is the difference of the two \
      logits.
      """)

  @OptionGroup var input: InputOptions

  @Argument(help: "The second text; the text, where two models are compared.")
  var second: String?

  @Option(help: "The second sentence of the second text.")
  var secondPair: String?

  @Option(help: "The decoder's text beside the second text; without it, that of --target.")
  var secondTarget: String?

  @Option(help: ArgumentHelp("The ids of the second text's tokens.", valueName: "ids"))
  var secondInputIds: IDList?

  @Option(help: ArgumentHelp("The ids of the decoder's tokens beside it.", valueName: "ids"))
  var secondDecoderInputIds: IDList?

  @Flag(help: "Also tell what each head of the first run brings back in the second.")
  var restored = false

  @Flag(help: "Print JSON: one object.")
  var json = false

  @Flag(help: "Print comma-separated values, a line for a head.")
  var csv = false

  @Option(help: ArgumentHelp("Print this many heads at most.", valueName: "count"))
  var top: Int?

  @Option(help: "Put heads first that differ most in this.")
  var sort = DifferenceMeasure.divergence

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Save tensors in this file: .safetensors, .npz or .json.", valueName: "file"),
    completion: .file())
  var output: String?

  func validate() throws {
    if let output { try OutputSink.checkName(output) }
    if json, csv { throw ValidationError("give --json or --csv, not both") }
    if output != nil, json || csv {
      throw ValidationError(
        "--output has tensors, in the format of its ending: leave out --json and --csv")
    }
    if output != nil, restored {
      throw ValidationError(
        "--output has the patches that restored is made of: leave out --restored")
    }
    if let top, top < 1 { throw ValidationError("--top must be at least 1") }
    if input.adapter == nil, (input.inputIds != nil) != (secondInputIds != nil) {
      throw ValidationError("--input-ids and --second-input-ids go together")
    }
    if secondInputIds != nil, second != nil {
      throw ValidationError("--second-input-ids are the whole second input: leave out the text")
    }
  }

  func run() throws {
    let timings = Timings()
    if let output, output != "-" {
      _ = try AttentionDump.Format.format(ofPath: output)
      try AtomicFile.check(output)
    }
    let (first, second) = try runs(timings: timings)
    var difference = try RunDifference(first, second, outcome: input.changes.outcome)
    let restored = restored || sort == .restored ? try addRestored(to: &difference) : nil
    timings.mark("difference")
    if let output {
      try tensors(of: difference).write(to: output)
      timings.mark("dump")
    } else if json {
      try StandardOutput.write(
        difference.json(rows(of: difference), restored: restored).text + "\n")
    } else if csv {
      try StandardOutput.write(difference.csv(rows(of: difference)))
    } else {
      try StandardOutput.write(difference.table(rows(of: difference), restored: restored))
    }
    if input.timings { StandardError.write(timings.report) }
  }

  /// - Returns: The words for what is restored.
  private func addRestored(to difference: inout RunDifference) throws -> String {
    guard difference.isPatchable else {
      throw ProgramError(
        "nothing can be restored: activations fit only between texts of the same length, and runs of one model"
      )
    }
    let line = PassLine()
    defer { line.end() }
    let restored = try difference.restored(outcome: input.changes.outcome) {
      line.show("patching: \($0) of \($1) heads")
    }
    guard let restored else {
      throw ProgramError("the two runs differ too little in the outcome to say what restores it")
    }
    difference.add(restored: restored.heads)
    return restored.of.map(RunDifference.name) ?? "the first token's last state"
  }

  private func rows(of difference: RunDifference) -> [HeadDifference] {
    func size(_ head: HeadDifference) -> Float { sort.value(of: head).map(abs) ?? -1 }
    // The sort is stable.
    let sorted = difference.heads.sorted { size($0) > size($1) }
    return Array(sorted.prefix(top ?? sorted.count))
  }

  private func tensors(of difference: RunDifference) throws -> AttentionDump {
    var analyses = [difference.tensors()]
    if difference.isPatchable {
      let line = PassLine()
      defer { line.end() }
      analyses.append(
        try difference.patches(outcome: input.changes.outcome) {
          line.show("patching: \($0) of \($1) heads")
        })
    } else {
      StandardError.say(
        "no patches: activations fit only between texts of the same length, and runs of one model")
    }
    return AttentionDump(
      difference.first.record, [], besides: analyses.flatMap(\.tensors),
      facts: analyses.flatMap(\.facts))
  }

  // MARK: Runs

  private func runs(timings: Timings) throws -> (Run, Run) {
    let name = try input.requiredModel()
    if InputOptions.isFile(name) { return try savedRuns(name, timings: timings) }
    let model = try input.loadModel(name, timings: timings)
    let line = PassLine()
    defer { line.end() }
    func run(_ model: LoadedModel, _ request: ModelRequest) throws -> Run {
      let run = try model.run(request, recording: RunDifference.recording, timings: timings) {
        line.show($0, of: $1)
      }
      for note in run.record.notes { StandardError.say(note) }
      return run
    }
    if let other = input.text, Self.isModel(other), let text = second {
      let request = input.request(text)
      return (
        try run(model, request), try run(try input.loadModel(other, timings: timings), request)
      )
    }
    guard let request = try input.request() else {
      throw ProgramError.usage("which texts? Give two, or a second model and a text")
    }
    if input.adapter != nil, second == nil, secondInputIds == nil {
      // The model as it is, and with the adapter.
      var base = input
      base.adapter = nil
      return (try run(try base.loadModel(name, timings: timings), request), try run(model, request))
    }
    return (try run(model, request), try run(model, try secondRequest(request)))
  }

  /// Two files of saved attention.
  private func savedRuns(_ name: String, timings: Timings) throws -> (Run, Run) {
    guard let other = input.text, second == nil else {
      throw ProgramError.usage(
        "\(name) is saved attention: give a second file of it to compare with")
    }
    var options = input
    options.text = nil
    try options.checkOptions(forFile: name)
    guard InputOptions.isFile(other) else {
      throw ProgramError.usage(
        "\(other): no file of saved attention, which \(name) could be compared with")
    }
    func run(_ file: String) throws -> Run {
      try Source(file: file, input.saved, timings: timings).run(timings: timings)
    }
    return (try run(name), try run(other))
  }

  private func secondRequest(_ first: ModelRequest) throws -> ModelRequest {
    guard second != nil || secondInputIds != nil else {
      throw ProgramError.usage("which second text? Give it behind the first one")
    }
    return ModelRequest(
      text: second ?? "", pair: secondPair, target: secondTarget ?? first.target,
      inputIDs: secondInputIds?.ids,
      decoderInputIDs: secondDecoderInputIds?.ids ?? first.decoderInputIDs,
      interventions: first.interventions)
  }

  /// Whether a text is rather the name of a model.
  private static func isModel(_ text: String) -> Bool {
    !text.contains(" ")
      && (DemoModel(rawValue: text) != nil || (try? ModelSource.files(text)) != nil)
  }
}

extension DifferenceMeasure: ExpressibleByArgument {}

extension RunDifference {
  /// The numbers of tokens aligned, in a sentence.
  private var alignmentText: String {
    first.record.stacks.filter { $0.kind != .cross }.compactMap { stack in
      guard let alignment = alignments[stack.kind]?.queries,
        let other = second.record.stacks.first(where: { $0.kind == stack.kind })
      else { return nil }
      let (count, otherCount) = (stack.queries.count, other.queries.count)
      let kind = stack.kind == .own ? "" : "\(stack.kind.rawValue): "
      return kind
        + (count == otherCount
          ? "\(alignment.pairs.count) of \(count) tokens aligned, same length"
          : "\(alignment.pairs.count) tokens aligned of \(count) and \(otherCount)")
    }.joined(separator: "; ")
  }

  /// What is told of heads: what was not asked for has no column.
  private var columns: [DifferenceMeasure] {
    DifferenceMeasure.allCases.filter { column in
      column != .restored || heads.contains { $0.restored != nil }
    }
  }

  private var outcomeText: String? { outcome.map(Self.name) }

  fileprivate static func name(of outcome: NamedOutcome) -> String {
    outcome.tokens.map { "\"\(TextWidth.printable($0.display))\"" }.joined(separator: " - ")
  }

  fileprivate func csv(_ rows: [HeadDifference]) -> String {
    let header = "kind,layer,head," + columns.map(\.rawValue).joined(separator: ",")
    let lines = rows.map { row in
      "\(row.head.kind.rawValue),\(row.head.layer),\(row.head.head),"
        + columns.map { $0.value(of: row)?.description ?? "" }
        .joined(separator: ",")
    }
    return ([header] + lines).map { $0 + "\n" }.joined()
  }

  fileprivate func json(_ rows: [HeadDifference], restored: String?) -> JSONNode {
    .object([

      ("models", .list([first, second].map { .string($0.record.model) })),
      (
        "aligned",
        .object(
          first.record.stacks.filter { $0.kind != .cross }.compactMap { stack in
            alignments[stack.kind].map {
              (stack.kind.rawValue, .integer($0.queries.pairs.count))
            }
          })
      ), ("outcome", outcomeText.map { .string($0) } ?? .null),
      ("restored", restored.map { .string($0) } ?? .null),
      (
        "heads",
        .list(
          rows.map { row in
            .object(
              [
                ("kind", .string(row.head.kind.rawValue)), ("layer", .integer(row.head.layer)),
                ("head", .integer(row.head.head)),
              ]
                + columns.map { column in
                  (column.rawValue, column.value(of: row).map { .number($0) } ?? .null)
                })
          })
      ),
    ])
  }

  fileprivate func table(_ rows: [HeadDifference], restored: String?) -> String {
    let width = max(4, rows.map { "\($0.head)".count }.max() ?? 0)
    let columns = columns.filter { column in rows.contains { column.value(of: $0) != nil } }
    let heading =
      "head".rightAligned(width) + columns.map { $0.rawValue.rightAligned(13) }.joined()
    let lines = rows.map { row in
      "\(row.head)".rightAligned(width)
        + columns.map { column in
          (column.value(of: row).map { NumberText.plain($0, digits: 3, glyphs: .ascii) } ?? "-")
            .rightAligned(13)
        }.joined()
    }
    let title =
      alignmentText + (outcomeText.map { "; shares of \($0), norms frozen" } ?? "")
      + (restored.map { "; restored of \($0)" } ?? "")
    return ([title, heading] + lines).map { $0 + "\n" }.joined()
  }
}
