import Attention
import TerminalUI

/// Moving the selection: through tokens, layers, heads and neurons.
extension ExplorerState {
  mutating func move(_ direction: Action.Direction) {
    switch (view, direction) {
    case (.model, .up): moveInModelView(rows: -1)
    case (.model, .down): moveInModelView(rows: 1)
    case (.model, .left): moveInModelView(columns: -1)
    case (.model, .right): moveInModelView(columns: 1)
    case (.neuron, .left): stepPanel(-1)
    case (.neuron, .right): stepPanel(1)
    case (.matrix, .left): moveKey(by: -MatrixLayout(self).scale.keysPerBin)
    case (.matrix, .right): moveKey(by: MatrixLayout(self).scale.keysPerBin)
    case (.matrix, .up): moveQuery(by: -MatrixLayout(self).scale.queriesPerBin)
    case (.matrix, .down): moveQuery(by: MatrixLayout(self).scale.queriesPerBin)
    case (.neuron, .up): moveQuery(by: -1)
    case (.neuron, .down): moveQuery(by: 1)
    case (.output, .left), (.output, .right): break
    case (_, .up): moveCursor(by: -1)
    case (_, .down): moveCursor(by: 1)
    case (.head, .left): stepHead(-1)
    case (.head, .right): stepHead(1)
    }
  }

  /// Moves what up and down move in this view.
  mutating func moveCursor(by step: Int) {
    viewport.scroll.followsCursorOnly = true
    switch view {
    case .model: pageInModelView(rows: step)
    case .output: moveInOutput(by: step)
    case .head where selection.side == .key: moveKey(by: step)
    case .neuron where display.neuron.showsTable: stepNeuron(step)
    case .head, .neuron, .matrix: moveQuery(by: step)
    }
  }

  /// Moves the token of the column that the cursor is not in.
  mutating func moveOtherCursor(by step: Int) {
    viewport.scroll.followsCursorOnly = false
    if view == .head, selection.side == .key { moveQuery(by: step) } else { moveKey(by: step) }
  }

  mutating func moveQuery(by step: Int) {
    choose(queryAxis.token(stepping: step, from: selection.query), .query)
  }

  mutating func moveKey(by step: Int) {
    choose(keyAxis.token(stepping: step, from: selection.key), .key)
  }

  mutating func stepLayer(_ step: Int) {
    selection.part = nil
    if view == .model, let places = rankedPlaces {
      stepAmongRanked(places.filter { ($0.layer - place.layer) * step > 0 })
      return
    }
    let last = selection.layer
    selection.layer = stepped(last, by: step, among: keptLayers)
    clampToLayer()
    if selection.layer == last, step > 0,
      let next = keptLayerNumbers.first(where: { $0 > layer.index })
    {
      say(session.missingText([next]))
    }
  }

  mutating func stepHead(_ step: Int) {
    selection.part = nil
    if view == .model, let places = rankedPlaces {
      stepAmongRanked(
        places.filter { $0.layer == place.layer && ($0.head - place.head) * step > 0 })
      return
    }
    focus(onHead: stepped(selection.head, by: step, among: keptHeads))
  }

  mutating func stepNeuron(_ step: Int) {
    let order = neuronOrder
    guard !order.isEmpty else { return }
    let position = order.firstIndex(of: selection.neuron) ?? 0
    selection.neuron = order[clamped(position, by: step, count: order.count)]
  }

  // MARK: Heads

  /// Looks at another head; one that is on alone hands that on, so that the picture goes along, unless it was kept.
  mutating func focus(onHead head: Int) {
    if activeHeads.count == 1, !selection.keepsHead { selection.activeHeads = [head] }
    selection.head = head
  }

  /// Turns the head that is looked at on or off; one that is on alone is kept, so that another can be added.
  mutating func toggleHead() {
    let head = selection.head
    if !selection.activeHeads.contains(head) {
      selection.activeHeads.insert(head)
    } else if activeHeads.count > 1 {
      selection.activeHeads.remove(head)
      selection.keepsHead = false
      if activeHeads.count == 1 { selection.head = activeHeads[0] }
    } else {
      selection.keepsHead = true
      say(
        "head \(head) stays on: at another one, \(label(of: "toggle-head")) turns that on too; "
          + "\(label(of: "all-heads")) turns all on")
    }
  }

  /// Only this head; all heads where it already is the only one.
  mutating func soloHead() {
    selection.keepsHead = false
    selection.activeHeads =
      activeHeads == [selection.head] ? Set(0..<stack.headCount) : [selection.head]
  }

  // MARK: Kinds, filters, views

  mutating func cycleScale() {
    if view == .neuron {
      display.neuron.scale = display.neuron.scale.next
    } else {
      display.scale = display.scale.next
    }
  }

  mutating func cycleKind() {
    var new = selection
    new.stack = (new.stack + 1) % session.record.stacks.count
    select(new)
  }

  mutating func toggleSort() {
    switch view {
    case .model: toggleRanking()
    case .neuron: display.neuron.sortsByContribution.toggle()
    case .output: display.outputOrder = display.outputOrder.next
    case .head, .matrix: display.sortsKeys.toggle()
    }
  }

