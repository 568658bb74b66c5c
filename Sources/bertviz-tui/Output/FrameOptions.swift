import ArgumentParser
import Curses
import Explorer
import Runs
import TerminalUI

/// Attention, and the state of the screen to be shown without a terminal.
struct FrameOptions: ParsableArguments {
  @OptionGroup var input: InputOptions
  @OptionGroup var comparison: ComparisonOptions
  @OptionGroup var display: DisplayOptions

  @Option(help: ArgumentHelp("Columns and rows.", valueName: "WxH"))
  var size = WindowSize(argument: "80x24")!

  @Option(
    help: ArgumentHelp(
      "Press these keys first: \"j j Enter C-d\", \": 'layer 5' Enter\".",
      discussion: """
        Keys are words: Up Down Left Right Home End PgUp PgDn Enter Esc Tab BTab BSpace Delete \
        Space, F1 to F12, C-d for Control and d. Any other word, and what stands in quotes, is \
        typed as it is.
        """, valueName: "script"))
  var keys = ""

  /// A screen has to have room for a view.
  func requireRoom() throws {
    let least = WindowSize.least
    guard size.width >= least.width, size.height >= least.height else {
      throw ProgramError.usage("--size \(size): too small, a view needs \(least) at least")
    }
  }

  /// The state after the keys.
  func state(timings: Timings) throws -> ExplorerState {
    if let ink = display.linesWith, ink.isPicture {
      let others = LineInk.allCases.filter { !$0.isPicture }.map(\.rawValue)
      throw ProgramError.usage(
        "--lines-with \(ink.rawValue): pictures are for the explorer, which asks the terminal; "
          + "here there are \(others.joined(separator: ", "))")
    }
    let script: [Key]
    do throws(ExplorerError) {
      script = try KeyScript.keys(keys)
    } catch {
      throw ProgramError.usage("--keys: \(error)")
    }
    let (source, compared) = try comparison.apply(to: input.source(timings: timings))
    var state = ExplorerState(
      record: try source.firstRun(timings: timings).record, request: source.request,
      source: input.model, options: input.openingOptions, width: size.width, height: size.height)
    try display.apply(to: &state)
    try input.saved.crop(&state)
    if let compared { state.compare(with: compared) }
    state.display.depth = (display.color ?? .auto).depthOfStandardOutput
    // Nobody can be asked what it will be shown on.
    state.display.paintsPage = true
    if display.theme == nil, let background = Background.ofStandardOutput {
      state.display.appearance = background.appearance
    }
    let tracedRuns = TracedRuns()
    answerQuestions(of: &state, from: source, with: tracedRuns)
    try press(script, in: &state, source: source, with: tracedRuns, timings: timings)
    return state
  }

  /// Effects beyond the screen, such as on the clipboard, are left out.
  private func press(
    _ keys: [Key], in state: inout ExplorerState, source: Source, with tracedRuns: TracedRuns,
    timings: Timings
  ) throws {
    var source = source
    var tracedRuns = tracedRuns
    for key in keys {
      var effects = state.handle(.key(key))
      while !effects.isEmpty {
        switch effects.removeFirst() {
        case .quit: return
        case .open(let bookmark, let number):
          let result = Result {
            let opened = try Source(opening: bookmark)
            return (opened, try opened.run(timings: timings).record)
          }
          if case .success(let (opened, _)) = result {
            source = opened
            tracedRuns = TracedRuns()
          }
          effects += state.finishOpening(
            number, with: result.map { ($0.1, $0.0.request) }.mapError(ModelFailure.init))
        case .list: state.finishListing(Choice.all())
        case .run(let request, let number):
          let result = Result { try source.run(request, timings: timings).record }
          state.finish(number, with: result.mapError(ModelFailure.init))
        case .export(let path, _):
          throw ProgramError(
            "--keys: nothing is saved here, so there will be no \(path); "
              + "\"bertviz-tui export … -o \(path)\" saves it")
        case .ask, .withdraw, .copy, .save, .redraw, .suspend: break
        }
      }
      answerQuestions(of: &state, from: source, with: tracedRuns)
    }
  }
}

/// Answers what the picture needs to know, until it needs nothing more.
private func answerQuestions(
  of state: inout ExplorerState, from source: Source, with tracedRuns: TracedRuns
) {
  while true {
    let effects = state.inquire()
    if effects.isEmpty { return }
    for case .ask(let question, let request, let number) in effects {
      let result = Result {
        try tracedRuns.answer(
          question, of: request, from: source,
          opening: { try Source(opening: Bookmark($0)) })
      }
      state.take(.finished(result.mapError(ModelFailure.init)), to: number)
    }
  }
}

extension ModelFailure {
  init(_ error: any Error) {
    self.init((error as? ProgramError)?.text ?? String(describing: error))
  }
}
