import Attention
import TerminalUI

/// Searching tokens: the cursor goes from hit to hit, and all hits of both sides are marked until Esc.
extension ExplorerState {
  /// The text that is searched for now, in lower case; empty where no hits are to be marked.
  private var wanted: String {
    if case .prompt(let prompt) = input.overlay, prompt.purpose == .search {
      return prompt.editor.text.lowercased()
    }
    return input.search.marksHits ? input.search.text.lowercased() : ""
  }

  /// Positions of the items that hold what is searched for.
  func hits(on axis: TokenAxis) -> Set<Int> {
    wanted.isEmpty ? [] : Set(axis.positions(holding: wanted))
  }

  /// The place of the cursor among the hits: `2/4`; nil where nothing is searched for.
  var hitCountText: String? {
    let wanted = wanted
    if wanted.isEmpty { return nil }
    let axis = nearSide == .query ? queryAxis : keyAxis
    let hits = axis.positions(holding: wanted)
    guard let position = axis.position(of: selection[nearSide]),
      let index = hits.firstIndex(of: position)
    else { return hits.isEmpty ? "not found" : "\(hits.count) found" }
    return "\(index + 1)/\(hits.count)"
  }

  /// Shows what has been typed so far, as it would be found.
  mutating func previewSearch(_ text: String) {
    restoreBeforeSearch()
    _ = goToHit(of: text, step: 0)
    followSelection()
  }

  /// Back to where the search began.
  mutating func cancelSearch() {
    restoreBeforeSearch()
    followSelection()
    input.search.start = nil
  }

  private mutating func restoreBeforeSearch() {
    guard let start = input.search.start else { return }
    selection = start.selection
    viewport.scroll = start.scroll
    pair.settled = PairMemory.Settled(selection, mergesWords: display.mergesWords)
  }

  mutating func search(_ text: String) {
    input.search.text = text
    findMatch(step: 0)
  }

  /// Moves the cursor to the next item that holds the text searched for, and says which one it is; step 0 may stay
  /// where it is.
  mutating func findMatch(step: Int) {
    if input.search.text.isEmpty {
      if step != 0 { say("nothing is searched for: \(label(of: "search")) begins") }
      return
    }
    guard let wrapped = goToHit(of: input.search.text, step: step) else {
      input.search.marksHits = false
      input.message = Input.Message(
        text: "no token contains \"\(input.search.text)\"", isError: true)
      return
    }
    input.search.marksHits = true
    var text = "\"\(input.search.text)\" \(hitCountText ?? "")"
    if view == .model {
      // Heads have no cursor among their tokens: the other views show it.
      let label = queryAxis.position(of: selection.query).map { queryAxis.items[$0].label }
      text += ": query \(selection.query) \"\(label ?? "")\""
    }
    if wrapped { text += step < 0 ? ", on from the end" : ", on from the beginning" }
    say(text)
  }

  /// Whether it was past an end; nil where nothing holds the text.
  private mutating func goToHit(of text: String, step: Int) -> Bool? {
    let side = nearSide
    let axis = side == .query ? queryAxis : keyAxis
    let hits = text.isEmpty ? [] : axis.positions(holding: text.lowercased())
    guard let position = axis.position(of: selection[side]), let first = hits.first,
      let last = hits.last
    else { return nil }
    let next =
      step < 0
      ? hits.last { $0 < position } : hits.first { step == 0 ? $0 >= position : $0 > position }
    choose(axis.items[next ?? (step < 0 ? last : first)].number, side)
    return next == nil
  }
}

extension TokenAxis {
  /// Positions of the items whose label holds `text`, which is in small letters.
  fileprivate func positions(holding text: String) -> [Int] {
    items.indices.filter { items[$0].label.lowercased().contains(text) }
  }
}
