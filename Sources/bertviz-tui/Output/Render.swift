import ArgumentParser
import Explorer
import Files
import Runs
import TerminalUI

/// One frame to standard output, without a terminal: for scripts, documentation and tests.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print one frame of a view; needs no terminal.")

  @OptionGroup var frame: FrameOptions

  func run() throws {
    let timings = Timings()
    try frame.requireRoom()
    let state = try frame.state(timings: timings)
    let canvas = state.render()
    timings.mark("frame")
    try StandardOutput.write(state.display.depth == .none ? canvas.text + "\n" : canvas.ansiText())
    if frame.input.timings { StandardError.write(timings.report) }
  }
}
