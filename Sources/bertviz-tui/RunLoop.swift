import Attention
import Curses
import Explorer
import Exporters
import Files
import Glibc
import Synchronization
import TerminalUI
import Threads

/// Brings events to the state, pictures to the terminal, and does what the state asks for.
struct RunLoop {
  let source: Source
  let color: ColorSetting
  let usesMouse: Bool

  private enum Answer: Sendable {
    case record(number: Int, Result<AttentionRecord, ModelFailure>)
    case progress(number: Int, RunProgress)
    case exported(path: String, ExplorerState.ExportResult)
  }

  /// Where the background leaves answers until the main thread comes for them.
  private final class Mailbox: Sendable {
    let answers = Mutex<[Answer]>([])
    /// Held by the request that the model works on.
    let model = Mutex(())
    /// Of the last request.
    let latestNumber = Atomic(0)

    func leave(_ answer: Answer) { answers.withLock { $0.append(answer) } }

    /// Runs the model for a request, unless a later one overtakes it.
    func answer(_ request: ModelRequest, _ number: Int, from source: Source, waking waker: Waker) {
      model.withLock { _ in
        var timings = Timings()
        var progress = PassProgress()
        let result = Result {
          try source.run(request, timings: &timings) { finished, total in
            if latestNumber.load(ordering: .relaxed) > number { throw CancellationError() }
            guard progress.isDue() else { return }
            leave(.progress(number: number, RunProgress(finished: finished, total: total)))
            waker.wake()
          }
        }
        leave(.record(number: number, result.mapError(ModelFailure.init)))
      }
      waker.wake()
    }
  }

  /// Runs until the person quits; returns the exit status. The terminal is given back on every way out.
  func run(_ state: inout ExplorerState, timings: inout Timings) throws -> Int32 {
    let terminal = try Terminal(color: color, mouse: usesMouse)
    defer { terminal.close() }
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
        switch answer {
        case .record(let number, let result): state.finish(number, with: result)
        case .progress(let number, let progress): state.note(number, progress)
        case .exported(let path, let result): state.finishExport(path, with: result)
        }
      }
      for event in batch.events {
        for effect in state.handle(event) {
          switch effect {
          case .quit: return EXIT_SUCCESS
          case .redraw: terminal.redraw()
          case .suspend: terminal.suspend()
          case .copy(let text): terminal.copyToClipboard(text)
          case .run(let request, let number):
            mailbox.latestNumber.store(number, ordering: .relaxed)
            Thread.start { [source, waker = terminal.waker] in
              mailbox.answer(request, number, from: source, waking: waker)
            }
          case .export(let path, let replaces):
            let waker = terminal.waker
            // Not behind the model, which may be at work.
            Thread.start { [state] in
              let result = state.save(to: path, replaces: replaces)
              mailbox.leave(.exported(path: path, result))
              waker.wake()
            }
          }
        }
      }
      terminal.present(state.render())
    }
  }
}

extension ExplorerState {
  /// Saves the view as the person sees it.
  fileprivate func save(to path: String, replaces: Bool) -> ExportResult {
    do {
      let path = Environment.expandingHome(path)
      let format = try ExportFormat.format(ofPath: path)
      if !replaces, AtomicFile.replaces(path) { return .exists }
      var state = self
      state.message = nil
      // A page has the reader's colours, and a switch.
      let appearance = format == .html ? nil : display.appearance
      let file = try ExportedFile(state, as: format, .init(appearance: appearance))
      try file.write(to: path)
      return .saved(byteCount: file.bytes.count, note: file.notes.first)
    } catch {
      return .failed(String(describing: error))
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
