import Attention
import TerminalUI

extension ExplorerState {
  /// Takes what happened at the terminal.
  public mutating func handle(_ event: Event) -> [Effect] {
    switch event {
    case .resize(let width, let height):
      viewport.width = width
      viewport.height = height
      followSelection()
      return []
    case .paste(let text):
      opening = nil
      return handlePaste(text)
    case .mouse(let mouse):
      opening = nil
      input.message = nil
      switch input.overlay {
      case nil: return click(mouse)
      case .help(let help): return handle(mouse, in: help)
      case .start(let list): return handle(mouse, in: list)
      case .prompt, .replacing: return []
      }
    case .key(let key):
      opening = nil
      let said = input.message
      input.message = nil
      switch input.overlay {
      case .prompt(let prompt): return handle(key, in: prompt)
      case .help(let help): return handle(key, in: help)
      case .replacing(let path): return answer(key, toReplacing: path)
      case .start(let list): return handle(key, in: list)
      case nil:
        if let effects = handleInTour(key) { return effects }
        guard let meaning = keyMap.meaning(of: key, in: view) else {
          say(keyMap.elsewhere(key, display.glyphs))
          return []
        }
        // What is said goes first, the view with the next one.
        if meaning.action == .back, said != nil || input.search.marksHits {
          input.search.marksHits = false
          return []
        }
        if let objection = objection(to: meaning.needs) {
          say(objection)
          return []
        }
        return update(meaning.action)
      }
    }
  }

  /// Takes the answer to a request; one that is no longer waited for is dropped.
  public mutating func finish(_ number: Int, with result: Result<AttentionRecord, ModelFailure>) {
    guard session.isAwaiting(number), let answered = session.awaited else { return }
    session.awaited = nil
    session.runProgress = nil
    switch result {
    case .success(let record): show(record, answering: answered)
    case .failure(let failure):
      session.failure = failure
      // Half a text may be none for the model; what stands there in the end is told.
      if typing != nil { return }
      // What is shown belongs to the request before, or is what was known until then.
      input.message = Input.Message(text: failure.text, isError: true)
    }
  }

  /// Takes how far the model is with a request, and what is known by then; of one that is no longer waited for
  /// nothing is said.
  ///
  /// The record is shown as soon as the layer that a person looks at has run.
  public mutating func note(_ number: Int, _ progress: RunProgress, _ record: AttentionRecord) {
    guard session.isAwaiting(number), let awaited = session.awaited else { return }
    session.runProgress = progress
    guard record.stacks.indices.contains(selection.stack),
      record.stacks[selection.stack].layers.indices.contains(selection.layer)
    else { return }
    show(record, answering: awaited)
  }

  private mutating func show(_ record: AttentionRecord, answering answered: ModelRequest) {
    let isKnown = record.run == session.record.run
    let isSameText = session.request.map { $0.isSameText(as: answered) } ?? false
    if !isKnown {
      if typing != nil {
        // Nobody goes back to half a text.
      } else if session.past.last == answered {
        session.past.removeLast()
      } else if let request = session.request, request != answered {
        session.past.append(request)
      }
      session.request = answered
    }
    if !isKnown || record.notes != session.record.notes {
      input.message = Input.Message(notesOf: record)
    }
    session.record = record
    session.rememberUnchanged()
    if !isKnown, !isSameText { forgetPair() }
    selection.stack = min(selection.stack, record.stacks.count - 1)
    if !isPair { display.filter = .all }
    if let opening, !session.isRunning { begin(at: opening) }
    followSelection()
  }

