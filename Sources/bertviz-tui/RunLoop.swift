import Attention
import Curses
import Dispatch
import Explorer
import Glibc
import Synchronization
import TerminalUI

/// Brings events to the state, pictures to the terminal, and does what the state asks for.
struct RunLoop {
  let source: Source
  let color: ColorSetting
  let usesMouse: Bool

  private struct Answer: Sendable {
    let number: Int
    let result: Result<AttentionRecord, ModelFailure>
  }

  /// Where the background leaves answers until the main thread comes for them.
  private final class Mailbox: Sendable {
    let answers = Mutex<[Answer]>([])
  }

  /// Runs until the person quits; returns the exit status. The terminal is given back on every way out.
  func run(_ state: inout ExplorerState, timings: inout Timings) throws -> Int32 {
    let terminal = try Terminal(color: color, mouse: usesMouse)
    defer { terminal.close() }
    let queue = DispatchQueue(label: "model")
    let mailbox = Mailbox()
    state.display.depth = terminal.capabilities.colorDepth
    if !terminal.capabilities.isUTF8 { state.display.glyphs = .ascii }
    _ = state.handle(.resize(width: terminal.size.width, height: terminal.size.height))
    terminal.present(state.render())
    timings.mark("first frame")
    while true {
      let batch = terminal.nextEvents()
      if let ending = batch.ending { return ending.exitStatus }
      for answer in mailbox.answers.withLock({ $0.drain() }) {
        state.finish(answer.number, with: answer.result)
      }
      for event in batch.events {
        for effect in state.handle(event) {
          switch effect {
          case .quit: return EXIT_SUCCESS
          case .redraw: terminal.redraw()
          case .suspend: terminal.suspend()
          case .copy(let text): terminal.copyToClipboard(text)
          case .run(let request, let number):
            let waker = terminal.waker
            queue.async { [source] in
              var timings = Timings()
              let result = Result { try source.run(request, timings: &timings) }
              mailbox.answers.withLock {
                $0.append(Answer(number: number, result: result.mapError(ModelFailure.init)))
              }
              waker.wake()
            }
          }
        }
      }
      terminal.present(state.render())
    }
  }
}

extension Array {
  /// Everything in it, leaving it empty.
  fileprivate mutating func drain() -> [Element] {
    defer { removeAll() }
    return self
  }
}