  mutating func toggleSpecials() {
    var new = display
    new.hidesSpecials.toggle()
    show(as: new)
  }

  /// Shows things as `new` has it, unless it would hide every token.
  mutating func show(as new: Display) {
    let before = display
    display = new
    if queryAxis.count == 0 || keyAxis.count == 0 {
      let isCropped = display.tokens != before.tokens
      display = before
      say(isCropped ? "there would be no token left" : "there are only special tokens here")
    }
  }

  mutating func zoom(_ step: Int) {
    if view == .matrix {
      zoomMatrix(step)
      return
    }
    let current = display.modelZoom ?? ModelLayout(self).zoom
    let all = ModelZoom.allCases
    display.modelZoom = all[clamped(current.rawValue, by: step, count: all.count)]
  }

  mutating func toggleHeat() {
    guard ModelLayout(self).zoom == .large else {
      say("only the large zoom has lines: \(label(of: "zoom-in")) enlarges")
      return
    }
    display.largeShowsHeat.toggle()
  }

  mutating func open() {
    switch view {
    case .model:
      selection.keepsHead = false
      selection.activeHeads = [selection.head]
      view = .head
    case .head, .matrix, .neuron:
      view = .neuron
    case .output: openFromOutput()
    }
  }

  mutating func back() {
    if shownPanel != nil {
      panel = nil
      return
    }
    switch view {
    case .neuron where display.neuron.showsTable: display.neuron.showsTable = false
    case .neuron, .matrix, .output: view = .head
    case .head: view = .model
    case .model: rank(HeadRanking())
    }
  }

  // MARK: Keeping the selection valid

  /// Looks at what `new` names, as far as it exists.
  mutating func select(_ new: Selection) {
    let isAlone = activeHeads.count == 1 && new.activeHeads == selection.activeHeads
    let before = place
    selection = new
    if place != before { selection.part = nil }
    if isAlone, !new.keepsHead { selection.activeHeads = [new.head] }
    selection.layer = min(selection.layer, stack.layers.count - 1)
    clampToLayer()
  }

  private func clamped(_ value: Int, by step: Int, count: Int) -> Int {
    let (sum, overflow) = value.addingReportingOverflow(step)
    return max(0, min(overflow ? (step < 0 ? 0 : count - 1) : sum, count - 1))
  }

  /// The one of `all`, which are in order, that is `step` further on than `value`, as near as there is one.
  private func stepped(_ value: Int, by step: Int, among all: [Int]) -> Int {
    let position = all.firstIndex { $0 >= value } ?? all.count - 1
    return all[clamped(position, by: step, count: all.count)]
  }

  /// After a change of layer, kind, record or restriction.
  mutating func clampToLayer() {
    selection.layer = stepped(selection.layer, by: 0, among: keptLayers)
    selection.head = stepped(selection.head, by: 0, among: keptHeads)
    if activeHeads.isEmpty {
      if selection.activeHeads.count == 1 { selection.activeHeads = [] }
      selection.activeHeads.insert(selection.head)
    }
    if let score = layer.score {
      selection.neuron = max(0, min(selection.neuron, score.queries.headSize - 1))
    }
  }

  /// Brings the selection among what is shown, and into the visible part.
  mutating func followSelection() {
    clampToLayer()
    let far = nearSide.other
    let before = selection[far]
    selection.query = shown(selection.query, .query, on: queryAxis)
    selection.key = shown(selection.key, .key, on: keyAxis)
    settlePair(isReplaced: selection[far] != before)
    followInView()
  }

  /// The token that stands for `token` on its axis. As long as nobody chooses another one, the choice comes back
  /// when it is shown again.
  private mutating func shown(_ token: Int, _ side: Selection.Side, on axis: TokenAxis) -> Int {
    let wish = pair.wishes[side]
    let chosen = wish?.shown == token ? wish?.chosen ?? token : token
    let shown = axis.token(stepping: 0, from: chosen)
    pair.wishes[side] = PairMemory.Wish(chosen: chosen, shown: shown)
    return shown
  }
}

extension TokenAxis {
  /// The token `step` items on from `token`, or the nearest there is.
  func token(stepping step: Int, from token: Int) -> Int {
    guard let position = position(of: token) else { return 0 }
    let (sum, overflow) = position.addingReportingOverflow(step)
    let target = overflow ? (step < 0 ? 0 : count - 1) : sum
    return items[max(0, min(target, count - 1))].number
  }
}

extension [AttentionSlice.Strength] {
  /// Positions from the heaviest to the lightest; equal ones in order.
  package var rankedPositions: [Int] {
    let amounts = map { abs($0.weight) }
    return indices.sorted {
      amounts[$0] != amounts[$1] ? amounts[$0] > amounts[$1] : $0 < $1
    }
  }
}

extension CaseIterable where Self: Equatable, AllCases.Index == Int {
  /// The case before this one; the last before the first.
  var previous: Self {
    let all = Self.allCases
    guard let index = all.firstIndex(of: self) else { return self }
    return all[(index + all.count - 1) % all.count]
  }
}
