import Attention
import TerminalUI

/// Two runs beside each other: the one on the screen, and the one that it is compared with.
extension ExplorerState {
  /// The question of the difference; nil where nothing is compared.
  var differenceQuestion: Question? {
    session.compared.map { .difference(from: $0, outcome) }
  }

  package var differenceReport: DifferenceReport? {
    guard let question = differenceQuestion,
      case .difference(let report)? = session.findings[question]
    else { return nil }
    return report
  }

  var noComparison: String {
    "there is no second run: \(label(of: "compare")) compares this one with another"
  }

  /// Compares the run with the one without its changes; where there are none, asks for another text. A second time,
  /// leaves the comparison.
  mutating func toggleComparison() -> [Effect] {
    guard session.compared == nil else {
      leaveComparison()
      say("no longer compared")
      return []
    }
    guard var request = session.latestRequest, !request.interventions.isEmpty else {
      return edit(.compared)
    }
    request.interventions = []
    compare(with: ComparedRun(request))
    return []
  }

  /// Looks at another text, and compares it with the one that was looked at.
  mutating func compare(withText text: String) -> [Effect] {
    guard let request = session.latestRequest else { return [] }
    var new = request
    new.text = text
    guard new != request, !text.isEmpty else {
      say("that is the text that is looked at: change a word of it")
      return []
    }
    compare(with: ComparedRun(request))
    return session.run(new)
  }

  /// Looks at what another model makes of the text, and compares it with this one.
  mutating func compare(withModel place: Bookmark) -> [Effect] {
    guard let request = session.latestRequest else { return [] }
    var place = place
    place.request = request
    return open(place, comparedWith: request)
  }

  /// Looks at the other run, and compares it with this one.
  mutating func swapRuns() -> [Effect] {
    guard let compared = session.compared, let request = session.latestRequest else {
      say(noComparison)
      return []
    }
    if let model = compared.model {
      return open(
        Bookmark(source: model, options: compared.options, request: compared.request),
        comparedWith: request)
    }
    compare(with: ComparedRun(request))
    return session.run(compared.request)
  }

  private mutating func open(_ place: Bookmark, comparedWith request: ModelRequest) -> [Effect] {
    guard let source = session.source else {
      input.message = Input.Message(
        text: "this model has no name by which it could be opened beside another", isError: true)
      return []
    }
    var place = place
    place.request?.interventions = []
    place.commands = []
    let effects = go(to: place)
    session.comparedOnceOpen = ComparedRun(model: source, options: session.options, request)
    return effects
  }

  /// Compares the run on the screen with another one.
  public mutating func compare(with run: ComparedRun) {
    session.compared = run
    display.quantity = .difference
  }

  mutating func leaveComparison() {
    session.compared = nil
    if display.quantity == .difference { display.quantity = .attention }
    if case .difference = display.ranking.order { display.ranking.order = nil }
    for case .difference? in [display.scatter?.across, display.scatter?.up] {
      display.scatter = nil
    }
  }

  // MARK: Words

  /// The name of a run beside the one on the screen: what sets its text apart, where it has the same model.
  func name(of run: ComparedRun, columns: Int) -> String {
    func fitted(_ text: String, _ columns: Int) -> String {
      TextWidth.truncated(
        TextWidth.printable(text, glyphs: display.glyphs), to: columns,
        ellipsis: display.glyphs.ellipsis)
    }
    if let model = run.model { return fitted(model, columns) }
    func text(_ request: ModelRequest) -> String {
      [request.text, request.pair, request.target].compactMap(\.self).joined(separator: " | ")
    }
    let (here, there) = (session.latestRequest.map(text) ?? "", text(run.request))
    if here == there, session.latestRequest?.inputIDs == run.request.inputIDs {
      return run.request.interventions.isEmpty ? "the unchanged run" : "the changed run"
    }
    if run.request.inputIDs != nil { return "other ids" }
    // Words that both begin and end with are left out.
    let (words, others) = (there.split(separator: " "), here.split(separator: " "))
    let first = zip(words, others).prefix { $0 == $1 }.count
    let last = zip(words.dropFirst(first).reversed(), others.dropFirst(first).reversed())
      .prefix { $0 == $1 }.count
    let distinct = words[first..<words.count - last].joined(separator: " ")
    guard !distinct.isEmpty else { return "\"" + fitted(there, columns - 2) + "\"" }
    let mark = String(display.glyphs.ellipsis)
    return "\"" + (first > 0 ? mark : "") + fitted(distinct, columns - 4) + (last > 0 ? mark : "")
      + "\""
  }

