import ArgumentParser
import Exporters
import Files

/// The numbers to a file.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save tokens, attention, queries and keys.",
    discussion: "The ending of FILE says the format: .safetensors, .npz or .json.")

  @OptionGroup var input: InputOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  func run() throws {
    var timings = Timings()
    // Known before the model runs: a long wait for nothing is worse than a wrong name.
    if output != "-" {
      _ = try AttentionDump.Format.format(ofPath: output)
      try AtomicFile.check(output)
    }
    let record = try Source(input, timings: &timings).record
    for note in record.notes { StandardError.write("bertviz-tui: \(note)\n") }
    try AttentionDump(record).write(to: output)
    timings.mark("dump")
    if input.timings { StandardError.write(timings.report) }
  }
}
