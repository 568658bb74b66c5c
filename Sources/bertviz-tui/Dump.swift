import ArgumentParser
import Attention
import Exporters
import Files
import Glibc
import Tensors

/// The numbers to a file.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save tokens, attention, queries and keys.",
    discussion: """
      The ending of FILE says the format: .safetensors, .npz or .json. Of the heads that --only-heads keeps, the \
      metadata have the numbers.

      With --each-line it is a line of JSON for each text, in a .jsonl: line, text, metadata and tensors, or \
      error; of the tensors the attention, unless --save says more.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var lines: LineOptions
  @OptionGroup var kept: KeptOptions

  @Option(
    help: ArgumentHelp(
      "What to save: attention, query, key, bias; all, if nothing is said.", valueName: "names"))
  var save: QuantityList?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write; - for standard output.", valueName: "file"),
    completion: .file())
  var output: String

  func validate() throws { try OutputSink.checkName(output) }

  func run() throws {
    let timings = Timings()
    if lines.eachLine {
      try runEachLine(timings: timings)
    } else {
      // Known before the model runs: a long wait for nothing is worse than a wrong name.
      if output != "-" {
        _ = try AttentionDump.Format.format(ofPath: output)
        try AtomicFile.check(output)
      }
      let record = try Source(input, timings: timings).firstRecord(timings)
      for note in record.notes { StandardError.say(note) }
      try dump(record, Set(AttentionDump.Quantity.allCases)).write(to: output)
      timings.mark("dump")
    }
    if input.timings { StandardError.write(timings.report) }
  }

  /// - Parameter usual: What is saved where nothing is said.
  private func dump(
    _ record: AttentionRecord, _ usual: Set<AttentionDump.Quantity>
  ) throws -> AttentionDump {
    try kept.check(in: record.stacks)
    return AttentionDump(record, save?.quantities ?? usual, keeping: kept.restriction)
  }

  private func runEachLine(timings: Timings) throws {
    // A pipe or a device takes lines, whatever it is called.
    guard
      output == "-" || [".jsonl", ".json"].contains(where: output.lowercased().hasSuffix)
        || AtomicFile.isSpecial(output)
    else {
      throw ProgramError.usage("\(output): --each-line writes lines of JSON: call it .jsonl")
    }
    let sink = try OutputSink(path: output)
    let isComplete = try input.forEachLine(lines, timings: timings) { outcome in
      switch outcome.result {
      case .success(let record):
        try dump(record, [.attention])
          .writeJSON(beginningWith: outcome.members) { bytes throws(FileError) in
            try sink.write(bytes)
          }
      case .failure:
        try sink.write(JSONNode.object(outcome.members).text + "\n")
      }
    }
    try sink.commit()
    if !isComplete { throw ExitCode(EXIT_FAILURE) }
  }
}

/// What a dump holds, as the command line writes it: `attention,query`.
struct QuantityList: ExpressibleByArgument {
  let quantities: Set<AttentionDump.Quantity>

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    let quantities = names.compactMap { AttentionDump.Quantity(rawValue: String($0)) }
    guard quantities.count == names.count else { return nil }
    self.quantities = Set(quantities)
  }
}
