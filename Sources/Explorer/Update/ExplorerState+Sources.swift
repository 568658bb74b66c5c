import Attention
import TerminalUI

/// Going to other models and files, from the start screen, by commands and in a tour.
extension ExplorerState {
  /// Shows what can be opened.
  public mutating func showStart() -> [Effect] {
    input.overlay = .start(StartList())
    return listing()
  }

  /// Asks what can be opened, unless that was asked before.
  mutating func listing() -> [Effect] {
    guard choices == nil, !isListing else { return [] }
    isListing = true
    return [.list]
  }

  /// Takes the answer to `Effect.list`.
  public mutating func finishListing(_ choices: [Choice]) {
    self.choices = choices
    isListing = false
  }

  mutating func handle(_ key: Key, in list: StartList) -> [Effect] {
    var list = list
    let choices = choices ?? []
    switch key {
    case .control("l"): return [.redraw]
    case .control("z"): return [.suspend]
    case "q", .control("c"): return [.quit]
    case .escape, .backspace:
      input.overlay = nil
      return []
    case "t":
      input.overlay = nil
      return begin(Tour.heads)
    case "?", .function(1):
      say("arrows and Return, or the key before a line, open it")
      return []
    case .up, "k": list.cursor -= 1
    case .down, "j": list.cursor += 1
    case .pageUp: list.cursor -= 10
    case .pageDown: list.cursor += 10
    case .home: list.cursor = 0
    case .end: list.cursor = choices.count
    case .enter: return choose(list.cursor)
    case .character(let scalar):
      guard let index = StartList.keys.firstIndex(of: scalar), index < choices.count else {
        return []
      }
      list.cursor = index
      input.overlay = .start(list)
      return choose(index)
    default: return []
    }
    list.cursor = max(0, min(list.cursor, choices.count - 1))
    input.overlay = .start(list)
    return []
  }

  private mutating func choose(_ index: Int) -> [Effect] {
    guard let choice = choices.flatMap({ $0.indices.contains(index) ? $0[index] : nil }) else {
      return []
    }
    if let problem = choice.problem {
      input.message = Input.Message(text: problem, isError: true)
      return []
    }
    return go(to: choice.bookmark)
  }

  /// A click on a line opens it.
  mutating func handle(_ mouse: MouseEvent, in list: StartList) -> [Effect] {
    switch mouse.action {
    case .wheelUp: return handle(.up, in: list)
    case .wheelDown: return handle(.down, in: list)
    case .click, .doubleClick:
      let hit = StartView(self, list, theme: theme).choice(atY: mouse.y)
      return hit.map { choose($0) } ?? []
    }
  }

  // MARK: Opening

  /// Opens a place; what is looked at stays until it is there.
  mutating func go(to bookmark: Bookmark) -> [Effect] {
    session.requestNumber += 1
    session.awaited = nil
    session.opening = bookmark
    session.comparedOnceOpen = nil
    say("opening \(bookmark.source)")
    return [.open(bookmark, number: session.requestNumber)]
  }

  /// Whether the answer to `Effect.open` with this number is waited for.
  public func isOpening(_ number: Int) -> Bool {
    session.opening != nil && number == session.requestNumber
  }

  /// Takes the answer to `Effect.open`: the first record of another source, and what was asked of it.
  ///
  /// - Returns: What the commands of the place ask for.
  public mutating func finishOpening(
    _ number: Int,
    with result: Result<(record: AttentionRecord, request: ModelRequest?), ModelFailure>
  ) -> [Effect] {
    guard isOpening(number), let bookmark = session.opening else { return [] }
    session.opening = nil
    switch result {
    case .failure(let failure):
      input.message = Input.Message(text: failure.text, isError: true)
      return []
    case .success(let opened):
      var new = ExplorerState(
        record: opened.record, request: opened.request, source: bookmark.source,
        options: bookmark.options, view: view,
        width: viewport.width, height: viewport.height, keyMap: keyMap)
      new.session.requestNumber = session.requestNumber
      new.session.questionNumber = session.questionNumber
      new.display = display.terminal
      new.input.history = input.history
      new.choices = choices
      new.isListing = isListing
      new.evidence = evidence
      new.tour = tour
      let compared = session.comparedOnceOpen ?? bookmark.compared
      if session.comparedOnceOpen != nil {
        (new.display, new.selection) = (display, selection)
      }
      self = new
      begin()
      if let compared { compare(with: compared) }
      return look(bookmark)
    }
  }

  /// Does what the commands of a place say; what does not work any more is left out, and said.
  private mutating func look(_ bookmark: Bookmark) -> [Effect] {
    var effects: [Effect] = []
    for line in bookmark.commands {
      do throws(ExplorerError) {
        let order = try CommandText(line).order(in: self)
        if order.view != view { view = order.view }
        effects += update(order.action)
      } catch {
        input.message = Input.Message(text: error.description, isError: true)
      }
    }
    // Of a tour's pairs the person has chosen none: the key goes along with the query.
    if tour != nil { pair.isFarTokenChosen = false }
    return effects
  }

  // MARK: Tours

  /// Begins a tour.
  public mutating func begin(_ tour: Tour) -> [Effect] {
    self.tour = Tour.Progress(tour)
    return visit()
  }

  /// Does what a key means in a tour; nil where it means what it always does.
  mutating func handleInTour(_ key: Key) -> [Effect]? {
    guard var progress = tour else { return nil }
    switch key {
    case .enter where !progress.isLast: progress.index += 1
    case .backspace: progress.index = max(0, progress.index - 1)
    case .enter, .escape:
      tour = nil
      say(
        "that was the tour: arrows move, 1 2 3 4 5 change the view, \(label(of: "help")) helps, "
          + "\(label(of: "quit")) quits")
      followSelection()
      return []
    default: return nil
    }
    tour = progress
    return visit()
  }

  private mutating func visit() -> [Effect] {
    guard let bookmark = tour?.step.bookmark else { return [] }
    if session.opening == nil, let here = self.bookmark, here.isSamePlace(as: bookmark) {
      display = display.terminal
      panel = nil
      // A step turns off what it needs off, whatever was before.
      let effects = update(requesting { $0.interventions = [] }) + look(bookmark)
      followSelection()
      return effects
    }
    return go(to: bookmark)
  }
}

extension Display {
  /// The settings that depend on the terminal and the person's eyes alone; the rest as at first.
  fileprivate var terminal: Display {
    var new = Display()
    new.appearance = appearance
    new.paintsPage = paintsPage
    new.depth = depth
    new.glyphs = glyphs
    new.showsRawTokens = showsRawTokens
    return new
  }
}

extension ExplorerState {
  /// Keeps what is looked at under `name`.
  mutating func save(_ name: String) -> [Effect] {
    guard let bookmark else {
      input.message = Input.Message(
        text: "a session keeps what a model or a file is opened by, and this has no name",
        isError: true)
      return []
    }
    return [.save(bookmark, name: name)]
  }

  /// Takes the answer to `Effect.save`.
  public mutating func finishSaving(_ name: String, with result: Result<Choice, ModelFailure>) {
    switch result {
    case .success(let choice):
      choices?.removeAll { $0.section == .saved && $0.name == choice.name }
      choices?.append(choice)
      say("saved: :session \(name) opens it, and so does the start screen")
    case .failure(let failure):
      input.message = Input.Message(text: failure.text, isError: true)
    }
  }
}
