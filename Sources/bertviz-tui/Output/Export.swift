import ArgumentParser
import Explorer
import Exporters
import Files
import Runs
import TerminalUI

extension ExportFormat: ExpressibleByArgument {}

/// A view to a file.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save a view as a picture or a page.",
    discussion: """
      The ending of FILE says the format: .html is a page to explore in a browser, .svg a drawing for \
      papers, .png the screen as a picture, .ansi and .txt the screen as text. Drawings and pictures are \
      light unless --theme says otherwise; a page follows the browser.
      """)

  @OptionGroup var frame: FrameOptions

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var output: String

  @Option(help: "The format, where the name of the file does not say it.")
  var format: ExportFormat?

  @Option(help: ArgumentHelp("How large the letters of a .png are, 1 to 4.", valueName: "factor"))
  var scale = 2

  @Option(
    help: ArgumentHelp(
      "A font for characters of a .png that the built-in one lacks: TrueType or OpenType.",
      valueName: "path"))
  var font: String?

  func validate() throws {
    guard (1...4).contains(scale) else { throw ValidationError("--scale is 1, 2, 3 or 4") }
    try OutputSink.checkName(output)
    if output == "-", format == nil {
      throw ValidationError("-o - needs --format, since there is no ending to tell it")
    }
  }

  func run() throws {
    let timings = Timings()
    // Known before the model runs: a long wait for nothing is worse than a wrong name.
    let format = try format ?? ExportFormat.format(ofPath: output)
    // Pages and drawings are as large as what they show.
    if ![.html, .svg].contains(format) { try frame.requireRoom() }
    if output != "-" { try AtomicFile.check(output) }
    var options = ExportedFile.Options(appearance: frame.display.theme)
    options.depth = (frame.display.color ?? .auto).wishedDepth
    options.scale = scale
    options.font = try font.map { path in try FileBytes(mapping: path) }
    let state = try frame.state(timings: timings)
    let file = try ExportedFile(state, as: format, options)
    for note in state.record.notes + file.notes { StandardError.say(note) }
    try file.write(to: output)
    timings.mark("export")
    if frame.input.timings { StandardError.write(timings.report) }
  }
}
