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
  private var source: Source
  /// The person's choices of the look: the rest is as the terminal is.
  let display: DisplayOptions
  let usesMouse: Bool
  let bookmarks: Bookmarks
  let timings: Timings
  private let mailbox = Mailbox()

  init(
    source: Source, display: DisplayOptions, usesMouse: Bool, bookmarks: Bookmarks,
    timings: Timings
  ) {
    self.source = source
    self.display = display
    self.usesMouse = usesMouse
    self.bookmarks = bookmarks
    self.timings = timings
  }

  /// Runs until the person quits; returns the exit status. The terminal is given back on every way out.
  ///
  /// - Parameters:
  ///   - beginning: Done to the first state as soon as the terminal is open.
  ///   - begin: Makes the first state of what the model has made by then, with how far it is unless it is
  ///   done; throws `LayersMissing` to wait for more.
  mutating func run(
    beginning: (inout ExplorerState) -> [Effect] = { _ in [] },
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
    var inks = terminal.lineInks
    adopt(inks, in: &state)
    _ = state.handle(.resize(width: terminal.size.width, height: terminal.size.height))
    // Take the answers that arrived before the terminal was open: their wake-up was lost.
    takeAnswers(in: &state)
    _ = try perform(beginning(&state), of: state, on: terminal)
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
      if let late = batch.lineInks {
        let isChosen = state.display.glyphs.lineInk != lineInk(of: inks)
        inks = late
        adopt(inks, in: &state, keepsInk: isChosen)
      }
      for event in batch.events {
        let effects = state.handle(event) + state.inquire()
        if try perform(effects, of: state, on: terminal) {
          if state.overlay == nil, let bookmark = state.bookmark { bookmarks.remember(bookmark) }
          return EXIT_SUCCESS
        }
      }
      takeAnswers(in: &state)
      inquire(in: &state)
      terminal.present(state.render())
    }
  }

  /// Does what a state asks for; returns whether that was to quit.
  private func perform(
    _ effects: [Effect], of state: ExplorerState, on terminal: Terminal
  ) throws -> Bool {
    for effect in effects {
      switch effect {
      case .quit:
        // A picture without all its layers is no success.
        if state.isIncomplete, let failure = state.failure { throw ProgramError(failure.text) }
        return true
      case .redraw: terminal.redraw()
      case .suspend: terminal.suspend()
      case .copy(let text): terminal.copyToClipboard(text)
      case .run(let request, let number): mailbox.ask(request, number: number, of: source)
      case .ask, .withdraw: mailbox.take(effect, of: source)
      case .open(let bookmark, let number):
        // What is left comes back by the start screen.
        if state.overlay == nil, state.tour == nil, let here = state.bookmark {
          bookmarks.remember(here)
        }
        mailbox.open(bookmark, number: number)
      case .list:
        Thread.start { [mailbox, bookmarks] in mailbox.leave(.choices(Choice.all(bookmarks))) }
      case .save(let bookmark, let name):
        let result = Result {
          try Bookmarks().save(bookmark, as: name)
          return Choice(session: name, bookmark)
        }
        mailbox.leave(.kept(name: name, result.mapError(ModelFailure.init)))
      case .export(let path, let replaces):
        // Not behind the model, which may be at work.
        Thread.start { [mailbox, state] in
          mailbox.leave(.exported(path: path, state.save(to: path, replaces: replaces)))
        }
      }
    }
    return false
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

  /// What lines are drawn with, unless the person chooses otherwise meanwhile: what they wished for, if the terminal can,
  /// else the best that it has.
  private func lineInk(of inks: [LineInk]) -> LineInk {
    if let wish = display.linesWith, !wish.isPicture || inks.contains(wish) { return wish }
    return inks.first ?? .braille
  }

  private func adopt(_ inks: [LineInk], in state: inout ExplorerState, keepsInk: Bool = false) {
    state.display.pictures = inks.filter(\.isPicture)
    guard !keepsInk else { return }
    // Where there are no pictures, as without colours, there are characters.
    state.display.glyphs.lineInk = inks.first { !$0.isPicture } ?? .braille
    state.display.glyphs.lineInk = lineInk(of: inks)
  }

  /// A state as soon as the model has made enough of the first request.
  private func firstState(
    _ begin: (AttentionRecord, RunProgress?) throws -> ExplorerState
  ) throws -> ExplorerState {
    let line = PassLine(waiting: "running the first layer")
    defer { line.end() }
    while true {
      switch mailbox.takeNext() {
      case .record(_, let result, let duration):
        var state = try begin(result.get(), nil)
        state.answersAtOnce = Self.isAtOnce(duration)
        return state
      case .progress(_, let progress, let record):
        do {
          return try begin(record, progress)
        } catch is LayersMissing {
          line.show(progress, of: record)
        }
      case .exported, .answer, .opened, .choices, .kept: break
      }
    }
  }

  /// Whether a run is so short that nobody waits for it while typing.
  private static func isAtOnce(_ duration: Duration) -> Bool { duration < .milliseconds(100) }

  private mutating func takeAnswers(in state: inout ExplorerState) {
    for answer in mailbox.takeAll() {
      switch answer {
      case .record(let number, let result, let duration):
        if case .success = result { state.answersAtOnce = Self.isAtOnce(duration) }
        state.finish(number, with: result.mapError(ModelFailure.init))
      case .opened(let number, let result):
        if state.isOpening(number), case .success(let (opened, _)) = result { source = opened }
        let effects = state.finishOpening(
          number,
          with: result.map { ($0.1, $0.0.request) }.mapError(ModelFailure.init))
        for case .run(let request, let number) in effects {
          mailbox.ask(request, number: number, of: source)
        }
      case .choices(let choices): state.finishListing(choices)
      case .kept(let name, let result): state.finishSaving(name, with: result)
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
