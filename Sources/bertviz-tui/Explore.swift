import ArgumentParser
import Curses
import DemoModels
import Explorer
import Glibc
import TerminalUI
import Transformers

/// The explorer on the screen.
struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explore a model's attention on the screen (the default).")

  @OptionGroup var input: InputOptions
  @OptionGroup var display: DisplayOptions

  @Flag(
    inversion: .prefixedNo, help: "Select by mouse; without, the terminal's own selection works.")
  var mouse = true

  func run() throws {
    let name = try input.requiredModel()
    let text = try input.readText()
    var request = input.request(text ?? "The cat sat on the mat")
    if text == nil, let demo = DemoModel(rawValue: name) {
      request.text = demo.text
      request.pair = input.pair ?? demo.pair
    }
    try explore(
      name, request,
      greeting: text == nil ? "no text was given: this is an example, e edits it" : nil)
  }

  /// - Parameter showpiece: The head to begin with where the options name none.
  func explore(
    _ name: String, _ request: ModelRequest, greeting: String?,
    showpiece: (layer: Int, head: Int)? = nil
  ) throws {
    guard isatty(STDOUT_FILENO) == 1 else {
      throw ProgramError(
        "standard output is not a terminal: use \"bertviz-tui render\" for a picture "
          + "or \"bertviz-tui dump\" for the numbers")
    }
    var timings = Timings()
    let model = try RunningModel(name, input, timings: &timings)
    let record = try model.record(for: request, timings: &timings)
    var state = ExplorerState(record: record, request: request, width: 80, height: 24)
    if let showpiece { state.begin(atLayer: showpiece.layer, head: showpiece.head) }
    try display.apply(to: &state)
    if state.message == nil { state.say(greeting) }
    let status = try RunLoop(model: model, display: display, usesMouse: mouse).run(
      &state, timings: &timings)
    if input.timings { StandardError.write(timings.report) }
    if status != EXIT_SUCCESS { throw ExitCode(status) }
  }
}

/// The explorer on a built-in model.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explore a built-in model; needs no download.",
    discussion: "Models: \(ModelSource.builtInNames).")

  @Argument(help: "Which model: bert, gpt2 or t5.")
  var name = "bert"

  @OptionGroup var display: DisplayOptions

  @Flag(
    inversion: .prefixedNo, help: "Select by mouse; without, the terminal's own selection works.")
  var mouse = true

  func run() throws {
    guard let demo = DemoModel(rawValue: "demo-\(name)") ?? DemoModel(rawValue: name) else {
      throw ProgramError.usage("no demo \"\(name)\": there is \(ModelSource.builtInNames)")
    }
    var explore = try Explore.parse([])
    explore.display = display
    explore.mouse = mouse
    try explore.explore(
      demo.rawValue, ModelRequest(text: demo.text, pair: demo.pair),
      greeting: "welcome: arrows move, 1 2 3 4 change the view, ? helps",
      showpiece: demo.showpiece)
  }
}
