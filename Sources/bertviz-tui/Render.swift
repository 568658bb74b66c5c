import ArgumentParser
import Curses
import Explorer
import Files
import TerminalUI

/// One frame to standard output, without a terminal: for scripts, documentation and tests.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print one frame of a view; needs no terminal.")

  @OptionGroup var input: InputOptions
  @OptionGroup var display: DisplayOptions

  @Option(help: ArgumentHelp("Columns and rows.", valueName: "WxH"))
  var size = WindowSize(argument: "80x24")!

  @Option(help: ArgumentHelp("Press these keys first: \"j j Enter C-d\".", valueName: "script"))
  var keys = ""

  func run() throws {
    var timings = Timings()
    let script = try KeyScript.keys(keys)
    let source = try Source(input, timings: &timings)
    var state = ExplorerState(
      record: source.record, request: source.request, width: size.width, height: size.height)
    try display.apply(to: &state)
    state.display.depth = (display.color ?? .auto).depthOfStandardOutput
    press(script, in: &state, source: source, timings: &timings)
    let canvas = state.render()
    timings.mark("frame")
    try StandardOutput.write(state.display.depth == .none ? canvas.text + "\n" : canvas.ansiText())
    if input.timings { StandardError.write(timings.report) }
  }

  private func press(
    _ keys: [Key], in state: inout ExplorerState, source: Source, timings: inout Timings
  ) {
    for key in keys {
      for effect in state.handle(.key(key)) {
        switch effect {
        case .quit: return
        case .run(let request, let number):
          let result = Result { try source.run(request, timings: &timings) }
          state.finish(number, with: result.mapError(ModelFailure.init))
        case .copy, .redraw, .suspend: break
        }
      }
    }
  }
}

extension ModelFailure {
  init(_ error: any Error) {
    self.init((error as? ProgramError)?.text ?? String(describing: error))
  }
}
