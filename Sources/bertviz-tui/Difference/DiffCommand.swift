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
      """,
    discussion: """
      Tokens are aligned; one that was replaced by another is paired with it. Of each head: js, the mean Jensen-Shannon \
      divergence of its weights, in nats, from 0 to ln 2 = .693, where the keys without a partner count as one; delta_z \
      and delta_write, how much its sums of values and what it adds change, relative to the first run; delta_share, by \
      how much its share of --outcome (the first run's likeliest token) is larger in the second run. A js of a head that \
      adds little is loud and harmless. In decoders, rows in front of the first change are equal by construction.

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

  @Flag(help: "Print JSON: one object.")
  var json = false

  @Flag(help: "Print comma-separated values, a line for a head.")
  var csv = false

  @Option(help: ArgumentHelp("Print this many heads at most.", valueName: "count"))
  var top: Int?

  @Option(help: "Put heads first that differ most in this.")
  var sort = DifferenceColumn.divergence

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
    if let top, top < 1 { throw ValidationError("--top must be at least 1") }
    if (input.inputIds != nil) != (secondInputIds != nil) {
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
    let difference = try RunDifference(first, second, outcome: input.changes.outcome)
    timings.mark("difference")
    if let output {
      try tensors(of: difference).write(to: output)
      timings.mark("dump")
    } else if json {
      try StandardOutput.write(difference.json(rows(of: difference)).text + "\n")
    } else if csv {
      try StandardOutput.write(difference.csv(rows(of: difference)))
    } else {
      try StandardOutput.write(difference.table(rows(of: difference)))
    }
    if input.timings { StandardError.write(timings.report) }
  }

  private func rows(of difference: RunDifference) -> [RunDifference.Head] {
    func size(_ head: RunDifference.Head) -> Float { sort.number(head).map(abs) ?? -1 }
    // The sort is stable.
    let sorted = difference.heads.sorted { size($0) > size($1) }
    return Array(sorted.prefix(top ?? sorted.count))
  }

  private func tensors(of difference: RunDifference) throws -> AttentionDump {
    var analyses = [difference.tensors()]
    if difference.isPatchable {
      var line = PassLine()
      defer { line.end() }
      analyses.append(
        try difference.patches(outcome: input.changes.outcome) {
          line.show("patching: \($0) of \($1) heads")
        })
    } else {
      StandardError.say("no patches: activations fit only between texts of the same length")
    }
    return AttentionDump(
      difference.first.record, [], besides: analyses.flatMap(\.tensors),
      facts: analyses.flatMap(\.facts))
  }

  // MARK: Runs

  private func runs(timings: Timings) throws -> (Run, Run) {
    let name = try input.requiredModel()
    guard !InputOptions.isFile(name) else { throw RunError.needsModel }
    let model = try input.loadModel(name, timings: timings)
    var line = PassLine()
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
      let one = try run(model, request)
      let two = try run(try input.loadModel(other, timings: timings), request)
      try checkTokens(one, two)
      return (one, two)
    }
    guard let request = try input.request() else {
      throw ProgramError.usage("which texts? Give two, or a second model and a text")
    }
    return (try run(model, request), try run(model, try secondRequest(request)))
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

  /// Two models have to read the same tokens.
  private func checkTokens(_ one: Run, _ two: Run) throws {
    for (first, second) in zip(one.record.stacks, two.record.stacks) {
      let (a, b) = (first.queries.map(\.id), second.queries.map(\.id))
      guard a != b else { continue }
      let place = zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      throw ProgramError(
        "\(one.record.model) and \(two.record.model) read other tokens"
          + (place.map { ", the first at \($0)" } ?? ": \(a.count) and \(b.count)")
          + ", so heads cannot be compared row by row")
    }
  }
}

/// The numbers told of a head, in the order of the columns.
enum DifferenceColumn: String, CaseIterable, ExpressibleByArgument {
  case divergence = "js"
  case sums = "delta_z"
  case writes = "delta_write"
  case share = "delta_share"

  func number(_ head: RunDifference.Head) -> Float? {
    switch self {
    case .divergence: head.divergence
    case .sums: head.sumChange
    case .writes: head.writeChange
    case .share: head.shareChange
    }
  }
}

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

  private var outcomeText: String? {
    outcome.map {
      $0.tokens.map { "\"\(TextWidth.printable($0.display))\"" }.joined(separator: " - ")
    }
  }

  fileprivate func csv(_ rows: [Head]) -> String {
    let header =
      "kind,layer,head," + DifferenceColumn.allCases.map(\.rawValue).joined(separator: ",")
    let lines = rows.map { row in
      "\(row.head.kind.rawValue),\(row.head.layer),\(row.head.head),"
        + DifferenceColumn.allCases.map { $0.number(row)?.description ?? "" }
        .joined(separator: ",")
    }
    return ([header] + lines).map { $0 + "\n" }.joined()
  }

  fileprivate func json(_ rows: [Head]) -> JSONNode {
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
      (
        "heads",
        .list(
          rows.map { row in
            .object(
              [
                ("kind", .string(row.head.kind.rawValue)), ("layer", .integer(row.head.layer)),
                ("head", .integer(row.head.head)),
              ]
                + DifferenceColumn.allCases.map { column in
                  (column.rawValue, column.number(row).map { .number($0) } ?? .null)
                })
          })
      ),
    ])
  }

  fileprivate func table(_ rows: [Head]) -> String {
    let width = max(4, rows.map { "\($0.head)".count }.max() ?? 0)
    let columns = DifferenceColumn.allCases.filter { column in
      rows.contains { column.number($0) != nil }
    }
    let heading =
      "head".rightAligned(width) + columns.map { $0.rawValue.rightAligned(13) }.joined()
    let lines = rows.map { row in
      "\(row.head)".rightAligned(width)
        + columns.map { column in
          (column.number(row).map { NumberText.plain($0, digits: 3, glyphs: .ascii) } ?? "-")
            .rightAligned(13)
        }.joined()
    }
    let title = alignmentText + (outcomeText.map { "; shares of \($0), norms frozen" } ?? "")
    return ([title, heading] + lines).map { $0 + "\n" }.joined()
  }
}