  /// Does what a person asked for.
  public mutating func update(_ action: Action) -> [Effect] {
    switch action {
    case .show(let view):
      choosesPart = choosesPart || view == .output && self.view != .output
      self.view = view
    case .move(let direction): move(direction)
    case .moveToFirst: moveCursor(by: -.max / 2)
    case .moveToLast: moveCursor(by: .max / 2)
    case .page(let count): moveCursor(by: count * max(1, pageSize - 1))
    case .halfPage(let count): moveCursor(by: count * max(1, pageSize / 2))
    case .stepLayer(let step): stepLayer(step)
    case .stepHead(let step): stepHead(step)
    case .stepKey(let step): moveOtherCursor(by: step)
    case .stepNeuron(let step): stepNeuron(step)
    case .stepPeak(let step): stepPeak(step)
    case .switchSide:
      selection.side = selection.side.other
      pair.isFarTokenChosen = false
    case .toggleHead: toggleHead()
    case .soloHead: soloHead()
    case .allHeads: selection.activeHeads = Set(0..<stack.headCount)
    case .cycleAggregation: display.aggregation = display.aggregation.next
    case .cycleOtherLines: display.otherLines = display.otherLines.next
    case .cycleQuantity: cycleQuantity()
    case .quantity(let quantity): show(quantity)
    case .cycleScale: cycleScale()
    case .cycleFilter: display.filter = display.filter.next
    case .cycleKind: cycleKind()
    case .cycleTheme: display.appearance = display.appearance.next
    case .toggleSort: toggleSort()
    case .toggleSpecials: toggleSpecials()
    case .toggleWords: display.mergesWords.toggle()
    case .toggleTable: display.neuron.showsTable.toggle()
    case .toggleRotation: display.neuron.isBeforeRotation.toggle()
    case .toggleHeat: toggleHeat()
    case .zoom(let step): zoom(step)
    case .toggle(let panel): toggle(panel)
    case .ablate: return toggleAblation()
    case .cycleReplacement: return cycleReplacement()
    case .cycleAblationRows: return cycleAblationRows()
    case .ablateAs(let settings): return ablate(as: settings)
    case .cut: return toggleCut()
    case .compare: return toggleComparison()
    case .compareWith(let text): return compare(withText: text)
    case .compareWithModel(let place): return compare(withModel: place)
    case .swapRuns: return swapRuns()
    case .patch: return togglePatch()
    case .keep(let restriction): display.restriction = restriction
    case .rank(let ranking): rank(ranking)
    case .rankByPair: toggleRankingByPair()
    case .open: open()
    case .back: back()
    case .help(let topic): showHelp(of: topic)
    case .edit(let purpose): return edit(purpose)
    case .choose(let token, let side): choose(token, side)
    case .select(let new): select(new)
    case .display(let new): show(as: new)
    case .run(let request):
      let isAnswered = request == session.latestRequest && !session.isIncomplete
      return isAnswered ? [] : session.run(request)
    case .search(let text): search(text)
    case .stepMatch(let step): findMatch(step: step)
    case .undo: return undo()
    case .export(let path): return export(path, replaces: false)
    case .toggleSplit: toggleSplit()
    case .copyTable:
      say("copied: the table")
      return [.copy(ViewTable(ofView: self).tsv)]
    case .copy:
      say("copied: \(readoutText(theme))")
      return [.copy(readoutText)]
    case .goTo(let bookmark): return go(to: bookmark)
    case .start: return showStart()
    case .tour(let tour): return begin(tour)
    case .save(let name): return save(name)
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return [.quit]
    }
    followSelection()
    return []
  }
}

/// The reason why the model could not be run, in one line.
public struct ModelFailure: Error, Equatable, Sendable {
  public let text: String

  public init(_ text: String) {
    self.text = text
  }
}

extension CaseIterable where Self: Equatable, AllCases.Index == Int {
  /// The case after this one; the first after the last.
  var next: Self {
    let all = Self.allCases
    guard let index = all.firstIndex(of: self) else { return self }
    return all[(index + 1) % all.count]
  }
}

extension ModelRequest {
  /// Whether the other asks about the same text, whatever is changed in the model.
  fileprivate func isSameText(as other: ModelRequest) -> Bool {
    var other = other
    other.interventions = interventions
    return self == other
  }
}
