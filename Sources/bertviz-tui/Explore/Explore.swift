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
  @OptionGroup var comparison: ComparisonOptions
  @OptionGroup var display: DisplayOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    // Nothing was named: what there is to open. The model behind it costs nothing.
    if input.model == nil, !input.givesText, isatty(STDOUT_FILENO) == 1 {
      var explore = self
      explore.input.model = DemoModel.bert.rawValue
      try explore.explore(
        of: explore.source, greeting: "", beginning: { state in state.showStart() })
      return
    }
    try explore(of: { timings in
      try PullOffer.make(input)
      return try source(timings)
    })
  }

  fileprivate func source(_ timings: Timings) throws -> Source {
    let example = Self.example(of: input.model ?? "")
    var request = input.request(example.text)
    request.pair = input.pair ?? example.pair
    return try input.source(example: request, timings: timings)
  }

  /// The request to a model where no text is given.
  static func example(of model: String) -> ModelRequest {
    guard let demo = DemoModel(rawValue: model) else {
      return ModelRequest(text: "The cat sat on the mat")
    }
    return ModelRequest(text: demo.text, pair: demo.pair)
  }

  /// - Parameters:
  ///   - greeting: Said at the beginning; nil for what is said where no text was given.
  ///   - beginning: Done to the first state; its effects are those of a first key.
  func explore(
    of makeSource: (Timings) throws -> Source, greeting: String? = nil,
    beginning: @escaping (inout ExplorerState) -> [Effect] = { _ in [] }
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
    let (source, compared) = try comparison.apply(to: makeSource(timings))
    var loop = RunLoop(
      source: source, display: display,
      usesMouse: screen.mouse ?? settings.mouse ?? true,
      bookmarks: settings.recent == false ? Bookmarks(folder: nil) : Bookmarks(), timings: timings)
    let status = try loop.run(beginning: beginning) { record, progress in
      var state = ExplorerState(
        record: record, request: source.request, progress: progress,
        source: input.model, options: input.openingOptions, width: 80, height: 24, keyMap: keyMap)
      try display.apply(to: &state)
      try input.saved.crop(&state)
      if let compared { state.compare(with: compared) }
      if state.message == nil {
        state.say(
          greeting.map { $0.isEmpty ? nil : $0 }
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

  @Argument(
    help: "Which model: bert, t5, or gpt2 with a walk to the heads that predict; without, a tour.",
    completion: .list(names))
  var name: String?

  @OptionGroup var display: DisplayOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let name = self.name ?? DemoModel.bert.rawValue
    guard let demo = DemoModel(rawValue: "demo-\(name)") ?? DemoModel(rawValue: name) else {
      throw ProgramError.usage(
        "no demo \"\(name)\": there are \(Self.names.joined(separator: ", "))"
          + SimilarName.question(name, among: Self.names))
    }
    let tour: Tour? = self.name == nil ? .heads : demo == .gpt2 ? .effects : nil
    var explore = try Explore.parse([])
    explore.input = try InputOptions.parse([demo.rawValue])
    explore.display = display
    explore.screen = screen
    try explore.explore(
      of: explore.source,
      greeting: tour == nil ? "welcome: arrows move, 1 2 3 4 5 change the view, ? helps" : "",
      beginning: { state in tour.map { state.begin($0) } ?? [] })
  }
}
