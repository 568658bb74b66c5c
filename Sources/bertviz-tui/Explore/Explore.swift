import ArgumentParser
import Attention
import Curses
import DemoModels
import Explorer
import Glibc
import Runs
import TerminalUI
import Threads

/// The explorer on the screen.
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explore a model's attention on the screen (the default).")

  @OptionGroup var input: InputOptions
  @OptionGroup var display: DisplayOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    try explore { timings in
      try PullOffer.make(input)
      return try input.source(example: example, timings: timings)
    }
  }

  /// The request where no text is given.
  private var example: ModelRequest {
    guard let demo = input.model.flatMap(DemoModel.init) else {
      return input.request("The cat sat on the mat")
    }
    var request = input.request(demo.text)
    request.pair = input.pair ?? demo.pair
    return request
  }

  func explore(
    greeting: String? = nil, _ makeSource: (Timings) throws -> Source
  ) throws {
    guard isatty(STDOUT_FILENO) == 1 else {
      throw ProgramError(
        "standard output is not a terminal: use \"bertviz-tui render\" for a picture "
          + "or \"bertviz-tui dump\" for the numbers"
          + BertvizTUI.commandQuestion)
    }
    let settings = try screen.settings.load()
    let display = display.completed(by: settings)
    if input.threads == nil, let threads = settings.threads { Parallel.threadCount = threads }
    let timings = Timings()
    let keyMap = try settings.keyMap()
    let source = try makeSource(timings)
    let status = try RunLoop(
      source: source, display: display,
      usesMouse: screen.mouse ?? settings.mouse ?? true, timings: timings
    ).run { record, progress in
      var state = ExplorerState(
        record: record, request: source.request, progress: progress, width: 80, height: 24,
        keyMap: keyMap)
      try display.apply(to: &state)
      if state.message == nil {
        state.say(
          greeting
            ?? (source.request != nil && !input.givesText
              ? "no text was given: this is an example, \(state.label(of: "edit-text")) edits it"
              : nil))
      }
      return state
    }
    if input.timings { StandardError.write(timings.report) }
    if status != EXIT_SUCCESS { throw ExitCode(status) }
  }
}

/// The explorer on a built-in model.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explore a built-in model; needs no download.",
    discussion: "Models: \(ModelSource.builtInNames).")

  private static let names = ["bert", "gpt2", "t5"]

  @Argument(help: "Which model: bert, gpt2 or t5.", completion: .list(names))
  var name = "bert"

  @OptionGroup var display: DisplayOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    guard let demo = DemoModel(rawValue: "demo-\(name)") ?? DemoModel(rawValue: name) else {
      throw ProgramError.usage(
        "no demo \"\(name)\": there are \(Self.names.joined(separator: ", "))"
          + SimilarName.question(name, among: Self.names))
    }
    var explore = try Explore.parse([])
    var input = try InputOptions.parse([demo.rawValue])
    input.pair = demo.pair
    let example = input.request(demo.text)
    explore.display = display
    explore.screen = screen
    try explore.explore(
      greeting: "welcome: arrows move, 1 2 3 4 change the view, ? helps"
    ) { timings in try input.source(example: example, timings: timings) }
  }
}
