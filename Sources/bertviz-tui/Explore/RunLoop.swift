import Attention
import Curses
import Explorer
import Exporters
import Files
import Glibc
import Runs
import TerminalUI
import Threads

/// Brings events to the state, pictures to the terminal, and does what the state asks for.
struct RunLoop {
  let source: Source
  /// The person's choices of the look: the rest is as the terminal is.
  let display: DisplayOptions
  let usesMouse: Bool
  let timings: Timings
  private let mailbox = Mailbox()

  init(source: Source, display: DisplayOptions, usesMouse: Bool, timings: Timings) {
    self.source = source
    self.display = display
    self.usesMouse = usesMouse
    self.timings = timings
  }

  /// Runs until the person quits; returns the exit status. The terminal is given back on every way out.
  ///
  /// - Parameter begin: Makes the first state of what the model has made by then, with how far it is unless it is
  ///   done; throws `LayersMissing` to wait for more.
  func run(
    beginningWith begin: (AttentionRecord, RunProgress?) throws -> ExplorerState
  ) throws -> Int32 {
    mailbox.ask(number: 0, of: source, timings: timings)
    var state = try firstState(begin)
    let terminal = try Terminal(color: display.color ?? .auto, mouse: usesMouse)
    defer { terminal.close() }
    state.display.depth = terminal.capabilities.colorDepth
    if !terminal.capabilities.isUTF8 || display.ascii == nil && terminal.capabilities.isConsole {
      state.display.glyphs = .ascii
    }
    var background = terminal.background ?? .ofEnvironment
    adopt(background, in: &state)
    _ = state.handle(.resize(width: terminal.size.width, height: terminal.size.height))
    // Take the answers that arrived before the terminal was open: their wake-up was lost.
    takeAnswers(in: &state)
    inquire(in: &state)
    terminal.present(state.render())
    timings.mark("first frame")
    while true {
      let batch = terminal.nextEvents()
      if let ending = batch.ending { return ending.exitStatus }
      if let late = batch.background {
        // The person may have chosen another theme by now.
        let isChosen = state.display.appearance != theme(on: background)
        background = late
        adopt(background, in: &state, keepsTheme: isChosen)
      }
      for event in batch.events {
        for effect in state.handle(event) + state.inquire() {
          switch effect {
          case .quit:
            // A picture without all its layers is no success.
            if state.isIncomplete, let failure = state.failure { throw ProgramError(failure.text) }
            return EXIT_SUCCESS
          case .redraw: terminal.redraw()
          case .suspend: terminal.suspend()
          case .copy(let text): terminal.copyToClipboard(text)
          case .run(let request, let number): mailbox.ask(request, number: number, of: source)
          case .ask, .withdraw: mailbox.take(effect, of: source)
          case .export(let path, let replaces):
            // Not behind the model, which may be at work.
            Thread.start { [mailbox, state] in
              mailbox.leave(.exported(path: path, state.save(to: path, replaces: replaces)))
            }
          }
        }
      }
      takeAnswers(in: &state)
      inquire(in: &state)
      terminal.present(state.render())
    }
  }

  /// Asks what the picture needs to know.
  private func inquire(in state: inout ExplorerState) {
    for effect in state.inquire() { mailbox.take(effect, of: source) }
  }

  private func theme(on background: Background?) -> Theme.Appearance {
    display.theme ?? background?.appearance ?? .dark
  }

  private func adopt(
    _ background: Background?, in state: inout ExplorerState, keepsTheme: Bool = false
  ) {
    if !keepsTheme { state.display.appearance = theme(on: background) }
    state.display.paintsPage = background?.isDeep != true
  }

  /// A state as soon as the model has made enough of the first request.
  private func firstState(
    _ begin: (AttentionRecord, RunProgress?) throws -> ExplorerState
  ) throws -> ExplorerState {
    var line = PassLine()
    defer { line.end() }
    while true {
      switch mailbox.takeNext() {
      case .record(_, let result): return try begin(result.get(), nil)
      case .progress(_, let progress, let record):
        do {
          return try begin(record, progress)
        } catch is LayersMissing {
          line.show(progress, of: record)
        }
      case .exported, .answer: break
      }
    }
  }

  private func takeAnswers(in state: inout ExplorerState) {
    for answer in mailbox.takeAll() {
      switch answer {
      case .record(let number, let result):
        state.finish(number, with: result.mapError(ModelFailure.init))
      case .progress(let number, let progress, let record): state.note(number, progress, record)
      case .answer(let number, let answer): state.take(answer, to: number)
      case .exported(let path, let result): state.finishExport(path, with: result)
      }
    }
  }
}

/// The options ask for layers that have not run yet.
struct LayersMissing: Error {}

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