  /// The run that the numbers beside the differences are compared with, where the meaning of lines does not say it.
  var comparisonItem: FrameItem? {
    guard let compared = session.compared, quantityQuestion != differenceQuestion else {
      return nil
    }
    return .labelled("compared with", name(of: compared, columns: frame.isBig ? 48 : 24))
  }

  /// The way back to the other run's output that goes by the heads which do what they do there.
  var restorationItem: FrameItem? {
    guard let restoration = differenceReport?.restoration else { return nil }
    let outcome = name(of: restoration.outcome, display.glyphs)
    guard let share = restoration.share else {
      return .value("the runs differ too little in \(outcome) to be restored")
    }
    return .labelled(
      "restored",
      NumberText.signedAmount(share, digits: 3, glyphs: display.glyphs) + " of \(outcome)")
  }

  /// The weights of the chosen pair in both runs.
  func comparedItems(ofHead head: Int) -> [FrameItem] {
    guard let report = differenceReport, !display.mergesWords,
      let alignment = report.alignments[stack.kind],
      let other = report.other.stacks.firstIndex(where: { $0.kind == stack.kind })
    else { return [] }
    guard let query = alignment.queries.partner(of: selection.query) else {
      return [.value("query \(selection.query) has no partner there")]
    }
    guard let key = alignment.keys.partner(of: selection.key) else {
      return [.value("key \(selection.key) has no partner there")]
    }
    let here = session.record.row(
      stack: selection.stack, layer: selection.layer, head: head, query: selection.query)
    let there = report.other.row(
      stack: other, layer: selection.layer, head: head, query: query)
    func item(_ name: String, _ row: ArraySlice<Float>, _ key: Int) -> FrameItem {
      .labelled(name, NumberText.weight(row[row.startIndex + key]))
    }
    let tokens = (report.other.stacks[other].queries[query], report.other.stacks[other].keys[key])
    let isOther =
      tokens.0.text != stack.queries[selection.query].text
      || tokens.1.text != stack.keys[selection.key].text
    func label(_ token: Token) -> String {
      TokenAxis.label(token, isRaw: display.showsRawTokens, display.glyphs)
    }
    let names =
      isOther
      ? [
        FrameItem.labelled(
          "there", "\(label(tokens.0)) \(display.glyphs.right) \(label(tokens.1))")
      ] : []
    return [item("here", here, selection.key), item("there", there, key)] + names
  }

  /// What the head in sight does otherwise than in the other run, in a sentence; nil where lines mean something else.
  var changeSentence: String? {
    let numbers = slice
    guard numbers.numbers.quantity == .difference else { return nil }
    let head = "head \(title(of: place))"
    let most = numbers.topPairs(head: selection.head, limit: 1).first
    guard let most, abs(most.weight) >= NumberText.leastPrinted else {
      return "\(head) looks where it does in the other run: no weight changes by .005"
    }
    func token(_ item: TokenAxis.Item) -> String { "\(item.number) \(item.label)" }
    return "\(head) looks \(most.weight > 0 ? "more" : "less") than in the other run "
      + "from \(token(numbers.queries.items[most.query])) "
      + "at \(token(numbers.keys.items[most.key])): by \(NumberText.weight(abs(most.weight)))"
  }

  /// How much a head differs from what it does in the other run.
  func differenceItems(_ place: HeadPlace) -> [FrameItem] {
    guard let head = differenceReport?.heads[address(of: place)] else { return [] }
    return DifferenceMeasure.allCases.compactMap { measure in
      measure.value(of: head).map {
        .labelled(measure.rawValue, text($0, of: .difference(measure)))
      }
    }
  }
}

extension TokenAlignment {
  /// The first text's token that is paired with one of the second.
  fileprivate func partner(of token: Int) -> Int? {
    pairs.first { $0.second == token }?.first
  }
}
