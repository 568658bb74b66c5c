import ArgumentParser
import Explorer
import Exporters
import Files
import Runs
import TerminalUI

extension ExportFormat: ExpressibleByArgument {}
extension FigureStyle.Lettering: ExpressibleByArgument {}
extension FigureStyle.Caption: ExpressibleByArgument {}

/// A view to a file.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save a view as a picture or a page.",
    discussion: """
      The ending of FILE says the format: .html is a page to explore in a browser; .svg, .pdf and .png are a drawing \
      for papers, as curves and letters or as pixels; .csv and .tsv its numbers; .ansi and .txt the screen as text, and \
      with --screen .png the screen as a picture. Drawings and pictures are light unless --theme says otherwise; a page \
      follows the browser. --tokens 80-110 leaves the other tokens of a long text out, --tokens lines those that no line \
      touches.
      """)

  @OptionGroup var frame: FrameOptions

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var output: String

  @Option(help: "The format, where the name of the file does not say it.")
  var format: ExportFormat?

  @Option(help: ArgumentHelp("How large a .png is, 1 to 4.", valueName: "factor"))
  var scale = 2

  @Option(help: "The letters of a drawing.")
  var letters: FigureStyle.Lettering?

  @Option(
    help:
      "What a drawing says of itself: nothing, a line above it, or also a sentence and the text below."
  )
  var caption: FigureStyle.Caption?

  @Flag(help: "A .png of the screen, as large as --size, instead of the drawing.")
  var screen = false

  @Option(
    help: ArgumentHelp(
      "A font for characters of a .png or .pdf that the built-in ones lack: TrueType or OpenType.",
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
    if screen, format != .png {
      throw ProgramError.usage("--screen is for a .png; .ansi and .txt are the screen anyway")
    }
    // The others are as large as what they show.
    if screen || format == .ansi || format == .txt { try frame.requireRoom() }
    if output != "-" { try AtomicFile.check(output) }
    var options = ExportedFile.Options(appearance: frame.display.theme)
    options.depth = (frame.display.color ?? .auto).wishedDepth
    options.scale = scale
    options.font = try font.map { path in try FileBytes(mapping: path) }
    options.isScreen = screen
    var state = try frame.state(timings: timings)
    state.display.figure.lettering = letters ?? state.display.figure.lettering
    state.display.figure.caption = caption ?? state.display.figure.caption
    let file = try ExportedFile(state, as: format, options)
    for note in state.record.notes + file.notes { StandardError.say(note) }
    try file.write(to: output)
    timings.mark("export")
    if frame.input.timings { StandardError.write(timings.report) }
  }
}
